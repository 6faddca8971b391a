"""Finding documents: each through what it stands on, and cut to what is for the viewer."""

from typing import Any

from sqlmodel import select

from core.database import ReadSession
from core.errors import NotFound
from models.access import Viewer, visible_attachments
from models.file import Attachment
from workflow.files.subjects import Subject, find_subject, public_id_of


def find_attachment(
    session: ReadSession, viewer: Viewer, public_id: str, *, lock: bool = False
) -> tuple[Attachment, Subject]:
    """The document, locked for who changes it, and what it stands on.

    Raises NotFound, also for one that is not for the viewer; a withdrawn one is for those who may change its object.
    """
    statement = select(Attachment).where(Attachment.public_id == public_id, visible_attachments(viewer))
    if lock:
        statement = statement.with_for_update(of=Attachment).execution_options(populate_existing=True)
    attachment = session.exec(statement).first()
    if attachment is None:
        raise NotFound("file.not_found", id=public_id)
    kind = attachment.subject_kind
    subject = find_subject(session, viewer, kind, public_id_of(session, kind, attachment.subject_id))
    if attachment.withdrawn_at is not None and not subject.may_change:
        raise NotFound("file.not_found", id=public_id)
    return attachment, subject


def stand_on(subject: Subject) -> tuple[Any, Any]:
    """The documents of an object, as conditions."""
    return Attachment.subject_kind == subject.kind, Attachment.subject_id == subject.id
