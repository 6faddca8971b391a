"""Stored codes become messages in their person's words, with what that person may read at that moment."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import select

from core.database import ReadSession
from core.i18n import translator
from core.settings import get_settings
from models.enums import SubjectKind
from models.person import Person
from models.user import User
from models.work import OutboxMessage
from tracking.notifier import Message, Recipient
from workflow.notifications.digests import DIGEST, in_order_of_value
from workflow.notifications.reading import may_be_told
from workflow.notifications.wording import words_of

TRIAL = "trial"
"""The code of a message that only shows that a channel works."""
_PAGES: Mapping[SubjectKind, str] = {
    SubjectKind.DEAL: "deals",
    SubjectKind.NEED: "needs",
    SubjectKind.SUPPLIER: "suppliers",
    SubjectKind.CAPABILITY: "capabilities",
}


def message_to_send(session: ReadSession, message_id: int, *, now: datetime) -> Message | None:
    """The message as a notifier takes it; None when its person may not read (any more) what it is about."""
    row = session.get_one(OutboxMessage, message_id)
    if not may_be_told(session, row, now):
        return None
    message = compose_message(session, message_id, now=now)
    return message if row.kind is not None or message.items or row.code == TRIAL else None


def compose_message(session: ReadSession, message_id: int, *, now: datetime) -> Message:
    """The stored message as a notifier takes it, with what its parameters name filled in as its person may read it.

    A digest tells what its person may read now.
    """
    row = session.get_one(OutboxMessage, message_id)
    items = _items(session, row, now) if row.kind is None else ()
    return _composed(session, row, items, now)


def _items(session: ReadSession, digest: OutboxMessage, now: datetime) -> tuple[Message, ...]:
    told = session.exec(select(OutboxMessage).where(OutboxMessage.told_in_id == digest.id)).all()
    allowed = [row for row in told if may_be_told(session, row, now)]
    return tuple(_composed(session, row, (), now) for row in in_order_of_value(session, allowed, now))


def _composed(session: ReadSession, row: OutboxMessage, items: tuple[Message, ...], now: datetime) -> Message:
    person = session.get_one(Person, row.person_id)
    user = session.exec(select(User).where(User.person_id == row.person_id)).first()
    language = (user.language if user else None) or get_settings().language
    return Message(
        dedupe_key=row.dedupe_key,
        channel=row.channel,
        recipient=Recipient(person.name, person.email, language),
        code=row.code,
        params={"n": len(items)} if row.code == DIGEST else _filled(session, row, now),
        kind=row.kind,
        link=get_settings().effective_public_url + page_of(row),
        items=items,
        contact=get_settings().contact.told(translator(language)),
    )


def page_of(row: OutboxMessage) -> str:
    """The page of what a message is about; the page of messages where it is about nothing in particular."""
    if path := row.params.get("path"):
        return str(path)
    folder = _PAGES.get(row.subject_kind) if row.subject_kind else None
    name = row.params.get(str(row.subject_kind)) if folder else None
    return f"/{folder}/{name}" if name else "/messages"


def _filled(session: ReadSession, row: OutboxMessage, now: datetime) -> dict[str, Any]:
    """The parameters with what people wrote, which is stored with what it is about alone."""
    return {**row.params, **words_of(session, row.params, row.person_id, now)}
