"""That a list of matches was shown.

It is written after the list was read, and only when somebody sees a match for the first time, so that looking again
costs no write.
"""

from datetime import datetime

from core.database import Database, ReadSession
from models.access import Viewer
from models.match_public import MatchListPublic
from workflow.matches import are_all_recorded, record_impressions


def note_shown(
    session: ReadSession, database: Database, viewer: Viewer, shown: MatchListPublic, *, now: datetime
) -> None:
    """Every match of the list is on record as shown to the viewer."""
    ids = [match.public_id for match in shown.matches]
    if are_all_recorded(session, viewer, ids):
        return
    with database.writing() as writing:
        record_impressions(writing, viewer, ids, now=now)
