"""What a need asks, read once for all suppliers: demanded figures, subjects, and what each clause says of itself."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matching.evidence.dates import deadline_in
from matching.evidence.demands import conditions_of, demand_of, subject_of
from matching.evidence.directions import Demand
from matching.evidence.likeness import Wanted, wanted_of
from matching.evidence.marks import Marks, marks_of
from matching.evidence.offers import offered_of
from matching.evidence.places import wanted_regions
from matching.evidence.polarity import asks_for_absence
from matching.evidence.reading import Reader
from matching.evidence.related import property_of
from matching.evidence.segments import segments_of
from matching.evidence.types import Requirement

CONTEXT: Final = 400
"""So many characters of a need tell what it is about."""


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """One requirement as it is looked for."""

    requirement: Requirement
    demand: Demand | None
    kinds: frozenset[tuple[str, bool]]
    property: int | None
    conditions: tuple[Demand, ...]
    marks: Marks
    dated: bool
    placed: bool
    absent: bool


@dataclass(frozen=True, slots=True, eq=False)
class Asking:
    """A need and its requirements. `wanted` are: subjects, names of the demanded figures, the need itself.

    `vectors` has a row a requirement and the need's last.
    """

    need: str
    asked: tuple[Asked, ...]
    wanted: Wanted
    vectors: NDArray[np.float32]


@lru_cache(maxsize=64)
def asking_of(need: str, requirements: tuple[Requirement, ...], reader: Reader) -> Asking:
    """`requirements` of `need` as they are looked for."""
    asked = tuple(_asked(requirement) for requirement in requirements)
    subjects = [subject_of(one.requirement.text, one.demand) for one in asked]
    names = [one.demand.figure.name if one.demand else "" for one in asked]
    texts = [*subjects, *names, need[:CONTEXT]]
    return Asking(
        need,
        asked,
        wanted_of(segments_of(texts, reader.statistics), reader.words),
        reader.embedder.encode([*subjects, need]),
    )


def _asked(requirement: Requirement) -> Asked:
    text = requirement.text
    demand = demand_of(text)
    return Asked(
        requirement,
        demand,
        offered_of(demand.figure, demand.around).kinds if demand else frozenset(),
        property_of(demand.figure, text, 0) if demand else None,
        conditions_of(text, demand),
        marks_of(text),
        deadline_in(text) is not None,
        bool(wanted_regions(text)),
        asks_for_absence(text, requirement.kind),
    )
