"""Which needs wait for a review of their matches."""

from sqlalchemy import ColumnElement, exists
from sqlmodel import col

from catalog.demand.needs import NeedFilter, NeedRow, select_needs
from core.database import ReadSession
from models.access import SUMMARY, Viewer, visible_needs
from models.enums import NeedStatus
from models.match import Match
from models.match_enums import MatchStatus
from models.need import Need, NeedSummary
from workflow.needs import summarise_need
from workflow.paging import PAGE_SIZE, Page, read_page


def needs_to_review(session: ReadSession, viewer: Viewer, *, page: int = 1, size: int = PAGE_SIZE) -> Page[NeedSummary]:
    """The viewer's matched needs that have proposed matches and none accepted yet, the newest first."""
    statement = select_needs(viewer, NeedFilter(status=NeedStatus.MATCHED, mine=True)).where(
        visible_needs(viewer, SUMMARY), _has(MatchStatus.PROPOSED), ~_has(MatchStatus.ACCEPTED)
    )
    rows = read_page(session, statement, number=page, size=size)
    return rows.map(lambda row: summarise_need(NeedRow.of(row)))


def _has(status: MatchStatus) -> ColumnElement[bool]:
    waits = (col(Match.status) == status, col(Match.ended_at).is_(None))
    return exists().where(col(Match.need_id) == col(Need.id), *waits)
