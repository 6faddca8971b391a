"""A notification becomes messages, one for each channel that its person wants it on.

Rules a maintainer must keep: messages are written in the transaction of what they tell of; their parameters hold
codes, ids and dates, never what people wrote: texts are filled in when a message is composed, so that nobody gets the
text of what he may no longer read. In the system itself everything is told; preferences, mutes, quiet hours and the
weekly budget decide about the other channels (ADR 0022).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import col, func, select

from core.database import WriteSession
from models.access import viewer_of
from models.enums import SubjectKind
from models.notice import Mute
from models.notice_enums import Channel, NoticeKind, NoticeTiming
from models.person import Person
from models.work import OutboxMessage
from tracking.notices import digest_on, next_digest, week_start
from workflow.notifications.channels import open_channels
from workflow.notifications.people import Wishes, mutes_on, today_of, wishes_of


@dataclass(frozen=True, slots=True)
class Slot:
    """When a message goes out, and whether by itself or in a digest."""

    at: datetime
    in_digest: bool = False


def notify(
    session: WriteSession,
    person_id: int,
    code: str,
    *,
    kind: NoticeKind,
    params: Mapping[str, Any],
    subject_kind: SubjectKind,
    subject_id: int,
    dedupe_key: str,
    now: datetime,
    for_digest: bool = False,
) -> None:
    """The messages that tell the person `message.<code>` are in the outbox, as the person wishes to be told.

    `dedupe_key` (at most 120 characters) names the notification for this person; `for_digest` keeps the notification
    out of instant messages, for what is late anyway. What is due on a day has it as the parameter `due`.
    """
    wishes = wishes_of(session, person_id)
    mutes = mutes_on(session, person_id, kind, subject_kind, subject_id, today_of(wishes, now))
    muted, snoozed_until = any(mute.until is None for mute in mutes), _end_of_snooze(mutes, wishes)

    def add(channel: Channel, slot: Slot, **fields: Any) -> None:
        session.add(
            OutboxMessage(
                dedupe_key=f"{dedupe_key}:{channel}",
                channel=channel,
                person_id=person_id,
                code=code,
                params=dict(params),
                kind=kind,
                subject_kind=subject_kind,
                subject_id=subject_id,
                created_at=now,
                next_attempt_at=slot.at,
                for_digest=slot.in_digest,
                **fields,
            )
        )

    add(Channel.IN_APP, Slot(snoozed_until or now), sent_at=now, read_at=now if muted else None)
    if not muted:
        late = Slot(wishes.awake(now), in_digest=True) if for_digest else None
        reader, email = viewer_of(session, person_id, now), session.get_one(Person, person_id).email
        for channel in open_channels(session, reader, email):
            timing = wishes.timing(kind, channel)
            if timing is not NoticeTiming.OFF:
                add(channel, late or _slot(session, person_id, wishes, timing, snoozed_until, now))
    session.flush()


def _slot(
    session: WriteSession,
    person_id: int,
    wishes: Wishes,
    timing: NoticeTiming,
    snoozed_until: datetime | None,
    now: datetime,
) -> Slot:
    """At once, or in a digest: by wish, when the snooze ends, or because the week's budget is used up."""
    if snoozed_until is not None:
        return Slot(wishes.awake(snoozed_until), in_digest=True)
    if timing is not NoticeTiming.INSTANT:
        return Slot(wishes.awake(next_digest(timing, now, wishes.zone)), in_digest=True)
    if _instant_this_week(session, person_id, week_start(now, wishes.zone)) >= wishes.weekly_budget:
        return Slot(wishes.awake(next_digest(NoticeTiming.DAILY, now, wishes.zone)), in_digest=True)
    return Slot(wishes.awake(now))


def _instant_this_week(session: WriteSession, person_id: int, since: datetime) -> int:
    """How many messages have been sent, or are about to be, that interrupted the person; digests do not count."""
    return session.exec(
        select(func.count())
        .select_from(OutboxMessage)
        .where(
            OutboxMessage.person_id == person_id,
            OutboxMessage.channel != Channel.IN_APP,
            col(OutboxMessage.created_at) >= since,
            col(OutboxMessage.kind).is_not(None),
            col(OutboxMessage.for_digest).is_(False),
            col(OutboxMessage.withdrawn_at).is_(None),
        )
    ).one()


def _end_of_snooze(mutes: Sequence[Mute], wishes: Wishes) -> datetime | None:
    days = [mute.until for mute in mutes if mute.until is not None]
    return digest_on(max(days), wishes.zone) if days else None
