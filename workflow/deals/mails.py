"""Mails kept in a deal's timeline: as a file of a mail program, or pasted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO

from core.database import WriteSession
from core.errors import AppError, Invalid, Problem
from models.access import Viewer
from models.deal_forms import TEXT_OF_ENTRY_MAX, MailCreate
from models.enums import Precision, SubjectKind
from models.file import Attachment, FileRights, Mail
from models.history import Event
from tracking.mails import ReadMail, read_mail, read_pasted
from tracking.store import find_deal_to_change
from workflow.files.attaching import keep_file, receive_upload
from workflow.files.storage import FileStore, Received
from workflow.files.subjects import Subject
from workflow.history import record_event
from workflow.visibility import check_visibility

MAIL_MAX = 25 * 2**20
"""Bytes of a .eml file: a mail is read as a whole, and mail servers take no larger ones."""
FILES_OF_MAIL_MAX = 50
_WHOLE = "mail.txt"
"""What the text of a mail is called that is too long for the timeline."""


@dataclass(frozen=True, slots=True)
class ReceivedMail:
    """A mail that was read, and its attachments that lie beside the contents."""

    mail: ReadMail
    files: Sequence[Received] = ()
    left_out: int = 0
    """Attachments that are not taken, for their kind or size, or because there are too many."""


def receive_mail(store: FileStore, raw: bytes) -> ReceivedMail:
    """The mail of a .eml file is read and its attachments lie beside, before any transaction waits for them.

    Raises Invalid for what is no mail, and Unavailable where the folder takes nothing.
    """
    if not raw:
        raise _refused("file.empty")
    if len(raw) > MAIL_MAX:
        raise _refused("file.too_large", mib=MAIL_MAX // 2**20)
    try:
        mail = read_mail(raw)
    except ValueError as error:
        raise _refused("deal.not_a_mail") from error
    files = [found for file in mail.files[:FILES_OF_MAIL_MAX] if (found := _taken(store, file.name, file.content))]
    return _with_whole_text(store, ReceivedMail(mail, files, len(mail.files) - len(files)))


def receive_pasted(store: FileStore, text: str, utc_offset: timedelta) -> ReceivedMail:
    """The pasted mail is read; a time in it that names no zone is one of the reader's."""
    return _with_whole_text(store, ReceivedMail(read_pasted(text, utc_offset)))


def add_mail(
    session: WriteSession,
    viewer: Viewer,
    deal_id: str,
    received: ReceivedMail,
    form: MailCreate,
    *,
    store: FileStore,
    now: datetime,
) -> Event:
    """The mail is in the deal's timeline at the time it was sent, and its attachments are files of the deal.

    What the form says goes before what the mail says. A mail without a time, or of one to come, is of now. Raises
    NotFound, Refused, Conflict, Invalid for an empty one.
    """
    deal = find_deal_to_change(session, viewer, deal_id)
    check_visibility(session, viewer, deal, form.visibility)
    mail = received.mail
    subject, sender = form.subject or mail.subject, form.sender or mail.sender
    if not (subject or mail.text):
        raise Invalid("deal.mail_empty", (Problem("field.required", field="text"),))
    sent_at = form.sent_at or mail.sent_at
    occurred_at = min(sent_at or now, now)
    deal.last_activity_at = max(deal.last_activity_at, occurred_at)
    event = record_event(
        session,
        SubjectKind.DEAL,
        deal.key,
        "deal.mail",
        actor_id=viewer.person_id,
        now=now,
        text=mail.text[:TEXT_OF_ENTRY_MAX],
        visibility=form.visibility,
        occurred_at=occurred_at,
        precision=Precision.INSTANT,
    )
    session.flush()
    recipients = form.recipients or mail.recipients
    session.add(
        Mail(
            event_id=event.key,
            subject=subject[:300],
            sender=sender[:300],
            recipients=recipients[:2000],
            left_out=received.left_out,
        )
    )
    on_deal = Subject(SubjectKind.DEAL, deal.key, deal.public_id, may_change=True, deal=deal)
    for file in received.files:
        attachment = Attachment(subject_kind=SubjectKind.DEAL, subject_id=deal.key)
        rights = FileRights(visibility=form.visibility)
        keep_file(session, viewer, on_deal, attachment, file, rights, event, store=store, now=now)
    session.flush()
    return event


def _taken(store: FileStore, name: str, content: bytes) -> Received | None:
    """The attachment beside the contents; None for one that is not taken."""
    try:
        return receive_upload(store, BytesIO(content), name)
    except Invalid:
        return None


def _with_whole_text(store: FileStore, received: ReceivedMail) -> ReceivedMail:
    """A text too long for the timeline is kept as a file too, so that nothing of it is lost."""
    if len(received.mail.text) <= TEXT_OF_ENTRY_MAX:
        return received
    try:
        whole = receive_upload(store, BytesIO(received.mail.text.encode()), _WHOLE)
    except AppError:
        for file in received.files:
            store.discard(file)
        raise
    return ReceivedMail(received.mail, [*received.files, whole], received.left_out)


def _refused(code: str, **params: int) -> Invalid:
    return Invalid(code, (Problem(code, tuple(params.items()), field="file"),), **params)
