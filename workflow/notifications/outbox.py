"""Messages on their way out: claimed, composed, marked.

Rules a maintainer must keep: a message is claimed (its next attempt moved into the future) and committed before it is
sent, and marked after. So a crash loses nothing, and repeats at most the one message that was being sent.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import col, select

from core.database import ReadSession, WriteSession
from core.settings import get_settings
from models.deal import Deal
from models.person import Person
from models.user import User
from models.work import OutboxMessage
from tracking.notifier import Message, Recipient
from tracking.reminders import retry_delay

_ERROR_MAX = 500


def claim_message(session: WriteSession, *, now: datetime) -> int | None:
    """The id of a message that nobody else will try for a while, because its next attempt now lies in the future."""
    row = session.exec(
        select(OutboxMessage)
        .where(col(OutboxMessage.sent_at).is_(None), col(OutboxMessage.next_attempt_at) <= now)
        .order_by(col(OutboxMessage.next_attempt_at), col(OutboxMessage.id))
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()
    if row is None:
        return None
    row.attempts += 1
    row.next_attempt_at = now + retry_delay(row.attempts)
    session.flush()
    return row.key


def compose_message(session: ReadSession, message_id: int) -> Message:
    """The stored message as a notifier takes it, with what its parameters name filled in."""
    row = session.get_one(OutboxMessage, message_id)
    person = session.get_one(Person, row.person_id)
    user = session.exec(select(User).where(User.person_id == row.person_id)).first()
    language = (user.language if user else None) or get_settings().language
    return Message(
        dedupe_key=row.dedupe_key,
        channel=row.channel,
        recipient=Recipient(person.name, person.email, language),
        code=row.code,
        params=_filled(session, row.params),
    )


def mark_sent(session: WriteSession, message_id: int, *, now: datetime) -> None:
    """The message is delivered and will not be tried again."""
    row = session.get_one(OutboxMessage, message_id)
    row.sent_at, row.error = now, ""


def mark_failed(session: WriteSession, message_id: int, error: str) -> None:
    """Why the attempt failed is kept; the claim has already set when the next one begins."""
    session.get_one(OutboxMessage, message_id).error = error[:_ERROR_MAX]


def _filled(session: ReadSession, params: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters with what people wrote of the deal, which is stored with the deal alone."""
    deal = session.exec(select(Deal).where(Deal.public_id == params.get("deal"))).first()
    return {**params, "title": deal.title if deal else "", "next_step": deal.next_step if deal else ""}
