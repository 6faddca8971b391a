"""The timeline of a deal as queries: which lines there are, of which kind, and where one stands among the others."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, exists, func, or_
from sqlmodel import col, select

from core.database import ReadSession
from models.access import Viewer, visible_attachments, visible_entries
from models.deal import Deal
from models.deal_enums import EntryKind, NoteKind
from models.enums import SubjectKind
from models.file import Attachment, AttachmentVersion, Mail
from models.history import Event
from models.person import Person
from tracking.replies import REPLY
from tracking.store import AnySelect

_WORDS_MAX: Final = 8


def _codes(*names: str) -> frozenset[str]:
    return frozenset(f"deal.{name}" for name in names)


CODES: Final = {
    **{EntryKind(kind.value): _codes(kind.value) for kind in NoteKind},
    EntryKind.REPLY: frozenset({REPLY}),
    EntryKind.FILE: _codes("file_added", "file_version", "file_rights", "file_withdrawn", "file_erased"),
    EntryKind.MOVE: _codes(
        "opened",
        "brought_in",
        "began",
        "stood_at",
        "moved",
        "contract_moved",
        "signed",
        "move_undone",
        "contract_move_undone",
        "signing_undone",
        "paused",
        "revived",
        "won",
        "lost",
        "explained",
        "commented",
        "end_told",
        "ended_unfinished",
        "outcome_amended",
        "evidence_recorded",
        "evidence_withdrawn",
        "split_off",
        "split_from",
        "merged",
        "merged_into",
    ),
    EntryKind.STEP: _codes(
        "next_step_set",
        "next_step_due",
        "no_next_step",
        "waiting",
        "waiting_over",
        "answered",
        "action_taken",
        "action_declined",
    ),
    EntryKind.REMINDER: _codes("reminder_fired"),
    EntryKind.MILESTONE: _codes(
        "milestone_planned",
        "milestone_reached",
        "milestone_removed",
        "payment_planned",
        "payment_made",
        "payment_removed",
        "visit_made",
        "visit_amended",
    ),
}
"""The codes of each kind of line; every other code is a change."""
_NO_CHANGE: Final = frozenset[str]().union(*CODES.values())
WRITTEN: Final = frozenset().union(*(CODES[EntryKind(kind.value)] for kind in NoteKind))
"""What people wrote down: the lines whose readers they choose."""


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """Which lines of a timeline are asked for: of one kind, and with these words in text, mail or file name."""

    kind: EntryKind | None = None
    query: str = ""


def kind_of(code: str) -> EntryKind:
    """Of which kind a line with this code is."""
    return next((kind for kind, codes in CODES.items() if code in codes), EntryKind.CHANGE)


def select_entries(viewer: Viewer, deal: Deal, wanted: EntryFilter) -> AnySelect:
    """The lines `viewer` may read, with the names of those who acted, the newest first."""
    return (
        select(Event, Person.name)
        .join(Person, col(Person.id) == col(Event.actor_id), isouter=True)
        .where(*_readable(viewer, deal), *_asked_for(viewer, wanted))
        .order_by(col(Event.occurred_at).desc(), col(Event.id).desc())
    )


def find_entry_of(session: ReadSession, viewer: Viewer, deal: Deal, public_id: str) -> Event | None:
    """The line, if `viewer` may read it."""
    return session.exec(select(Event).where(Event.public_id == public_id, *_readable(viewer, deal))).first()


def place_of(session: ReadSession, viewer: Viewer, deal: Deal, event: Event) -> int:
    """How many lines of the whole timeline stand before this one."""
    at = col(Event.occurred_at)
    newer = or_(at > event.occurred_at, and_(at == event.occurred_at, col(Event.id) > event.key))
    return session.exec(select(func.count()).select_from(Event).where(*_readable(viewer, deal), newer)).one()


def mails_of(session: ReadSession, events: Sequence[int]) -> dict[int, Mail]:
    """The mails among these lines."""
    return {mail.event_id: mail for mail in session.exec(select(Mail).where(col(Mail.event_id).in_(events)))}


def last_read(session: ReadSession, viewer: Viewer, deals: Iterable[int]) -> dict[int, datetime]:
    """When the last thing happened that `viewer` may read of, by the ids of the deals."""
    of_deals = (col(Event.subject_kind) == SubjectKind.DEAL, col(Event.subject_id).in_(list(deals)))
    statement = select(Event.subject_id, func.max(Event.occurred_at)).where(*of_deals, visible_entries(viewer))
    return dict(session.exec(statement.group_by(col(Event.subject_id))).all())


def _readable(viewer: Viewer, deal: Deal) -> tuple[ColumnElement[bool], ...]:
    return (
        col(Event.subject_kind) == SubjectKind.DEAL,
        col(Event.subject_id) == deal.key,
        visible_entries(viewer),
    )


def _asked_for(viewer: Viewer, wanted: EntryFilter) -> list[ColumnElement[bool]]:
    code = col(Event.code)
    found = [_holds(viewer, word) for word in wanted.query.replace("\0", " ").split()[:_WORDS_MAX]]
    if wanted.kind is EntryKind.CHANGE:
        found.append(code.not_in(_NO_CHANGE))
    elif wanted.kind is not None:
        found.append(code.in_(CODES[wanted.kind]))
    return found


def _holds(viewer: Viewer, word: str) -> ColumnElement[bool]:
    """A file that is not for the viewer is not found by its name either."""
    mail = or_(*(column.icontains(word, autoescape=True) for column in (col(Mail.subject), col(Mail.sender))))
    name = col(AttachmentVersion.name).icontains(word, autoescape=True)
    return or_(
        col(Event.text).icontains(word, autoescape=True),
        exists().where(col(Mail.event_id) == col(Event.id), mail),
        exists().where(
            col(AttachmentVersion.event_id) == col(Event.id),
            col(Attachment.id) == col(AttachmentVersion.attachment_id),
            col(Attachment.withdrawn_at).is_(None),
            visible_attachments(viewer),
            name,
        ),
    )
