"""The pages of one's messages, and of how one wants to be told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi import Response

from api.dependencies import NowDep, ReadSessionDep, RowNumber, ViewerDep, WriteSessionDep, undo
from api.policy import SIGNED_IN, PolicyRouter, RateClass
from api.web.display import Choice
from api.web.forms import Attempt, FormDep, Typed, attempt_of, build
from api.web.lists import Wanted, WantedDep
from api.web.shell import Shell, ShellDep
from core.database import ReadSession
from core.errors import AppError
from models.notice import MuteForm, NoticeChoice, NoticeHoursForm
from models.notice_enums import Channel, NoticeKind, NoticeTiming
from tracking.lifecycle import CLOSED
from workflow.deals import DealFilter, DealOrder, list_deals
from workflow.notifications import InboxMessage, list_inbox, mark_read, open_message
from workflow.notifications.calendar import calendar_since, close_calendar, open_calendar
from workflow.notifications.wishes import OwnWishes, choose_hours, choose_timings, mute, own_wishes, unmute
from workflow.paging import PAGE_SIZE_MAX, Page

router = PolicyRouter()

SNOOZE = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class MessagesPage:
    """One's messages."""

    wanted: Wanted
    found: Page[InboxMessage]
    unread: int
    next_week: str
    """The day until which a deal is snoozed, as a form sends it."""


@dataclass(frozen=True, slots=True)
class NoticesPage:
    """How one wants to be told."""

    wishes: OwnWishes
    hours: Attempt
    mute: Attempt
    calendar_since: datetime | None
    calendar_address: str = ""
    """The address that was just made; "" otherwise, for it is not stored."""
    timings: type[NoticeTiming] = NoticeTiming
    deals: Sequence[Choice] = ()
    """The own deals that can be muted, with their titles."""


@router.get("/messages", roles=SIGNED_IN, rate=RateClass.READ)
def show_messages(
    shell: ShellDep, session: ReadSessionDep, viewer: ViewerDep, wanted: WantedDep, now: NowDep
) -> Response:
    """One's messages, newest first."""
    found = list_inbox(
        session,
        viewer,
        now=now,
        language=shell.language,
        unread_only=wanted.flag("unread"),
        number=wanted.page,
    )
    next_week = (now.astimezone(shell.show.zone).date() + SNOOZE).isoformat()
    return shell.render("notices/messages.html", MessagesPage(wanted, found, shell.unread, next_week))


@router.post("/messages/read", roles=SIGNED_IN, rate=RateClass.WRITE, audit="message.read_all")
def submit_read_all(shell: ShellDep, session: WriteSessionDep, viewer: ViewerDep, now: NowDep) -> Response:
    """Every message is read."""
    mark_read(session, viewer, now=now)
    return shell.go("/messages", "messages_read")


@router.get("/messages/{message_id}", roles=SIGNED_IN, rate=RateClass.WRITE, audit="message.read")
def follow_message(
    shell: ShellDep, session: WriteSessionDep, viewer: ViewerDep, message_id: RowNumber, now: NowDep
) -> Response:
    """The message is read, and its page opens."""
    return shell.go(open_message(session, viewer, message_id, now=now))


@router.post("/messages/{message_id}/read", roles=SIGNED_IN, rate=RateClass.WRITE, audit="message.read")
def submit_read(
    shell: ShellDep, session: WriteSessionDep, viewer: ViewerDep, message_id: RowNumber, now: NowDep
) -> Response:
    """The message is read."""
    mark_read(session, viewer, message_id, now=now)
    return shell.go("/messages")


@router.get("/account/notices", roles=SIGNED_IN, rate=RateClass.READ)
def show_notices(shell: ShellDep, session: ReadSessionDep, now: NowDep) -> Response:
    """How one wants to be told."""
    return shell.render("notices/wishes.html", _page(shell, session, now))


@router.get("/account/notices/hours", roles=SIGNED_IN, rate=RateClass.READ)
@router.get("/account/mutes", roles=SIGNED_IN, rate=RateClass.READ)
@router.get("/account/calendar", roles=SIGNED_IN, rate=RateClass.READ)
def back_to_notices(shell: ShellDep) -> Response:
    """The page whose answer to a form was reloaded, or read in the other language."""
    return shell.go("/account/notices")


@router.post("/account/notices", roles=SIGNED_IN, rate=RateClass.WRITE, audit="account.notices")
def submit_timings(shell: ShellDep, session: WriteSessionDep, viewer: ViewerDep, form: FormDep) -> Response:
    """One is told of each kind on each channel as chosen."""
    choose_timings(session, viewer, _choices(form))
    return shell.go("/account/notices", "notices_saved")


@router.post("/account/notices/hours", roles=SIGNED_IN, rate=RateClass.WRITE, audit="account.notices")
def submit_hours(shell: ShellDep, session: WriteSessionDep, viewer: ViewerDep, form: FormDep, now: NowDep) -> Response:
    """One is left in peace in these hours, and interrupted so often at most."""
    try:
        choose_hours(session, viewer, build(NoticeHoursForm, form))
    except AppError as error:
        undo(session, error)
        page = _page(shell, session, now, hours=attempt_of("hours", form, error))
        return shell.refuse("notices/wishes.html", page, error)
    return shell.go("/account/notices", "notices_saved")


@router.post("/account/mutes", roles=SIGNED_IN, rate=RateClass.WRITE, audit="account.mute")
def submit_mute(shell: ShellDep, session: WriteSessionDep, viewer: ViewerDep, form: FormDep, now: NowDep) -> Response:
    """One is not told of a kind or a deal: for good, or until a day."""
    try:
        muted = mute(session, viewer, build(MuteForm, form), now=now)
    except AppError as error:
        undo(session, error)
        page = _page(shell, session, now, muting=attempt_of("mute", form, error))
        return shell.refuse("notices/wishes.html", page, error)
    path = "/messages" if form.text("next") == "/messages" else "/account/notices"
    return shell.go(path, "muted" if muted.until is None else "snoozed")


@router.post("/account/mutes/{mute_id}/remove", roles=SIGNED_IN, rate=RateClass.WRITE, audit="account.unmute")
def submit_unmute(shell: ShellDep, session: WriteSessionDep, viewer: ViewerDep, mute_id: RowNumber) -> Response:
    """One is told of it again."""
    unmute(session, viewer, mute_id)
    return shell.go("/account/notices", "unmuted")


@router.post("/account/calendar", roles=SIGNED_IN, rate=RateClass.WRITE, audit="account.calendar")
def submit_calendar(shell: ShellDep, session: WriteSessionDep, viewer: ViewerDep, now: NowDep) -> Response:
    """One's calendar has a new address, which this answer alone shows."""
    address = open_calendar(session, viewer, now=now)
    return shell.render("notices/wishes.html", _page(shell, session, now, calendar_address=address))


@router.post("/account/calendar/close", roles=SIGNED_IN, rate=RateClass.WRITE, audit="account.calendar_closed")
def submit_close_calendar(shell: ShellDep, session: WriteSessionDep, viewer: ViewerDep) -> Response:
    """One's calendar can no longer be read."""
    close_calendar(session, viewer)
    return shell.go("/account/notices", "calendar_closed")


def _choices(form: Typed) -> Sequence[NoticeChoice]:
    """One for each box of the table that was sent with something it offers."""
    offered = [(kind, channel) for kind in NoticeKind for channel in Channel]
    sent = [(kind, channel, form.text(f"{kind}.{channel}")) for kind, channel in offered]
    return [
        NoticeChoice(kind=kind, channel=channel, timing=NoticeTiming(timing))
        for kind, channel, timing in sent
        if timing in set(NoticeTiming)
    ]


def _deals(shell: Shell, session: ReadSession, now: datetime) -> Sequence[Choice]:
    """The own deals that go on, as their lists call them."""
    wanted = DealFilter(mine=shell.viewer.is_society, order=DealOrder.TITLE)
    found = list_deals(session, shell.viewer, wanted, now=now, size=PAGE_SIZE_MAX)
    going_on = [deal for deal in found.items if deal.status not in CLOSED]
    return [
        (deal.public_id, deal.title or shell.t("deal.untitled", day=shell.show.day(deal.opened_at)))
        for deal in going_on
    ]


def _page(
    shell: Shell,
    session: ReadSession,
    now: datetime,
    *,
    hours: Attempt | None = None,
    muting: Attempt | None = None,
    calendar_address: str = "",
) -> NoticesPage:
    wishes = own_wishes(session, shell.viewer, now=now)
    stored = wishes.hours
    typed = {
        "quiet_from": [f"{stored.quiet_from:%H:%M}" if stored.quiet_from else ""],
        "quiet_to": [f"{stored.quiet_to:%H:%M}" if stored.quiet_to else ""],
        "weekly_budget": [str(stored.weekly_budget)],
    }
    return NoticesPage(
        wishes,
        hours or Attempt("hours", typed),
        muting or Attempt("mute"),
        calendar_since(session, shell.viewer),
        calendar_address,
        deals=_deals(shell, session, now),
    )
