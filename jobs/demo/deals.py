"""The demo's deals: their invented histories played through the real use cases, on the days on which they happened."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.database import WriteSession
from jobs.demo.content import DealEntry, HistoryEntry, VisitEntry, fen
from models.access import Viewer
from models.deal import Deal
from models.deal_enums import ContractKind, DealStatus, EvidenceKind, NoteKind
from models.deal_forms import (
    ContractCreate,
    ContractUpdate,
    DealCreate,
    DoneOn,
    EvidenceCreate,
    ExtraStageCreate,
    MilestoneCreate,
    NextStepUpdate,
    NoteCreate,
    StageMove,
    StatusMove,
    WaitingUpdate,
)
from models.deal_outcome import OutcomeCreate, VisitCreate
from models.enums import ReasonCode
from tracking.lifecycle import MoveKind, kind_of_move, missing_evidence
from tracking.store import contracts_of, milestones_of
from tracking.templates import SIGNED
from workflow.days import day_of
from workflow.deals.contracts import edit_contract
from workflow.deals.editing import set_next_step
from workflow.deals.evidence import record_evidence
from workflow.deals.extra_stages import add_stage
from workflow.deals.moving import advance_deal, pause_deal, revive_deal
from workflow.deals.notes import add_note
from workflow.deals.opening import start_deal
from workflow.deals.outcome import lose_deal, record_outcome
from workflow.deals.planned import plan_milestone, reach_milestone
from workflow.deals.tracks import tracks_of
from workflow.deals.visits import record_visit
from workflow.deals.waiting import set_waiting

_NOTES = {kind.value: kind for kind in NoteKind}
"""Notes by the word the content uses; milestones and evidence are told as plain notes."""
INSTEAD = {"carrying_out": "handover"}
"""What carrying out is called where a right changes hands."""
DAYS_A_MONTH = 30.4


@dataclass(frozen=True, slots=True)
class Player:
    """Plays one deal's history; `now` is the day on which the demo is loaded, which no step may pass."""

    session: WriteSession
    viewer: Viewer
    entry: DealEntry
    now: datetime
    lead: Viewer
    """Who takes a lost deal up again."""

    @property
    def start(self) -> datetime:
        """When the deal began."""
        return self.now - timedelta(days=round(self.entry.started_months_ago * DAYS_A_MONTH))

    def begin_without_match(self, *, need: str | None, supplier: str | None) -> Deal:
        """The deal stands at its first stage, without a match behind it."""
        form = DealCreate(title=self.entry.title, need=need, supplier=supplier)
        return start_deal(self.session, self.viewer, form, now=self.start)

    def play(self, deal: Deal) -> None:
        """Everything that happened to the deal, in order, then what is to be done next.

        A deal that was called a success before its return visits is closed after them: closed is final.
        """
        lines = sorted(self.entry.history, key=lambda line: line.days_after_start)
        won = next((line for line in lines if line.kind == "won"), None)
        for line in lines:
            at = min(self.start + timedelta(days=line.days_after_start, minutes=7), self.now)
            if line is not won:
                self._step(deal, line, at)
            elif line is not lines[-1]:
                self._note(deal, line, at)
                self._show(deal, (EvidenceKind.ACCEPTANCE_REPORT,), at)
        self._register(deal)
        if won is not None:
            record_outcome(self.session, self.viewer, deal.public_id, self._outcome(won), now=at)
        for number, visit in enumerate(self.entry.visits, start=1):
            self._visit(deal, number, visit)
        if deal.status is DealStatus.OPEN and self.entry.next_step:
            due = day_of(self.now + timedelta(days=self.entry.next_step_in_days or 0))
            form = NextStepUpdate(next_step=self.entry.next_step, next_step_due=due)
            set_next_step(self.session, self.viewer, deal.public_id, form, now=at)
            if self.entry.waits_for is not None:
                waiting = WaitingUpdate(waiting_for=self.entry.waits_for)
                set_waiting(self.session, self.viewer, deal.public_id, waiting, now=at)

    def _step(self, deal: Deal, line: HistoryEntry, at: datetime) -> None:
        session, viewer, key = self.session, self.viewer, deal.public_id
        match line.kind:
            case "stage":
                self._move(deal, line, at)
            case "own_stage":  # a stage that only this deal has, named by the text, after the one named
                form = ExtraStageCreate(name=line.text, after=line.stage, usual_from=30, usual_to=90)
                add_stage(session, viewer, key, form, now=at)
            case "paused":
                pause_deal(
                    session, viewer, key, StatusMove(reason=line.reason or ReasonCode.OTHER, text=line.text), now=at
                )
            case "revived":
                reason = line.reason or ReasonCode.CIRCUMSTANCES_CHANGED
                reviving = self.lead if deal.status is DealStatus.LOST else viewer
                revive_deal(session, reviving, key, StatusMove(reason=reason, text=line.text), now=at)
            case "lost":
                lose_deal(session, viewer, key, StatusMove(reason=line.reason, text=line.text), now=at)
            case "milestone":
                self._note(deal, line, at)
                self._milestone(deal, line, at)
            case _:
                self._note(deal, line, at)

    def _move(self, deal: Deal, line: HistoryEntry, at: datetime) -> None:
        [track] = tracks_of(self.session, deal)
        state = track.state(deal.status)
        if state.at == line.stage:  # where it begins, and where signing leads, it stands already
            if line.text:
                self._note(deal, line, at)
            return
        to = line.stage if line.stage in state.template.codes else INSTEAD.get(line.stage, line.stage)
        kind = kind_of_move(state.template, state.at, to)
        if kind is MoveKind.FORWARD and to != SIGNED:  # a signed contract is its own evidence
            self._show(deal, missing_evidence(state), at)
        reason = None if kind is MoveKind.FORWARD else line.reason or ReasonCode.CIRCUMSTANCES_CHANGED
        signing = self._contract(at) if to == SIGNED else None
        form = StageMove(to=to, signing=signing, reason=reason, text=line.text)
        advance_deal(self.session, self.viewer, deal.public_id, form, now=at)

    def _show(self, deal: Deal, missing: tuple[EvidenceKind, ...], at: datetime) -> None:
        """The evidence of the stage that is left was handed in on the day it was left."""
        for kind in missing[:1]:
            form = EvidenceCreate(kind=kind, dated_on=day_of(at))
            record_evidence(self.session, self.viewer, deal.public_id, form, now=at)

    def _note(self, deal: Deal, line: HistoryEntry, at: datetime) -> None:
        kind = _NOTES.get(line.kind, NoteKind.NOTE)
        form = NoteCreate(kind=kind, text=line.text, visibility=line.visibility, occurred_at=at)
        add_note(self.session, self.viewer, deal.public_id, form, now=at)

    def _milestone(self, deal: Deal, line: HistoryEntry, at: datetime) -> None:
        """What was reached under the contract, if there is one, is called by the first words that were said of it."""
        [track] = tracks_of(self.session, deal)
        if track.contract is None:
            return
        title = re.split("[，。：；]", line.text)[0]
        form = MilestoneCreate(title=title, due_on=day_of(at))
        plan_milestone(self.session, self.viewer, deal.public_id, 1, form, now=at)
        number = len(milestones_of(self.session, track.contract))  # the demo takes none away
        reach_milestone(self.session, self.viewer, deal.public_id, 1, number, DoneOn(), now=at)

    def _register(self, deal: Deal) -> None:
        contracts = contracts_of(self.session, deal.key)
        if not self.entry.registration or not contracts:
            return
        year = day_of(self.start + timedelta(days=365)).year % 100
        form = ContractUpdate(
            technical_amount=fen(self.entry.technical_wan), registration_number=f"{year:02}{self.entry.registration}"
        )
        edit_contract(self.session, self.viewer, deal.public_id, 1, form, now=self.now)

    def _visit(self, deal: Deal, number: int, visit: VisitEntry) -> None:
        at = self.start + timedelta(days=visit.days_after_start, minutes=7)
        form = VisitCreate(
            revenue=fen(visit.revenue_wan),
            done_on=day_of(at),
            **visit.model_dump(exclude={"days_after_start", "revenue_wan"}),
        )
        record_visit(self.session, self.viewer, deal.public_id, 1, number, form, now=at)

    def _contract(self, at: datetime) -> ContractCreate:
        kind = self.entry.contract_kind or ContractKind.DEVELOPMENT
        return ContractCreate(kind=kind, amount=fen(self.entry.contract_wan), signed_on=day_of(at))

    def _outcome(self, line: HistoryEntry) -> OutcomeCreate:
        told = self.entry.outcome
        return OutcomeCreate(
            status=DealStatus.WON,
            text=told.text if told else line.text,
            revenue=fen(told.revenue_wan) if told else None,
            jobs=told.jobs if told else None,
            satisfaction_demand=told.satisfaction_demand if told else None,
            satisfaction_supply=told.satisfaction_supply if told else None,
        )
