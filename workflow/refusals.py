"""不再推荐: suppliers that are never proposed again, for one need or for whatever its enterprise asks.

The society's staff decide it, and the enterprise about suppliers it was told of. What is lifted stays in the record.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import col, select

from catalog.demand.needs import NeedRow
from core.database import ReadSession, WriteSession
from core.errors import Conflict, NotFound, Refused
from models.access import CARD, SUMMARY, Viewer, curates
from models.deal_enums import Visibility
from models.enums import Role, SubjectKind
from models.match import Match
from models.match_enums import MatchStatus
from models.need import Need
from models.person import Person
from models.refusal import Refusal, RefusalCreate, RefusalPublic
from models.supplier import Supplier
from models.user import Membership
from workflow.endings import end_for_supplier, looks_for_somebody, reopen
from workflow.history import record_event
from workflow.needs import get_need
from workflow.suppliers import get_supplier
from workflow.versions import expect_version


def refuse_supplier(
    session: WriteSession, viewer: Viewer, need_id: str, form: RefusalCreate, *, now: datetime
) -> Refusal:
    """The supplier is never proposed again for this need or, `everywhere`, for whatever its enterprise asks.

    What is suggested of it there and has not become a deal ends for this reason.

    Raises NotFound, Refused, and Conflict when that is decided already.
    """
    row = _need(session, viewer, need_id)
    supplier = _supplier(session, viewer, row, form)
    refusal = Refusal(
        supplier_id=supplier.key,
        need_id=None if form.everywhere else row.need.key,
        organisation_id=row.need.organisation_id if form.everywhere else None,
        reason=form.reason,
        comment=form.comment,
        decided_at=now,
        decided_by_id=viewer.person_id,
    )
    if session.exec(select(Refusal.id).where(*_same(refusal))).first() is not None:
        raise Conflict("refusal.in_force", supplier=supplier.name)
    session.add(refusal)
    _record(session, viewer, row.need, refusal, "need.supplier_refused", now)
    one, all_its = col(Need.id) == row.need.key, col(Need.organisation_id) == row.need.organisation_id
    needs = all_its if form.everywhere else one
    end_for_supplier(session, supplier, form.reason, actor_id=viewer.person_id, now=now, needs=needs)
    session.flush()
    return refusal


def lift_refusal(
    session: WriteSession,
    viewer: Viewer,
    need_id: str,
    refusal_id: str,
    *,
    now: datetime,
    version: int | None = None,
) -> Refusal:
    """The supplier may be proposed again for this need, or for all its enterprise asks; twice changes nothing.

    By staff who may decide so, and by the enterprise for what its own people decided. Raises NotFound, Refused,
    Conflict.
    """
    row = _need(session, viewer, need_id)
    refusal = _find(session, row.need, refusal_id)
    if not _decides_as_staff(viewer, row, everywhere=refusal.need_id is None):
        _require_own(session, viewer, row.need, refusal)
    expect_version(refusal, version)
    if refusal.lifted_at is None:
        refusal.lifted_at, refusal.lifted_by_id = now, viewer.person_id
        _record(session, viewer, row.need, refusal, "need.refusal_lifted", now)
        _take_up_again(session, refusal)
    session.flush()
    return refusal


def _take_up_again(session: WriteSession, refusal: Refusal) -> None:
    """What refusals ended waits again, for the needs where none stands against the supplier any more."""
    session.flush()
    ended = (col(Match.supplier_id) == refusal.supplier_id, col(Match.ended_at).is_not(None))
    needs = session.exec(
        select(Need)
        .where(col(Need.id).in_(select(Match.need_id).where(*ended)), looks_for_somebody())
        .where(or_(col(Need.id) == refusal.need_id, col(Need.organisation_id) == refusal.organisation_id))
    ).all()
    for need in needs:
        if refusal.supplier_id in refusals_in_force(session, need):
            continue
        for lifted in session.exec(select(Refusal).where(_about(need), Refusal.supplier_id == refusal.supplier_id)):
            by_it = and_(*ended, col(Match.need_id) == need.key, col(Match.ended_at) == lifted.decided_at)
            reopen(session, by_it, lifted.reason)


def list_refusals(session: ReadSession, viewer: Viewer, need_id: str) -> list[RefusalPublic]:
    """The refusals in force for a need, newest first: all for staff, for the enterprise those of its own people.

    Raises NotFound and Refused.
    """
    row = _need(session, viewer, need_id)
    clauses = [_concerns(row.need)]
    if not _reads_as_staff(viewer, row):
        clauses.append(col(Refusal.decided_by_id).in_(_people_of(row.need.organisation_id)))
    found = session.execute(
        select(Refusal, Supplier, Person.name)
        .join(Supplier, col(Supplier.id) == col(Refusal.supplier_id))
        .outerjoin(Person, col(Person.id) == col(Refusal.decided_by_id))
        .where(*clauses)
        .order_by(col(Refusal.decided_at).desc(), col(Refusal.id).desc())
    )
    return [_public(refusal, supplier, decided_by) for refusal, supplier, decided_by in found]


def refusals_in_force(session: ReadSession, need: Need) -> dict[int, Refusal]:
    """Who is never proposed for this need, by the supplier's id; the decision about the need before the other."""
    found = session.exec(select(Refusal).where(_concerns(need)).order_by(col(Refusal.need_id).is_not(None)))
    return {refusal.supplier_id: refusal for refusal in found}


def check_refusal(session: ReadSession, need: Need, supplier: Supplier, *, despite: bool = False) -> None:
    """The supplier may be brought in by hand. Raises Conflict when it is refused, unless that is known and meant."""
    if not despite and supplier.key in refusals_in_force(session, need):
        raise Conflict("refusal.asks_first", supplier=supplier.name)


def _need(session: ReadSession, viewer: Viewer, need_id: str) -> NeedRow:
    row = get_need(session, viewer, need_id, CARD)
    if not _reads_as_staff(viewer, row) and row.need.organisation_id not in viewer.organisations:
        raise Refused("refusal.refused")
    return row


def _reads_as_staff(viewer: Viewer, row: NeedRow) -> bool:
    return viewer.is_society and row.level >= SUMMARY


def _decides_as_staff(viewer: Viewer, row: NeedRow, *, everywhere: bool) -> bool:
    """For one need whoever may match it; for all the enterprise asks, who curates the need that is the occasion."""
    return curates(viewer, row.need.branch_id) if everywhere else _reads_as_staff(viewer, row)


def _supplier(session: ReadSession, viewer: Viewer, row: NeedRow, form: RefusalCreate) -> Supplier:
    """Whom the form means: for staff anybody, for the enterprise whom it was told of; nobody else is named to it."""
    if _decides_as_staff(viewer, row, everywhere=form.everywhere):
        return get_supplier(session, viewer, form.supplier)
    if row.need.organisation_id not in viewer.organisations:
        raise Refused("refusal.refused")
    told = (
        select(Supplier)
        .join(Match, col(Match.supplier_id) == col(Supplier.id))
        .where(
            Supplier.public_id == form.supplier,
            Match.need_id == row.need.key,
            Match.status == MatchStatus.ACCEPTED,
        )
    )
    supplier = session.exec(told).first()
    if supplier is None:
        raise Refused("refusal.not_introduced")
    return supplier


def _require_own(session: ReadSession, viewer: Viewer, need: Need, refusal: Refusal) -> None:
    if need.organisation_id not in viewer.organisations:
        raise Refused("refusal.refused")
    people = session.exec(_people_of(need.organisation_id)).all()
    if refusal.decided_by_id not in people:
        raise Refused("refusal.by_staff")


def _find(session: WriteSession, need: Need, refusal_id: str) -> Refusal:
    """The refusal, if it is about this need or about all its enterprise asks. Raises NotFound."""
    found = session.exec(select(Refusal).where(Refusal.public_id == refusal_id, _about(need)).with_for_update()).first()
    if found is None:
        raise NotFound("refusal.not_found", id=refusal_id)
    return found


def _about(need: Need) -> ColumnElement[bool]:
    return or_(col(Refusal.need_id) == need.key, col(Refusal.organisation_id) == need.organisation_id)


def _concerns(need: Need) -> ColumnElement[bool]:
    return and_(_about(need), col(Refusal.lifted_at).is_(None))


def _same(refusal: Refusal) -> Sequence[ColumnElement[bool]]:
    return (
        col(Refusal.supplier_id) == refusal.supplier_id,
        col(Refusal.need_id) == refusal.need_id,
        col(Refusal.organisation_id) == refusal.organisation_id,
        col(Refusal.lifted_at).is_(None),
    )


def _people_of(organisation_id: int) -> Any:
    """The people who act, or acted, for an enterprise."""
    return select(Membership.person_id).where(
        Membership.organisation_id == organisation_id,
        col(Membership.role).in_([Role.ENTERPRISE_MEMBER, Role.ENTERPRISE_ADMIN]),
    )


def _public(refusal: Refusal, supplier: Supplier, decided_by: str | None) -> RefusalPublic:
    facts = {
        "supplier": supplier.public_id,
        "supplier_name": supplier.name,
        "everywhere": refusal.need_id is None,
        "decided_by": decided_by,
    }
    return RefusalPublic.model_validate(refusal.model_dump() | facts)


def _record(session: WriteSession, viewer: Viewer, need: Need, refusal: Refusal, code: str, now: datetime) -> None:
    """The need's history tells it: to the staff, and to the enterprise if its own people decided."""
    own = need.organisation_id in viewer.organisations
    record_event(
        session,
        SubjectKind.NEED,
        need.key,
        code,
        actor_id=viewer.person_id,
        now=now,
        params={"refusal": refusal.public_id, "reason": refusal.reason.value},
        visibility=Visibility.PARTIES if own else Visibility.STAFF,
    )
