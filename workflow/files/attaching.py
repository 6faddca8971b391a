"""Files put on objects, replaced by newer versions, shown to others, withdrawn and erased.

Rules a maintainer must keep: a content is put in its place under `hold_folder` and in the transaction that writes its
row; each step is a line in the history of the object, which names the file by its id alone: what a file is called may
have to be erased.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import BinaryIO

from sqlalchemy import func
from sqlmodel import col, select

from core.database import WriteSession
from core.errors import Conflict, Invalid, Problem
from models.access import Viewer
from models.deal_enums import Visibility
from models.enums import DisclosureLevel, SubjectKind
from models.file import Attachment, AttachmentVersion, FileRights, StoredFile
from models.history import Event
from models.need import Need
from tracking.replies import REPLY
from workflow.files.content import check_content, kind_of
from workflow.files.finding import find_attachment_to_change, stand_on
from workflow.files.names import tidy_name
from workflow.files.storage import FileStore, Received, hold_folder
from workflow.files.subjects import Subject, find_subject_to_change, refuse_archived
from workflow.history import record_event
from workflow.need_progress import tell_curators
from workflow.versions import expect_version
from workflow.visibility import check_visibility, is_narrower

FILES_MAX = 500
"""Documents on one object."""


def receive_upload(store: FileStore, stream: BinaryIO, name: str) -> Received:
    """The upload lies beside the contents, whole and of the kind its name says, before any transaction waits for it.

    Raises Invalid and Unavailable.
    """
    tidy = tidy_name(name)
    kind_of(tidy)
    return store.receive(stream, tidy, check_content)


def attach_file(
    session: WriteSession,
    viewer: Viewer,
    kind: SubjectKind,
    subject_id: str,
    received: Received,
    rights: FileRights,
    *,
    store: FileStore,
    now: datetime,
) -> Attachment:
    """The file stands on the object, for those whom the rights name; its history says so.

    Without rights it is for those who see a need or capability in full, and of a deal for the society. Raises NotFound,
    Refused, Conflict for an archived object, Invalid.
    """
    subject = find_subject_to_change(session, viewer, kind, subject_id)
    rights = _rights_of(session, viewer, subject, rights)
    attachment = Attachment(subject_kind=kind, subject_id=subject.id)
    event = _record(session, viewer, subject, "file_added", now, rights, attachment, number=1)
    _tell_curators(session, viewer, subject, event)
    return keep_file(session, viewer, subject, attachment, received, rights, event, store=store, now=now)


def keep_file(
    session: WriteSession,
    viewer: Viewer,
    subject: Subject,
    attachment: Attachment,
    received: Received,
    rights: FileRights,
    event: Event,
    *,
    store: FileStore,
    now: datetime,
) -> Attachment:
    """A new document with its first version, which came with a line of history that the caller has written.

    Raises Conflict for an object that has too many.
    """
    held = select(func.count()).where(*stand_on(subject), col(Attachment.erased_at).is_(None))
    if session.exec(held).one() >= FILES_MAX:
        raise Conflict("file.too_many", most=FILES_MAX)
    attachment.disclosure, attachment.visibility, attachment.shown_at = rights.disclosure, rights.visibility, now
    session.add(attachment)
    session.flush()
    _keep_version(session, viewer, attachment, 1, received, event, store, now)
    return attachment


def add_version(
    session: WriteSession, viewer: Viewer, public_id: str, received: Received, *, store: FileStore, now: datetime
) -> Attachment:
    """The document has a newer version; the older ones stay.

    Raises NotFound, Refused, Conflict for one that was withdrawn and for an archived object.
    """
    attachment, subject = find_attachment_to_change(session, viewer, public_id)
    if attachment.withdrawn_at is not None:
        raise Conflict("file.withdrawn")
    newest = select(func.max(AttachmentVersion.number)).where(AttachmentVersion.attachment_id == attachment.key)
    number = (session.exec(newest).one() or 0) + 1
    event = _record(session, viewer, subject, "file_version", now, _of(attachment), attachment, number=number)
    _tell_curators(session, viewer, subject, event)
    _keep_version(session, viewer, attachment, number, received, event, store, now)
    return attachment


def change_rights(
    session: WriteSession,
    viewer: Viewer,
    public_id: str,
    rights: FileRights,
    *,
    now: datetime,
    version: int | None = None,
) -> Attachment:
    """The document is for those whom the rights name, and so are the lines of history it came with; no change, no line.

    On an archived object it can be for fewer people and for no others. Raises NotFound, Refused, Conflict, Invalid.
    """
    attachment, subject = find_attachment_to_change(session, viewer, public_id, even_archived=True)
    expect_version(attachment, version)
    before, after = _of(attachment), _rights_of(session, viewer, subject, rights)
    if before != after:
        if not _is_narrower(after, before):
            refuse_archived(subject)
            _refuse_what_a_side_sent(session, attachment, after)
        show_file_to(session, attachment, after, now=now)
        widest = before if before.visibility is Visibility.TEAM else after
        params = {"before": _code(before), "after": _code(after)}
        _record(session, viewer, subject, "file_rights", now, _inside(subject, widest), attachment, **params)
    session.flush()
    return attachment


def _refuse_what_a_side_sent(session: WriteSession, attachment: Attachment, rights: FileRights) -> None:
    """Nothing, if no side sent the document with a reply, or it is for that side alone again. Raises Conflict.

    For whom else it is, that side chose.
    """
    sent = (
        select(Event)
        .join(AttachmentVersion, col(AttachmentVersion.event_id) == col(Event.id))
        .where(AttachmentVersion.attachment_id == attachment.key, Event.code == REPLY)
    )
    reply = session.exec(sent).first()
    if reply is not None and rights.visibility is not Visibility(reply.params["side"]):
        raise Conflict("file.of_a_side")


def show_file_to(session: WriteSession, attachment: Attachment, rights: FileRights, *, now: datetime) -> None:
    """The document and the lines that tell of nothing but it are for those whom the rights name now."""
    attachment.disclosure, attachment.visibility, attachment.shown_at = rights.disclosure, rights.visibility, now
    if rights.visibility is None:
        return
    events = session.exec(
        select(Event).where(
            Event.subject_kind == attachment.subject_kind,
            Event.subject_id == attachment.subject_id,
            col(Event.code).in_(_TELLING),
            col(Event.params)["file"].as_string() == attachment.public_id,
        )
    )
    for event in events:
        event.visibility, event.shown_at = rights.visibility, now


_TELLING = ("deal.file_added", "deal.file_version", "deal.file_withdrawn", "deal.file_erased")


def withdraw_file(session: WriteSession, viewer: Viewer, public_id: str, *, now: datetime) -> Attachment:
    """Only who may change the object, be it archived, still reads the document; twice changes nothing.

    Raises NotFound, Refused.
    """
    attachment, subject = find_attachment_to_change(session, viewer, public_id, even_archived=True)
    if attachment.withdrawn_at is None:
        attachment.withdrawn_at = now
        _record(session, viewer, subject, "file_withdrawn", now, _of(attachment), attachment)
    session.flush()
    return attachment


def erase_file(session: WriteSession, viewer: Viewer, public_id: str, *, now: datetime) -> Attachment:
    """The names and contents of all versions are gone for good; that there were any, and when, stays.

    A content that no other version has leaves the disk with the next sweep. Twice changes nothing, and an archived
    object hinders nobody. Raises NotFound, Refused.
    """
    attachment, subject = find_attachment_to_change(session, viewer, public_id, even_archived=True)
    if attachment.erased_at is not None:
        return attachment
    versions = select(AttachmentVersion).where(AttachmentVersion.attachment_id == attachment.key)
    for version in session.exec(versions).all():
        version.name, version.file_id = "", None
    attachment.erased_at = now
    attachment.withdrawn_at = attachment.withdrawn_at or now
    session.flush()
    _record(session, viewer, subject, "file_erased", now, _of(attachment), attachment)
    session.flush()
    return attachment


def _tell_curators(session: WriteSession, viewer: Viewer, subject: Subject, event: Event) -> None:
    """The staff are told of what an enterprise puts on its need."""
    if subject.kind is SubjectKind.NEED:
        tell_curators(session, viewer, session.get_one(Need, subject.id), event, "file")


def _keep_version(
    session: WriteSession,
    viewer: Viewer,
    attachment: Attachment,
    number: int,
    received: Received,
    event: Event,
    store: FileStore,
    now: datetime,
) -> None:
    hold_folder(session)
    store.place(received)
    session.flush()
    session.add(
        AttachmentVersion(
            attachment_id=attachment.key,
            number=number,
            file_id=_stored(session, received, now),
            name=received.name,
            uploaded_at=now,
            uploaded_by_id=viewer.person_id,
            event_id=event.key,
        )
    )
    session.flush()


def _stored(session: WriteSession, received: Received, now: datetime) -> int:
    """The id of the content's row: the same two statements whether there was one before or not."""
    session.add_new(StoredFile, [{"sha256": received.sha256, "size": received.size, "stored_at": now}])
    return session.exec(select(StoredFile).where(StoredFile.sha256 == received.sha256)).one().key


def _rights_of(session: WriteSession, viewer: Viewer, subject: Subject, rights: FileRights) -> FileRights:
    """The rights with what is left open filled in. Raises Invalid for what does not belong to such an object."""
    if subject.deal is not None:
        if rights.disclosure is not None:
            raise Invalid("file.level_on_deal", (Problem("file.level_on_deal", field="disclosure"),))
        visibility = rights.visibility or Visibility.STAFF
        check_visibility(session, viewer, subject.deal, visibility)
        return FileRights(visibility=visibility)
    if rights.visibility is not None:
        raise Invalid("file.visibility_of_deals", (Problem("file.visibility_of_deals", field="visibility"),))
    return FileRights(disclosure=rights.disclosure or DisclosureLevel.FULL)


def _of(attachment: Attachment) -> FileRights:
    level = attachment.disclosure
    return FileRights(
        disclosure=DisclosureLevel(level) if level is not None else None, visibility=attachment.visibility
    )


def _is_narrower(rights: FileRights, than: FileRights) -> bool:
    """Whether nobody reads by these rights who did not read before, on an object of the same kind."""
    if rights.visibility and than.visibility:
        return is_narrower(rights.visibility, than.visibility)
    return (rights.disclosure or 0) > (than.disclosure or 0)


def _code(rights: FileRights) -> str | int:
    return rights.visibility.value if rights.visibility else int(rights.disclosure or 0)


def _inside(subject: Subject, rights: FileRights) -> FileRights:
    """Who reads of a change of rights: those inside, not the sides it was hidden from or shown to."""
    if subject.deal is None:
        return rights
    return FileRights(visibility=Visibility.TEAM if rights.visibility is Visibility.TEAM else Visibility.STAFF)


def _record(
    session: WriteSession,
    viewer: Viewer,
    subject: Subject,
    code: str,
    now: datetime,
    rights: FileRights,
    attachment: Attachment,
    **params: str | int,
) -> Event:
    """A line in the object's history; on needs and capabilities the history is read by those alone who edit them."""
    if subject.deal is not None:
        subject.deal.last_activity_at = now
    told: Mapping[str, str | int] = {"file": attachment.public_id, **params}
    event = record_event(
        session,
        subject.kind,
        subject.id,
        f"{subject.kind}.{code}",
        actor_id=viewer.person_id,
        now=now,
        params=told,
        visibility=rights.visibility or Visibility.PARTIES,
    )
    event.shown_at = attachment.shown_at  # who joined later reads of a newer version no more than of the document
    session.flush()
    return event
