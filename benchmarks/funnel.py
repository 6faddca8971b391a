"""The shares, days and sums of the funnel lie in their intervals about as often as those promise.

Histories are drawn for which the truth is known: a deal moves on with a planted chance, ways out take log-normal times
of different lengths, so that counting ended deals alone would mislead, and what is seen ends on a day that cuts off
many. The sums are those of open deals of simulated histories, held against what they are signed for in the end.
"""

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.figure import Figure, measured
from benchmarks.simulated_deals import YEARS, Stay, history, simulate
from tracking.stall.expected import expected_sum
from tracking.stall.forecast import Forecaster
from tracking.stall.incidence import Conversion, conversion
from tracking.stall.spells import Exit, Group, Spell
from tracking.stall.usual import usual_of
from tracking.templates import COMMON

NAME: Final = "funnel"
HISTORIES: Final = 100
SUM_HISTORIES: Final = 20
CHANCES: Final = (0.1, 0.3, 0.6, 0.9)
DEALS: Final = (16, 30, 60, 150)
"""Deals that entered a stage; the smallest is just enough for ten endings."""
DAYS: Final = {Exit.advanced: (90.0, 0.6), Exit.lost: (60.0, 0.8)}
"""Median and spread of the logarithm of the days until a deal leaves, by its way out."""
SEEN: Final = 500.0
"""Days: deals begin evenly over them, and what is known ends after them."""
LEAST: Final = 0.9
"""Of intervals that promise 0.95; ten endings do not carry more."""
SUMS: Final = (2_000_000.0, 200_000_000.0)
"""分: sums are drawn evenly on the scale of their logarithm."""
CODES: Final = [stage.code for stage in COMMON.stages]

Values = NDArray[np.float64]


def add_options(parser: ArgumentParser) -> None:
    """`--histories`."""
    parser.add_argument("--histories", type=int, default=HISTORIES, help="how many of each size and chance")


def run(options: Namespace) -> Iterator[Figure]:
    """Of the intervals, how many hold the truth: for each size, and at worst."""
    shares, medians = [], []
    for deals in DEALS:
        found = [_holds(chance, deals, options.histories) for chance in CHANCES]
        share, median = (float(np.mean([one[place] for one in found])) for place in (0, 1))
        shares += [one[0] for one in found]
        medians += [one[1] for one in found]
        yield measured(NAME, f"share within its interval, {deals} deals", share, "", at_least=LEAST)
        yield measured(NAME, f"median days within its interval, {deals} deals", median, "", at_least=LEAST)
    yield measured(NAME, "share within its interval, worst chance and size", min(shares), "")
    yield measured(NAME, "median days within its interval, worst chance and size", min(medians), "")
    naive, ours = _mistakes(options.histories)
    yield measured(NAME, "mean error of the share of ended deals alone", naive, "")
    yield measured(NAME, "mean error of the share shown", abs(ours), "", at_most=abs(naive) / 2)
    sums = [_sum_of(np.random.default_rng(seed)) for seed in range(SUM_HISTORIES)]
    yield measured(NAME, "expected sums that hold what was signed", float(np.mean([one[0] for one in sums])), "")
    error = float(np.median([abs(expected / signed - 1) for _, expected, signed in sums]))
    yield measured(NAME, "median error of an expected sum", error, "")
    together = sum(expected for _, expected, _ in sums) / sum(signed for *_, signed in sums)
    yield measured(NAME, "all expected sums over all that was signed", together, "", at_most=1.1)


def planted(rng: np.random.Generator, deals: int, chance: float) -> list[Spell]:
    """Stays of so many deals in one stage, from which they move on with `chance`."""
    return [_stay(rng, deal, chance) for deal in range(deals)]


def _stay(rng: np.random.Generator, deal: int, chance: float) -> Spell:
    way = Exit.advanced if rng.random() < chance else Exit.lost
    median, spread = DAYS[way]
    days, seen = median * float(np.exp(spread * rng.normal())), float(rng.uniform(0, SEEN))
    return Spell(deal, Group("stage"), min(days, seen), way if days <= seen else Exit.open)


def _holds(chance: float, deals: int, histories: int) -> tuple[float, float]:
    """Of the histories that are enough to claim something: in how many share and median lie in their intervals."""
    median = _median(chance)
    found = [conversion(planted(np.random.default_rng(seed), deals, chance), seed=seed) for seed in range(histories)]
    enough = [one for one in found if one.is_enough]
    return (
        float(np.mean([_within(chance, one.share_interval) for one in enough])),
        float(np.mean([_within(median, one.median_interval) for one in enough])),
    )


def _within(truth: float, interval: tuple[float | None, float | None] | None) -> bool:
    """Whether an interval holds the truth; one that the history does not end reaches beyond all days."""
    if interval is None or interval[0] is None:
        return False
    return interval[0] <= truth and (interval[1] is None or truth <= interval[1])


def _median(chance: float) -> float:
    """The day by which half of very many deals have left."""
    rng = np.random.default_rng(0)
    moves = rng.random(400_000) < chance
    ways = [median * np.exp(spread * rng.normal(size=len(moves))) for median, spread in DAYS.values()]
    return float(np.median(np.where(moves, *ways)))


def _mistakes(histories: int, chance: float = 0.6, deals: int = 150) -> tuple[float, float]:
    """How far, on average, the share of those that ended lies from the truth, and the share that is shown."""
    naive, ours = [], []
    for seed in range(histories):
        spells = planted(np.random.default_rng(seed), deals, chance)
        found: Conversion = conversion(spells)
        ended = [spell.exit is Exit.advanced for spell in spells if spell.exit is not Exit.open]
        naive.append(float(np.mean(ended)) - chance)
        ours.append((found.share or 0.0) - chance)
    return float(np.mean(naive)), float(np.mean(ours))


def _sum_of(rng: np.random.Generator) -> tuple[bool, float, float]:
    """Whether the interval holds what the open deals were signed for, what was expected, and what they came to."""
    stays = simulate(rng)
    known = history(stays, YEARS * 365)
    forecaster = Forecaster.learn(known, {stage.code: usual_of(stage.usual_days) for stage in COMMON.stages})
    waiting = [spell for spell in known if spell.exit is Exit.open]
    sums = np.exp(rng.uniform(np.log(SUMS[0]), np.log(SUMS[1]), size=len(waiting)))
    later = [CODES[CODES.index(spell.group.stage) + 1 :] for spell in waiting]
    chances = forecaster.good_ends(list(zip(waiting, later, strict=True)), rng)
    found = expected_sum(chances, sums, sums, rng)
    signed = float(np.sum(sums[[_is_signed(stays, spell.deal) for spell in waiting]]))
    return found.interval[0] <= signed <= found.interval[1], found.mean, signed


def _is_signed(stays: list[Stay], deal: int) -> bool:
    return any(stay.deal == deal and stay.stage == CODES[-1] and stay.exit is Exit.advanced for stay in stays)
