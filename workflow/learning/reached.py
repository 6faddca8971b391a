"""How far the deal that grew from a match came, and when: from stages, evidence, contracts and ends.

A deal that was merged into another goes on there: what that one reaches from the day of the merge on counts beside its
own steps, what it had reached before does not. What a part that was split off reaches counts too. A stage entered by
mistake and evidence that was withdrawn do not. Days without an hour count from their beginning where the society is.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlmodel import col, select

from core.database import ReadSession
from matching.learning.labels import Reached
from models.deal import Contract, Deal, DealStage, StageEvidence
from models.deal_enums import DealStatus, EvidenceKind
from tracking.extra_stages import base_of
from workflow.days import day_of, start_of

Steps = Mapping[Reached, datetime]
"""When each step was first reached; empty for a deal in which the two have not met."""

_Step = tuple[Reached, datetime]

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
_EVER: Final = datetime.min.replace(tzinfo=UTC)


def steps_of(session: ReadSession, matches: Collection[int]) -> dict[int, Steps]:
    """For each of these matches that has a deal, the steps it reached."""
    courses = _Courses.read(session)
    deals = [deal for deal in courses.deals.values() if deal.match_id in matches]
    return {deal.match_id: _first(courses.of(deal)) for deal in deals if deal.match_id is not None}


@dataclass(frozen=True, slots=True)
class _Courses:
    """All deals, the parts that were split off from each, and what each reached by itself."""

    deals: Mapping[int, Deal]
    parts: Mapping[int, Sequence[Deal]]
    steps: Mapping[int, Sequence[_Step]]

    @classmethod
    def read(cls, session: ReadSession) -> "_Courses":
        deals = session.exec(select(Deal)).all()
        parts: dict[int, list[Deal]] = {}
        for deal in deals:
            if deal.split_from_id is not None:
                parts.setdefault(deal.split_from_id, []).append(deal)
        steps: dict[int, list[_Step]] = {}
        for key, reached, at in _all_steps(session):
            steps.setdefault(key, []).append((reached, at))
        return cls({deal.key: deal for deal in deals}, parts, steps)

    def of(self, deal: Deal) -> Iterator[_Step]:
        """The deal's own steps, those of its parts, and from a merge on those of the deal in which it goes on."""
        since, coming = {deal.key: _EVER}, [deal]
        while coming:
            one = coming.pop()
            start = since[one.key]
            yield from (step for step in self.steps.get(one.key, ()) if step[1] >= start)
            ahead = [(part, start) for part in self.parts.get(one.key, ()) if part.opened_at >= start]
            if one.merged_into_id is not None and one.archived_at is not None:
                ahead.append((self.deals[one.merged_into_id], max(start, start_of(day_of(one.archived_at)))))
            for following, begun in ahead:
                if following.key not in since:
                    since[following.key] = begun
                    coming.append(following)


def _first(steps: Iterator[_Step]) -> Steps:
    """When each step was first reached."""
    found: dict[Reached, datetime] = {}
    for reached, at in steps:
        found[reached] = min(at, found.get(reached, at))
    return found


def _all_steps(session: ReadSession) -> Iterator[tuple[int, Reached, datetime]]:
    for stage in session.exec(select(DealStage).where(col(DealStage.undone_at).is_(None))):
        reached = _BY_STAGE.get(base_of(stage.code))
        if reached is None and stage.contract_id is not None:
            reached = Reached.signed
        if reached is not None:
            yield stage.deal_id, reached, stage.entered_at
    for shown in session.exec(select(StageEvidence).where(col(StageEvidence.withdrawn_at).is_(None))):
        if shown.kind in _BY_EVIDENCE:
            yield shown.deal_id, _BY_EVIDENCE[shown.kind], start_of(shown.dated_on)
    for contract in session.exec(select(Contract).where(col(Contract.signed_on).is_not(None))):
        if contract.signed_on is not None:
            yield contract.deal_id, Reached.signed, start_of(contract.signed_on)
    for deal in session.exec(select(Deal).where(Deal.status == DealStatus.WON)):
        if deal.closed_at is not None:
            yield deal.key, Reached.accepted, deal.closed_at
