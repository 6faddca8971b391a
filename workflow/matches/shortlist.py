"""The accepted suppliers of a need as its enterprise may read them: what the printed shortlist holds."""

from core.database import ReadSession
from models.access import Viewer
from models.enums import Role
from models.match_public import MatchListPublic
from workflow.matches.rights import need_to_look_at
from workflow.matches.showing import show_matches


def show_shortlist(session: ReadSession, viewer: Viewer, need_id: str) -> MatchListPublic:
    """Exactly what the need's own enterprise would be shown, also when a staff member prints it for them.

    Raises NotFound, and Refused for somebody who may not know who is proposed.
    """
    row = need_to_look_at(session, viewer, need_id)
    enterprise = Viewer(
        roles=frozenset({Role.ENTERPRISE_MEMBER}),
        organisations=frozenset({row.need.organisation_id}),
        at=viewer.at,
    )
    return show_matches(session, enterprise, need_id)
