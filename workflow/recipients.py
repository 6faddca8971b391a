"""Who acts for an enterprise, a supplier or a side of a deal, can sign in, and is told of what goes on there.

A rule a maintainer must keep: of an enterprise these are whom the society deals with (the contacts) and who
administers it, so that not all of a large firm get messages of what is not theirs; without them, all who act for it.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlmodel import col, or_, select

from core.database import ReadSession
from models.deal import Deal, DealParty, FormerParty
from models.enums import Role
from models.need import Need
from models.supplier import Supplier
from models.user import Membership, User
from tracking.store import needs_to_meet
from workflow.reminders.people import keepers_of

ENTERPRISE = (Role.ENTERPRISE_MEMBER, Role.ENTERPRISE_ADMIN)


def people_of_enterprise(
    session: ReadSession, organisation_id: int, contacts: Collection[int], *, now: datetime
) -> list[int]:
    """Of who acts for the organisation now, its administrators and these contacts; without them, everybody."""
    rows = session.exec(
        select(Membership)
        .join(User, col(User.person_id) == col(Membership.person_id))
        .where(
            col(User.disabled_at).is_(None),
            col(Membership.role).in_(ENTERPRISE),
            Membership.organisation_id == organisation_id,
            col(Membership.valid_from) <= now,
            or_(col(Membership.valid_to).is_(None), col(Membership.valid_to) > now),
        )
        .order_by(col(Membership.id))
    ).all()
    meant = [row for row in rows if row.role is Role.ENTERPRISE_ADMIN or row.person_id in contacts]
    return list(dict.fromkeys(row.person_id for row in meant or rows))


def people_of_sides(
    session: ReadSession, deal: Deal, sides: Iterable[DealParty | FormerParty], *, now: datetime
) -> list[int]:
    """Who is told for these sides, of today or of before, of the deal."""
    contacts = set(session.exec(select(Need.contact_id).where(col(Need.id).in_(needs_to_meet(session, deal)))))
    found: list[int] = []
    for side in sides:
        if side.organisation_id is not None:
            person = side.person_id if isinstance(side, DealParty) else None
            named = {key for key in (*contacts, person) if key is not None}
            found += people_of_enterprise(session, side.organisation_id, named, now=now)
        if side.supplier_id is not None:
            found += keepers_of(session, session.get_one(Supplier, side.supplier_id))
    return list(dict.fromkeys(found))
