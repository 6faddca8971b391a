"""What a figure may mean where it stands, and which figures can be compared at all.

A temperature may be one or a difference of two; a mass may stand apart from what it is per (每小时 … 2.8吨).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from core.language.quantities import Quantity
from core.language.units import named_unit
from matching.evidence.directions import Demand
from matching.evidence.figures import per_units, readings

_DIFFERENCE = re.compile(
    "温差|温升|温漂|波动|均匀|偏差|误差|控温精度|差值|之差|相差|上下差|端差|变化|[升降高低]了?(?=[0-9])|比.{1,6}[高低]"
    "|difference|uniformity|gradient|rise|fluctuation|±",
    re.I,
)
_DIFFERENT = "temperature difference"
"""The dimension of a temperature that is told from another one."""
_SMALL_DIFFERENCE = 60.0
"""Up to so many degrees a temperature may be meant as a difference, though no word says so."""
_COUNTED_PER = re.compile(r"\b[a-z]+\s(?:per|an?|each|every)\s(?:second|minute|hour|day|shift|week|month|year)\b", re.I)
"""200 parts per hour: what is counted there has no unit."""
_ENERGY = re.compile("watt_hour|joule|calorie")
_ENERGY_LIKE = {"pressure", "energy"}


@dataclass(frozen=True, slots=True)
class Offered:
    """A figure with all it may mean where it stands: its readings, what it is per, and the kinds of the readings."""

    figure: Quantity
    readings: tuple[Quantity, ...]
    below: frozenset[str]
    kinds: frozenset[tuple[str, bool]]


@lru_cache(maxsize=4_096)
def offered_of(figure: Quantity, around: str) -> Offered:
    """`figure` as it stands in the words `around`."""
    found = tuple(_plain_readings(figure, around))
    kinds = frozenset((one.dimension, bool(one.unit)) for one in found)
    return Offered(figure, found, frozenset(per_units(around)), kinds)


def comparable(demand: Demand, offered: Offered) -> tuple[Quantity, Quantity] | None:
    """Demand and offer in one dimension, read with what they are per; None if they measure different things."""
    asked = offered_of(demand.figure, demand.around)
    if not asked.kinds & offered.kinds:
        return None
    for wanted in asked.readings:
        for given in offered.readings:
            if _alike(wanted, given) and not _per_another(asked.below, offered.below, wanted, given):
                return wanted, given
    return None


def _alike(wanted: Quantity, given: Quantity) -> bool:
    """One dimension, a unit on both sides or on neither, and no energy by volume for a pressure."""
    energetic = [bool(_ENERGY.search(figure.unit)) for figure in (wanted, given)]
    same = wanted.dimension == given.dimension and bool(wanted.unit) == bool(given.unit)
    return same and (energetic[0] == energetic[1] or wanted.dimension not in _ENERGY_LIKE)


def _per_another(asked: frozenset[str], told: frozenset[str], wanted: Quantity, given: Quantity) -> bool:
    """Whether plain figures are said to be per different things: 3000 an hour and 3000 a day."""
    units = (wanted.unit, given.unit)
    return bool(asked and told) and not asked & told and not any("/" in unit for unit in units)


def _plain_readings(figure: Quantity, around: str) -> Iterator[Quantity]:
    if figure.unit in ("degree_Celsius", "kelvin"):
        yield from _temperatures(figure, around)
        return
    is_counted = not figure.unit and _COUNTED_PER.search(around)
    counted = replace(figure, unit="item", dimension="count") if is_counted else figure
    for reading in readings(counted, around):
        if "item" in reading.unit.split():
            name = named_unit(re.sub(r"\bitem\b", "1", reading.unit))
            bare = name.canonical in ("", "dimensionless")
            yield replace(reading, unit="" if bare else name.canonical, dimension="" if bare else name.dimension)
        if reading.unit == "fold":
            yield replace(reading, unit="", dimension="")
        if reading.unit == "parts_per_million":
            yield replace(reading, unit="milligram / liter", dimension="density")
        yield reading


def _temperatures(figure: Quantity, around: str) -> Iterator[Quantity]:
    """A temperature, or a difference of two, or either: the likelier reading first."""
    difference = replace(figure, unit="kelvin", dimension=_DIFFERENT)
    told, ends = bool(_DIFFERENCE.search(around)), [end for end in (figure.low, figure.high) if end is not None]
    if told:
        yield difference
    if not told or (len(set(ends)) > 1 and not is_tolerance(figure)):
        yield figure
    if not told and max(map(abs, ends), default=0.0) <= _SMALL_DIFFERENCE:
        yield difference


def is_tolerance(given: Quantity) -> bool:
    """Whether a figure is a ± alone."""
    return given.low is not None and given.high is not None and given.low == -given.high and given.high > 0
