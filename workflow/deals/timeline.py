"""The timeline of a deal: read, one line found again, and shown to others than at first."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from sqlmodel import col, select

from core.database import ReadSession, WriteSession
from core.errors import Conflict, NotFound
from models.access import Viewer, visible_attachments
from models.deal import Deal
from models.deal_enums import EntryKind, Visibility
from models.deal_forms import EntryRights
from models.deal_public import EventPublic
from models.enums import SubjectKind
from models.file import Attachment, AttachmentVersion, EventFile, FileRights, Mail, MailPublic
from models.history import Event
from tracking.replies import REPLY
from tracking.store import find_deal, find_deal_to_change
from tracking.timeline import (
    CODES,
    WRITTEN,
    EntryFilter,
    find_entry_of,
    kind_of,
    mails_of,
    place_of,
    select_entries,
)
from workflow.deals.extra_stages import names_of_stages
from workflow.files.attaching import show_file_to
from workflow.files.reading import files_of_events
from workflow.history import record_event
from workflow.paging import Page, read_page
from workflow.visibility import check_visibility, is_narrower

TIMELINE_SIZE = 50
_TOLD = WRITTEN | CODES[EntryKind.REPLY] | CODES[EntryKind.FILE]
"""What both sides read with the name of who wrote it; of moves they read what was decided, not by whom."""


def deal_timeline(
    session: ReadSession,
    viewer: Viewer,
    public_id: str,
    wanted: EntryFilter | None = None,
    *,
    page: int = 1,
    size: int = TIMELINE_SIZE,
) -> Page[EventPublic]:
    """What happened to the deal, newest first, as far as it is asked for and for the viewer. Raises NotFound."""
    deal, may_change = find_deal(session, viewer, public_id)
    rows = read_page(session, select_entries(viewer, deal, wanted or EntryFilter()), number=page, size=size)
    return rows.map(_as_shown(session, viewer, deal, may_change, [event.key for event, _ in rows.items]))


def page_of_entry(
    session: ReadSession, viewer: Viewer, public_id: str, entry: str, *, size: int = TIMELINE_SIZE
) -> int:
    """The page of the whole timeline on which a line stands.

    Raises NotFound, also for a line that the viewer may not read.
    """
    deal, _ = find_deal(session, viewer, public_id)
    return place_of(session, viewer, deal, _find(session, viewer, deal, entry)) // size + 1


def read_entry(session: ReadSession, viewer: Viewer, public_id: str, entry: str) -> EventPublic:
    """One line. Raises NotFound, also for a line that the viewer may not read."""
    deal, may_change = find_deal(session, viewer, public_id)
    statement = select_entries(viewer, deal, EntryFilter()).where(col(Event.public_id) == entry)
    row = session.execute(statement).first()
    if row is None:
        raise _no_entry(entry)
    event, actor = row
    return _as_shown(session, viewer, deal, may_change, [event.key])((event, actor))


def show_entry_to(
    session: WriteSession, viewer: Viewer, public_id: str, entry: str, form: EntryRights, *, now: datetime
) -> Event:
    """The line, with the files that came with it, is for those whom the form names; another line tells of it.

    A file that was shown to others than the line since stays theirs. What the software writes is for whom it is; what a
    side wrote is for whom that side chose, or for the side alone. In an archived deal a line can be for fewer people
    and for no others. Raises NotFound, Refused, Conflict for other lines, for one that was changed meanwhile and for an
    archived deal, Invalid.
    """
    deal = find_deal_to_change(session, viewer, public_id, even_archived=True)
    event = _find(session, viewer, deal, entry)
    if event.code not in WRITTEN and not _is_for_its_side_alone(event, form):
        raise Conflict("deal.entry_fixed")
    if form.before is not None and form.before is not event.visibility:
        raise Conflict("conflict.changed_meanwhile")
    check_visibility(session, viewer, deal, form.visibility)
    before = event.visibility
    if before is form.visibility:
        return event
    if deal.archived_at is not None and not is_narrower(form.visibility, before):
        raise Conflict("deal.archived")
    attachments = _came_with(session, viewer, event)
    event.visibility, event.shown_at = form.visibility, now
    for attachment in attachments:
        show_file_to(session, attachment, FileRights(visibility=form.visibility), now=now)
    is_team = Visibility.TEAM in (before, form.visibility)
    record_event(
        session,
        SubjectKind.DEAL,
        deal.key,
        "deal.entry_rights",
        actor_id=viewer.person_id,
        now=now,
        params={"entry": entry, "before": before.value, "after": form.visibility.value},
        visibility=Visibility.TEAM if is_team else Visibility.STAFF,
    )
    session.flush()
    return event


def _is_for_its_side_alone(event: Event, form: EntryRights) -> bool:
    return event.code == REPLY and form.visibility.value == event.params["side"]


def _find(session: ReadSession, viewer: Viewer, deal: Deal, entry: str) -> Event:
    event = find_entry_of(session, viewer, deal, entry)
    if event is None:
        raise _no_entry(entry)
    return event


def _no_entry(entry: str) -> NotFound:
    return NotFound("deal.no_entry", id=entry)


def _came_with(session: WriteSession, viewer: Viewer, event: Event) -> Sequence[Attachment]:
    """The files that came with the line and are for the same people, the viewer among them."""
    return session.exec(
        select(Attachment)
        .join(AttachmentVersion, col(AttachmentVersion.attachment_id) == col(Attachment.id))
        .where(
            AttachmentVersion.event_id == event.key,
            Attachment.visibility == event.visibility,
            visible_attachments(viewer),
        )
    ).all()


def _as_shown(
    session: ReadSession, viewer: Viewer, deal: Deal, may_change: bool, keys: Sequence[int]
) -> Callable[[tuple[Event, str | None]], EventPublic]:
    """How the viewer reads each of these lines of the deal, given with the name of who acted."""
    names = names_of_stages(session, deal) if may_change else {}
    files, mails = files_of_events(session, viewer, keys), mails_of(session, keys)

    def shown(row: tuple[Event, str | None]) -> EventPublic:
        event, actor = row
        actor = actor if may_change or event.code in _TOLD else None
        return _entry(event, actor, names, files.get(event.key, ()), mails.get(event.key))

    return shown


def _entry(
    event: Event, actor: str | None, names: Mapping[str, str], files: Sequence[EventFile], mail: Mail | None
) -> EventPublic:
    named = {code: names[code] for code in event.params.values() if code in names}
    return EventPublic.model_validate(
        event.model_dump()
        | {
            "actor_name": actor,
            "stage_names": named,
            "kind": kind_of(event.code),
            "files": files,
            "mail": MailPublic.model_validate(mail.model_dump()) if mail else None,
        }
    )
