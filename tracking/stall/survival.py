"""How long a stage takes: the Kaplan–Meier curve of its spells, drawn towards the usual time while they are few.

Sources: E. L. Kaplan, P. Meier, JASA 53 (1958) 457–481; variance by M. Greenwood (1926), the interval on the
log(−log) scale (J. D. Kalbfleisch, R. L. Prentice, 1980). The prior enters as weighted pseudo-spells, the limit form
of V. Susarla, J. Van Ryzin, JASA 71 (1976) 897–902.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tracking.stall.spells import Exit, Spell
from tracking.stall.usual import Usual

Values = NDArray[np.float64]

PRIOR_SPELLS: Final = 8.0
"""How many finished spells the usual time of a stage counts as, by judgement: from about eight of its own on, a
society's history outweighs it."""
_MOMENT: Final = 1e-9
"""Days; what begins and ends at once is there when it ends."""
_PSEUDO: Final = 40
"""Quantiles that stand for the prior's curve."""


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """A share still in the stage after so many days: steps down at `days` (m,), to `share` (m,), with standard errors.

    `own` counts the finished spells it rests on, besides the prior. `share` is of all that left, whichever way.
    """

    days: Values
    share: Values
    error: Values
    own: int

    def at(self, day: float) -> float:
        """The share that is still there after `day` days."""
        place = int(np.searchsorted(self.days, day, side="right"))
        return float(self.share[place - 1]) if place else 1.0

    def percentile(self, day: float) -> float:
        """The share that would have left before `day` days, 0 to 100."""
        return 100.0 * (1.0 - self.at(day))

    def quantile(self, left: float) -> float | None:
        """The first day by which the share `left` has left; None where the curve does not come so far down."""
        reached = np.flatnonzero(self.share <= 1.0 - left + 1e-12)
        return float(self.days[reached[0]]) if len(reached) else None

    def interval(self, day: float, level: float = 0.9) -> tuple[float, float]:
        """Between which shares the true one lies after `day` days, with the confidence `level`."""
        place = int(np.searchsorted(self.days, day, side="right")) - 1
        if place < 0 or not 0.0 < self.share[place] < 1.0:
            value = self.at(day)
            return value, value
        share, error = float(self.share[place]), float(self.error[place])
        spread = NormalDist().inv_cdf(0.5 + level / 2) * error / (share * abs(np.log(share)))
        return share ** float(np.exp(spread)), share ** float(np.exp(-spread))


def kaplan_meier(
    days: Sequence[float] | Values,
    ended: Sequence[bool],
    weights: Sequence[float] | Values,
    since: Sequence[float] | Values | None = None,
) -> Curve:
    """The curve of spells of `days` (n,) that `ended` or were cut off, each counting `weights` (n,) > 0 times.

    One watched only `since` a day (n,), by default its first, counts from then on (W.-Y. Tsai, N. P. Jewell, M.-C.
    Wang, Biometrika 74, 1987, 883-886).
    """
    at, over, weight = np.asarray(days, float), np.asarray(ended, bool), np.asarray(weights, float)
    came = np.zeros(len(at)) if since is None else np.asarray(since, float)
    over = over & (came < np.maximum(at, _MOMENT))
    steps = np.unique(at[over])
    leaving = np.array([weight[over & (at == step)].sum() for step in steps])
    there = np.array([weight[(at >= step) & (came < max(step, _MOMENT))].sum() for step in steps])
    share = np.cumprod(1.0 - leaving / there)
    with np.errstate(divide="ignore"):
        terms = np.where(there > leaving, leaving / (there * (there - leaving)), 0.0)
    return Curve(steps, share, share * np.sqrt(np.cumsum(terms)), int(over.sum()))


def stage_curve(spells: Sequence[Spell], usual: Usual, *, prior_spells: float = PRIOR_SPELLS) -> Curve:
    """The curve of `spells` of one group together with the usual time of its stage, which counts `prior_spells`."""
    levels = (np.arange(_PSEUDO) + 0.5) / _PSEUDO
    pseudo = np.array([usual.quantile(level) for level in levels])
    days = np.concatenate([pseudo, [spell.days for spell in spells]])
    ended = np.concatenate([np.ones(_PSEUDO, bool), [spell.exit is not Exit.open for spell in spells]])
    weights = np.concatenate([np.full(_PSEUDO, prior_spells / _PSEUDO), np.ones(len(spells))])
    since = np.concatenate([np.zeros(_PSEUDO), [spell.since for spell in spells]])
    curve = kaplan_meier(days, ended.astype(bool).tolist(), weights, since)
    return Curve(curve.days, curve.share, curve.error, curve.own - _PSEUDO)
