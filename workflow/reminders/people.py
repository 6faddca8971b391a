"""Who of the society, and who of a supplier, something can be told."""

from datetime import datetime
from typing import Any

from sqlmodel import col, or_, select

from core.database import ReadSession
from models.enums import Role, SupplierKind
from models.supplier import Supplier
from models.user import Membership, User


def leads_of(session: ReadSession, branch_id: int | None, now: datetime) -> list[int]:
    """Every lead there is: those of the branch first, and of each place who has led longest."""
    rows = session.exec(
        select(Membership)
        .where(Membership.role == Role.LEAD, *_holds_at(now))
        .order_by(col(Membership.valid_from), col(Membership.id))
    ).all()
    near = [row.person_id for row in rows if row.organisation_id == branch_id]
    return list(dict.fromkeys([*near, *(row.person_id for row in rows)]))


def people_of_branch(session: ReadSession, branch_id: int | None, now: datetime) -> list[int]:
    """The staff and leads of a branch, or of the society's centre, which is the branch of what has none."""
    place = col(Membership.organisation_id)
    rows = session.exec(
        select(Membership.person_id)
        .where(
            col(Membership.role).in_([Role.STAFF, Role.LEAD]),
            place.is_(None) if branch_id is None else place == branch_id,
            *_holds_at(now),
        )
        .order_by(col(Membership.valid_from), col(Membership.id))
    )
    return list(dict.fromkeys(rows))


def keepers_of(session: ReadSession, supplier: Supplier) -> list[int]:
    """Who can sign in and confirm a supplier's profile: its person, or those who act for its organisation."""
    signs_in = select(User.person_id).where(col(User.disabled_at).is_(None))
    own = session.exec(signs_in.where(User.person_id == supplier.person_id)).all() if supplier.person_id else []
    if supplier.kind is SupplierKind.PERSON or supplier.organisation_id is None:
        return list(own)
    acts = select(Membership.person_id).where(
        Membership.role == Role.SUPPLIER,
        Membership.organisation_id == supplier.organisation_id,
        col(Membership.valid_to).is_(None),
    )
    others = session.exec(signs_in.where(col(User.person_id).in_(acts)).order_by(col(User.id)))
    return list(dict.fromkeys([*own, *others]))


def _holds_at(now: datetime) -> tuple[Any, Any]:
    return col(Membership.valid_from) <= now, or_(col(Membership.valid_to).is_(None), col(Membership.valid_to) > now)
