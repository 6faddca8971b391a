"""The pages of deals.

A deal's page has several small forms. When one is refused the page comes again with that form open, everything typed
still in it.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Final

from fastapi import Response

from api.audiences import SOCIETY, TAKING_PART
from api.dependencies import AuditDep, NowDep, ReadSessionDep, ViewerDep, WriteSessionDep, undo
from api.policy import PolicyRouter, RateClass
from api.web.forms import Attempt, FormDep, Typed, attempt_of, build, filled
from api.web.lists import Wanted, WantedDep
from api.web.shell import Shell, ShellDep
from core.database import ReadSession, WriteSession
from core.errors import AppError, Conflict, Invalid, NotFound, Problem
from models.access import Viewer
from models.deal_forms import (
    AnswerCreate,
    ContractCreate,
    ContractUpdate,
    DealPublic,
    DealStart,
    DealSummary,
    DealUpdate,
    EventPublic,
    EvidenceCreate,
    MoveOption,
    NextStepUpdate,
    NoteCreate,
    OutcomeCreate,
    StageMove,
    StatusMove,
    TrackPublic,
    UndoMove,
    WaitingUpdate,
)
from models.enums import (
    ContractKind,
    Currency,
    DealStatus,
    EvidenceKind,
    NoteKind,
    PartyRole,
    PaymentPlan,
    Precision,
    ReasonCode,
    Visibility,
)
from tracking.reasons import MOVES
from tracking.templates import SIGNED, all_stages
from workflow.deals import (
    DealFilter,
    DealOrder,
    add_note,
    advance_deal,
    archive_deal,
    deal_timeline,
    edit_deal,
    list_deals,
    lose_deal,
    pause_deal,
    record_answer,
    record_evidence,
    record_outcome,
    restore_deal,
    revive_deal,
    set_next_step,
    set_waiting,
    show_deal,
    start_deal,
    undo_move,
    withdraw_evidence,
)
from workflow.needs import show_need
from workflow.paging import PAGE_SIZE_MAX, Page
from workflow.suppliers import show_supplier

router = PolicyRouter(prefix="/deals")

TIMELINE_KINDS: Final = ("notes", "moves", "steps", "other")
_NOTES: Final = frozenset(f"deal.{kind}" for kind in NoteKind)
_STEPS: Final = frozenset(
    f"deal.{code}" for code in ("next_step_set", "next_step_due", "no_next_step", "waiting", "waiting_over", "answered")
)
_OTHER: Final = frozenset(
    f"deal.{code}"
    for code in (
        "edited",
        "archived",
        "restored",
        "contract_edited",
        "milestone_planned",
        "payment_planned",
        "need_added",
        "party_added",
        "handed_over",
    )
)


def kind_of_event(code: str) -> str:
    """Under which filter of the timeline an event falls."""
    for codes, kind in ((_NOTES, "notes"), (_STEPS, "steps"), (_OTHER, "other")):
        if code in codes:
            return kind
    return "moves"


@dataclass(frozen=True, slots=True)
class DealListPage:
    """Deals."""

    wanted: Wanted
    found: Page[DealSummary]
    may_start: bool
    statuses: type[DealStatus] = DealStatus
    stages: tuple[str, ...] = field(default_factory=all_stages)
    orders: type[DealOrder] = DealOrder


@dataclass(frozen=True, slots=True)
class DealFormPage:
    """The form of a deal that starts without a match."""

    attempt: Attempt
    need_title: str
    supplier_name: str


@dataclass(frozen=True, slots=True)
class DealPage:
    """One deal: where it stands, what can be done with it, and what happened."""

    deal: DealPublic
    events: list[EventPublic]
    kind: str
    """The kind of events shown; empty for all."""
    today: date
    need_title: str
    read_at: str
    """When the page was made, so that a refused form can say what happened since."""
    refused: Attempt | None = None
    meanwhile: Sequence[EventPublic] = ()
    """What others did since the form that was just refused was opened."""
    kinds: tuple[str, ...] = TIMELINE_KINDS
    note_kinds: type[NoteKind] = NoteKind
    visibilities: type[Visibility] = Visibility
    move_reasons: tuple[ReasonCode, ...] = MOVES
    evidence_kinds: type[EvidenceKind] = EvidenceKind
    sides: type[PartyRole] = PartyRole
    payment_plans: type[PaymentPlan] = PaymentPlan
    contract_kinds: type[ContractKind] = ContractKind
    currencies: type[Currency] = Currency
    signed: str = field(default=SIGNED)

    def attempt(self, form: str, **values: str) -> Attempt:
        """The content of one of the page's forms: as typed, when it was just refused, else as given here."""
        if self.refused is not None and self.refused.form == form:
            return self.refused
        return Attempt(form, {name: [value] for name, value in values.items()})

    def option(self, kind: str) -> MoveOption | None:
        """The move of the whole deal of this kind, if it is legal now."""
        return next((move for move in self.deal.moves if move.kind == kind), None)

    def contract_attempt(self, track: TrackPublic) -> Attempt:
        """The content of the form of a contract: as typed, when it was just refused, else as stored."""
        name = f"contract{track.contract}"
        if self.refused is not None and self.refused.form == name:
            return self.refused
        stored = {field: getattr(track, field) for field in ContractUpdate.model_fields}
        return filled(name, ContractUpdate.model_validate(stored))

    @property
    def sides_of_deal(self) -> list[PartyRole]:
        """The sides that take part in the deal, each once."""
        return list(dict.fromkeys(party.role for party in self.deal.parties))

    @property
    def is_signed(self) -> bool:
        """Whether contracts carry the deal now."""
        return any(track.contract is not None for track in self.deal.tracks)


@router.get("", roles=TAKING_PART, rate=RateClass.READ)
def list_page(shell: ShellDep, session: ReadSessionDep, viewer: ViewerDep, wanted: WantedDep, now: NowDep) -> Response:
    """The deals the reader may see."""
    chosen = DealFilter(
        query=wanted.text("q"),
        status=wanted.member(DealStatus, "status"),
        stage=wanted.text("stage"),
        mine=wanted.flag("mine"),
        overdue=wanted.flag("overdue"),
        archived=wanted.flag("archived"),
        order=wanted.member(DealOrder, "order") or DealOrder.ACTIVITY,
    )
    found = list_deals(session, viewer, chosen, now=now, page=wanted.page)
    return shell.render("deals/list.html", DealListPage(wanted, found, viewer.is_society))


@router.get("/new", roles=SOCIETY, rate=RateClass.READ)
def new_page(shell: ShellDep, session: ReadSessionDep, viewer: ViewerDep, wanted: WantedDep) -> Response:
    """The form of a deal that starts without a match."""
    attempt = Attempt("deal", {name: [wanted.text(name)] for name in ("need", "supplier") if wanted.text(name)})
    return shell.render("deals/form.html", _form_page(shell, session, viewer, attempt))


@router.post("", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.start")
def submit_new(shell: ShellDep, session: WriteSessionDep, viewer: ViewerDep, form: FormDep, now: NowDep) -> Response:
    """The deal stands at its first stage."""
    try:
        deal = start_deal(session, viewer, build(DealStart, form), now=now)
    except AppError as error:
        undo(session, error)
        page = _form_page(shell, session, viewer, attempt_of("deal", form, error))
        return shell.refuse("deals/form.html", page, error)
    return shell.go(f"/deals/{deal.public_id}", "deal_opened")


@router.get("/{public_id}", roles=TAKING_PART, rate=RateClass.READ, audit="deal.read")
def detail_page(
    shell: ShellDep,
    session: ReadSessionDep,
    viewer: ViewerDep,
    audit: AuditDep,
    wanted: WantedDep,
    now: NowDep,
    public_id: str,
) -> Response:
    """One deal; that it was read is logged."""
    page = _page(shell, session, viewer, public_id, now, kind=wanted.text("kind"))
    if page.deal.may_change:
        audit.full_read()
    return shell.render("deals/detail.html", page)


@router.post("/{public_id}/edit", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.edit")
def submit_edit(
    shell: ShellDep, session: WriteSessionDep, viewer: ViewerDep, form: FormDep, now: NowDep, public_id: str
) -> Response:
    """The deal's title, and who may see it, are changed."""
    try:
        changes = build(DealUpdate, form, team_only=bool(form.text("team_only")))
        edit_deal(session, viewer, public_id, changes, now=now)
    except AppError as error:
        return refused_page(shell, session, viewer, public_id, now, attempt_of("edit", form, error), error)
    return shell.go(f"/deals/{public_id}", "saved")


@router.post("/{public_id}/next-step", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.next_step")
def submit_next_step(
    shell: ShellDep, session: WriteSessionDep, viewer: ViewerDep, form: FormDep, now: NowDep, public_id: str
) -> Response:
    """The deal has a next step."""
    try:
        set_next_step(session, viewer, public_id, build(NextStepUpdate, form), now=now)
    except AppError as error:
        return refused_page(shell, session, viewer, public_id, now, attempt_of("step", form, error), error)
    return shell.go(f"/deals/{public_id}", "step_set")


@router.post("/{public_id}/notes", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.note")
def submit_note(
    shell: ShellDep, session: WriteSessionDep, viewer: ViewerDep, form: FormDep, now: NowDep, public_id: str
) -> Response:
    """The note is in the timeline."""
    try:
        occurred_at, precision = _occurred(shell, form, now)
        note = build(NoteCreate, form, occurred_at=occurred_at, precision=precision)
        add_note(session, viewer, public_id, note, now=now)
    except AppError as error:
        return refused_page(shell, session, viewer, public_id, now, attempt_of("note", form, error), error)
    return shell.go(f"/deals/{public_id}#history", "note_added")


@router.post("/{public_id}/advance", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.advance")
def submit_advance(
    shell: ShellDep, session: WriteSessionDep, viewer: ViewerDep, form: FormDep, now: NowDep, public_id: str
) -> Response:
    """The deal, or one of its contracts, stands at another stage."""
    name = f"advance{form.text('contract') if not form.text('further') else '-further'}"
    try:
        together = bool(form.text("cooperative"))
        signing = build(ContractCreate, form, cooperative=together) if form.text("to") == SIGNED else None
        advance_deal(session, viewer, public_id, build(StageMove, form, signing=signing), now=now)
    except AppError as error:
        return refused_page(shell, session, viewer, public_id, now, attempt_of(name, form, error), error)
    return shell.go(f"/deals/{public_id}", "deal_moved")


@router.post("/{public_id}/undo", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.undo")
def submit_undo(
    shell: ShellDep, session: WriteSessionDep, viewer: ViewerDep, form: FormDep, now: NowDep, public_id: str
) -> Response:
    """The last move between stages was a slip."""
    try:
        undo_move(session, viewer, public_id, build(UndoMove, form), now=now)
    except AppError as error:
        return refused_page(
            shell, session, viewer, public_id, now, attempt_of(f"undo{form.text('contract')}", form, error), error
        )
    return shell.go(f"/deals/{public_id}", "deal_move_undone")


@router.post("/{public_id}/evidence", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.evidence")
def submit_evidence(
    shell: ShellDep, session: WriteSessionDep, viewer: ViewerDep, form: FormDep, now: NowDep, public_id: str
) -> Response:
    """It is recorded that a stage was gone through."""
    try:
        record_evidence(session, viewer, public_id, build(EvidenceCreate, form), now=now)
    except AppError as error:
        return refused_page(
            shell, session, viewer, public_id, now, attempt_of(f"evidence{form.text('contract')}", form, error), error
        )
    return shell.go(f"/deals/{public_id}", "evidence_recorded")


@router.post(
    "/{public_id}/evidence/{number}/withdraw", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.evidence_withdraw"
)
def submit_withdrawal(
    shell: ShellDep, session: WriteSessionDep, viewer: ViewerDep, now: NowDep, public_id: str, number: int
) -> Response:
    """The evidence was recorded wrongly."""
    withdraw_evidence(session, viewer, public_id, number, now=now)
    return shell.go(f"/deals/{public_id}", "evidence_withdrawn")


@router.post("/{public_id}/waiting", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.waiting")
def submit_waiting(
    shell: ShellDep, session: WriteSessionDep, viewer: ViewerDep, form: FormDep, now: NowDep, public_id: str
) -> Response:
    """Whose turn it is, and since when."""
    try:
        set_waiting(session, viewer, public_id, build(WaitingUpdate, form), now=now)
    except AppError as error:
        return refused_page(shell, session, viewer, public_id, now, attempt_of("waiting", form, error), error)
    return shell.go(f"/deals/{public_id}", "saved")


@router.post("/{public_id}/answers", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.answer")
def submit_answer(
    shell: ShellDep, session: WriteSessionDep, viewer: ViewerDep, form: FormDep, now: NowDep, public_id: str
) -> Response:
    """A side has answered."""
    try:
        record_answer(session, viewer, public_id, build(AnswerCreate, form), now=now)
    except AppError as error:
        return refused_page(shell, session, viewer, public_id, now, attempt_of("answer", form, error), error)
    return shell.go(f"/deals/{public_id}", "saved")


@router.post("/{public_id}/pause", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.pause")
def submit_pause(
    shell: ShellDep, session: WriteSessionDep, viewer: ViewerDep, form: FormDep, now: NowDep, public_id: str
) -> Response:
    """The deal is paused."""
    try:
        pause_deal(session, viewer, public_id, build(StatusMove, form), now=now)
    except AppError as error:
        return refused_page(shell, session, viewer, public_id, now, attempt_of("pause", form, error), error)
    return shell.go(f"/deals/{public_id}", "deal_paused")


@router.post("/{public_id}/revive", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.revive")
def submit_revive(
    shell: ShellDep, session: WriteSessionDep, viewer: ViewerDep, form: FormDep, now: NowDep, public_id: str
) -> Response:
    """The deal is open again."""
    try:
        revive_deal(session, viewer, public_id, build(StatusMove, form), now=now)
    except AppError as error:
        return refused_page(shell, session, viewer, public_id, now, attempt_of("revive", form, error), error)
    return shell.go(f"/deals/{public_id}", "deal_revived")


@router.post("/{public_id}/lose", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.lose")
def submit_lose(
    shell: ShellDep, session: WriteSessionDep, viewer: ViewerDep, form: FormDep, now: NowDep, public_id: str
) -> Response:
    """The deal is lost, for a reason."""
    try:
        lose_deal(session, viewer, public_id, build(StatusMove, form), now=now)
    except AppError as error:
        return refused_page(shell, session, viewer, public_id, now, attempt_of("lose", form, error), error)
    return shell.go(f"/deals/{public_id}", "deal_lost")


@router.post("/{public_id}/outcome", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.outcome")
def submit_outcome(
    shell: ShellDep, session: WriteSessionDep, viewer: ViewerDep, form: FormDep, now: NowDep, public_id: str
) -> Response:
    """What came of the deal is recorded."""
    try:
        record_outcome(session, viewer, public_id, build(OutcomeCreate, form), now=now)
    except AppError as error:
        return refused_page(shell, session, viewer, public_id, now, attempt_of("outcome", form, error), error)
    return shell.go(f"/deals/{public_id}", "outcome_recorded")


@router.post("/{public_id}/archive", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.archive")
def submit_archive(
    shell: ShellDep, session: WriteSessionDep, viewer: ViewerDep, form: FormDep, now: NowDep, public_id: str
) -> Response:
    """The deal is out of the lists."""
    archive_deal(session, viewer, public_id, now=now, version=form.version())
    return shell.go(f"/deals/{public_id}", "archived")


@router.post("/{public_id}/restore", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.restore")
def submit_restore(
    shell: ShellDep, session: WriteSessionDep, viewer: ViewerDep, form: FormDep, now: NowDep, public_id: str
) -> Response:
    """The deal is back in the lists."""
    restore_deal(session, viewer, public_id, now=now, version=form.version())
    return shell.go(f"/deals/{public_id}", "restored")


def _page(
    shell: Shell,
    session: ReadSession,
    viewer: Viewer,
    public_id: str,
    now: datetime,
    *,
    kind: str = "",
    refused: Attempt | None = None,
) -> DealPage:
    deal = show_deal(session, viewer, public_id, now=now)
    events = _events(session, viewer, public_id)
    kind = kind if kind in TIMELINE_KINDS else ""
    return DealPage(
        deal=deal,
        events=[event for event in events if not kind or kind_of_event(event.code) == kind],
        kind=kind,
        today=now.astimezone(shell.show.zone).date(),
        need_title=shell.need_title(show_need(session, viewer, deal.need)) if deal.need else "",
        read_at=now.isoformat(),
        refused=refused,
        meanwhile=_meanwhile(events, refused),
    )


def _meanwhile(events: list[EventPublic], refused: Attempt | None) -> list[EventPublic]:
    """What happened since the form was opened, when that is why it was refused."""
    if refused is None or not isinstance(refused.error, Conflict):
        return []
    try:
        read_at = datetime.fromisoformat(refused.value("read_at"))
        return [event for event in events if event.recorded_at > read_at]
    except (ValueError, TypeError):  # not sent, or not as we wrote it
        return []


def _events(session: ReadSession, viewer: Viewer, public_id: str) -> list[EventPublic]:
    """The whole timeline: a deal has some hundred events at most, and a filter looks at all of them."""
    events: list[EventPublic] = []
    number = pages = 1
    while number <= pages:
        found = deal_timeline(session, viewer, public_id, page=number, size=PAGE_SIZE_MAX)
        events += found.items
        pages, number = found.pages, number + 1
    return events


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
    page = _page(shell, session, viewer, public_id, now, refused=attempt)
    return shell.refuse("deals/detail.html", page, error)


def _form_page(shell: Shell, session: ReadSession, viewer: Viewer, attempt: Attempt) -> DealFormPage:
    need, supplier = attempt.value("need"), attempt.value("supplier")
    need_title = supplier_name = ""
    with suppress(NotFound):
        need_title = shell.need_title(show_need(session, viewer, need)) if need else ""
    with suppress(NotFound):
        supplier_name = show_supplier(session, viewer, supplier).name if supplier else ""
    return DealFormPage(attempt, need_title, supplier_name)


def _occurred(shell: Shell, form: Typed, now: datetime) -> tuple[datetime, Precision]:
    """When a noted thing happened: now, or some time on an earlier day. Raises Invalid."""
    text = form.text("occurred_on")
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError:
        raise Invalid("invalid", (Problem("field.not_a_date", field="occurred_on"),)) from None
    if day is None or day == now.astimezone(shell.show.zone).date():
        return now, Precision.INSTANT
    return datetime.combine(day, time(0), shell.show.zone), Precision.DAY
