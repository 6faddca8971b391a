"""Who may look at a need's matches and who may change the list."""

from sqlmodel import select

from catalog.demand.needs import NeedRow, current_need_revision
from core.database import ReadSession, WriteSession
from core.errors import Conflict, Refused
from models.access import CARD, FULL, SUMMARY, Viewer, visible_needs
from models.enums import NeedStatus
from models.need import Need, NeedRevision
from workflow.matches.store import lock_need
from workflow.needs import get_need


def need_to_look_at(session: ReadSession, viewer: Viewer, public_id: str) -> NeedRow:
    """The need, for staff who see it at L2 or more and for its own enterprise. Raises NotFound and Refused."""
    row = get_need(session, viewer, public_id, CARD)
    is_own = row.need.organisation_id in viewer.organisations
    if not is_own and not (viewer.is_society and row.level >= SUMMARY):
        raise Refused("match.refused")
    return row


def reads_in_full(session: ReadSession, viewer: Viewer, need: Need) -> bool:
    """Whether the viewer reads all of the need: its budget, who asks and whom it excludes."""
    found = session.exec(select(Need.id).where(Need.id == need.key, visible_needs(viewer, FULL))).first()
    return found is not None


def need_to_match(session: WriteSession, viewer: Viewer, public_id: str) -> tuple[Need, NeedRevision]:
    """The need, locked, for staff who see it at L2 or more, and what it says since then.

    The revision is read behind the lock: while this waited for it, somebody may have revised the need.
    Raises NotFound, Refused, and Conflict for a need that is archived, closed or not focused yet.
    """
    row = need_to_look_at(session, viewer, public_id)
    if not viewer.is_society or row.level < SUMMARY:
        raise Refused("match.refused")
    need = lock_need(session, row.need.key)
    require_matchable(need)
    return need, current_need_revision(session, need.key)


def require_matchable(need: Need) -> None:
    """The need looks for suppliers. Raises Conflict for one that is archived, closed or not focused yet."""
    if need.archived_at is not None:
        raise Conflict("need.archived")
    if need.status is NeedStatus.CLOSED:
        raise Conflict("need.closed")
    if need.status is NeedStatus.SUBMITTED:
        raise Conflict("match.need_not_focused")
