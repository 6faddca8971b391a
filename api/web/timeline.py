"""The timeline on the page of a deal: which of its lines, how they are filtered, and which one somebody was sent to."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from api.web.lists import Wanted
from core.database import ReadSession
from models.access import Viewer
from models.deal_enums import EntryKind, NoteKind, Visibility
from models.deal_public import EventPublic
from tracking.replies import REPLY
from tracking.timeline import WRITTEN
from workflow.deals import EntryFilter, deal_timeline, page_of_entry
from workflow.paging import Page


@dataclass(frozen=True, slots=True)
class TimelinePart:
    """One page of the lines that were asked for."""

    wanted: Wanted
    found: Page[EventPublic]
    entry: str
    """The line that a link names; it is shown among all others."""
    kinds: type[EntryKind] = EntryKind
    note_kinds: type[NoteKind] = NoteKind
    written: frozenset[str] = field(default=WRITTEN)
    reply: str = field(default=REPLY)

    def readers(self, event: EventPublic, all_readers: Sequence[Visibility]) -> Sequence[Visibility]:
        """Whom the line can be shown to from now on: what a side wrote, to that side alone; other lines to nobody else.

        What people of the society wrote, to any of `all_readers`.
        """
        if event.code == REPLY and event.visibility is Visibility.PARTIES:
            return (Visibility(str(event.params["side"])),)
        return all_readers if event.code in self.written else ()


def timeline_part(session: ReadSession, viewer: Viewer, public_id: str, wanted: Wanted) -> TimelinePart:
    """The lines of a deal that the address asks for. Raises NotFound for one that is not for the viewer."""
    entry = wanted.text("entry")
    if entry:
        number = page_of_entry(session, viewer, public_id, entry)
        return TimelinePart(Wanted(wanted.path), deal_timeline(session, viewer, public_id, page=number), entry)
    chosen = EntryFilter(kind=wanted.member(EntryKind, "kind"), query=wanted.text("q"))
    return TimelinePart(wanted, deal_timeline(session, viewer, public_id, chosen, page=wanted.page), entry="")
