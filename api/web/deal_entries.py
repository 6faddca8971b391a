"""What people add to the timeline of a deal on its page, and the permanent address of each of its lines."""

from datetime import datetime

from fastapi import Response
from fastapi.responses import RedirectResponse

from api.audiences import SOCIETY, TAKING_PART
from api.dependencies import NowDep, ReadSessionDep, ViewerDep, WriteSessionDep
from api.mails import MailDep
from api.policy import PolicyRouter, RateClass
from api.web.deal_page import refused_page
from api.web.forms import FormDep, attempt_of, build
from api.web.shell import Shell, ShellDep
from core.errors import AppError, Invalid, Problem
from models.deal_forms import EntryRights, MailCreate, NoteCreate
from models.enums import Precision
from tracking.moments import read_moment
from workflow.deals import add_mail, add_note, page_of_entry, show_entry_to

router = PolicyRouter(prefix="/deals")


@router.post("/{public_id}/notes", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.note")
def submit_note(
    shell: ShellDep, session: WriteSessionDep, viewer: ViewerDep, form: FormDep, now: NowDep, public_id: str
) -> Response:
    """The note is in the timeline."""
    try:
        occurred_at, precision = _occurred(shell, form.text("when"), now)
        note = build(NoteCreate, form, occurred_at=occurred_at, precision=precision)
        event = add_note(session, viewer, public_id, note, now=now)
    except AppError as error:
        return refused_page(shell, session, viewer, public_id, now, attempt_of("note", form, error), error)
    return shell.go(_address(public_id, event.public_id), "note_added")


@router.post("/{public_id}/mails", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.mail", takes_files=True)
def submit_mail(
    shell: ShellDep,
    mail: MailDep,
    session: WriteSessionDep,
    viewer: ViewerDep,
    form: FormDep,
    now: NowDep,
    public_id: str,
) -> Response:
    """The mail is in the timeline, its attachments among the files."""
    try:
        sent_at = _occurred(shell, form.text("when"), now)[0] if form.text("when") else None
        told = build(MailCreate, form, sent_at=sent_at)
        event = add_mail(session, viewer, public_id, mail.take(), told, store=mail.store, now=now)
    except AppError as error:
        return refused_page(shell, session, viewer, public_id, now, attempt_of("mail", form, error), error)
    return shell.go(_address(public_id, event.public_id), "mail_added")


@router.get("/{public_id}/events/{entry}", roles=TAKING_PART, rate=RateClass.READ)
def entry_page(session: ReadSessionDep, viewer: ViewerDep, public_id: str, entry: str) -> Response:
    """The permanent address of a line: the deal's page, at the line. Who may not read it gets no such page."""
    page_of_entry(session, viewer, public_id, entry)
    return RedirectResponse(_address(public_id, entry), 303)


@router.post("/{public_id}/events/{entry}/rights", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.entry_rights")
def submit_entry_rights(
    shell: ShellDep, session: WriteSessionDep, viewer: ViewerDep, form: FormDep, now: NowDep, public_id: str, entry: str
) -> Response:
    """The line is for others than before."""
    try:
        show_entry_to(session, viewer, public_id, entry, build(EntryRights, form), now=now)
    except AppError as error:
        attempt = attempt_of(f"rights-{entry}", form, error)
        return refused_page(shell, session, viewer, public_id, now, attempt, error)
    return shell.go(_address(public_id, entry), "saved")


def _address(public_id: str, entry: str) -> str:
    return f"/deals/{public_id}?entry={entry}#e-{entry}"


def _occurred(shell: Shell, typed: str, now: datetime) -> tuple[datetime, Precision]:
    """When a noted thing happened, as exactly as it was typed. Raises Invalid."""
    try:
        return read_moment(typed, now, shell.show.zone)
    except ValueError:
        raise Invalid("invalid", (Problem("field.not_a_moment", field="when"),)) from None
