"""The pages of deals.

A deal's page has several small forms. When one is refused the page comes again with that form open, everything typed
still in it.
"""

from dataclasses import dataclass, field

from fastapi import Response

from api.audiences import SOCIETY, TAKING_PART
from api.dependencies import AuditDep, NowDep, ReadSessionDep, ViewerDep, WriteSessionDep
from api.policy import PolicyRouter, RateClass
from api.web.deal_page import deal_page, refused_page
from api.web.forms import FormDep, attempt_of, build
from api.web.lists import Wanted, WantedDep
from api.web.shell import ShellDep
from core.errors import AppError
from models.deal_forms import (
    ContractCreate,
    DealSummary,
    DealUpdate,
    NextStepUpdate,
    OutcomeCreate,
    StageMove,
    StatusMove,
)
from models.enums import (
    DealStatus,
)
from tracking.templates import SIGNED, all_stages
from workflow.deals import (
    DealFilter,
    DealOrder,
    advance_deal,
    archive_deal,
    edit_deal,
    list_deals,
    lose_deal,
    pause_deal,
    record_outcome,
    restore_deal,
    revive_deal,
    set_next_step,
)
from workflow.paging import Page

router = PolicyRouter(prefix="/deals")


@dataclass(frozen=True, slots=True)
class DealListPage:
    """Deals."""

    wanted: Wanted
    found: Page[DealSummary]
    may_start: bool
    statuses: type[DealStatus] = DealStatus
    stages: tuple[str, ...] = field(default_factory=all_stages)
    orders: type[DealOrder] = DealOrder


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
    page = deal_page(shell, session, viewer, public_id, now, wanted=wanted)
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
