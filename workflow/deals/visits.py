"""Return visits: planned when a contract is accepted or the deal is won, recorded with what was found.

Rules a maintainer must keep: a visit that was made is never taken away; those still planned stand exactly as long as
their contract is accepted and the deal is not lost, on the anniversaries of the acceptance as it is known now.
"""

from collections.abc import Sequence
from datetime import date, datetime

from sqlmodel import col, or_, select

from core.database import ReadSession, WriteSession
from core.errors import Conflict, Invalid, NotFound, Problem
from models.access import Viewer
from models.deal import Deal, DealStage, ReturnVisit
from models.deal_enums import DealStatus, EvidenceKind
from models.deal_outcome import VisitCreate, VisitPublic
from tracking.extra_stages import base_of
from tracking.store import (
    contract_numbered,
    contract_numbers,
    evidence_of,
    find_deal_to_change,
    names_of,
    stages_of,
)
from tracking.templates import template_of
from tracking.visits import STAGE, check_visit, visit_days, visits_of
from workflow.days import day_of
from workflow.deals.acts import record_act
from workflow.deals.tracks import Track, tracks_of
from workflow.reminders import schedule_reminders

FINDINGS = ("revenue", "jobs", "satisfaction_demand", "satisfaction_supply", "text")


def settle_visits(session: WriteSession, deal: Deal, *, now: datetime) -> int:
    """Exactly the visits wait that the deal's contracts ask for; how many were planned now."""
    session.flush()
    planned = 0
    for track in tracks_of(session, deal):
        if track.contract is not None:
            planned += _settle(session, deal, track, track.contract.key, now)
    session.flush()
    return planned


def deals_without_visits(session: ReadSession) -> Sequence[int]:
    """The ids of deals that were accepted before visits were planned, and so may miss theirs."""
    has_visits = select(ReturnVisit.deal_id)
    accepted = select(DealStage.deal_id).where(
        col(DealStage.code).startswith(STAGE), col(DealStage.left_at).is_(None), col(DealStage.undone_at).is_(None)
    )
    keys = session.exec(
        select(Deal.id).where(
            or_(Deal.status == DealStatus.WON, col(Deal.id).in_(accepted)),
            Deal.status != DealStatus.LOST,
            col(Deal.id).not_in(has_visits),
        )
    )
    return [key for key in keys if key is not None]


def plan_missing_visits(session: WriteSession, deal_id: int, *, now: datetime) -> int:
    """The visits that the deal misses wait too, with their reminders; how many were planned now."""
    locked = select(Deal).where(Deal.id == deal_id).with_for_update(of=Deal)
    deal = session.exec(locked.execution_options(populate_existing=True)).first()
    if deal is None:
        return 0
    planned = settle_visits(session, deal, now=now)
    schedule_reminders(session, deal, now=now)
    return planned


def record_visit(
    session: WriteSession, viewer: Viewer, deal_id: str, contract: int, number: int, form: VisitCreate, *, now: datetime
) -> ReturnVisit:
    """The visit was made, and this was found; a visit recorded before is corrected.

    Raises NotFound, Refused, Conflict for a lost or archived deal, Invalid for a day to come or before the acceptance,
    and where nothing was found.
    """
    deal = find_deal_to_change(session, viewer, deal_id)
    if deal.status is DealStatus.LOST:
        raise Conflict("deal.closed", status=deal.status.value)
    visit = _visit(session, deal, contract, number)
    if all(getattr(form, name) in (None, "") for name in FINDINGS):
        raise Invalid("deal.visit_empty", (Problem("field.required", field="text"),))
    today = day_of(now)
    check_visit(visit.accepted_on, form.done_on or today, today=today)
    code = "deal.visit_made" if visit.done_on is None else "deal.visit_amended"
    visit.sqlmodel_update(form.model_dump() | {"done_on": form.done_on or today})
    visit.recorded_by_id, visit.recorded_at = viewer.person_id, now
    params = {"contract": contract, "number": number, "day": (form.done_on or today).isoformat()}
    record_act(session, viewer, deal, code, params, form.text, now=now)
    return visit


def list_visits(session: ReadSession, deal: Deal, *, today: date) -> list[VisitPublic]:
    """The visits of a deal the caller has found for somebody who works on it, by contract and year."""
    numbers = contract_numbers(session, deal.key)
    rows = session.exec(
        select(ReturnVisit)
        .where(ReturnVisit.deal_id == deal.key)
        .order_by(col(ReturnVisit.contract_id), col(ReturnVisit.number))
    ).all()
    names = names_of(session, {row.recorded_by_id for row in rows if row.recorded_by_id is not None})
    return [
        VisitPublic.model_validate(
            row.model_dump()
            | {
                "contract": numbers[row.contract_id],
                "recorded_by": names.get(row.recorded_by_id or 0, ""),
                "overdue": row.done_on is None and row.due_on < today,
            }
        )
        for row in rows
    ]


def _settle(session: WriteSession, deal: Deal, track: Track, contract_id: int, now: datetime) -> int:
    rows = session.exec(select(ReturnVisit).where(ReturnVisit.contract_id == contract_id)).all()
    accepted = deal.status is DealStatus.WON or (
        deal.status is not DealStatus.LOST and base_of(track.row.code) == STAGE
    )
    if not accepted:
        for row in rows:
            if row.done_on is None:
                session.delete(row)
        return 0
    day = _accepted_on(session, deal, track, rows, now)
    template = template_of(track.row.template, track.row.template_version)
    days = dict(enumerate(visit_days(day, visits_of(template)), start=1))
    for row in rows:
        due = days.pop(row.number, None)
        if row.done_on is not None:
            continue
        if due is None:
            session.delete(row)
        elif row.accepted_on != day:
            row.accepted_on, row.due_on = day, due
    session.add_all(
        ReturnVisit(deal_id=deal.key, contract_id=contract_id, number=number, accepted_on=day, due_on=due)
        for number, due in days.items()
    )
    return len(days)


def _accepted_on(session: ReadSession, deal: Deal, track: Track, visits: Sequence[ReturnVisit], now: datetime) -> date:
    """The day of the acceptance report; without one the day on which the contract, or the deal, got so far.

    A deal that had ended and came back got so far when it first did.
    """
    contract_id = track.row.contract_id
    reports = [
        row.dated_on
        for row in evidence_of(session, [deal.key])
        if row.contract_id == contract_id and row.kind is EvidenceKind.ACCEPTANCE_REPORT
    ]
    made = [visit.accepted_on for visit in visits if visit.done_on is not None]
    if reports:
        day = reports[-1]
    elif base_of(track.row.code) == STAGE:
        day = day_of(_entered(session, track))
    else:
        day = min(made) if made else day_of(deal.closed_at or now)
    signed_on = track.contract.signed_on if track.contract else None
    return max(day, signed_on or day)


def _entered(session: ReadSession, track: Track) -> datetime:
    """When the contract came to its visits, where it still is, whatever stages of its own or ends lay between."""
    entered = track.row.entered_at
    rows = [row for row in stages_of(session, [track.row.deal_id]) if row.contract_id == track.row.contract_id]
    for row in sorted(rows, key=lambda row: row.key, reverse=True):
        if base_of(row.code) != STAGE:
            break
        entered = row.entered_at
    return entered


def _visit(session: WriteSession, deal: Deal, contract: int, number: int) -> ReturnVisit:
    key = contract_numbered(session, deal.key, contract).key
    visits = session.exec(select(ReturnVisit).where(ReturnVisit.contract_id == key)).all()
    visit = next((row for row in visits if row.number == number), None)  # no database holds every number people send
    if visit is None:
        raise NotFound("deal.no_such_visit", number=number)
    return visit
