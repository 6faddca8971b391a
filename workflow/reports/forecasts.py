"""How an open deal stands beside the history of all: its time in stage, what is to be expected, and why."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from core.database import ReadSession
from models.access import Viewer
from models.deal_enums import DealStatus
from tracking.store import contract_numbers, find_deal
from workflow.deals.extra_stages import names_of_stages
from workflow.reports.learned import WITHIN, Standing, standings


class FactorPublic(SQLModel):
    """Something that holds deals of this kind back: the page renders `factor.<name>`."""

    name: str
    way: str = Field(description="advanced: it slows them down; lost: it ends them.")
    odds: float = Field(description="What it does to the odds of that way out in a month.")
    p: float = Field(description="Corrected for all factors that were looked at.")


class ForecastPublic(SQLModel):
    """One track of an open deal in its stage; days are without paused time, chances from 0 to 1."""

    contract: int | None = Field(default=None, description="Number of the contract; null is the deal before signing.")
    stage: str
    stage_name: str = Field(default="", description="Of a stage that only this deal has.")
    days: float
    percentile: float = Field(description="Of such stays, how many in a hundred had left the stage by now.")
    remaining: float
    remaining_from: float
    remaining_to: float
    leaves_within_90: float
    ends_well: float
    own_spells: int = Field(description="Ended stays of its kind that this rests on, beside the usual times.")
    is_thin: bool
    is_slow: bool = Field(
        description="Nine in ten of its kind had left by now; while that is thin, the usual time is over."
    )
    factors: list[FactorPublic] = Field(default_factory=list)


def forecast_deal(session: ReadSession, viewer: Viewer, public_id: str, *, now: datetime) -> list[ForecastPublic]:
    """A forecast for each track of an open deal; none for one that is paused or closed, or for its parties.

    Raises NotFound.
    """
    deal, works_on_it = find_deal(session, viewer, public_id)
    if not works_on_it or deal.status is not DealStatus.OPEN:
        return []
    numbers, names = contract_numbers(session, deal.key), names_of_stages(session, deal)
    return [
        _public(place, numbers.get(place.stay.row.contract_id or 0), names.get(place.stay.row.code, ""))
        for place in standings(session, viewer, [deal.key], now=now)
    ]


def _public(place: Standing, contract: int | None, name: str) -> ForecastPublic:
    found = place.forecast
    return ForecastPublic(
        contract=contract,
        stage=place.stay.row.code,
        stage_name=name,
        days=place.stay.spell.days,
        percentile=found.percentile,
        remaining=found.remaining,
        remaining_from=found.interval[0],
        remaining_to=found.interval[1],
        leaves_within_90=found.leaves_within[WITHIN],
        ends_well=found.ends_well,
        own_spells=found.own_spells,
        is_thin=found.is_thin,
        is_slow=place.is_stalled,
        factors=[FactorPublic(name=f.name, way=f.way.value, odds=f.odds, p=f.p) for f in found.factors],
    )
