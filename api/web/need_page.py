"""The page of one need: everything its reader may see and do there."""

from collections.abc import Sequence
from dataclasses import dataclass

from api.web.display import Choice
from api.web.files import FileListPage, file_list
from api.web.highlight import Piece, requirement_pieces
from api.web.requirement_lines import RequirementList, listed
from catalog.demand.clarity import Missing
from catalog.demand.disclosure import OPEN_TEXTS, contacts_typed
from core.database import ReadSession
from core.errors import Refused
from models.access import CARD, FULL, SUMMARY, Viewer, curates
from models.deal_public import EventPublic
from models.enums import NeedStatus, SubjectKind
from models.need import NeedPublic, NeedRevision, NeedText
from models.refusal import RefusalPublic
from models.requirement import QuotedField
from workflow.contacts import possible_contacts
from workflow.needs import get_need, may_edit_need, show_need
from workflow.paging import Page
from workflow.refusals import list_refusals
from workflow.revisions import need_revisions
from workflow.timeline import read_timeline
from workflow.triage import SimilarNeed, open_questions, similar_needs


@dataclass(frozen=True, slots=True)
class NeedPage:
    """One need, cut to the reader's level."""

    need: NeedPublic
    prose: Sequence[tuple[str, tuple[Piece, ...]]]
    """The fields of running text that are not empty, by name, with their requirements marked."""
    requirements: RequirementList
    may_edit: bool
    may_triage: bool
    may_match: bool
    may_lift_everywhere: bool
    questions: Sequence[Missing]
    contacts: Sequence[Choice]
    """Whom the reader may name as the contact; empty for who may not."""
    contact: str
    similar: Sequence[SimilarNeed]
    refusals: Sequence[RefusalPublic]
    revisions: Sequence[NeedRevision]
    timeline: Page[EventPublic] | None
    files: FileListPage
    contact_data: Sequence[str]
    """Contact data in the text, for who may edit it while it is open."""
    hides_contacts: bool
    """Whether contact data in the text are masked for the reader."""


def need_page(
    session: ReadSession,
    viewer: Viewer,
    public_id: str,
    *,
    focus: int = 0,
    typed: RequirementList | None = None,
) -> NeedPage:
    """The page; `focus` is the number of a requirement to go on with, `typed` a list that was refused.

    Raises NotFound.
    """
    row = get_need(session, viewer, public_id, CARD)
    shown, may_edit = show_need(session, viewer, public_id), may_edit_need(viewer, row.need)
    curating = curates(viewer, row.need.branch_id)
    readable = viewer.is_society and row.level >= SUMMARY
    is_open = not shown.archived and shown.status is not NeedStatus.CLOSED
    is_drafted = may_edit and is_open and row.need.clarity is not None
    people = possible_contacts(session, row.need) if may_edit and not shown.archived else ()
    return NeedPage(
        need=shown,
        prose=_prose(shown),
        requirements=typed or listed(shown, may_edit=is_drafted, focus=focus),
        may_edit=may_edit,
        may_triage=curating and is_open,
        may_match=readable or row.need.organisation_id in viewer.organisations,
        may_lift_everywhere=curating or row.need.organisation_id in viewer.organisations,
        questions=open_questions(session, viewer, public_id) if may_edit and row.level >= FULL else (),
        contacts=[(person.public_id, person.name) for person in people],
        contact=next((person.public_id for person in people if person.id == row.need.contact_id), ""),
        similar=similar_needs(session, viewer, public_id) if readable else (),
        refusals=_refusals(session, viewer, public_id),
        revisions=need_revisions(session, row.need.key) if may_edit else (),
        timeline=read_timeline(session, SubjectKind.NEED, row.need.key, works_on_it=curating) if may_edit else None,
        files=file_list(session, viewer, SubjectKind.NEED, public_id),
        contact_data=contacts_typed(_open_texts(shown)) if may_edit and is_open else (),
        hides_contacts=SUMMARY <= row.level < FULL and _open_texts(shown) != _open_texts(row.revision),
    )


def _refusals(session: ReadSession, viewer: Viewer, public_id: str) -> Sequence[RefusalPublic]:
    try:
        return list_refusals(session, viewer, public_id)
    except Refused:
        return ()


def _open_texts(text: NeedText) -> list[str]:
    said = (getattr(text, name) for name in OPEN_TEXTS)
    return [one for value in said for one in ([value] if isinstance(value, str) else value)]


def _prose(need: NeedPublic) -> Sequence[tuple[str, tuple[Piece, ...]]]:
    texts = ((field.value, getattr(need, field.value)) for field in QuotedField)
    return [(name, requirement_pieces(text, name, need.requirements)) for name, text in texts if text]
