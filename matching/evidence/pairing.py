"""The figure of a piece that answers the demanded one."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from core.language.quantities import Quantity
from core.language.units import registry
from matching.evidence.asked import Asked
from matching.evidence.bench import Bench
from matching.evidence.directions import Demand
from matching.evidence.offers import Offered, comparable
from matching.evidence.pieces import Piece

_ARRIVES = re.compile(r"(?:到|至|达|为|:|is|are|was|were|to|of|by)\s*$")
_LEAVES = re.compile(r"(?:由|从|from)\s*$")
_CONDITION = re.compile(r"^\s?(?:下|时|后|内)")
_FARTHEST = 5.0
_EQUAL = 0.01
_FAR = 0.08
_A_ONE = re.compile("[一单]|one|single", re.I)


@dataclass(frozen=True, slots=True)
class Pair:
    """A figure of a piece beside the demanded one, both in one dimension; `place` counts the piece's figures."""

    wanted: Quantity
    given: Quantity
    place: int = 0

    @property
    def distance(self) -> float:
        """How many powers of e lie between the two, at most 5: what is a thousand times off is about something else."""
        wanted = _sizes(self.wanted)
        given = _sizes(self.given)
        if not wanted or not given or "degree" in self.given.unit + self.wanted.unit:
            return 0.0
        if self.wanted.unit != self.given.unit:
            factor = _factor(self.given.unit, self.wanted.unit)
            given = [size for value in given if 0 < (size := value * factor) < math.inf]
        if not given:
            return _FARTHEST
        return min(_FARTHEST, min(abs(math.log(a / b)) for a in wanted for b in given))


def _sizes(quantity: Quantity) -> list[float]:
    """The ends of a quantity that are somewhere between nothing and infinity, without their signs."""
    return [abs(value) for value in (quantity.low, quantity.high) if value and math.isfinite(value)]


@lru_cache(maxsize=1_024)
def _factor(unit: str, wanted: str) -> float:
    return float(registry().Quantity(1.0, unit).to(wanted).magnitude)


def pairs_of(bench: Bench) -> list[dict[int, Pair]]:
    """For each requirement the figures that answer the demanded one, by piece."""
    return [_answers(bench, number, one) for number, one in enumerate(bench.asking.asked)]


def _answers(bench: Bench, number: int, asked: Asked) -> dict[int, Pair]:
    if asked.demand is None:
        return {}
    found: dict[int, Pair] = {}
    names = bench.alike.aligned.name[number]
    for place in bench.figured:
        if not asked.kinds.isdisjoint(bench.kinds[place]):
            offered, first = bench.offered[place], bench.figure_at[place]
            alike = names[first : first + len(offered)].tolist()
            pair = best_pair(asked.demand, bench.pieces[place], offered, alike)
            if pair is not None:
                found[place] = pair
    return found


def best_pair(
    demand: Demand | None, piece: Piece, offered: Sequence[Offered], likeness: Sequence[float] = ()
) -> Pair | None:
    """The figure of `piece` in the demanded dimension that fits best; the first of several that fit alike.

    `offered` are the piece's figures, `likeness` in [0, 1] says of each how alike its name is to the demanded one.
    """
    if demand is None:
        return None
    found: list[tuple[float, int, Pair]] = []
    for place, one in enumerate(offered):
        both = comparable(demand, one)
        if both is not None:
            pair = Pair(*both, place)
            alike = (likeness[place] if len(likeness) else 0.0) - _FAR * pair.distance
            found.append((alike + _fit(demand, one.figure, piece), -place, pair))
    return max(found, key=lambda entry: entry[:2])[2] if found else None


def condition_share(conditions: Sequence[Demand], offered: Sequence[Offered]) -> float:
    """The share of `conditions` that a piece's figures name with the same value; 0 where there are none."""
    if not conditions:
        return 0.0
    return sum(any(_same(condition, one) for one in offered) for condition in conditions) / len(conditions)


def _same(condition: Demand, offered: Offered) -> bool:
    same_sign = (offered.figure.low or 0.0) * (condition.figure.low or 0.0) >= 0
    both = comparable(condition, offered) if same_sign else None
    return both is not None and Pair(*both).distance < _EQUAL


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
        - 0.5 * bool(_A_ONE.fullmatch(figure.text))
    )
