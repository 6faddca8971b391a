"""What was learned from the history of all deals, and where open deals stand beside it: the one reader of a forecaster.

Fitting takes a good part of a second for some hundred deals, so it is done once for as long as the history says the
same: the model rests on stays as they were at the beginning of the day, and is kept under their content. So it is
never older than the day, a move makes a new one, and two databases never share one unless they say the same.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final

from sqlmodel import col

from core.database import ReadSession
from models.access import Viewer
from models.deal import Deal
from tracking.stall.forecast import Forecast, Forecaster
from tracking.stall.spells import Exit, Group, Spell
from tracking.stall.usual import Usual
from workflow.days import here
from workflow.reports.histories import Stay, later_stages, read_stays, teaches, usual_times

SLOW: Final = 90.0
"""Percentile from which a deal counts as slow for its kind."""

WITHIN: Final = 90
"""Days ahead for which a chance to leave the stage is given."""

_Frozen = tuple[int, Group, float, Exit, int, tuple[tuple[str, float], ...], float]
"""A spell that can be compared as a whole."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a track of an open deal stands beside the history of all."""

    stay: Stay
    forecast: Forecast
    usual_days: tuple[int, int] | None

    @property
    def is_stalled(self) -> bool:
        """Whether nine in ten of its kind had left by now; while history is thin, whether the usual time is over."""
        if not self.forecast.is_thin:
            return self.forecast.percentile >= SLOW
        return self.usual_days is not None and self.stay.spell.days > self.usual_days[1]


def standings(session: ReadSession, viewer: Viewer, deals: Iterable[int], *, now: datetime) -> list[Standing]:
    """Where each open track of these deals, which the caller has found for `viewer`, stands.

    A deal is itself part of the history it stands beside, as one stay among all that is not over yet.
    """
    stays = [stay for stay in read_stays(session, now=now, seen=col(Deal.id).in_(set(deals))) if stay.is_open]
    if not stays:
        return []
    forecaster = learned(session, viewer, stays, now=now)
    return [_standing(forecaster, stay) for stay in stays]


def learned(session: ReadSession, viewer: Viewer, also: Sequence[Stay] = (), *, now: datetime) -> Forecaster:
    """What the stays of all deals teach `viewer`, as they were at the beginning of the day.

    A deal that is closed to a team of others teaches nothing. The usual times of the stages in `also` are known too.
    """
    morning = here(now).replace(hour=0, minute=0, second=0, microsecond=0)
    stays = read_stays(session, now=morning, seen=teaches(viewer))
    usual = usual_times([*stays, *also])
    return _fitted(tuple(_frozen(stay.spell) for stay in stays), tuple(usual.items()))


@lru_cache(maxsize=8)
def _fitted(spells: tuple[_Frozen, ...], usual: tuple[tuple[str, Usual], ...]) -> Forecaster:
    return Forecaster.learn([_thawed(one) for one in spells], dict(usual))


def _frozen(spell: Spell) -> _Frozen:
    factors = tuple(sorted(spell.factors.items()))
    return spell.deal, spell.group, spell.days, spell.exit, spell.party, factors, spell.since


def _thawed(one: _Frozen) -> Spell:
    deal, group, days, exit_, party, factors, since = one
    return Spell(deal, group, days, exit_, party, dict(factors), since)


def _standing(forecaster: Forecaster, stay: Stay) -> Standing:
    stage = stay.template.stage(stay.row.code)
    found = forecaster.forecast(stay.spell, later_stages(stay), [WITHIN])
    return Standing(stay, found, stage.usual_days if stage else None)
