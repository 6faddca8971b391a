"""Forecasts of deals, and the funnel."""

from api.audiences import SOCIETY
from api.dependencies import NowDep, ReadSessionDep, ViewerDep
from api.policy import PolicyRouter, RateClass
from workflow.reports.forecasts import ForecastPublic, forecast_deal
from workflow.reports.funnel import Dimension, FunnelPublic, funnel

router = PolicyRouter(prefix="/api/v1", tags=["reports"])


@router.get("/deals/{deal_id}/forecast", roles=SOCIETY, rate=RateClass.SEARCH)
def read_forecast(deal_id: str, session: ReadSessionDep, viewer: ViewerDep, now: NowDep) -> list[ForecastPublic]:
    """How the open deal stands beside the history of all, a line for each of its tracks."""
    return forecast_deal(session, viewer, deal_id, now=now)


@router.get("/reports/funnel", roles=SOCIETY, rate=RateClass.SEARCH)
def read_funnel(session: ReadSessionDep, viewer: ViewerDep, now: NowDep, by: Dimension = Dimension.ALL) -> FunnelPublic:
    """Conversion and time of each stage."""
    return funnel(session, viewer, by, now=now)
