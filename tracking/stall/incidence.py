"""How many of the deals that enter a stage move on from it, when some are still there and some were lost.

The share that ever moves on is the cumulative incidence of one of two competing ends (O. O. Aalen, S. Johansen, Scand.
J. Stat. 5, 1978, 141–150): open deals count until today, instead of as failures or not at all. Its interval comes from
drawing deals again with replacement (B. Efron, JASA 76, 1981), because deals, not stays, are independent; where all
moved on, or none did, it is the exact one (C. J. Clopper, E. S. Pearson, Biometrika 26, 1934).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tracking.stall.spells import Exit, Spell
from tracking.stall.survival import kaplan_meier

Values = NDArray[np.float64]

LEAST_ENDED: Final = 10
"""Ended stays below which nothing is claimed: a share of ten has an interval half as wide as the scale."""
RESAMPLED: Final = 400


@dataclass(frozen=True, slots=True)
class Conversion:
    """Of the deals that entered: how many, how many have ended, and what share moves on, between which shares (95 %).

    `median_days` is the day by which half has left, with its interval; an end that the history does not reach is None.
    Where fewer than `LEAST_ENDED` ended, there are only the counts.
    """

    entered: int
    ended: int
    share: float | None = None
    share_interval: tuple[float, float] | None = None
    median_days: float | None = None
    median_interval: tuple[float | None, float | None] | None = None

    @property
    def is_enough(self) -> bool:
        """Whether there is enough to say something."""
        return self.share is not None


def conversion(spells: Sequence[Spell], *, seed: int = 0) -> Conversion:
    """Of one group of stays. The same stays and seed give the same answer."""
    ended = sum(spell.exit is not Exit.open for spell in spells)
    if ended < LEAST_ENDED:
        return Conversion(len(spells), ended)
    days = np.array([spell.days for spell in spells])
    exits = np.array([list(Exit).index(spell.exit) for spell in spells])
    drawn = [_of(days[places], exits[places]) for places in _draws(spells, seed)]
    shares, medians = np.array([share for share, _ in drawn]), np.array([median for _, median in drawn])
    share, median = _of(days, exits)
    low, high = np.quantile(shares, [0.025, 0.975])
    if share in (0.0, 1.0):  # every draw is as one-sided as the history; the exact interval of a share is not
        least = 0.025 ** (1 / ended)
        low, high = (least, 1.0) if share else (0.0, 1.0 - least)
    return Conversion(
        len(spells),
        ended,
        share,
        (float(low), float(high)),
        _finite(median),
        (_finite(_rank(medians, 0.025)), _finite(_rank(medians, 0.975))),
    )


def moved_on(days: Values, exits: NDArray[np.int64]) -> float:
    """The share that moves on in the end, of stays of `days` (n,) with `exits` (n,), as places in `Exit`.

    What is open beyond the last ending counts neither way: the shares of those that ended add up to less than 1, and
    the answer is the share of them.
    """
    there, moved, lost = 1.0, 0.0, 0.0
    advanced, gone = list(Exit).index(Exit.advanced), list(Exit).index(Exit.lost)
    for day in np.unique(days[(exits == advanced) | (exits == gone)]):
        at_risk = int((days >= day).sum())
        moving, losing = (int(((days == day) & (exits == way)).sum()) for way in (advanced, gone))
        moved += there * moving / at_risk
        lost += there * losing / at_risk
        there *= 1 - (moving + losing) / at_risk
    return moved / (moved + lost)


def _of(days: Values, exits: NDArray[np.int64]) -> tuple[float, float]:
    """The share that moves on, and the day by which half has left: infinite where the history does not say."""
    over = exits != list(Exit).index(Exit.open)
    if not over.any():
        return float("nan"), float("inf")
    middle = kaplan_meier(days, over.tolist(), np.ones(len(days))).quantile(0.5)
    return moved_on(days, exits), float("inf") if middle is None else middle


def _draws(spells: Sequence[Spell], seed: int) -> list[NDArray[np.int64]]:
    """The places of the stays of as many deals as there are, drawn again; a draw without an end does not count."""
    deals = np.array([spell.deal for spell in spells])
    places = [np.flatnonzero(deals == deal) for deal in np.unique(deals)]
    rng = np.random.default_rng(seed)
    draws: list[NDArray[np.int64]] = []
    while len(draws) < RESAMPLED:
        chosen = np.concatenate([places[i] for i in rng.integers(len(places), size=len(places))])
        if any(spells[place].exit is not Exit.open for place in chosen.tolist()):
            draws.append(chosen)
    return draws


def _rank(values: Values, share: float) -> float:
    """A quantile that is one of the values, so that infinite ones are no trouble."""
    ordered = np.sort(values)
    return float(ordered[min(int(share * len(ordered)), len(ordered) - 1)])


def _finite(value: float) -> float | None:
    return value if np.isfinite(value) else None
