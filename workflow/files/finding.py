"""Finding documents: each through what it stands on, and cut to what is for the viewer."""

from typing import Any

from sqlmodel import select
from sqlmodel.sql.expression import SelectOfScalar

from core.database import ReadSession, WriteSession
from core.errors import NotFound, Refused
from models.access import Viewer, visible_attachments
from models.file import Attachment
from workflow.files.subjects import Subject, find_subject, find_subject_to_change, public_id_of


def find_attachment(session: ReadSession, viewer: Viewer, public_id: str) -> tuple[Attachment, Subject]:
    """The document, and what it stands on.

    Raises NotFound, also for one that is not for the viewer; a withdrawn one is for those who may change its object.
    """
    attachment = _one(session, _readable(viewer, public_id), public_id)
    kind = attachment.subject_kind
    subject = find_subject(session, viewer, kind, public_id_of(session, kind, attachment.subject_id))
    if attachment.withdrawn_at is not None and not subject.may_change:
        raise NotFound("file.not_found", id=public_id)
    return attachment, subject


def find_attachment_to_change(
    session: WriteSession, viewer: Viewer, public_id: str, *, even_archived: bool = False
) -> tuple[Attachment, Subject]:
    """The document and what it stands on, both as they are now and locked until the transaction ends.

    What it stands on is locked first, here as by whoever changes that: else two would wait for each other. Raises
    NotFound, Refused, and, but for who asks for it `even_archived`, Conflict for an archived object.
    """
    _, subject = find_attachment(session, viewer, public_id)
    if not subject.may_change:
        raise Refused("file.refused")
    subject = find_subject_to_change(session, viewer, subject.kind, subject.public_id, even_archived=even_archived)
    locked = _readable(viewer, public_id).with_for_update(of=Attachment)
    return _one(session, locked.execution_options(populate_existing=True), public_id), subject


def stand_on(subject: Subject) -> tuple[Any, Any]:
    """The documents of an object, as conditions."""
    return Attachment.subject_kind == subject.kind, Attachment.subject_id == subject.id


def _readable(viewer: Viewer, public_id: str) -> SelectOfScalar[Attachment]:
    return select(Attachment).where(Attachment.public_id == public_id, visible_attachments(viewer))


def _one(session: ReadSession, statement: SelectOfScalar[Attachment], public_id: str) -> Attachment:
    attachment = session.exec(statement).first()
    if attachment is None:
        raise NotFound("file.not_found", id=public_id)
    return attachment
