"""The runs of the engine for a need, for whoever may see what they proposed."""

from sqlmodel import col, select

from core.database import ReadSession
from core.errors import Refused
from models.access import SUMMARY, Viewer
from models.match import MatchRun
from workflow.matches.rights import need_to_look_at

LATEST = 50


def list_runs(session: ReadSession, viewer: Viewer, need_id: str) -> list[MatchRun]:
    """The latest runs for a need, newest first. Raises NotFound, and Refused for anybody but its staff."""
    row = need_to_look_at(session, viewer, need_id)
    if not viewer.is_society or row.level < SUMMARY:
        raise Refused("match.refused")
    runs = select(MatchRun).where(MatchRun.need_id == row.need.key).order_by(col(MatchRun.id).desc()).limit(LATEST)
    return list(session.exec(runs))
