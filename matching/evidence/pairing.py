"""The figure of a piece that answers the demanded one."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from core.language.quantities import Quantity
from core.language.units import registry
from matching.evidence.bounds import Demand, comparable
from matching.evidence.figures import figures_of
from matching.evidence.pieces import Piece

_ARRIVES = re.compile(r"(?:到|至|达|为|:|is|to|of)\s*$")
_LEAVES = re.compile(r"(?:由|从|from)\s*$")
_CONDITION = re.compile(r"^\s?(?:下|时|后|内)")
_FARTHEST = 5.0
_EQUAL = 0.01


@dataclass(frozen=True, slots=True)
class Pair:
    """A figure of a piece beside the demanded one, both in one dimension."""

    wanted: Quantity
    given: Quantity

    @property
    def distance(self) -> float:
        """How many powers of e lie between the two, at most 5: what is a thousand times off is about something else."""
        wanted = [abs(value) for value in (self.wanted.low, self.wanted.high) if value]
        given = [abs(value) for value in (self.given.low, self.given.high) if value]
        if not wanted or not given or "degree" in self.given.unit:
            return 0.0
        if self.wanted.unit != self.given.unit:
            factor = float(registry().Quantity(1.0, self.given.unit).to(self.wanted.unit).magnitude)
            given = [value * factor for value in given]
        return min(_FARTHEST, min(abs(math.log(a / b)) for a in wanted for b in given))


def best_pair(demand: Demand | None, piece: Piece) -> Pair | None:
    """The figure of `piece` in the demanded dimension that fits best; the first of several that fit alike."""
    if demand is None:
        return None
    found: list[tuple[float, int, Pair]] = []
    for place, figure in enumerate(piece.figures):
        both = comparable(demand, figure, piece.text)
        if both is not None:
            found.append((_fit(demand, figure, piece), -place, Pair(*both)))
    return max(found, key=lambda entry: entry[:2])[2] if found else None


def conditions_of(text: str, demand: Demand | None) -> tuple[Demand, ...]:
    """The figures of a requirement beside the demanded one: at -20 °C, after 24 h."""
    if demand is None:
        return ()
    others = (figure for figure in figures_of(text) if figure.start != demand.figure.start and figure.unit)
    return tuple(Demand(figure, text) for figure in others)


def condition_share(conditions: Sequence[Demand], piece: Piece) -> float:
    """The share of `conditions` that the piece names with the same value; 0 where there are none."""
    if not conditions:
        return 0.0
    return sum(any(_same(condition, figure, piece) for figure in piece.figures) for condition in conditions) / len(
        conditions
    )


def _same(condition: Demand, figure: Quantity, piece: Piece) -> bool:
    both = comparable(condition, figure, piece.text)
    return (
        both is not None and Pair(*both).distance < _EQUAL and (figure.low or 0.0) * (condition.figure.low or 0.0) >= 0
    )


def _fit(demand: Demand, figure: Quantity, piece: Piece) -> float:
    """Shared characters of the names; what is arrived at (降到 5) before where it began, conditions last."""
    at = figure.start - piece.start
    before, behind = piece.text[max(0, at - 6) : at], piece.text[figure.end - piece.start :]
    wanted = set(demand.figure.name)
    tolerance = "±" in figure.text and "±" not in demand.around
    return (
        len(wanted & set(figure.name)) / max(1, len(wanted))
        + 0.5 * bool(_ARRIVES.search(before) or figure.is_bound)
        - bool(_LEAVES.search(before))
        - 0.5 * bool(_CONDITION.match(behind))
        + 0.2 * bool(figure.unit)
        - 0.5 * tolerance
    )
