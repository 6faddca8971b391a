"""Messages on their way out: claimed and marked.

Rules a maintainer must keep: a message is claimed (its next attempt moved into the future) and committed before it is
sent, and marked after. So a crash loses nothing, and repeats at most the one message that was being sent. What was
tried too often, or can never be delivered, is a dead letter, which waits for an administrator.
"""

from datetime import datetime
from typing import Any

from sqlmodel import col, or_, select

from core.database import ReadSession, WriteSession
from models.notice_enums import Channel
from models.work import OutboxMessage
from tracking.reminders import retry_delay
from workflow.notifications.channels import receiver_answered, take_token

ATTEMPTS_MAX = 14
"""After so many attempts, about a day with the delays of `retry_delay`, a message is a dead letter."""
_ERROR_MAX = 500


def waiting() -> tuple[Any, ...]:
    """The messages that are still to be sent, by themselves or in a digest."""
    return (
        col(OutboxMessage.sent_at).is_(None),
        col(OutboxMessage.dead_at).is_(None),
        col(OutboxMessage.withdrawn_at).is_(None),
    )


def claim_message(session: WriteSession, *, now: datetime, channel: Channel | None = None) -> int | None:
    """The id of a message that nobody else will try for a while, because its next attempt now lies in the future.

    None when there is none (of `channel`, or of any), or when all channels with messages rest or have sent enough.
    """
    closed: list[Channel] = []
    while (row := _next(session, channel, closed, now)) is not None:
        if row.attempts >= ATTEMPTS_MAX:  # the sender died during the last attempt
            row.dead_at, row.error = now, row.error or "no answer to the last attempt"
        elif not take_token(session, row.channel, now=now):
            closed.append(row.channel)
        else:
            row.attempts += 1
            row.next_attempt_at = now + retry_delay(row.attempts)
            session.flush()
            return row.key
        session.flush()
    return None


def mark_sent(session: WriteSession, message_id: int, *, now: datetime) -> None:
    """The message is delivered and will not be tried again."""
    row = session.get_one(OutboxMessage, message_id)
    row.sent_at, row.error = now, ""
    receiver_answered(session, row.channel)


def mark_failed(
    session: WriteSession, message_id: int, error: str, *, now: datetime | None = None, for_good: bool = False
) -> None:
    """Why the attempt failed is kept; the claim has already set when the next one begins, if there is to be one.

    It is a dead letter when it failed `for_good`, or as often as is tried.
    """
    row = session.get_one(OutboxMessage, message_id)
    row.error = error[:_ERROR_MAX]
    if now is not None and (for_good or row.attempts >= ATTEMPTS_MAX):
        row.dead_at = now


def withdraw_message(session: WriteSession, message_id: int, *, now: datetime) -> None:
    """The message is not sent: nobody may read it any more."""
    session.get_one(OutboxMessage, message_id).withdrawn_at = now


def message_waits(session: ReadSession, channel: Channel, *, now: datetime) -> bool:
    """Whether a message of the channel may be tried now, so that nobody has to write to find that there is none."""
    return session.exec(select(OutboxMessage.id).where(*_may_be_tried(channel, now)).limit(1)).first() is not None


def _next(session: WriteSession, channel: Channel | None, closed: list[Channel], now: datetime) -> OutboxMessage | None:
    return session.exec(
        select(OutboxMessage)
        .where(*_may_be_tried(channel, now), col(OutboxMessage.channel).not_in(closed))
        .order_by(col(OutboxMessage.next_attempt_at), col(OutboxMessage.id))
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()


def _may_be_tried(channel: Channel | None, now: datetime) -> tuple[Any, ...]:
    return (
        *waiting(),
        col(OutboxMessage.for_digest).is_(False),
        col(OutboxMessage.next_attempt_at) <= now,
        or_(col(OutboxMessage.channel) == channel, channel is None),
    )
