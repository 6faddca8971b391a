"""The timeline of a deal: one line of it, mails and replies put into it, and who reads a line."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import Form as FormField

from api.audiences import SIDES, SOCIETY, TAKING_PART
from api.dependencies import AuditDep, NowDep, ReadSessionDep, ViewerDep, WriteSessionDep
from api.mails import MailDep
from api.policy import PolicyRouter, RateClass
from api.uploads import UploadsDep
from models.deal_enums import PartyRole, Visibility
from models.deal_forms import EntryRights, MailCreate, ReplyCreate
from models.deal_public import EventPublic
from workflow.deals import add_mail, read_entry, send_reply, show_entry_to

router = PolicyRouter(prefix="/api/v1/deals", tags=["deals"])


@router.get("/{deal_id}/events/{entry}", roles=TAKING_PART, rate=RateClass.READ, audit="deal.read")
def read_event(deal_id: str, entry: str, session: ReadSessionDep, viewer: ViewerDep, audit: AuditDep) -> EventPublic:
    """One line of the timeline; that it was read is logged."""
    found = read_entry(session, viewer, deal_id, entry)
    audit.full_read()
    return found


@router.put("/{deal_id}/events/{entry}/rights", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.entry_rights")
def set_entry_rights(
    deal_id: str, entry: str, form: EntryRights, session: WriteSessionDep, viewer: ViewerDep, now: NowDep
) -> EventPublic:
    """The line, with the files that came with it, is for those of the visibility."""
    show_entry_to(session, viewer, deal_id, entry, form, now=now)
    return read_entry(session, viewer, deal_id, entry)


@router.post(
    "/{deal_id}/mails",
    roles=SOCIETY,
    rate=RateClass.WRITE,
    audit="deal.mail",
    takes_files=True,
    status_code=HTTPStatus.CREATED,
)
def mail(
    deal_id: str,
    mail: MailDep,
    session: WriteSessionDep,
    viewer: ViewerDep,
    now: NowDep,
    visibility: Annotated[Visibility, FormField()] = Visibility.STAFF,
    subject: Annotated[str, FormField()] = "",
    sender: Annotated[str, FormField()] = "",
    recipients: Annotated[str, FormField()] = "",
    sent_at: Annotated[datetime | None, FormField()] = None,
) -> EventPublic:
    """The mail (a .eml file in the field `file`, or pasted in `text`) stands in the timeline, with its attachments."""
    form = MailCreate(visibility=visibility, subject=subject, sender=sender, recipients=recipients, sent_at=sent_at)
    event = add_mail(session, viewer, deal_id, mail.take(), form, store=mail.store, now=now)
    return read_entry(session, viewer, deal_id, event.public_id)


@router.post(
    "/{deal_id}/replies",
    roles=SIDES,
    rate=RateClass.WRITE,
    audit="deal.reply",
    takes_files=True,
    status_code=HTTPStatus.CREATED,
)
def reply(
    deal_id: str,
    uploads: UploadsDep,
    session: WriteSessionDep,
    viewer: ViewerDep,
    now: NowDep,
    text: Annotated[str, FormField()] = "",
    visibility: Annotated[Visibility | None, FormField()] = None,
    side: Annotated[PartyRole | None, FormField()] = None,
) -> EventPublic:
    """What a side writes to the society stands in the timeline, with a file from the field `file` if there is one.

    It is for all sides (`parties`) or, when nothing is said, for the own one; the society reads it in any case.
    """
    form = ReplyCreate(text=text, visibility=visibility, side=side)
    event = send_reply(session, viewer, deal_id, form, uploads.take_if_any(), store=uploads.store, now=now)
    return read_entry(session, viewer, deal_id, event.public_id)
