"""What the page of one deal shows, and how it comes again with a form that was refused."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from fastapi import Response

from api.dependencies import undo
from api.web.files import FileListPage, file_list
from api.web.finding import Finder, Found
from api.web.forms import Attempt, filled
from api.web.highlight import Piece
from api.web.lists import Wanted
from api.web.proposals import quotes_of
from api.web.returning import packed
from api.web.shell import Shell
from api.web.timeline import TimelinePart, timeline_part
from core.database import ReadSession, WriteSession
from core.errors import AppError, Conflict, NotFound, Problem, Refused
from models.access import Viewer
from models.deal_enums import ContractKind, DealStatus, EvidenceKind, NotNow, PartyRole, PaymentPlan
from models.deal_forms import ContractUpdate, MilestoneUpdate, PaymentUpdate
from models.deal_outcome import ActionPublic, VisitCreate, VisitPublic
from models.deal_public import DealPublic, EventPublic, MilestonePublic, MoveOption, PaymentPublic, TrackPublic
from models.enums import Currency, ReasonCode, SubjectKind
from models.match_public import MatchPublic
from tracking.lifecycle import MoveKind
from tracking.reasons import MOVES, REMOVALS, reasons_for
from tracking.templates import COMMON, SIGNED
from workflow.days import day_of
from workflow.deals import (
    MemberPublic,
    deal_timeline,
    list_team,
    list_unfinished,
    propose_actions,
    show_deal,
)
from workflow.matches import show_match
from workflow.needs import show_need
from workflow.paging import PAGE_SIZE_MAX
from workflow.people import list_colleagues
from workflow.reminders import ReminderPublic, list_deal_reminders

NAMED: Final = {"party": ("supplier", "organisation"), "need": ("need",), "merge": ("deal",)}
"""The forms of the page in which things are named by words, with those fields."""


@dataclass(frozen=True, slots=True)
class DealPage:
    """One deal: where it stands, what can be done with it, and what happened."""

    deal: DealPublic
    timeline: TimelinePart
    files: FileListPage
    today: date
    need_title: str
    actions: list[ActionPublic]
    """What may be done next, the most worthwhile first."""
    reminders: list[ReminderPublic]
    """Those that wait, the next first, then the last that were told."""
    read_at: str
    """When the page was made, so that a refused form can say what happened since."""
    linked: Mapping[str, str] = field(default_factory=dict)
    """What the further needs, and the deals that this one came from or went into, are called, by id."""
    match: MatchPublic | None = None
    """What it grew from, for who works on it."""
    quotes: Sequence[tuple[Piece, ...]] = ()
    """The passages that spoke most for the match."""
    refused: Attempt | None = None
    meanwhile: Sequence[EventPublic] = ()
    """What others did since the form that was just refused was opened."""
    offered: set[str] = field(default_factory=set)
    """The forms that the page has shown so far."""
    evidence_kinds: type[EvidenceKind] = EvidenceKind
    sides: type[PartyRole] = PartyRole
    payment_plans: type[PaymentPlan] = PaymentPlan
    not_now: type[NotNow] = NotNow
    contract_kinds: type[ContractKind] = ContractKind
    currencies: type[Currency] = Currency
    colleagues: Sequence[tuple[str, str]] = ()
    """Login and name of whoever the deal can be handed to."""
    team: Sequence[MemberPublic] = ()
    """Who works on the deal beside its owner, for who does."""
    found: Mapping[str, Found] = field(default_factory=dict)
    """What the words in the refused form mean, field by field."""
    signed: str = field(default=SIGNED)
    all_reasons: tuple[ReasonCode, ...] = MOVES
    unfinished: Sequence[Problem] = ()
    """What calling the deal a success now would leave undone."""
    removal_reasons: tuple[ReasonCode, ...] = REMOVALS
    signing_reasons: tuple[ReasonCode, ...] = reasons_for(MoveKind.FORWARD, COMMON.stages[-1].code)
    """Why a further contract is signed without its day of signing."""

    def attempt(self, form: str, **values: str) -> Attempt:
        """The content of one of the page's forms: as typed, when it was just refused, else as given here."""
        self.offered.add(form)
        if self.refused is not None and self.refused.form == form:
            return self.refused
        return Attempt(form, {name: [value] for name, value in values.items()})

    def option(self, kind: str) -> MoveOption | None:
        """The move of the whole deal of this kind, if it is legal now."""
        return next((move for move in self.deal.moves if move.kind == kind), None)

    def contract_attempt(self, track: TrackPublic) -> Attempt:
        """The content of the form of a contract: as typed, when it was just refused, else as stored."""
        name = f"contract{track.contract}"
        self.offered.add(name)
        if self.refused is not None and self.refused.form == name:
            return self.refused
        stored = {field: getattr(track, field) for field in ContractUpdate.model_fields}
        return filled(name, ContractUpdate.model_validate(stored))

    @property
    def may_correct(self) -> bool:
        """Whether what is planned under the contracts can be changed."""
        return not self.deal.archived and self.deal.status is not DealStatus.LOST

    @property
    def may_win(self) -> bool:
        """Whether the reader may say that the deal is won."""
        option = self.option(MoveKind.WIN)
        return option is not None and option.may

    def item_attempt(self, kind: str, contract: int, item: MilestonePublic | PaymentPublic) -> Attempt:
        """The content of the form of a milestone or payment: as typed, when it was just refused, else as stored."""
        name = f"edit-{kind}{contract}-{item.number}"
        self.offered.add(name)
        if self.refused is not None and self.refused.form == name:
            return self.refused
        form = MilestoneUpdate if isinstance(item, MilestonePublic) else PaymentUpdate
        return filled(name, form.model_validate(item.model_dump(exclude={"number"})))

    def visit_attempt(self, visit: VisitPublic) -> Attempt:
        """The content of the form of a return visit: as typed, when it was just refused, else as recorded."""
        name = f"visit{visit.contract}-{visit.number}"
        self.offered.add(name)
        if self.refused is not None and self.refused.form == name:
            return self.refused
        day = visit.done_on or self.today
        stored = {field: getattr(visit, field) for field in VisitCreate.model_fields}
        return filled(name, VisitCreate.model_validate(stored | {"done_on": day}))

    def moves(self, track: TrackPublic) -> list[MoveOption]:
        """Where this track can go: on first, then past what follows, and back last, the nearest first of each."""
        ahead = [move for move in track.moves if move.kind != MoveKind.BACK]
        return ahead + [move for move in reversed(track.moves) if move.kind == MoveKind.BACK]

    def next_stage(self, track: TrackPublic) -> str:
        """The stage that follows, where the reader may move there; else nothing, for going elsewhere is chosen."""
        return next((move.to for move in track.moves if move.kind == MoveKind.FORWARD and move.may), "")

    def move_reasons(self, track: TrackPublic) -> tuple[ReasonCode, ...]:
        """What can be given as the reason of a move of this track."""
        return tuple(dict.fromkeys(reason for move in track.moves for reason in move.reasons)) or self.all_reasons

    def places_for_stages(self, track: TrackPublic) -> list[str]:
        """The stages after which a stage may be added."""
        if track.stage not in track.stages:
            return []
        return [code for code in track.stages[track.stages.index(track.stage) :] if code != self.signed]

    @property
    def left_over(self) -> Attempt | None:
        """What was just refused, where the deal meanwhile stands so that the page has that form no more."""
        return self.refused if self.refused is not None and self.refused.form not in self.offered else None

    @property
    def sides_of_deal(self) -> list[PartyRole]:
        """The sides that take part in the deal, each once."""
        return list(dict.fromkeys(party.role for party in self.deal.parties))

    @property
    def shared_sides(self) -> list[tuple[PartyRole, list[str]]]:
        """The reader's own sides as which others take part too, who read what is written for that side."""
        parties, own = self.deal.parties, self.deal.own_sides
        named = ((side, [party.name for party in parties if party.role is side]) for side in own)
        return [(side, names) for side, names in named if len(names) > 1]

    @property
    def is_signed(self) -> bool:
        """Whether contracts carry the deal now."""
        return any(track.contract is not None for track in self.deal.tracks)


def deal_page(
    shell: Shell,
    session: ReadSession,
    viewer: Viewer,
    public_id: str,
    now: datetime,
    *,
    wanted: Wanted | None = None,
    refused: Attempt | None = None,
) -> DealPage:
    """What the page of one deal shows. Raises NotFound."""
    deal = show_deal(session, viewer, public_id, now=now)
    match = _match(session, viewer, deal)
    return DealPage(
        deal=deal,
        timeline=timeline_part(session, viewer, public_id, wanted or Wanted(f"/deals/{public_id}")),
        files=file_list(session, viewer, SubjectKind.DEAL, public_id),
        today=day_of(now),
        need_title=shell.need_title(show_need(session, viewer, deal.need)) if deal.need else "",
        reminders=list_deal_reminders(session, viewer, public_id),
        actions=propose_actions(session, viewer, public_id, now=now),
        read_at=now.isoformat(),
        linked=_linked(shell, session, viewer, deal, now),
        match=match,
        quotes=quotes_of(session, viewer, match) if match else (),
        refused=refused,
        colleagues=list_colleagues(session, viewer, now=now) if deal.may_change else (),
        team=list_team(session, viewer, public_id) if deal.may_change else (),
        unfinished=list_unfinished(session, viewer, public_id) if deal.may_change else (),
        found=_found(shell, session, viewer, public_id, now, refused),
        meanwhile=_meanwhile(session, viewer, public_id, refused),
    )


def _linked(shell: Shell, session: ReadSession, viewer: Viewer, deal: DealPublic, now: datetime) -> dict[str, str]:
    needs = {need: shell.need_title(show_need(session, viewer, need)) for need in deal.further_needs}
    others = [show_deal(session, viewer, key, now=now) for key in (deal.split_from, deal.merged_into) if key]
    untitled = {other.public_id: shell.t("deal.untitled", day=shell.show.day(other.opened_at)) for other in others}
    return needs | {other.public_id: other.title or untitled[other.public_id] for other in others}


def _found(
    shell: Shell, session: ReadSession, viewer: Viewer, public_id: str, now: datetime, refused: Attempt | None
) -> dict[str, Found]:
    if refused is None or refused.form not in NAMED:
        return {}
    return Finder(shell, session, viewer, now, beside=public_id).found(refused, NAMED[refused.form])


def _match(session: ReadSession, viewer: Viewer, deal: DealPublic) -> MatchPublic | None:
    if deal.match is None:
        return None
    try:
        return show_match(session, viewer, deal.match)
    except (NotFound, Refused):  # whoever works on the deal need not read its need
        return None


def _meanwhile(session: ReadSession, viewer: Viewer, public_id: str, refused: Attempt | None) -> list[EventPublic]:
    """What happened since the form was opened, when that is why it was refused."""
    if refused is None or not isinstance(refused.error, Conflict):
        return []
    try:
        read_at = datetime.fromisoformat(refused.value("read_at"))
        latest = deal_timeline(session, viewer, public_id, size=PAGE_SIZE_MAX).items
        return [event for event in latest if event.recorded_at > read_at]
    except (ValueError, TypeError):  # not sent, or not as we wrote it
        return []


def refused_page(
    shell: Shell,
    session: WriteSession,
    viewer: Viewer,
    public_id: str,
    now: datetime,
    attempt: Attempt,
    error: AppError,
) -> Response:
    """The deal's page again, with the refused form open and everything typed still in it."""
    undo(session, error)
    shell.typed = packed(attempt.values)
    page = deal_page(shell, session, viewer, public_id, now, refused=attempt)
    return shell.refuse("deals/detail.html", page, error)
