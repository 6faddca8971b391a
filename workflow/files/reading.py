"""Files as people see them, and taken away; who took them is kept.

Who uploaded a file is told to those alone who may change its object: on a need it would name who asks.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from core.database import ReadSession, WriteSession
from core.errors import NotFound, Refused
from models.access import Viewer, visible_attachments
from models.enums import DisclosureLevel, SubjectKind
from models.file import (
    Attachment,
    AttachmentPublic,
    AttachmentVersion,
    DownloadPublic,
    EventFile,
    FileDownload,
    StoredFile,
    VersionPublic,
)
from models.person import Person
from workflow.files.content import kind_of
from workflow.files.finding import find_attachment, stand_on
from workflow.files.subjects import Subject, find_subject

DOWNLOADS_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Taken:
    """A version that somebody takes away."""

    name: str
    media_type: str
    size: int
    sha256: str


def list_files(session: ReadSession, viewer: Viewer, kind: SubjectKind, subject_id: str) -> list[AttachmentPublic]:
    """The documents of an object that are for the viewer, the newest first. Raises NotFound for the object."""
    subject = find_subject(session, viewer, kind, subject_id)
    statement = select(Attachment).where(*stand_on(subject), visible_attachments(viewer))
    if not subject.may_change:
        statement = statement.where(col(Attachment.withdrawn_at).is_(None))
    found = session.exec(statement.order_by(col(Attachment.id).desc())).all()
    return _shown(session, subject, found)


def show_file(session: ReadSession, viewer: Viewer, public_id: str) -> AttachmentPublic:
    """The document with its versions. Raises NotFound."""
    attachment, subject = find_attachment(session, viewer, public_id)
    return _shown(session, subject, [attachment])[0]


def list_downloads(session: ReadSession, viewer: Viewer, public_id: str) -> list[DownloadPublic]:
    """Who took the document last, the latest first; for the society's people who may change its object.

    A supplier that offers a capability is not told who looks at it. Raises NotFound and Refused.
    """
    attachment, subject = find_attachment(session, viewer, public_id)
    if not (subject.may_change and viewer.is_society):
        raise Refused("file.refused")
    rows = session.execute(
        select(AttachmentVersion.number, Person.name, FileDownload.at)
        .join(AttachmentVersion, col(AttachmentVersion.id) == col(FileDownload.version_id))
        .join(Person, col(Person.id) == col(FileDownload.person_id), isouter=True)
        .where(AttachmentVersion.attachment_id == attachment.key)
        .order_by(col(FileDownload.id).desc())
        .limit(DOWNLOADS_SHOWN)
    )
    return [DownloadPublic(number=number, name=name, at=at) for number, name, at in rows]


def take_file(
    session: WriteSession, viewer: Viewer, public_id: str, number: int | None = None, *, now: datetime
) -> Taken:
    """The version, by default the newest, is the viewer's to take away, and that it was taken is kept.

    Raises NotFound, also for one that was erased.
    """
    attachment, _ = find_attachment(session, viewer, public_id)
    statement = (
        select(AttachmentVersion, StoredFile)
        .join(StoredFile, col(StoredFile.id) == col(AttachmentVersion.file_id))
        .where(AttachmentVersion.attachment_id == attachment.key)
        .order_by(col(AttachmentVersion.number).desc())
    )
    if number is not None:
        statement = statement.where(AttachmentVersion.number == number)
    row = session.exec(statement).first()
    if row is None:
        raise NotFound("file.not_found", id=public_id)
    version, stored = row
    session.add(FileDownload(version_id=version.key, person_id=viewer.person_id, at=now))
    session.flush()
    return Taken(version.name, kind_of(version.name).media_type, stored.size, stored.sha256)


def files_of_events(session: ReadSession, viewer: Viewer, events: Iterable[int]) -> dict[int, list[EventFile]]:
    """What came with these lines of a deal's history and is for the viewer, by the ids of the lines."""
    rows = session.execute(
        select(AttachmentVersion, Attachment.public_id, StoredFile.size)
        .join(Attachment, col(Attachment.id) == col(AttachmentVersion.attachment_id))
        .join(StoredFile, col(StoredFile.id) == col(AttachmentVersion.file_id))
        .where(
            col(AttachmentVersion.event_id).in_(list(events)),
            col(Attachment.withdrawn_at).is_(None),
            visible_attachments(viewer),
        )
        .order_by(col(AttachmentVersion.id))
    )
    found: dict[int, list[EventFile]] = {}
    for version, attachment, size in rows:
        line = EventFile(attachment=attachment, number=version.number, name=version.name, size=size)
        found.setdefault(version.event_id, []).append(line)
    return found


def _shown(session: ReadSession, subject: Subject, found: Sequence[Attachment]) -> list[AttachmentPublic]:
    versions = _versions(session, subject, [attachment.key for attachment in found])
    return [
        AttachmentPublic(
            public_id=attachment.public_id,
            version=attachment.version,
            subject_kind=subject.kind,
            subject=subject.public_id,
            disclosure=DisclosureLevel(attachment.disclosure) if attachment.disclosure is not None else None,
            visibility=attachment.visibility if subject.may_change else None,
            withdrawn=attachment.withdrawn_at is not None,
            erased=attachment.erased_at is not None,
            may_change=subject.may_change,
            versions=versions.get(attachment.key, []),
        )
        for attachment in found
    ]


def _versions(session: ReadSession, subject: Subject, keys: Sequence[int]) -> dict[int, list[VersionPublic]]:
    rows = session.execute(
        select(AttachmentVersion, StoredFile.size, Person.name)
        .join(StoredFile, col(StoredFile.id) == col(AttachmentVersion.file_id), isouter=True)
        .join(Person, col(Person.id) == col(AttachmentVersion.uploaded_by_id), isouter=True)
        .where(col(AttachmentVersion.attachment_id).in_(keys))
        .order_by(col(AttachmentVersion.number).desc())
    )
    found: dict[int, list[VersionPublic]] = {}
    for version, size, person in rows:
        line = VersionPublic(
            number=version.number,
            name=version.name,
            size=size,
            uploaded_at=version.uploaded_at,
            uploaded_by=person if subject.may_change else None,
        )
        found.setdefault(version.attachment_id, []).append(line)
    return found
