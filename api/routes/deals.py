"""Deals: lists, one deal with its moves and history, and everything that changes it."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Query

from api.audiences import SOCIETY, TAKING_PART
from api.dependencies import AuditDep, NowDep, ReadSessionDep, ViewerDep, WriteSessionDep
from api.page_public import PagePublic
from api.policy import PolicyRouter, RateClass
from api.routes.deal_act import DealActDep
from models.deal_enums import DealStatus, EntryKind
from models.deal_forms import (
    AnswerCreate,
    DealStart,
    DealUpdate,
    EvidenceCreate,
    NextStepUpdate,
    NoteCreate,
    StageMove,
    StatusMove,
    UndoMove,
    WaitingUpdate,
)
from models.deal_outcome import OutcomeCreate
from models.deal_public import DealPublic, DealSummary, EventPublic
from workflow.deals import (
    DealFilter,
    DealOrder,
    EntryFilter,
    LeftDeal,
    add_note,
    advance_deal,
    archive_deal,
    deal_timeline,
    edit_deal,
    list_deals,
    list_left,
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
from workflow.paging import PAGE_SIZE, PAGE_SIZE_MAX

router = PolicyRouter(prefix="/api/v1/deals", tags=["deals"])

PageNumber = Annotated[int, Query(ge=1, le=1_000_000)]
PageSize = Annotated[int, Query(ge=1, le=PAGE_SIZE_MAX)]
Version = Annotated[int | None, Query(description="The deal's version that was looked at.")]


class DealPatched(DealUpdate):
    """What is to change, and the version that was looked at."""

    version: int


@router.get("", roles=TAKING_PART, rate=RateClass.READ)
def read_deals(
    session: ReadSessionDep,
    viewer: ViewerDep,
    now: NowDep,
    q: str = "",
    status: DealStatus | None = None,
    stage: str = "",
    need: str = "",
    mine: bool = False,
    overdue: bool = False,
    archived: bool = False,
    order: DealOrder = DealOrder.ACTIVITY,
    awaited: bool = False,
    page: PageNumber = 1,
    size: PageSize = PAGE_SIZE,
) -> PagePublic[DealSummary]:
    """The deals the caller takes part in or works on; with `awaited`, those that wait for a side of the caller's."""
    wanted = DealFilter(q, status, stage, need, mine, overdue, archived, order, awaited)
    return PagePublic.of(list_deals(session, viewer, wanted, now=now, page=page, size=size))


@router.get("/left", roles=TAKING_PART, rate=RateClass.READ)
def read_left(session: ReadSessionDep, viewer: ViewerDep) -> list[LeftDeal]:
    """The deals that the caller's own sides were taken out of, and why."""
    return list_left(session, viewer)


@router.post("", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.start", status_code=HTTPStatus.CREATED)
def start(form: DealStart, session: WriteSessionDep, viewer: ViewerDep, now: NowDep) -> DealPublic:
    """A deal begins without a match, with its next step and day, or why there is none."""
    deal = start_deal(session, viewer, form, now=now)
    return show_deal(session, viewer, deal.public_id, now=now)


@router.get("/{deal_id}", roles=TAKING_PART, rate=RateClass.READ, audit="deal.read")
def read_deal(deal_id: str, session: ReadSessionDep, viewer: ViewerDep, audit: AuditDep, now: NowDep) -> DealPublic:
    """The deal with the moves that are legal now."""
    shown = show_deal(session, viewer, deal_id, now=now)
    audit.full_read()
    return shown


@router.patch("/{deal_id}", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.edit")
def edit(deal: DealActDep, form: DealPatched) -> DealPublic:
    """What the form names is changed."""
    edit_deal(*deal.of, form, now=deal.now)
    return deal.shown()


@router.get("/{deal_id}/events", roles=TAKING_PART, rate=RateClass.READ, audit="deal.read")
def read_events(
    deal_id: str,
    session: ReadSessionDep,
    viewer: ViewerDep,
    audit: AuditDep,
    kind: EntryKind | None = None,
    q: str = "",
    page: PageNumber = 1,
    size: PageSize = 50,
) -> PagePublic[EventPublic]:
    """What happened to the deal, newest first, of one kind or with some words; that it was read is logged."""
    found = deal_timeline(session, viewer, deal_id, EntryFilter(kind, q), page=page, size=size)
    audit.full_read()
    return PagePublic.of(found)


@router.post("/{deal_id}/advance", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.advance")
def advance(deal: DealActDep, form: StageMove) -> DealPublic:
    """The deal, or one of its contracts, stands at another stage."""
    advance_deal(*deal.of, form, now=deal.now)
    return deal.shown()


@router.post("/{deal_id}/undo", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.undo")
def undo(deal: DealActDep, form: UndoMove) -> DealPublic:
    """The last move between stages was a slip."""
    undo_move(*deal.of, form, now=deal.now)
    return deal.shown()


@router.post(
    "/{deal_id}/evidence",
    roles=SOCIETY,
    rate=RateClass.WRITE,
    audit="deal.evidence",
    status_code=HTTPStatus.CREATED,
)
def evidence(deal: DealActDep, form: EvidenceCreate) -> DealPublic:
    """It is recorded that a stage was gone through."""
    record_evidence(*deal.of, form, now=deal.now)
    return deal.shown()


@router.delete("/{deal_id}/evidence/{number}", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.evidence_withdraw")
def evidence_withdrawn(deal: DealActDep, number: int) -> DealPublic:
    """The evidence was recorded wrongly."""
    withdraw_evidence(*deal.of, number, now=deal.now)
    return deal.shown()


@router.post("/{deal_id}/waiting", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.waiting")
def waiting(deal: DealActDep, form: WaitingUpdate) -> DealPublic:
    """Whose turn it is, and since when."""
    set_waiting(*deal.of, form, now=deal.now)
    return deal.shown()


@router.post("/{deal_id}/answers", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.answer")
def answer(deal: DealActDep, form: AnswerCreate) -> DealPublic:
    """A side has answered."""
    record_answer(*deal.of, form, now=deal.now)
    return deal.shown()


@router.post("/{deal_id}/pause", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.pause")
def pause(deal: DealActDep, form: StatusMove) -> DealPublic:
    """Nothing is expected of the deal for now."""
    pause_deal(*deal.of, form, now=deal.now)
    return deal.shown()


@router.post("/{deal_id}/revive", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.revive")
def revive(deal: DealActDep, form: StatusMove) -> DealPublic:
    """The deal is open again where it stood."""
    revive_deal(*deal.of, form, now=deal.now)
    return deal.shown()


@router.post("/{deal_id}/lose", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.lose")
def lose(deal: DealActDep, form: StatusMove) -> DealPublic:
    """The deal is over without a result."""
    lose_deal(*deal.of, form, now=deal.now)
    return deal.shown()


@router.post("/{deal_id}/outcome", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.outcome")
def outcome(deal: DealActDep, form: OutcomeCreate) -> DealPublic:
    """What came of the deal is recorded."""
    record_outcome(*deal.of, form, now=deal.now)
    return deal.shown()


@router.post("/{deal_id}/notes", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.note", status_code=HTTPStatus.CREATED)
def note(
    deal_id: str, form: NoteCreate, session: WriteSessionDep, viewer: ViewerDep, now: NowDep
) -> PagePublic[EventPublic]:
    """The note stands in the timeline, which is returned."""
    add_note(session, viewer, deal_id, form, now=now)
    return PagePublic.of(deal_timeline(session, viewer, deal_id))


@router.post("/{deal_id}/next-step", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.next_step")
def next_step(deal: DealActDep, form: NextStepUpdate) -> DealPublic:
    """The owner is reminded of what is to be done next."""
    set_next_step(*deal.of, form, now=deal.now)
    return deal.shown()


@router.post("/{deal_id}/archive", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.archive")
def archive(deal: DealActDep, version: Version = None) -> DealPublic:
    """The deal is out of the lists."""
    archive_deal(*deal.of, now=deal.now, version=version)
    return deal.shown()


@router.post("/{deal_id}/restore", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.restore")
def restore(deal: DealActDep, version: Version = None) -> DealPublic:
    """The deal is back in the lists."""
    restore_deal(*deal.of, now=deal.now, version=version)
    return deal.shown()
