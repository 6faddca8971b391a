"""The accepted suppliers of a need as its enterprise may read them: what the printed shortlist holds."""

from sqlmodel import col, select

from core.database import ReadSession
from models.access import FULL, Viewer
from models.enums import Role
from models.match_public import MatchListPublic
from models.supplier import Supplier
from workflow.matches.rights import need_to_look_at
from workflow.matches.showing import show_matches
from workflow.refusals import refusals_in_force


def show_shortlist(session: ReadSession, viewer: Viewer, need_id: str) -> MatchListPublic:
    """What the need's own enterprise would be shown, also when a staff member prints it for them, without the refused.

    Whoever prints it without reading the need in full gets nothing of what is only in that.

    Raises NotFound, and Refused for somebody who may not know who is proposed.
    """
    row = need_to_look_at(session, viewer, need_id)
    enterprise = Viewer(
        roles=frozenset({Role.ENTERPRISE_MEMBER}),
        organisations=frozenset({row.need.organisation_id}),
        at=viewer.at,
    )
    shown = show_matches(session, enterprise, need_id, in_full=row.level >= FULL)
    keys = list(refusals_in_force(session, row.need))
    refused = set(session.exec(select(Supplier.public_id).where(col(Supplier.id).in_(keys))))
    shown.matches = [match for match in shown.matches if match.ended_at is None and match.supplier not in refused]
    return shown
