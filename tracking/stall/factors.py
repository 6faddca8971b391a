"""Which factors speed deals up, slow them down or end them, beyond what chance would show.

Each factor is tested without a prior on its coefficient, by a Wald test whose covariance allows the deals of one party
to go alike (cluster-robust: K.-Y. Liang, S. L. Zeger, Biometrika 73, 1986, with the correction G / (G − 1) and the t
distribution with G − 1 degrees of freedom for G parties). P-values are corrected for all factors and both ways out
together (S. Holm, Scand. J. Stat. 6, 1979), so that one factor without effect is named in at most a share `alpha` of
histories.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp

import numpy as np
from scipy import stats

from tracking.stall.hazard import Column, Fitted, Periods, columns_of, fit, periods_of
from tracking.stall.spells import Exit, Spell
from tracking.stall.usual import Usual


@dataclass(frozen=True, slots=True)
class Factor:
    """What a factor does to the odds of one way out per month: `odds` times, with its corrected p-value."""

    name: str
    way: Exit
    odds: float
    p: float

    @property
    def hinders(self) -> bool:
        """Whether it keeps deals from moving on, or ends them."""
        return (self.odds < 1) == (self.way is Exit.advanced)


def factors_of(spells: Sequence[Spell], usual: Mapping[str, Usual]) -> tuple[Factor, ...]:
    """Every factor's effect on both ways out, the surest first; none where there are not two parties to compare."""
    columns = tuple(column for column in columns_of(spells) if column.sort not in ("party", "factor_time"))
    periods = periods_of(columns, spells, usual)
    if len(np.unique(periods.party)) < 2:
        return ()
    found = [
        Factor(column.name, way, exp(float(np.clip(effect, -20, 20))), p)
        for way in (Exit.advanced, Exit.lost)
        if periods.ended[way].any()
        for column, effect, p in _tested(columns, periods, way)
    ]
    return _corrected(found)


def _tested(columns: Sequence[Column], periods: Periods, way: Exit) -> list[tuple[Column, float, float]]:
    fitted = fit(columns, periods, way, free=["factor"])
    errors, parties = _errors(periods, way, fitted)
    places = [i for i, column in enumerate(columns) if column.sort == "factor"]
    return [
        (
            columns[i],
            float(fitted.coefficients[i]),
            float(2 * stats.t.sf(abs(fitted.coefficients[i]) / errors[i], parties - 1)),
        )
        for i in places
        if errors[i] > 0
    ]


def _errors(periods: Periods, way: Exit, fitted: Fitted) -> tuple["np.ndarray[tuple[int], np.dtype[np.float64]]", int]:
    """Standard errors (p,) that allow for parties, and how many parties there are.

    Never less than those without parties: with few endings the robust ones come out too small.
    """
    chance = 1.0 / (1.0 + np.exp(-np.clip(periods.design @ fitted.coefficients + periods.offset[way], -30, 30)))
    scores = periods.design * (periods.ended[way] - chance)[:, None]
    parties, which = np.unique(periods.party, return_inverse=True)
    sums = np.zeros((len(parties), scores.shape[1]))
    np.add.at(sums, which, scores)
    inner = sums.T @ sums * len(parties) / (len(parties) - 1)
    outer = np.linalg.inv(fitted.curvature)
    return np.sqrt(np.maximum(np.diag(outer @ inner @ outer), np.diag(outer))), len(parties)


def _corrected(found: Sequence[Factor]) -> tuple[Factor, ...]:
    ordered = sorted(found, key=lambda factor: factor.p)
    worst, made = 0.0, []
    for place, factor in enumerate(ordered):
        worst = max(worst, min(1.0, factor.p * (len(ordered) - place)))
        made.append(Factor(factor.name, factor.way, factor.odds, worst))
    return tuple(made)
