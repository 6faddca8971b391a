"""A demanded quantity against an offered one: whether it is met, and by how much it is missed."""

import math
import re
from dataclasses import dataclass
from enum import StrEnum

from core.language.quantities import Quantity
from core.language.units import registry


class Verdict(StrEnum):
    """How an offered quantity stands to a demanded one."""

    SATISFIED = "satisfied"
    PARTLY = "partly"
    UNSATISFIED = "unsatisfied"
    INCOMPARABLE = "incomparable"


@dataclass(frozen=True, slots=True)
class Comparison:
    """A verdict, and the gap as a share of the demanded bound: 0 when satisfied, None when it cannot be measured."""

    verdict: Verdict
    gap: float | None


@dataclass(frozen=True, slots=True)
class _Interval:
    low: float
    high: float
    low_inclusive: bool
    high_inclusive: bool


# An "about" is taken to be a tenth either way.
APPROXIMATE_SHARE = 0.1
_SAME = 1e-9
_SAME_REST = 1e-6  # what is left of nearly a hundred has fewer digits
_PURITY = re.compile(r"纯(?![化电])|purity|pure|assay", re.I)
NEARLY_WHOLE, WHOLE = 99.0, 100.0
"""Percent of a purity from which on the rest to the whole counts, not the share itself."""
A_NINE_LESS = 9.0
"""How many times the rest is missed where the offered rest is ten times the demanded one: a nine less."""
# A demanded working range must be covered by what is offered; any other range must hold what is offered.
_TO_BE_COVERED = re.compile(
    r"范围|量程|工作温度|使用温度|环境温度|适用|适应|可调|range|operating|working|adjustable", re.I
)
_INCOMPARABLE = Comparison(Verdict.INCOMPARABLE, None)


def compare(demanded: Quantity, offered: Quantity) -> Comparison:
    """How `offered` meets `demanded`. Whether the two speak of the same property is for the caller to know.

    Both are intervals D and O of real numbers in the unit of `demanded`, open where nothing bounds them.
    satisfied: O lies within D, or covers D when the demand names a working range (量程, operating …).
    unsatisfied: O and D have no point in common. partly: anything else, also a plain demanded figure that the offer
    does not hit, since a figure without a comparison does not say which side is better.
    incomparable: different dimensions, or a unit on one side only.

    gap = max(0, D.low − O.low, O.high − D.high) / |bound|, over the ends that D bounds, with the bound that is missed
    most (relative deficiency; 0.1 means a tenth of the demanded figure is missing). A missed bound of 0 is measured
    against the offered end instead. None if O is open on the side that is missed; and of a demanded purity of 99 % or
    more, where the rest is what counts, if ten times that rest or more is left: 99.5 % beside 99.99 % is fifty times
    the impurity and not half a hundredth short. The gap of temperatures depends on the zero of the demanded scale.
    "About" widens an end by a tenth of itself.
    """
    if demanded.dimension != offered.dimension or bool(demanded.unit) != bool(offered.unit):
        return _INCOMPARABLE
    wanted = _interval(demanded, demanded.unit)
    given = _interval(offered, demanded.unit)
    if _within(given, wanted) or (_TO_BE_COVERED.search(demanded.name) and _within(wanted, given)):
        return Comparison(Verdict.SATISFIED, 0.0)
    plain_figure = wanted.low == wanted.high
    apart = _apart(given, wanted) and not plain_figure
    gap = None if _spoils_the_rest(demanded, wanted, given) else _gap(wanted, given)
    return Comparison(Verdict.UNSATISFIED if apart else Verdict.PARTLY, gap)


def _spoils_the_rest(demanded: Quantity, wanted: _Interval, given: _Interval) -> bool:
    """Whether a purity of nearly the whole is demanded and ten times the rest or more is left."""
    if demanded.unit != "percent" or not _PURITY.search(demanded.name) or not NEARLY_WHOLE <= wanted.low < WHOLE:
        return False
    return wanted.low - given.low >= A_NINE_LESS * (WHOLE - wanted.low) * (1 - _SAME_REST)


def _interval(quantity: Quantity, unit: str) -> _Interval:
    low = -math.inf if quantity.low is None else _in_unit(quantity.low, quantity.unit, unit)
    high = math.inf if quantity.high is None else _in_unit(quantity.high, quantity.unit, unit)
    if quantity.approximate:
        low -= abs(low) * APPROXIMATE_SHARE if math.isfinite(low) else 0
        high += abs(high) * APPROXIMATE_SHARE if math.isfinite(high) else 0
    return _Interval(low, high, quantity.low_inclusive, quantity.high_inclusive)


def _in_unit(value: float, unit: str, wanted: str) -> float:
    if unit == wanted:
        return value
    return float(registry().Quantity(value, unit).to(wanted).magnitude)


def _within(inner: _Interval, outer: _Interval) -> bool:
    low_in = _reaches(inner.low, outer.low, outer.low_inclusive or not inner.low_inclusive)
    return low_in and _reaches(outer.high, inner.high, outer.high_inclusive or not inner.high_inclusive)


def _reaches(value: float, bound: float, inclusive: bool) -> bool:
    """Whether value ≥ bound, or > bound, with equal meaning equal to nine digits."""
    same = value == bound or math.isclose(value, bound, rel_tol=_SAME)
    return inclusive if same and math.isfinite(bound) else value >= bound


def _apart(a: _Interval, b: _Interval) -> bool:
    a_reaches_b = _reaches(a.high, b.low, a.high_inclusive and b.low_inclusive)
    return not (a_reaches_b and _reaches(b.high, a.low, b.high_inclusive and a.low_inclusive))


def _gap(wanted: _Interval, given: _Interval) -> float | None:
    misses = [
        (wanted.low - given.low, wanted.low, given.low),
        (given.high - wanted.high, wanted.high, given.high),
    ]
    gaps = [_share(miss, bound, end) for miss, bound, end in misses if math.isfinite(bound) and miss > 0]
    worst = max(gaps, default=0.0)
    return worst if math.isfinite(worst) else None


def _share(miss: float, bound: float, end: float) -> float:
    scale = abs(bound) or abs(end)
    return miss / scale if math.isfinite(miss) else math.inf
