"""Digests: what waits for a person on a channel, told at once and in order of its value.

Rules a maintainer must keep: a digest takes everything that is due for it, so that a month without the worker ends in
one; what the person has read, muted or switched off meanwhile is not told, nor what he or she may no longer read; an
empty digest is never written.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlmodel import col, func, select

from core.database import ReadSession, WriteSession
from models.deal import Contract
from models.enums import SubjectKind
from models.notice_enums import Channel, NoticeTiming
from models.work import OutboxMessage
from tracking.notices import digest_value
from workflow.notifications.outbox import waiting
from workflow.notifications.people import mutes_on, today_of, wishes_of
from workflow.notifications.reading import may_be_told

DIGEST = "digest"


def due_digests(session: ReadSession, *, now: datetime) -> Sequence[tuple[int, Channel]]:
    """For whom, and on which channel, something waits for a digest whose time has come."""
    found = session.exec(
        select(OutboxMessage.person_id, OutboxMessage.channel)
        .where(*_due(now))
        .group_by(col(OutboxMessage.person_id), col(OutboxMessage.channel))
        .order_by(col(OutboxMessage.person_id), col(OutboxMessage.channel))
    )
    return [(person_id, Channel(channel)) for person_id, channel in found]


def write_digest(session: WriteSession, person_id: int, channel: Channel, *, now: datetime) -> bool:
    """Everything that waits for the person's digest on this channel is in one message, or left out for good.

    False when nothing is left to tell.
    """
    rows = session.exec(
        select(OutboxMessage)
        .where(OutboxMessage.person_id == person_id, OutboxMessage.channel == channel, *_due(now))
        .order_by(col(OutboxMessage.id))
        .with_for_update(skip_locked=True)
    ).all()
    told = [row for row in rows if is_wanted(session, row, now)]
    for row in rows:
        if row not in told:
            row.withdrawn_at = now
    if not told:
        return False
    digest = OutboxMessage(
        dedupe_key=f"{DIGEST}:{told[0].key}:{person_id}:{channel}",
        channel=channel,
        person_id=person_id,
        code=DIGEST,
        created_at=now,
        next_attempt_at=wishes_of(session, person_id).awake(now),
    )
    session.add(digest)
    session.flush()
    for row in told:
        row.told_in_id, row.sent_at = digest.key, now
    session.flush()
    return True


def in_order_of_value(session: ReadSession, rows: Iterable[OutboxMessage], now: datetime) -> list[OutboxMessage]:
    """The messages, the most valuable first (`tracking.notices.digest_value`); ties as they were written."""
    told = list(rows)
    if not told:
        return []
    today = today_of(wishes_of(session, told[0].person_id), now)
    sums = _contract_sums(session, [row.subject_id for row in told if row.subject_kind is SubjectKind.DEAL])

    def order(row: OutboxMessage) -> tuple[float, int]:
        amount = sums.get(row.subject_id) if row.subject_kind is SubjectKind.DEAL else None
        return -digest_value(amount, _due_day(row), today, row.kind), row.key

    return sorted(told, key=order)


def _due(now: datetime) -> tuple[Any, ...]:
    return (
        *waiting(),
        col(OutboxMessage.for_digest).is_(True),
        col(OutboxMessage.next_attempt_at) <= now,
    )


def is_wanted(session: ReadSession, row: OutboxMessage, now: datetime) -> bool:
    """Whether the person may read it, has not read it in the system itself, and wants to be told on this channel."""
    if row.kind is None or row.subject_kind is None or row.subject_id is None or not may_be_told(session, row, now):
        return False
    wishes = wishes_of(session, row.person_id)
    if wishes.timing(row.kind, row.channel) is NoticeTiming.OFF or _was_read(session, row):
        return False
    return not mutes_on(session, row.person_id, row.kind, row.subject_kind, row.subject_id, today_of(wishes, now))


def _was_read(session: ReadSession, row: OutboxMessage) -> bool:
    """Whether the person has read the same in the system itself."""
    same = row.dedupe_key.removesuffix(row.channel) + Channel.IN_APP
    found = select(OutboxMessage.id).where(OutboxMessage.dedupe_key == same, col(OutboxMessage.read_at).is_not(None))
    return session.exec(found).first() is not None


def _contract_sums(session: ReadSession, deals: Iterable[int | None]) -> dict[int | None, int]:
    rows = session.exec(
        select(Contract.deal_id, func.sum(Contract.amount))
        .where(col(Contract.deal_id).in_([key for key in deals if key]), col(Contract.amount).is_not(None))
        .group_by(col(Contract.deal_id))
    )
    return {deal: int(total or 0) for deal, total in rows}


def _due_day(row: OutboxMessage) -> date | None:
    text = str(row.params.get("due") or "")
    return date.fromisoformat(text) if text else None
