"""Evidence that a stage of a deal was gone through: recorded with its day, withdrawn when that was wrong."""

from datetime import date, datetime

from sqlmodel import col, select

from core.database import ReadSession, WriteSession
from core.errors import Invalid, NotFound, Problem
from models.access import Viewer
from models.deal import Deal, StageEvidence
from models.deal_enums import EvidenceKind
from models.deal_forms import EvidenceCreate
from models.deal_public import EvidencePublic
from models.enums import SubjectKind
from tracking.store import contract_numbers, contracts_of, find_deal_to_change
from workflow.days import day_of
from workflow.deals.tracks import track_named, tracks_of
from workflow.deals.visits import settle_visits
from workflow.history import record_event
from workflow.reminders import schedule_reminders

_OF_THE_DEAL = frozenset({EvidenceKind.NDA, EvidenceKind.VISIT_NOTE, EvidenceKind.LETTER_OF_INTENT})
"""What belongs to the time before a contract, also when it is recorded later."""


def record_evidence(
    session: WriteSession, viewer: Viewer, deal_id: str, form: EvidenceCreate, *, now: datetime
) -> StageEvidence:
    """The evidence stands on the deal, or on the contract it is of.

    Raises NotFound, Refused, Conflict for an archived deal, Invalid for a day to come and where several contracts leave
    open which one is meant.
    """
    deal = find_deal_to_change(session, viewer, deal_id)
    if form.dated_on > day_of(now):
        raise Invalid("deal.day_in_future", (Problem("field.in_future", field="dated_on"),))
    contract_id = None
    if form.contract is not None or (form.kind not in _OF_THE_DEAL and contracts_of(session, deal.key)):
        contract = track_named(tracks_of(session, deal), form.contract).contract
        contract_id = contract.key if contract else None
    evidence = keep_evidence(session, viewer, deal, form.kind, form.dated_on, form.note, contract_id, now=now)
    _date_visits(session, deal, now)
    return evidence


def keep_evidence(
    session: WriteSession,
    viewer: Viewer,
    deal: Deal,
    kind: EvidenceKind,
    dated_on: date,
    note: str,
    contract_id: int | None,
    *,
    now: datetime,
) -> StageEvidence:
    """The evidence is recorded on a deal that the caller has locked, and in its history."""
    evidence = StageEvidence(
        deal_id=deal.key,
        contract_id=contract_id,
        kind=kind,
        dated_on=dated_on,
        note=note,
        recorded_by_id=viewer.person_id,
        recorded_at=now,
    )
    session.add(evidence)
    deal.last_activity_at = now
    _record(session, viewer, deal, "deal.evidence_recorded", evidence, now)
    session.flush()
    return evidence


def withdraw_evidence(session: WriteSession, viewer: Viewer, deal_id: str, number: int, *, now: datetime) -> None:
    """The evidence opens nothing any more; that it was recorded stays in the history.

    Raises NotFound, also for evidence that was withdrawn, Refused, Conflict for an archived deal.
    """
    deal = find_deal_to_change(session, viewer, deal_id)
    rows = _all(session, deal)
    if not 0 < number <= len(rows) or rows[number - 1].withdrawn_at is not None:
        raise NotFound("deal.no_such_evidence", number=number)
    rows[number - 1].withdrawn_at = now
    deal.last_activity_at = now
    _record(session, viewer, deal, "deal.evidence_withdrawn", rows[number - 1], now)
    _date_visits(session, deal, now)


def list_evidence(session: ReadSession, deal: Deal) -> list[EvidencePublic]:
    """The evidence that holds, of a deal the caller has found for somebody who works on it."""
    numbers = contract_numbers(session, deal.key)
    return [
        EvidencePublic(
            number=number,
            kind=row.kind,
            contract=numbers.get(row.contract_id or 0),
            dated_on=row.dated_on,
            note=row.note,
        )
        for number, row in enumerate(_all(session, deal), start=1)
        if row.withdrawn_at is None
    ]


def _date_visits(session: WriteSession, deal: Deal, now: datetime) -> None:
    """An acceptance report says from which day on return visits count."""
    settle_visits(session, deal, now=now)
    schedule_reminders(session, deal, now=now)


def _all(session: ReadSession, deal: Deal) -> list[StageEvidence]:
    return list(
        session.exec(
            select(StageEvidence).where(StageEvidence.deal_id == deal.key).order_by(col(StageEvidence.id))
        ).all()
    )


def _record(
    session: WriteSession, viewer: Viewer, deal: Deal, code: str, evidence: StageEvidence, now: datetime
) -> None:
    params = {"evidence": evidence.kind.value, "day": evidence.dated_on.isoformat()}
    record_event(
        session,
        SubjectKind.DEAL,
        deal.key,
        code,
        actor_id=viewer.person_id,
        now=now,
        params=params,
        text=evidence.note,
    )
