"""The work queue: what waits for the reader."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from fastapi import Response

from api.dependencies import NowDep, ReadSessionDep
from api.policy import ANYONE, PolicyRouter, RateClass
from api.web.shell import Shell, ShellDep
from catalog.demand.needs import NeedFilter, NeedOrder
from catalog.supply.capabilities import CapabilityFilter
from catalog.supply.suppliers import SupplierFilter
from core.database import ReadSession
from models.access import Viewer
from models.capability import CapabilityPublic
from models.deal_enums import DealStatus
from models.deal_public import DealSummary
from models.enums import NeedStatus
from models.need import NeedSummary
from models.supplier import SupplierPublic
from tracking.lifecycle import CLOSED
from workflow.capabilities import list_capabilities
from workflow.days import day_of
from workflow.deals import DealFilter, DealOrder, list_deals
from workflow.deals.queue import SOON
from workflow.needs import list_needs
from workflow.notifications import InboxMessage, list_inbox
from workflow.paging import PAGE_SIZE_MAX, Page
from workflow.review_queue import needs_to_review
from workflow.suppliers import list_suppliers

router = PolicyRouter()


@dataclass(frozen=True)
class HomePage:
    """What waits, the most urgent first; None for what the reader has nothing to do with."""

    overdue: list[DealSummary]
    due: list[DealSummary]
    without_step: list[DealSummary]
    to_triage: Page[NeedSummary] | None
    to_match: Page[NeedSummary] | None
    to_review: Page[NeedSummary] | None
    own_needs: Page[NeedSummary] | None
    own_capabilities: Page[CapabilityPublic] | None
    own_suppliers: Sequence[SupplierPublic]
    """For whom the reader may offer something new."""
    awaited: Sequence[DealSummary]
    """The deals that wait for an answer of the reader's own side."""
    own_deals: Sequence[DealSummary]
    """The other deals in which the reader takes part."""
    deals_of: Mapping[str, Sequence[DealSummary]]
    """The reader's own deals by the needs that they began with."""
    messages: Sequence[InboxMessage]
    """Those not read yet."""
    shown: int = 6
    """How many of each the page shows before it leads to the whole list."""


@router.get("/", roles=ANYONE, rate=RateClass.READ)
def home_page(shell: ShellDep, session: ReadSessionDep, now: NowDep) -> Response:
    """The reader's queue; visitors are shown the way in."""
    if shell.signed_in is None:
        return shell.go("/sign-in")
    return shell.render("home/home.html", _queue(shell, session, now))


def _queue(shell: Shell, session: ReadSession, now: datetime) -> HomePage:
    viewer, today = shell.viewer, day_of(now)
    deals = _my_deals(session, viewer, now)
    staff = viewer.is_society
    new = NeedFilter(status=NeedStatus.SUBMITTED, mine=True, order=NeedOrder.OLDEST)
    focused = NeedFilter(status=NeedStatus.FOCUSED, mine=True, order=NeedOrder.OLDEST)
    own, sides = NeedFilter(mine=True), _as_side(session, viewer, now)
    awaited = _awaited(session, viewer, now)
    return HomePage(
        overdue=[deal for deal in deals if deal.overdue],
        due=[deal for deal in deals if not deal.overdue and _is_soon(deal, today)],
        without_step=[deal for deal in deals if _lacks_step(deal)],
        to_triage=list_needs(session, viewer, new, size=HomePage.shown) if staff else None,
        to_match=list_needs(session, viewer, focused, size=HomePage.shown) if staff else None,
        to_review=needs_to_review(session, viewer, size=HomePage.shown) if staff else None,
        own_needs=list_needs(session, viewer, own, size=HomePage.shown) if viewer.organisations else None,
        own_capabilities=_own_capabilities(session, viewer),
        own_suppliers=_own_suppliers(session, viewer),
        awaited=awaited,
        own_deals=[deal for deal in sides if deal not in awaited],
        deals_of=_by_need(sides),
        messages=_unread(shell, session, now),
    )


def _unread(shell: Shell, session: ReadSession, now: datetime) -> Sequence[InboxMessage]:
    language, size = shell.language, HomePage.shown
    return list_inbox(session, shell.viewer, now=now, language=language, unread_only=True, size=size).items


def _own_capabilities(session: ReadSession, viewer: Viewer) -> Page[CapabilityPublic] | None:
    if not viewer.suppliers:
        return None
    return list_capabilities(session, viewer, CapabilityFilter(mine=True), size=HomePage.shown)


def _own_suppliers(session: ReadSession, viewer: Viewer) -> Sequence[SupplierPublic]:
    """The suppliers the reader acts for; none for staff, to whom every supplier of the branch is their own."""
    if viewer.is_society or not viewer.suppliers:
        return ()
    return list_suppliers(session, viewer, SupplierFilter(mine=True), size=HomePage.shown).items


def _my_deals(session: ReadSession, viewer: Viewer, now: datetime) -> list[DealSummary]:
    """The reader's own deals that are not closed, the next due first."""
    if not viewer.is_society:
        return []
    found = list_deals(session, viewer, DealFilter(mine=True, order=DealOrder.DUE), now=now, size=PAGE_SIZE_MAX)
    return [deal for deal in found.items if deal.status in (DealStatus.OPEN, DealStatus.PAUSED)]


def _as_side(session: ReadSession, viewer: Viewer, now: datetime) -> list[DealSummary]:
    """The deals in which somebody of an enterprise or a supplier takes part: what goes on first, then the newest."""
    if viewer.is_society or not (viewer.organisations or viewer.suppliers):
        return []
    found = list_deals(session, viewer, DealFilter(order=DealOrder.OPENED), now=now, size=PAGE_SIZE_MAX)
    return sorted(found.items, key=lambda deal: deal.status in CLOSED)


def _awaited(session: ReadSession, viewer: Viewer, now: datetime) -> list[DealSummary]:
    """The deals that wait for the reader, who has not replied yet; the longest first."""
    if not (viewer.organisations or viewer.suppliers):
        return []
    found = list_deals(session, viewer, DealFilter(awaited=True), now=now, size=PAGE_SIZE_MAX)
    waiting = [deal for deal in found.items if not deal.replies and deal.waiting_since is not None]
    return sorted(waiting, key=lambda deal: deal.waiting_since or date.max)


def _by_need(deals: Sequence[DealSummary]) -> dict[str, list[DealSummary]]:
    found: dict[str, list[DealSummary]] = {}
    for deal in deals:
        if deal.need is not None:
            found.setdefault(deal.need, []).append(deal)
    return found


def _lacks_step(deal: DealSummary) -> bool:
    return deal.status is DealStatus.OPEN and not deal.next_step and not deal.no_step_reason


def _is_soon(deal: DealSummary, today: date) -> bool:
    return deal.next_step_due is not None and deal.next_step_due <= today + SOON
