"""The usual time of a stage as a distribution, so that it can stand in for history that is not there yet."""

from dataclasses import dataclass
from math import exp, log
from statistics import NormalDist
from typing import Final

LEAST_SPREAD: Final = 0.5
"""Least standard deviation of the logarithm of days: published usual times are narrower than what happens."""
_LEAST_DAYS: Final = 10.0
"""What stands for 0 in a range such as "within 30 days"."""
_QUARTILE: Final = NormalDist().inv_cdf(0.75)


@dataclass(frozen=True, slots=True)
class Usual:
    """A log-normal time: `median` days, `spread` the standard deviation of its logarithm.

    `advance` is the share of spells that end by moving on; the others are lost.
    """

    median: float
    spread: float
    advance: float = 0.8

    def left_by(self, days: float) -> float:
        """The share that has left by `days`."""
        return NormalDist().cdf((log(days) - log(self.median)) / self.spread) if days > 0 else 0.0

    def quantile(self, left: float) -> float:
        """The day by which the share `left`, between 0 and 1, has left."""
        return exp(log(self.median) + self.spread * NormalDist().inv_cdf(left))

    def hazard(self, start: float, end: float) -> float:
        """Of those still there at `start`, the share that leaves by `end`."""
        there = 1.0 - self.left_by(start)
        return min(max((self.left_by(end) - self.left_by(start)) / there, 0.0), 1.0) if there > 1e-9 else 0.5


def usual_of(days: tuple[int, int], advance: float = 0.8) -> Usual:
    """The distribution whose middle half lies in the range `days` (from, to) that a template gives, if not narrower."""
    low, high = (max(float(day), _LEAST_DAYS) for day in days)
    spread = (log(high) - log(low)) / (2 * _QUARTILE)
    return Usual(exp((log(low) + log(high)) / 2), max(spread, LEAST_SPREAD), advance)
