"""The pages of deals.

A deal's page has several small forms. When one is refused the page comes again with that form open, everything typed
still in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from fastapi import Response

from api.audiences import SOCIETY, TAKING_PART
from api.dependencies import AuditDep, NowDep, ReadSessionDep, ViewerDep
from api.policy import PolicyRouter, RateClass
from api.web.deal_forms import DealForm, DealFormDep
from api.web.deal_page import deal_page
from api.web.lists import Wanted, WantedDep
from api.web.shell import ShellDep
from core.errors import Invalid
from models.deal_enums import DealStatus
from models.deal_forms import ContractCreate, DealUpdate, NextStepUpdate, StageMove, StatusMove
from models.deal_outcome import OutcomeCreate
from models.deal_public import DealSummary
from tracking.templates import SIGNED, all_stages
from workflow.days import day_of
from workflow.deals import (
    DealFilter,
    DealOrder,
    LeftDeal,
    advance_deal,
    archive_deal,
    edit_deal,
    list_deals,
    list_left,
    lose_deal,
    pause_deal,
    record_outcome,
    restore_deal,
    revive_deal,
    set_next_step,
    signing_faults,
)
from workflow.paging import Page

router = PolicyRouter(prefix="/deals")


@dataclass(frozen=True, slots=True)
class DealListPage:
    """Deals."""

    wanted: Wanted
    found: Page[DealSummary]
    may_start: bool
    left: Sequence[LeftDeal]
    """What the reader's own sides were taken out of."""
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
    return shell.render("deals/list.html", DealListPage(wanted, found, viewer.is_society, list_left(session, viewer)))


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
def submit_edit(deal: DealFormDep) -> Response:
    """The deal's title, and who may see it, are changed."""
    team_only = bool(deal.text("team_only"))
    return deal.submit("edit", lambda: edit_deal(*deal.of, deal.build(DealUpdate, team_only=team_only), now=deal.now))


@router.post("/{public_id}/next-step", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.next_step")
def submit_next_step(deal: DealFormDep) -> Response:
    """The deal has a next step."""
    return deal.submit("step", lambda: set_next_step(*deal.of, deal.build(NextStepUpdate), now=deal.now), "step_set")


@router.post("/{public_id}/advance", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.advance")
def submit_advance(deal: DealFormDep) -> Response:
    """The deal, or one of its contracts, stands at another stage."""

    def advance() -> None:
        signing = _signing(deal) if deal.text("to") == SIGNED else None
        advance_deal(*deal.of, deal.build(StageMove, signing=signing), now=deal.now)

    name = "-further" if deal.text("further") else deal.text("contract")
    return deal.submit(f"advance{name}", advance, "deal_moved")


def _signing(deal: DealForm) -> ContractCreate:
    """The contract as typed. Raises Invalid with everything that is wrong with the signing, not only with its terms."""
    try:
        return deal.build(ContractCreate, cooperative=bool(deal.text("cooperative")))
    except Invalid as refused:
        is_explained = bool(deal.text("reason"))
        others = signing_faults(*deal.of, signed_on=_day_of_signing(deal), is_explained=is_explained, now=deal.now)
        raise Invalid(refused.code, (*refused.problems, *others)) from None


def _day_of_signing(deal: DealForm) -> date | None:
    """The day that was typed; one that cannot be read is a fault of its own, and counts as today."""
    typed = deal.text("signed_on")
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError:
        return day_of(deal.now)


@router.post("/{public_id}/pause", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.pause")
def submit_pause(deal: DealFormDep) -> Response:
    """The deal is paused."""
    return deal.submit("pause", lambda: pause_deal(*deal.of, deal.build(StatusMove), now=deal.now), "deal_paused")


@router.post("/{public_id}/revive", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.revive")
def submit_revive(deal: DealFormDep) -> Response:
    """The deal is open again."""
    return deal.submit("revive", lambda: revive_deal(*deal.of, deal.build(StatusMove), now=deal.now), "deal_revived")


@router.post("/{public_id}/lose", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.lose")
def submit_lose(deal: DealFormDep) -> Response:
    """The deal is lost, for a reason."""
    return deal.submit("lose", lambda: lose_deal(*deal.of, deal.build(StatusMove), now=deal.now), "deal_lost")


@router.post("/{public_id}/outcome", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.outcome")
def submit_outcome(deal: DealFormDep) -> Response:
    """What came of the deal is recorded, which ends it where it runs; ended before, it is added to."""
    despite = bool(deal.text("despite_unfinished"))
    return deal.submit(
        "outcome",
        lambda: record_outcome(*deal.of, deal.build(OutcomeCreate, despite_unfinished=despite), now=deal.now),
        "outcome_recorded",
    )


@router.post("/{public_id}/archive", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.archive")
def submit_archive(deal: DealFormDep) -> Response:
    """The deal is out of the lists."""
    archive_deal(*deal.of, now=deal.now, version=deal.typed.version())
    return deal.shell.go(deal.here, "archived")


@router.post("/{public_id}/restore", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.restore")
def submit_restore(deal: DealFormDep) -> Response:
    """The deal is back in the lists."""
    restore_deal(*deal.of, now=deal.now, version=deal.typed.version())
    return deal.shell.go(deal.here, "restored")
