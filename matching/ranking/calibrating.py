"""From raw values to a share of pairs worth introducing, and how far such shares can be trusted."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit

from matching.evaluation.metrics import Values
from matching.ranker import Calibration, Ranker
from matching.ranking.examples import Flags

BINS: Final = 10
_GENTLE: Final = 1e-6
"""Keeps the slope finite where raw values separate the levels completely."""
_LEAST_SLOPE: Final = 1e-3


@dataclass(frozen=True, slots=True)
class Bin:
    """Pairs with neighbouring shares: how many, the mean share said, and the share that was so."""

    pairs: int
    said: float
    found: float


def fit_calibration(raw: Values, relevant: Flags, *, power: float = 1.0) -> Calibration:
    """Slope and intercept of greatest likelihood for `raw` (p,) and whether each pair is `relevant` (p,).

    J. Platt, "Probabilistic outputs for support vector machines", 1999, without his smoothing of the targets.

    Raises:
        ValueError: all pairs are relevant, or none.

    """
    if relevant.all() or not relevant.any():
        raise ValueError("a scale needs pairs that are worth introducing and pairs that are not")
    bent = np.copysign(np.abs(raw) ** power, raw)
    centre = bent.mean()

    def loss(line: Values) -> tuple[float, Values]:
        logits = line[0] * (bent - centre) + line[1]
        wrong = expit(logits) - relevant
        value = float(np.mean(np.logaddexp(0.0, logits) - relevant * logits) + _GENTLE * line[0] ** 2)
        return value, np.array([np.mean(wrong * (bent - centre)) + 2 * _GENTLE * line[0], np.mean(wrong)])

    slope, middle = minimize(loss, np.array([1.0, 0.0]), jac=True, method="BFGS").x
    slope = max(float(slope), _LEAST_SLOPE)
    return Calibration(slope, float(middle - slope * centre), power)


def shares_of(ranker: Ranker, raw: Values) -> Values:
    """The ranker's score of each raw value, (p,)."""
    return np.array([ranker.score(value) for value in raw.tolist()])


def reliability(shares: Values, relevant: Flags, bins: int = BINS) -> list[Bin]:
    """Bins of equal numbers of pairs, least share first."""
    parts = np.array_split(np.argsort(shares, kind="stable"), min(bins, len(shares)))
    return [Bin(len(part), float(shares[part].mean()), float(relevant[part].mean())) for part in parts]


def expected_error(shares: Values, relevant: Flags, bins: int = BINS) -> float:
    """Expected calibration error in [0, 1]: mean of |said - found| over bins of equal mass.

    M. P. Naeini, G. Cooper and M. Hauskrecht, AAAI 2015, with equal-mass bins.
    """
    found = reliability(shares, relevant, bins)
    return sum(one.pairs * abs(one.said - one.found) for one in found) / len(shares)


def brier_skill(shares: Values, relevant: Flags) -> float:
    """1 - Brier score / Brier score of always saying the base rate: 1 is perfect, 0 no better than the base rate.

    G. W. Brier, Monthly Weather Review 78, 1950. NaN where all pairs are alike.
    """
    base = np.mean((relevant.mean() - relevant) ** 2)
    return float(1.0 - np.mean((shares - relevant) ** 2) / base) if base > 0 else float("nan")
