"""Judged lists as rows: proposals that were shown, decided about, and became deals that came as far as they did."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from core.database import WriteSession
from matching.learning.labels import LEVELS, Reached
from matching.learning.trial import LabelledNeed
from matching.ranker import COLD, FEATURES, SHIPPED
from models.deal import Contract, Deal, DealStage, StageEvidence
from models.deal_enums import ContractKind, EvidenceKind
from models.enums import Origin, ReasonCode, SupplierKind
from models.learning import ModelVersion
from models.match import Impression, Judgement, Match, MatchRun
from models.match_enums import MatchStatus, ModelKind, ModelState, SlotKind, Verdict
from models.need import Need, NeedRevision
from models.supplier import Supplier
from tests.workflow.deal_world import World

_STEP = timedelta(days=20)


@dataclass
class LearningWorld:
    """A society in which lists are judged; everything is flushed, nothing committed."""

    session: WriteSession
    now: datetime

    def __post_init__(self) -> None:
        self.world = World(self.session, self.now)
        self.staff = self.world.staff()
        self.asker = self.world.organisation()
        self.suppliers: list[Supplier] = []

    def remember(self, needs: Sequence[LabelledNeed]) -> None:
        """Each need with its list, as if it had been shown and judged when it came."""
        for number, need in enumerate(needs):
            self.judged(need, f"需求{number}：{need.query.title}")
        self.session.flush()

    def judged(self, need: LabelledNeed, title: str) -> list[Match]:
        """One need; level 1 is declined, each further level a deal that came a step further."""
        run = self.run(title, need.at)
        matches = [
            self.match(run, place, dict(zip(FEATURES, need.features[:, place].tolist(), strict=True)), chance)
            for place, chance in enumerate(need.shown_with.tolist())
        ]
        self.session.flush()
        for match, level in zip(matches, need.levels.tolist(), strict=True):
            self.show_and_judge(match, level)
        return matches

    def run(self, title: str, at: datetime) -> MatchRun:
        need = Need(organisation_id=self.asker.key, submitted_at=at)
        self.session.add(need)
        self.session.flush()
        revision = NeedRevision(need_id=need.key, number=1, valid_from=at, title=title, problem="")
        self.session.add(revision)
        self.session.flush()
        run = MatchRun(
            need_id=need.key,
            need_revision_id=revision.key,
            requested_at=at,
            viewer_class="x",
            engine="x",
            model="x",
            ranker="x",
            index="x",
            candidates=12,
        )
        self.session.add(run)
        self.session.flush()
        return run

    def match(self, run: MatchRun, place: int, features: dict[str, float | None], chance: float = 1.0) -> Match:
        match = Match(
            need_id=run.need_id,
            run_id=run.key,
            need_revision_id=run.need_revision_id,
            supplier_id=self.supplier(place).key,
            origin=Origin.ENGINE,
            proposed_at=run.requested_at,
            rank=place + 1,
            evidence={"version": 2, "probability": chance, "best": {"features": features}},
        )
        self.session.add(match)
        return match

    def supplier(self, place: int) -> Supplier:
        """The same few suppliers stand on every list."""
        while len(self.suppliers) <= place:
            name = f"供给方{len(self.suppliers)}"
            supplier = Supplier(name=name, kind=SupplierKind.TEAM, created_at=self.now)
            self.session.add(supplier)
            self.session.flush()
            self.suppliers.append(supplier)
        return self.suppliers[place]

    def show_and_judge(
        self, match: Match, level: float, *, at: datetime | None = None, reason: ReasonCode | None = None
    ) -> None:
        at = at or match.proposed_at
        assert self.staff.person_id is not None
        is_yes = level > LEVELS[Reached.declined]
        match.status = MatchStatus.ACCEPTED if is_yes else MatchStatus.DECLINED
        slot = SlotKind.RANKED if match.evidence["probability"] == 1.0 else SlotKind.EXPLORED
        self.session.add(
            Impression(
                match_id=match.key,
                person_id=self.staff.person_id,
                position=match.rank or 0,
                slot=slot,
                probability=match.evidence["probability"],
                shown_at=at,
            )
        )
        self.session.add(
            Judgement(
                match_id=match.key,
                person_id=self.staff.person_id,
                verdict=Verdict.ACCEPT if is_yes else Verdict.DECLINE,
                reason=reason or (ReasonCode.GOOD_FIT if is_yes else ReasonCode.OFF_TOPIC),
                judged_at=at,
            )
        )
        if is_yes:
            self.deal(match, level, at)

    def deal(self, match: Match, level: float, at: datetime, *, split_from: Deal | None = None) -> Deal:
        """A deal that met at level 2, had its NDA at 3, was signed at 4 and accepted at 5; below 2 it never met.

        One that was split from another grew from no match itself.
        """
        assert self.staff.person_id is not None
        deal = Deal(
            title="x",
            need_id=match.need_id,
            match_id=None if split_from else match.key,
            split_from_id=split_from.key if split_from else None,
            owner_id=self.staff.person_id,
            opened_at=at,
            last_activity_at=at,
        )
        self.session.add(deal)
        self.session.flush()
        self.stage(deal, "contact", at, at + _STEP if level >= LEVELS[Reached.met] else None)
        if level >= LEVELS[Reached.met]:
            self.stage(deal, "exchange", at + _STEP, None)
        if level >= LEVELS[Reached.nda]:
            self.evidence(deal, EvidenceKind.NDA, at + 2 * _STEP)
        if level >= LEVELS[Reached.signed]:
            signed = at + 3 * _STEP
            self.session.add(Contract(deal_id=deal.key, kind=ContractKind.SERVICE, signed_on=signed.date()))
            self.evidence(deal, EvidenceKind.SIGNED_CONTRACT, signed)
        if level >= LEVELS[Reached.accepted]:
            self.evidence(deal, EvidenceKind.ACCEPTANCE_REPORT, at + 4 * _STEP)
        return deal

    def stage(self, deal: Deal, code: str, entered: datetime, left: datetime | None) -> None:
        row = {"deal_id": deal.key, "template": "common", "template_version": 2, "code": code}
        self.session.add(DealStage.model_validate(row | {"entered_at": entered, "left_at": left}))

    def evidence(self, deal: Deal, kind: EvidenceKind, at: datetime) -> None:
        self.session.add(StageEvidence(deal_id=deal.key, kind=kind, dated_on=at.date(), recorded_at=at))


def candidate(dense: float, *, won: bool = True, compared_with: str = SHIPPED.name) -> ModelVersion:
    """A version that was made by hand, other than any other by one weight."""
    ranker = replace(COLD, kind="local", weights=replace(COLD.weights, dense=dense))
    at = datetime.fromisoformat("2025-01-01T00:00:00+00:00")
    return ModelVersion(
        kind=ModelKind.ORDER,
        name=ranker.name,
        content=json.loads(ranker.to_json()),
        state=ModelState.CANDIDATE if won else ModelState.REFUSED,
        compared_with=compared_with,
        figures={"version": 1, "verdict": "better" if won else "not_better", "needs": 60},
        fitted_from=at,
        fitted_to=at,
        held_out_from=at,
        held_out_to=at,
        made_at=at,
    )
