"""What people add to the timeline of a deal on its page, and the permanent address of each of its lines."""

from datetime import datetime
from zoneinfo import ZoneInfo

from fastapi import Response
from fastapi.responses import RedirectResponse

from api.audiences import SIDES, SOCIETY, TAKING_PART
from api.dependencies import ReadSessionDep, ViewerDep
from api.mails import MailDep
from api.policy import PolicyRouter, RateClass
from api.uploads import UploadsDep
from api.web.deal_forms import DealForm, DealFormDep
from core.errors import Invalid, Problem
from models.deal_forms import EntryRights, MailCreate, NoteCreate, ReplyCreate
from models.enums import Precision
from models.history import Event
from tracking.moments import read_moment
from workflow.deals import add_mail, add_note, page_of_entry, send_reply, show_entry_to

router = PolicyRouter(prefix="/deals")


@router.post("/{public_id}/notes", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.note")
def submit_note(deal: DealFormDep) -> Response:
    """The note is in the timeline."""

    def note() -> Event:
        occurred_at, precision = _occurred(deal)
        told = deal.build(NoteCreate, occurred_at=occurred_at, precision=precision)
        return add_note(*deal.of, told, now=deal.now)

    return deal.submit("note", note, "note_added", to=lambda event: _address(deal.public_id, event.public_id))


@router.post("/{public_id}/mails", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.mail", takes_files=True)
def submit_mail(mail: MailDep, deal: DealFormDep) -> Response:
    """The mail is in the timeline, its attachments among the files."""

    def keep() -> Event:
        sent_at = _occurred(deal)[0] if deal.text("when") else None
        told = deal.build(MailCreate, sent_at=sent_at)
        return add_mail(*deal.of, mail.take(), told, store=mail.store, now=deal.now)

    return deal.submit("mail", keep, "mail_added", to=lambda event: _address(deal.public_id, event.public_id))


@router.post("/{public_id}/replies", roles=SIDES, rate=RateClass.WRITE, audit="deal.reply", takes_files=True)
def submit_reply(uploads: UploadsDep, deal: DealFormDep) -> Response:
    """What a side wrote to the society is in the timeline, with its file."""

    def reply() -> Event:
        form, received = deal.build(ReplyCreate), uploads.take_if_any()
        return send_reply(*deal.of, form, received, store=uploads.store, now=deal.now)

    return deal.submit("reply", reply, "reply_sent", to=lambda event: _address(deal.public_id, event.public_id))


@router.get("/{public_id}/events/{entry}", roles=TAKING_PART, rate=RateClass.READ)
def entry_page(session: ReadSessionDep, viewer: ViewerDep, public_id: str, entry: str) -> Response:
    """The permanent address of a line: the deal's page, at the line. Who may not read it gets no such page."""
    page_of_entry(session, viewer, public_id, entry)
    return RedirectResponse(_address(public_id, entry), 303)


@router.post("/{public_id}/events/{entry}/rights", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.entry_rights")
def submit_entry_rights(deal: DealFormDep, entry: str) -> Response:
    """The line is for others than before."""
    return deal.submit(
        f"rights-{entry}",
        lambda: show_entry_to(*deal.of, entry, deal.build(EntryRights), now=deal.now),
        to=lambda _: _address(deal.public_id, entry),
    )


def _address(public_id: str, entry: str) -> str:
    return f"/deals/{public_id}?entry={entry}#e-{entry}"


def _occurred(deal: DealForm) -> tuple[datetime, Precision]:
    """When a noted thing happened, as exactly as it was typed. Raises Invalid."""
    try:
        days = ZoneInfo(deal.shell.settings.time_zone)
        return read_moment(deal.text("when"), deal.now, deal.shell.show.zone, days)
    except ValueError:
        raise Invalid("invalid", (Problem("field.not_a_moment", field="when"),)) from None
