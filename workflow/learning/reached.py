"""How far the deal that grew from a match came, and when: from stages, evidence, contracts and ends.

A deal that was merged into another goes on there; a stage entered by mistake and evidence that was withdrawn do not
count. Days without an hour count from their beginning where the society is.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, date, datetime, time
from typing import Final

from sqlmodel import col, select

from core.database import ReadSession
from matching.learning.labels import Reached
from models.deal import Contract, Deal, DealStage, StageEvidence
from models.enums import DealStatus, EvidenceKind
from workflow.days import here

Steps = Mapping[Reached, datetime]
"""When each step was first reached; empty for a deal in which the two have not met."""

_BY_EVIDENCE: Final[Mapping[EvidenceKind, Reached]] = {
    EvidenceKind.VISIT_NOTE: Reached.met,
    EvidenceKind.NDA: Reached.nda,
    EvidenceKind.LETTER_OF_INTENT: Reached.nda,
    EvidenceKind.SIGNED_CONTRACT: Reached.signed,
    EvidenceKind.ACCEPTANCE_REPORT: Reached.accepted,
}
_BY_STAGE: Final[Mapping[str, Reached]] = {
    "exchange": Reached.met,
    "feasibility": Reached.nda,
    "negotiation": Reached.nda,
    "return_visit": Reached.accepted,
}
"""Stages before signing by what it takes to enter them; of a contract's stages only what follows acceptance."""
_EXTRA: Final = "+"
"""Before the number of a stage that one deal has beside those of its template."""


def steps_of(session: ReadSession, matches: Collection[int]) -> dict[int, Steps]:
    """For each of these matches that has a deal, the steps it reached."""
    deals = {row.key: row for row in session.exec(select(Deal))}
    of = {deal.match_id: _last(deal, deals).key for deal in deals.values() if deal.match_id in matches}
    steps: dict[int, dict[Reached, datetime]] = {}
    for deal_id, reached, at in _all_steps(session):
        known = steps.setdefault(deal_id, {})
        known[reached] = min(at, known.get(reached, at))
    return {match: steps.get(deal, {}) for match, deal in of.items() if match is not None}


def _last(deal: Deal, deals: Mapping[int, Deal]) -> Deal:
    """The deal in which this one goes on."""
    seen = {deal.key}
    while deal.merged_into_id is not None and deal.merged_into_id not in seen:
        deal = deals[deal.merged_into_id]
        seen.add(deal.key)
    return deal


def _all_steps(session: ReadSession) -> Iterator[tuple[int, Reached, datetime]]:
    for stage in session.exec(select(DealStage).where(col(DealStage.undone_at).is_(None))):
        reached = _BY_STAGE.get(stage.code.partition(_EXTRA)[0])
        if reached is None and stage.contract_id is not None:
            reached = Reached.signed
        if reached is not None:
            yield stage.deal_id, reached, stage.entered_at
    for shown in session.exec(select(StageEvidence).where(col(StageEvidence.withdrawn_at).is_(None))):
        if shown.kind in _BY_EVIDENCE:
            yield shown.deal_id, _BY_EVIDENCE[shown.kind], _instant(shown.dated_on)
    for contract in session.exec(select(Contract).where(col(Contract.signed_on).is_not(None))):
        if contract.signed_on is not None:
            yield contract.deal_id, Reached.signed, _instant(contract.signed_on)
    for deal in session.exec(select(Deal).where(Deal.status == DealStatus.WON)):
        if deal.closed_at is not None:
            yield deal.key, Reached.accepted, deal.closed_at


def _instant(day: date) -> datetime:
    return here(datetime.combine(day, time(12), UTC)).replace(hour=0, minute=0)
