"""Sizes in several directions: 600×400×300 mm against 500×350×250 mm, the largest beside the largest.

A box may be turned, so each is sorted before the two are compared, and the worst direction decides.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

from core.language.quantities import Quantity
from matching.evidence.bounds import Outcome, judge
from matching.evidence.directions import Demand
from matching.evidence.figures import figures_of
from matching.evidence.types import KEPT_TEXTS

_BY = re.compile(r"\s?[×xX*✕]\s?")

Judged = tuple[Outcome, Quantity, Quantity]
"""An outcome, with what was wanted and what is given."""


def judged_sizes(demand: Demand, told: str) -> list[Judged]:
    """Each direction by itself.

    None where not both name a size of as many directions, or nothing bounds the demanded one.
    """
    asked = _asked(demand.around)
    offered = sizes_in(told) if asked else []
    if not asked or len(asked) != len(offered) or asked[0].dimension != offered[0].dimension:
        return []
    both = zip(asked, sorted(offered, key=_extent), strict=True)
    return [(judge(Demand(wanted, demand.around), wanted, given, told), wanted, given) for wanted, given in both]


@lru_cache(maxsize=KEPT_TEXTS)
def _asked(text: str) -> tuple[Quantity, ...]:
    return tuple(sorted(_bounded(sizes_in(text)), key=_extent))


def sizes_in(text: str) -> list[Quantity]:
    """The first figures of `text` that stand one by another (×), in the unit of the last and with all their words."""
    found: list[Quantity] = []
    for left, right in pairwise(figures_of(text)):
        if _BY.fullmatch(text, left.end, right.start):
            found = [*(found or [left]), right]
        elif found:
            break
    return list(_as_one(found, text))


def _as_one(figures: Sequence[Quantity], text: str) -> Iterator[Quantity]:
    for figure in figures:
        last = figures[-1]
        unit = figure if figure.unit else last
        words = text[figures[0].start : last.end]
        yield replace(figure, text=words, unit=unit.unit, dimension=unit.dimension)


def _bounded(figures: Sequence[Quantity]) -> list[Quantity]:
    """`figures` under the comparison that stands before the first or behind the last; none where there is none."""
    bound = next((figure for figure in figures if (figure.low is None) != (figure.high is None)), None)
    if bound is None:
        return []
    if bound.high is None:
        return [replace(one, low=_extent(one), high=None, low_inclusive=bound.low_inclusive) for one in figures]
    return [replace(one, low=None, high=_extent(one), high_inclusive=bound.high_inclusive) for one in figures]


def _extent(figure: Quantity) -> float:
    return figure.high if figure.high is not None else figure.low or 0.0
