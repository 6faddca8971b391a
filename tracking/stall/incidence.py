"""How many of the deals that enter a stage move on from it, when some are still there and some were lost.

The share that ever moves on is the cumulative incidence of one of two competing ends (O. O. Aalen, S. Johansen, Scand.
J. Stat. 5, 1978, 141–150): open deals count until today, instead of as failures or not at all. Its variance comes from
drawing deals again with replacement (B. Efron, JASA 76, 1981), because deals, not stays, are independent; the interval
is the one of a share of as many deals as have that variance (E. B. Wilson, JASA 22, 1927), which near 0 and 1 holds the
truth more often than the drawn shares do. Where all moved on, or none did, it is the exact one (C. J. Clopper, E. S.
Pearson, Biometrika 26, 1934). The interval of the median is where 95 % of the drawn medians lie. What was brought in
from elsewhere counts from that day on (delayed entry), and where few are there yet as in T. L. Lai, Z. Ying, Ann. Stat.
19 (1991) 417-442.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import sqrt
from statistics import NormalDist
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tracking.stall.spells import Exit, Spell

Values = NDArray[np.float64]

LEAST_ENDED: Final = 10
"""Ended stays below which nothing is claimed: a share of ten has an interval half as wide as the scale."""
RESAMPLED: Final = 400
_FEW: Final = 5
"""Stays there below which one ending would decide, while others have still to come."""
_ENDS: Final = (Exit.advanced, Exit.lost)
_CLOSE: Final = 1e-12
_Z: Final = NormalDist().inv_cdf(0.975)


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
    spells = [spell if _was_watched(spell) else replace(spell, exit=Exit.open) for spell in spells]
    days = np.array([spell.days for spell in spells])
    exits = np.array([list(Exit).index(spell.exit) for spell in spells])
    since = np.array([spell.since for spell in spells])
    weights = np.concatenate([np.ones((1, len(spells))), _draws(spells, seed)])
    shares, medians = _of(days, exits, weights, since)
    share, median = float(shares[0]), float(medians[0])
    return Conversion(
        len(spells),
        ended,
        share,
        _interval(share, float(np.var(shares[1:])), ended),
        _finite(median),
        (_finite(_rank(medians[1:], 0.025)), _finite(_rank(medians[1:], 0.975))),
    )


def moved_on(days: Values, exits: NDArray[np.int64]) -> float:
    """The share that moves on in the end, of stays of `days` (n,) with `exits` (n,), as places in `Exit`.

    What is open beyond the last ending counts neither way: the shares of those that ended add up to less than 1, and
    the answer is the share of them; not a number where nothing ended.
    """
    return float(_of(days, exits, np.ones((1, len(days))), np.zeros(len(days)))[0][0])


def _was_watched(spell: Spell) -> bool:
    return spell.since == 0 or spell.since < spell.days


def _interval(share: float, variance: float, ended: int) -> tuple[float, float]:
    """Between which shares the true one lies (95 %)."""
    if share in (0.0, 1.0):  # every draw is as one-sided as the history
        least = 0.025 ** (1 / ended)
        return (least, 1.0) if share else (0.0, 1.0 - least)
    square = _Z**2 * variance / (share * (1 - share))
    middle = (share + square / 2) / (1 + square)
    half = _Z * sqrt(variance + square**2 / (4 * _Z**2)) / (1 + square)
    return middle - half, middle + half


def _coming(weights: Values, since: Values, steps: Values) -> Values:
    """By row of `weights` (draws, n) and by day of `steps` (m,) how many came to be watched on that day or later."""
    order = np.argsort(since, kind="stable")
    later = np.cumsum((weights * (since > 0))[:, order][:, ::-1], axis=1)[:, ::-1]
    later = np.concatenate([later, np.zeros((len(weights), 1))], axis=1)
    return later[:, np.searchsorted(since[order], steps)]


def _of(days: Values, exits: NDArray[np.int64], weights: Values, since: Values) -> tuple[Values, Values]:
    """For each row of `weights` (draws, n) the share that moves on, and the day by which half has left.

    A stay is there from the day `since` (n,) on that it was watched; while others have still to come and hardly any is
    there, an ending is passed over. The day is infinite where the history does not say.
    """
    order = np.argsort(days, kind="stable")
    days, exits, since = days[order], exits[order], since[order]
    weights = weights[:, order]
    steps, starts = np.unique(days, return_index=True)
    there = np.cumsum(weights[:, ::-1], axis=1)[:, ::-1][:, starts]
    coming = _coming(weights, since, steps)
    there = there - coming
    told = (coming == 0) | (there >= _FEW)
    counts = {way: told * np.add.reduceat(weights * (exits == list(Exit).index(way)), starts, axis=1) for way in _ENDS}
    leaving = counts[Exit.advanced] + counts[Exit.lost]
    staying = np.cumprod(1 - leaving / np.maximum(there, 1), axis=1)
    before = np.concatenate([np.ones((len(weights), 1)), staying[:, :-1]], axis=1)
    shares = {way: (before * counts[way] / np.maximum(there, 1)).sum(axis=1) for way in _ENDS}
    half = staying <= 0.5 + _CLOSE
    medians = np.where(half.any(axis=1), steps[np.argmax(half, axis=1)], np.inf)
    ended = shares[Exit.advanced] + shares[Exit.lost]
    moved = np.divide(shares[Exit.advanced], ended, out=np.full(len(weights), np.nan), where=ended > 0)
    return moved, medians


def _draws(spells: Sequence[Spell], seed: int) -> Values:
    """How often each stay counts (draws, n) when as many deals are drawn again; draws without an end do not count."""
    _, which = np.unique([spell.deal for spell in spells], return_inverse=True)
    ended = np.array([spell.exit is not Exit.open for spell in spells])
    rng, deals = np.random.default_rng(seed), int(which.max()) + 1
    draws = np.zeros((0, len(spells)))
    while len(draws) < RESAMPLED:
        drawn = rng.multinomial(deals, np.full(deals, 1 / deals), size=RESAMPLED)[:, which].astype(float)
        draws = np.concatenate([draws, drawn[drawn @ ended > 0]])[:RESAMPLED]
    return draws


def _rank(values: Values, share: float) -> float:
    """A quantile that is one of the values, so that infinite ones are no trouble."""
    ordered = np.sort(values)
    return float(ordered[min(int(share * len(ordered)), len(ordered) - 1)])


def _finite(value: float) -> float | None:
    return value if np.isfinite(value) else None
