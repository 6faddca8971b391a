"""Histories of deals that never were, made by other laws than the ones the stall model assumes.

A deal goes through the common stages. In each, the time to move on and the time to be lost are drawn apart, both
log-normal, and the shorter one decides. A party has a pace of its own (its frailty) that all its deals share. Of the
factors some are planted as causes; the others do nothing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from tracking.stall.spells import Exit, Group, Spell
from tracking.templates import COMMON

YEARS: Final = 1.5
PARTIES: Final = 80
FRAILTY: Final = 0.35
"""Standard deviation of the logarithm of a party's pace."""
SPREAD: Final = 0.6
PACE: Final[Mapping[str, float]] = {"contact": 70.0, "exchange": 90.0, "feasibility": 60.0, "negotiation": 150.0}
"""Median days to move on; not the middles of the usual times."""
UNTIL_LOST: Final = 3.0
"""How many times longer it takes to be lost, in the middle."""
SLOWER: Final[Mapping[str, float]] = {"slow_answers": 1.9, "no_decider": 1.7}
"""Planted: how much longer it takes to move on."""
LOST_SOONER: Final[Mapping[str, float]] = {"price_dispute": 0.35}
"""Planted: the share of the time after which it is lost."""
WITHOUT_EFFECT: Final = ("other_region", "small_firm", "first_deal", "autumn_start", "english_documents")
FACTORS: Final = (*SLOWER, *LOST_SOONER, *WITHOUT_EFFECT)
CAUSES: Final = frozenset({*SLOWER, *LOST_SOONER})


@dataclass(frozen=True, slots=True)
class Stay:
    """One stay in a stage as it would end if nobody stopped looking; days count from the history's first day."""

    deal: int
    stage: str
    start: float
    days: float
    exit: Exit
    party: int
    factors: Mapping[str, float]

    @property
    def end(self) -> float:
        """The day it ends."""
        return self.start + self.days

    def seen_on(self, day: float) -> Spell:
        """What is known of it on `day`, which is not before its start."""
        over = self.end <= day
        known = self.days if over else day - self.start
        return Spell(self.deal, Group(self.stage), known, self.exit if over else Exit.open, self.party, self.factors)


def simulate(rng: np.random.Generator, deals: int = 300) -> list[Stay]:
    """The stays of so many deals that start evenly over the years."""
    pace = np.exp(rng.normal(0.0, FRAILTY, PARTIES))
    return [stay for deal in range(deals) for stay in _deal(rng, deal, pace)]


def history(stays: list[Stay], day: float) -> list[Spell]:
    """Every spell that has begun by `day`, as it is known then."""
    return [stay.seen_on(day) for stay in stays if stay.start < day]


def _deal(rng: np.random.Generator, deal: int, pace: "np.ndarray[tuple[int], np.dtype[np.float64]]") -> Iterator[Stay]:
    party = int(rng.integers(len(pace)))
    factors = {name: float(rng.random() < 0.35) for name in FACTORS}
    slower = np.prod([times for name, times in SLOWER.items() if factors[name]])
    sooner = np.prod([times for name, times in LOST_SOONER.items() if factors[name]])
    day = float(rng.random() * YEARS * 365)
    for stage in COMMON.stages:
        to_move = PACE[stage.code] * pace[party] * slower * np.exp(rng.normal(0.0, SPREAD))
        to_lose = PACE[stage.code] * UNTIL_LOST * sooner * np.exp(rng.normal(0.0, SPREAD))
        moves = bool(to_move < to_lose)
        days = float(min(to_move, to_lose))
        yield Stay(deal, stage.code, day, days, Exit.advanced if moves else Exit.lost, party, factors)
        if not moves:
            return
        day += days
