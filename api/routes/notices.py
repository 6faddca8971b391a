"""What one is told, and how one wants to be told."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from pydantic import BaseModel, Field

from api.dependencies import LanguageDep, NowDep, ReadSessionDep, RowNumber, ViewerDep, WriteSessionDep
from api.policy import SIGNED_IN, PolicyRouter, RateClass
from models.columns import Form
from models.notice import MuteForm, NoticeChoice, NoticeHoursForm
from models.notice_enums import Channel, NoticeKind, NoticeTiming
from workflow.notifications import InboxMessage, list_inbox, mark_read
from workflow.notifications.calendar import calendar_since, close_calendar, open_calendar
from workflow.notifications.wishes import MutePublic, OwnWishes, choose_hours, choose_timings, mute, own_wishes, unmute
from workflow.paging import PAGE_SIZE

router = PolicyRouter(prefix="/api/v1", tags=["notices"])


class InboxPage(BaseModel):
    """Some of one's messages."""

    items: Sequence[InboxMessage]
    total: int
    number: int
    pages: int


class WishesUpdate(Form):
    """What is to change; what is left out stays."""

    timings: list[NoticeChoice] = Field(default_factory=list)
    hours: NoticeHoursForm | None = None


class WishesPublic(BaseModel):
    """When one is told of what on which channel, in which hours and how often, and of what not at all."""

    timings: Mapping[NoticeKind, Mapping[Channel, NoticeTiming]]
    hours: NoticeHoursForm
    mutes: Sequence[MutePublic]


class CalendarAddress(BaseModel):
    """The address of one's calendar, which is told once."""

    address: str


class CalendarState(BaseModel):
    """Since when one's calendar can be read; null where there is none."""

    since: datetime | None


@router.get("/messages", roles=SIGNED_IN, rate=RateClass.READ)
def read_messages(
    session: ReadSessionDep,
    viewer: ViewerDep,
    now: NowDep,
    language: LanguageDep,
    unread: bool = False,
    page: int = 1,
    size: int = PAGE_SIZE,
) -> InboxPage:
    """One's messages, newest first."""
    found = list_inbox(session, viewer, now=now, language=language, unread_only=unread, number=page, size=size)
    return InboxPage(items=found.items, total=found.total, number=found.number, pages=found.pages)


@router.post("/messages/read", roles=SIGNED_IN, rate=RateClass.WRITE, audit="message.read_all", status_code=204)
def read_all(session: WriteSessionDep, viewer: ViewerDep, now: NowDep) -> None:
    """Every message is read."""
    mark_read(session, viewer, now=now)


@router.post(
    "/messages/{message_id}/read", roles=SIGNED_IN, rate=RateClass.WRITE, audit="message.read", status_code=204
)
def read_one(session: WriteSessionDep, viewer: ViewerDep, message_id: RowNumber, now: NowDep) -> None:
    """The message is read."""
    mark_read(session, viewer, message_id, now=now)


@router.get("/account/notices", roles=SIGNED_IN, rate=RateClass.READ)
def read_wishes(session: ReadSessionDep, viewer: ViewerDep, now: NowDep) -> WishesPublic:
    """How one wants to be told."""
    return _public(own_wishes(session, viewer, now=now))


@router.patch("/account/notices", roles=SIGNED_IN, rate=RateClass.WRITE, audit="account.notices")
def change_wishes(session: WriteSessionDep, viewer: ViewerDep, form: WishesUpdate, now: NowDep) -> WishesPublic:
    """One is told in this way from now on."""
    choose_timings(session, viewer, form.timings)
    if form.hours is not None:
        choose_hours(session, viewer, form.hours)
    return _public(own_wishes(session, viewer, now=now))


@router.post("/account/mutes", roles=SIGNED_IN, rate=RateClass.WRITE, audit="account.mute", status_code=201)
def add_mute(session: WriteSessionDep, viewer: ViewerDep, form: MuteForm, now: NowDep) -> WishesPublic:
    """One is not told of a kind or a deal: for good, or until a day."""
    mute(session, viewer, form, now=now)
    return _public(own_wishes(session, viewer, now=now))


@router.delete(
    "/account/mutes/{mute_id}", roles=SIGNED_IN, rate=RateClass.WRITE, audit="account.unmute", status_code=204
)
def remove_mute(session: WriteSessionDep, viewer: ViewerDep, mute_id: RowNumber) -> None:
    """One is told of it again."""
    unmute(session, viewer, mute_id)


@router.get("/account/calendar", roles=SIGNED_IN, rate=RateClass.READ)
def read_state(session: ReadSessionDep, viewer: ViewerDep) -> CalendarState:
    """Whether one has a calendar that others can read."""
    return CalendarState(since=calendar_since(session, viewer))


@router.post("/account/calendar", roles=SIGNED_IN, rate=RateClass.WRITE, audit="account.calendar", status_code=201)
def renew_calendar(session: WriteSessionDep, viewer: ViewerDep, now: NowDep) -> CalendarAddress:
    """One's calendar has a new address; the one before leads nowhere."""
    return CalendarAddress(address=open_calendar(session, viewer, now=now))


@router.delete(
    "/account/calendar", roles=SIGNED_IN, rate=RateClass.WRITE, audit="account.calendar_closed", status_code=204
)
def revoke_calendar(session: WriteSessionDep, viewer: ViewerDep) -> None:
    """One's calendar can no longer be read."""
    close_calendar(session, viewer)


def _public(wishes: OwnWishes) -> WishesPublic:
    return WishesPublic(timings=wishes.timings, hours=wishes.hours, mutes=wishes.mutes)
