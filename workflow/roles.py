"""Which roles people hold, for those who manage users."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import col, or_, select

from core.database import ReadSession
from core.errors import Refused
from models.access import Viewer
from models.enums import Role
from models.organisation import Organisation
from models.user import Membership

HeldRole = tuple[Role, str]
"""A role, with the name of the organisation it is held in ("" for the whole society)."""


def roles_of(session: ReadSession, viewer: Viewer, people: Iterable[int], *, at: datetime) -> dict[int, list[HeldRole]]:
    """The roles each of these persons holds at an instant; no entry for who holds none. Raises Refused."""
    if Role.SYSTEM_ADMIN not in viewer.roles:
        raise Refused("user.refused")
    rows = session.exec(
        select(Membership, Organisation.name)
        .join(Organisation, col(Organisation.id) == col(Membership.organisation_id), isouter=True)
        .where(
            col(Membership.person_id).in_(list(people)),
            col(Membership.valid_from) <= at,
            or_(col(Membership.valid_to).is_(None), col(Membership.valid_to) > at),
        )
        .order_by(col(Membership.id))
    )
    held: dict[int, list[HeldRole]] = {}
    for membership, place in rows:
        held.setdefault(membership.person_id, []).append((membership.role, place or ""))
    return held
