"""What one clause of a need asks: the demanded figure, its conditions, what the clause is about and says of itself."""

from collections.abc import Sequence
from dataclasses import dataclass

from matching.embedding.protocol import Embedder, Vectors
from matching.evidence.dates import deadline_in
from matching.evidence.demands import conditions_of, demand_of, subject_of
from matching.evidence.directions import Demand
from matching.evidence.exact import even_rows
from matching.evidence.marks import Marks, marks_of
from matching.evidence.offers import offered_of
from matching.evidence.places import wanted_regions
from matching.evidence.polarity import asks_for_absence
from matching.evidence.related import property_of
from matching.evidence.segments import Terms, telling, terms_of_each
from matching.evidence.types import Requirement
from matching.lexical.statistics import TermStatistics


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """One requirement as it is looked for.

    `terms` are those of its subject and of the demanded figure's name, `subject` and `name` their words, `vector`
    (1, dim) the subject's.
    """

    requirement: Requirement
    demand: Demand | None
    kinds: frozenset[tuple[str, bool]]
    property: int | None
    conditions: tuple[Demand, ...]
    marks: Marks
    dated: bool
    placed: bool
    absent: bool
    terms: Terms
    subject: tuple[str, ...]
    name: tuple[str, ...]
    vector: Vectors


def asked_of(requirements: Sequence[Requirement], *, embedder: Embedder, statistics: TermStatistics) -> list[Asked]:
    """`requirements` as they are looked for, read together."""
    demands = [demand_of(one.text) for one in requirements]
    subjects = [subject_of(one.text, demand) for one, demand in zip(requirements, demands, strict=True)]
    names = [demand.figure.name if demand else "" for demand in demands]
    terms = terms_of_each([*zip(subjects, names, strict=True)], statistics)
    vectors = even_rows(embedder.encode(subjects))
    return [
        _asked(*parts, vectors[place : place + 1].copy())
        for place, parts in enumerate(zip(requirements, demands, terms, subjects, names, strict=True))
    ]


def _asked(
    requirement: Requirement, demand: Demand | None, terms: Terms, about: str, called: str, vector: Vectors
) -> Asked:
    text = requirement.text
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
        terms,
        telling(about),
        telling(called),
        vector,
    )
