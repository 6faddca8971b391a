"""The messages a person reads in the system itself."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlmodel import col, func, select, update

from core.database import ReadSession, WriteSession
from core.errors import NotFound
from core.i18n import Language
from models.access import Viewer
from models.enums import SubjectKind
from models.notice_enums import Channel, NoticeKind
from models.work import OutboxMessage
from workflow.notifications.composing import compose_message, page_of
from workflow.notifications.reading import readable
from workflow.paging import PAGE_SIZE, Page, read_page


@dataclass(frozen=True, slots=True)
class InboxMessage:
    """One message as its person reads it."""

    id: int
    text: str
    kind: NoticeKind | None
    path: str
    """The page it is about."""
    deal: str
    """The id of the deal it is about; "" for another subject."""
    at: datetime
    read_at: datetime | None


def list_inbox(
    session: ReadSession,
    viewer: Viewer,
    *,
    now: datetime,
    language: Language,
    unread_only: bool = False,
    number: int = 1,
    size: int = PAGE_SIZE,
) -> Page[InboxMessage]:
    """The viewer's messages in the language of the page, newest first."""
    wanted = [*_own(viewer, now), *([_UNREAD] if unread_only else [])]
    statement = select(OutboxMessage).where(*wanted).order_by(*_NEWEST)
    return read_page(session, statement, number=number, size=size).map(lambda row: _public(session, row, language, now))


def count_unread(session: ReadSession, viewer: Viewer, *, now: datetime) -> int:
    """How many messages the viewer has not read."""
    if viewer.person_id is None:
        return 0
    return session.exec(select(func.count()).select_from(OutboxMessage).where(*_own(viewer, now), _UNREAD)).one()


def mark_read(session: WriteSession, viewer: Viewer, message_id: int | None = None, *, now: datetime) -> None:
    """The message, or every one that is shown now, is read. Raises NotFound for one that is not the viewer's."""
    wanted = [*_own(viewer, now), *([OutboxMessage.id == message_id] if message_id is not None else [])]
    ids = session.exec(select(OutboxMessage.id).where(*wanted)).all()
    if message_id is not None and not ids:
        raise NotFound("notice.not_found")
    session.exec(update(OutboxMessage).where(col(OutboxMessage.id).in_(ids), _UNREAD).values(read_at=now))


def open_message(session: WriteSession, viewer: Viewer, message_id: int, *, now: datetime) -> str:
    """The message is read; the path of the page it is about. Raises NotFound for one that is not the viewer's."""
    mark_read(session, viewer, message_id, now=now)
    return page_of(session.get_one(OutboxMessage, message_id))


_NEWEST = (col(OutboxMessage.next_attempt_at).desc(), col(OutboxMessage.id).desc())
_UNREAD = col(OutboxMessage.read_at).is_(None)


def _own(viewer: Viewer, now: datetime) -> list[Any]:
    """What is the viewer's, may be read by him or her, and is not snoozed."""
    return [
        OutboxMessage.person_id == viewer.person_id,
        OutboxMessage.channel == Channel.IN_APP,
        col(OutboxMessage.next_attempt_at) <= now,
        readable(viewer),
    ]


def _public(session: ReadSession, row: OutboxMessage, language: Language, now: datetime) -> InboxMessage:
    message = compose_message(session, row.key, now=now)
    return InboxMessage(
        id=row.key,
        text=replace(message, recipient=replace(message.recipient, language=language)).text,
        kind=row.kind,
        path=page_of(row),
        deal=str(row.params.get("deal", "")) if row.subject_kind is SubjectKind.DEAL else "",
        at=row.next_attempt_at,
        read_at=row.read_at,
    )
