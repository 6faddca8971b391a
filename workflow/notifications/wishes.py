"""How a person chooses to be told: when on which channel, in which hours, how often, and of what not at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import and_, case, col, delete, or_, select, update

from core.clock import local_day
from core.database import ReadSession, WriteSession
from core.errors import Invalid, NotFound, Problem
from models.access import Viewer, visible_deals
from models.deal import Deal
from models.enums import SubjectKind
from models.notice import Mute, MuteForm, NoticeChoice, NoticeHours, NoticeHoursForm, NoticePreference
from models.notice_enums import Channel, NoticeKind, NoticeTiming
from models.work import OutboxMessage
from tracking.notices import digest_on
from tracking.store import title_is_readable
from workflow.deals.reading import get_deal
from workflow.notifications.channels import CHAT, chat_channels
from workflow.notifications.outbox import waiting
from workflow.notifications.people import Wishes, kinds_for, signed_in, wishes_of, zone_of


@dataclass(frozen=True, slots=True)
class MutePublic:
    """Something a person is not told of."""

    id: int
    kind: NoticeKind | None
    deal: str
    """The id of a deal; "" for a kind."""
    title: str
    """Of a deal whose title the person may read now; "" otherwise."""
    until: date | None


@dataclass(frozen=True, slots=True)
class OwnWishes:
    """Everything a person has chosen, as a page shows it."""

    channels: Sequence[Channel]
    """Mail, and for the society its chat groups."""
    timings: Mapping[NoticeKind, Mapping[Channel, NoticeTiming]]
    hours: NoticeHoursForm
    mutes: Sequence[MutePublic]


def own_wishes(session: ReadSession, viewer: Viewer, *, now: datetime) -> OwnWishes:
    """What the viewer has chosen of what he or she can be told, with what is usual where nothing was.

    Raises SignInNeeded.
    """
    person_id = signed_in(viewer)
    wishes, channels = wishes_of(session, person_id), [Channel.MAIL, *chat_channels(session, viewer)]
    timings = {kind: {channel: wishes.timing(kind, channel) for channel in channels} for kind in kinds_for(viewer)}
    hours = NoticeHoursForm(quiet_from=wishes.quiet_from, quiet_to=wishes.quiet_to, weekly_budget=wishes.weekly_budget)
    return OwnWishes(channels, timings, hours, _mutes(session, viewer, wishes, now))


def choose_timings(session: WriteSession, viewer: Viewer, choices: Sequence[NoticeChoice]) -> None:
    """Notifications of these kinds go out on these channels as chosen. Raises Invalid for a channel of no choice."""
    person_id, offered = signed_in(viewer), {Channel.MAIL, *(CHAT if viewer.is_society else ())}
    rows = session.exec(select(NoticePreference).where(NoticePreference.person_id == person_id)).all()
    stored = {(row.kind, row.channel): row for row in rows}
    for choice in choices:
        if choice.channel not in offered:
            raise Invalid("invalid", (Problem("notice.channel_of_no_choice", field="channel"),))
        row = stored.get((choice.kind, choice.channel)) or NoticePreference(
            person_id=person_id, kind=choice.kind, channel=choice.channel, timing=choice.timing
        )
        row.timing = choice.timing
        stored[choice.kind, choice.channel] = row
        session.add(row)
    session.flush()


def choose_hours(session: WriteSession, viewer: Viewer, form: NoticeHoursForm) -> None:
    """The viewer's quiet hours and weekly budget. Raises Invalid for quiet hours without an end, or without length."""
    person_id = signed_in(viewer)
    if (form.quiet_from is None) != (form.quiet_to is None):
        missing = "quiet_from" if form.quiet_from is None else "quiet_to"
        raise Invalid("invalid", (Problem("notice.quiet_needs_both", field=missing),))
    if form.quiet_from is not None and form.quiet_from == form.quiet_to:
        raise Invalid("invalid", (Problem("notice.quiet_is_no_time", field="quiet_to"),))
    row = session.exec(select(NoticeHours).where(NoticeHours.person_id == person_id)).first()
    row = row or NoticeHours(person_id=person_id)
    row.quiet_from, row.quiet_to, row.weekly_budget = form.quiet_from, form.quiet_to, form.weekly_budget
    session.add(row)
    session.flush()


def mute(session: WriteSession, viewer: Viewer, form: MuteForm, *, now: datetime) -> Mute:
    """The viewer is not told of this kind, or of this deal: for good, or until a day.

    It replaces an earlier one, and holds for what was written before and is neither sent nor read. Raises
    Invalid for neither or both, and for a day that is not to come; NotFound for a deal out of sight.
    """
    person_id = signed_in(viewer)
    if (form.kind is None) == (not form.deal):
        raise Invalid("invalid", (Problem("notice.mute_one_thing", field="deal"),))
    if form.until is not None and form.until <= local_day(now, zone_of(session, person_id)):
        raise Invalid("invalid", (Problem("notice.until_in_future", field="until"),))
    deal = get_deal(session, viewer, form.deal) if form.deal else None
    subject = (SubjectKind.DEAL, deal.key) if deal else (None, None)
    same = (
        col(Mute.kind) == form.kind
        if form.kind
        else (col(Mute.subject_kind) == subject[0]) & (col(Mute.subject_id) == subject[1])
    )
    session.exec(delete(Mute).where(col(Mute.person_id) == person_id, same))
    row = Mute(
        person_id=person_id,
        kind=form.kind,
        subject_kind=subject[0],
        subject_id=subject[1],
        until=form.until,
        created_at=now,
    )
    session.add(row)
    session.flush()
    _hold_back(session, row, now)
    return row


def unmute(session: WriteSession, viewer: Viewer, mute_id: int) -> None:
    """The viewer is told of it again. Raises NotFound for a mute that is not the viewer's."""
    row = session.exec(select(Mute).where(Mute.id == mute_id, Mute.person_id == signed_in(viewer))).first()
    if row is None:
        raise NotFound("notice.mute_not_found")
    session.delete(row)
    session.flush()


def _hold_back(session: WriteSession, mute: Mute, now: datetime) -> None:
    """What was written before and is neither sent nor read waits for the end of the snooze, or is told no more."""
    about = (
        col(OutboxMessage.kind) == mute.kind
        if mute.kind
        else (col(OutboxMessage.subject_kind) == mute.subject_kind) & (col(OutboxMessage.subject_id) == mute.subject_id)
    )
    own = (col(OutboxMessage.person_id) == mute.person_id, about)
    unread = update(OutboxMessage).where(
        *own, col(OutboxMessage.channel) == Channel.IN_APP, col(OutboxMessage.read_at).is_(None)
    )
    unsent = update(OutboxMessage).where(*own, *waiting())
    if mute.until is None:
        session.exec(unread.values(read_at=now))
        session.exec(unsent.values(withdrawn_at=now))
        return
    end = digest_on(mute.until, zone_of(session, mute.person_id))
    session.exec(unread.values(next_attempt_at=end))
    session.exec(unsent.values(for_digest=True, next_attempt_at=end))


def _mutes(session: ReadSession, viewer: Viewer, wishes: Wishes, now: datetime) -> list[MutePublic]:
    today = local_day(now, wishes.zone)
    title = case((and_(visible_deals(viewer), title_is_readable(viewer)), col(Deal.title)), else_="")
    found = session.exec(
        select(Mute, Deal.public_id, title)
        .join(Deal, (col(Mute.subject_id) == col(Deal.id)) & (col(Mute.subject_kind) == SubjectKind.DEAL), isouter=True)
        .where(Mute.person_id == viewer.person_id, or_(col(Mute.until).is_(None), col(Mute.until) > today))
        .order_by(col(Mute.id))
    )
    return [MutePublic(row.key, row.kind, deal or "", title, row.until) for row, deal, title in found]
