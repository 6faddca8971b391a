"""What open deals may be signed for, all together: an expected sum with an interval that says how little is known."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ExpectedSum:
    """In the unit of the sums: the mean, and between which values the sum lies with a chance of 95 in a hundred."""

    mean: float
    interval: tuple[float, float]


def expected_sum(chances: Values, low: Values, high: Values, rng: np.random.Generator) -> ExpectedSum:
    """Of deals that end well with `chances` (deals, draws), each for something between `low` and `high` (deals,).

    The interval holds three things that are not known: the chances themselves (a column is one history that might as
    well have been seen), which deals will be signed, and for how much. Nothing, for sure, where there are no deals.

    Raises:
        ValueError: a chance is not between 0 and 1, or a sum is negative or its range upside down.

    """
    if not ((chances >= 0) & (chances <= 1)).all():
        raise ValueError(f"chances from {chances.min()} to {chances.max()}")
    if not ((low >= 0) & (low <= high)).all():
        raise ValueError("a range of sums is negative or upside down")
    signed = rng.random(chances.shape) < chances
    sums = low[:, None] + (high - low)[:, None] * rng.random(chances.shape)
    totals = (signed * sums).sum(axis=0)
    mean = float(chances.mean(axis=1) @ ((low + high) / 2)) if len(chances) else 0.0
    least, most = np.quantile(totals, [0.025, 0.975])
    return ExpectedSum(mean, (float(least), float(most)))
