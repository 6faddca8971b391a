"""What came of deals and of what was done to get there: lines, sums, records of suppliers."""

from typing import Annotated

from fastapi import Query

from api.audiences import SOCIETY
from api.dependencies import NowDep, ReadSessionDep, ViewerDep
from api.policy import PolicyRouter, RateClass
from workflow.reports.actions import FollowedAction, followed_actions
from workflow.reports.outcomes import OutcomesPublic, SupplierRecord, read_outcomes, supplier_records

router = PolicyRouter(prefix="/api/v1/reports", tags=["reports"])


@router.get("/outcomes", roles=SOCIETY, rate=RateClass.SEARCH, audit="outcomes.export")
def outcomes(
    session: ReadSessionDep, viewer: ViewerDep, year: Annotated[int | None, Query(ge=1980, le=9999)] = None
) -> OutcomesPublic:
    """What came of the deals closed in a year, or ever: a line for each, and all together."""
    return read_outcomes(session, viewer, year)


@router.get("/supplier-records", roles=SOCIETY, rate=RateClass.SEARCH, audit="suppliers.record_export")
def records(session: ReadSessionDep, viewer: ViewerDep) -> list[SupplierRecord]:
    """What came of each supplier's deals, by technical field."""
    return supplier_records(session, viewer)


@router.get("/actions", roles=SOCIETY, rate=RateClass.SEARCH)
def actions(session: ReadSessionDep, viewer: ViewerDep, now: NowDep) -> list[FollowedAction]:
    """What followed each of the proposed actions that were taken, and how often they were put off."""
    return followed_actions(session, viewer, now=now)
