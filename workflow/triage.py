"""Focusing a need: what it asks is made explicit, how clear it is becomes known, and which needs are like it."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from catalog.demand.clarity import Missing, Question
from catalog.demand.disclosure import readable
from catalog.demand.needs import NeedRow, select_readable
from core.database import ReadSession, WriteSession
from core.errors import Conflict, Refused
from models.access import FULL, SUMMARY, Viewer, curates
from models.deal_enums import Visibility
from models.enums import NeedStatus, SubjectKind
from models.file import Attachment
from models.need import Need, NeedSummary
from workflow.history import record_event
from workflow.need_progress import tell_askers
from workflow.needs import get_need, get_need_to_edit, summarise_need
from workflow.requirements import clarity_of, decided_demands, draft_requirements

COMPARED_MAX = 2000
"""At most this many of the newest needs are looked through for similar ones."""
SIMILAR_AT_LEAST = 0.25
"""Below this two needs share their language only, not their subject: 99 % of the pairs of 273 real needs lie below."""


@dataclass(frozen=True, slots=True)
class SimilarNeed:
    """A need like another one; `similarity` from 0 to 1."""

    need: NeedSummary
    similarity: float


def triage_need(
    session: WriteSession, viewer: Viewer, public_id: str, *, now: datetime, version: int | None = None
) -> Need:
    """The need is focused: it has requirements, indicators and a clarity, and can be matched and shown at its level.

    Repeating it drafts anew around what people decided and leaves a later status as it is. Raises NotFound, Refused for
    who does not curate it, and Conflict for one that is closed, archived or was changed meanwhile.
    """
    need, revision, _, _ = get_need_to_edit(session, viewer, public_id, version=version)
    if not curates(viewer, need.branch_id):
        raise Refused("need.triage_refused")
    if need.status is NeedStatus.CLOSED:
        raise Conflict("need.closed")
    if need.archived_at is not None:
        raise Conflict("need.archived")
    draft_requirements(session, need, revision, now=now)
    if need.status is NeedStatus.SUBMITTED:
        need.status = NeedStatus.FOCUSED
        event = record_event(
            session,
            SubjectKind.NEED,
            need.key,
            "need.focused",
            actor_id=viewer.person_id,
            now=now,
            params={"clarity_kind": need.clarity_kind},
            visibility=Visibility.PARTIES,
        )
        tell_askers(session, need, event, "focused")
    session.flush()
    return need


def similar_needs(session: ReadSession, viewer: Viewer, public_id: str, *, limit: int = 5) -> list[SimilarNeed]:
    """The needs most like this one, the most alike first, of those whose content the viewer may read.

    Nothing else enters the figures, so neither a neighbour nor a score tells of a need that may not be read. Raises
    NotFound.
    """
    row = get_need(session, viewer, public_id, SUMMARY)
    rows = [NeedRow.of(found) for found in session.execute(select_readable(viewer, limit=COMPARED_MAX))]
    others = [other for other in rows if other.need.key != row.need.key]
    if not others:
        return []
    from catalog.demand.similar import similarities  # numerical libraries: not at start

    alike = similarities(_texts(row), [_texts(other) for other in others])
    best = sorted(zip(alike.tolist(), others, strict=True), key=lambda pair: (-pair[0], pair[1].need.key))[:limit]
    return [SimilarNeed(summarise_need(other), value) for value, other in best if value >= SIMILAR_AT_LEAST]


def open_questions(session: ReadSession, viewer: Viewer, public_id: str) -> tuple[Missing, ...]:
    """What to ask the enterprise next, the weightiest first; for who sees the need in full. Raises NotFound.

    Once people decided about requirements, only what is in force and unconfirmed is asked about, not the text;
    nobody is asked for files once there are some.
    """
    row = get_need(session, viewer, public_id, FULL)
    missing = clarity_of(row.need, row.revision, decided_demands(session, row.revision)).missing
    answered = {Question.NO_ATTACHMENTS} if _has_files(session, row.need) else set()
    return tuple(one for one in missing if one.question not in answered)


def _has_files(session: ReadSession, need: Need) -> bool:
    of_need = (Attachment.subject_kind == SubjectKind.NEED, Attachment.subject_id == need.key)
    held = (col(Attachment.withdrawn_at).is_(None), col(Attachment.erased_at).is_(None))
    return session.exec(select(Attachment.id).where(*of_need, *held).limit(1)).first() is not None


def _texts(row: NeedRow) -> tuple[str, str]:
    return readable(row.revision.title, row.level), readable(row.revision.full_text, row.level)
