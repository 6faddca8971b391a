"""What a supplier's documents say of each requirement of a need; the one way in."""

from collections.abc import Sequence
from dataclasses import replace

from matching.embedding.protocol import Embedder
from matching.evidence.features import board_of
from matching.evidence.reading import reader_of
from matching.evidence.search import findings_of, silent
from matching.evidence.types import LONGEST_REQUIREMENT, LONGEST_SOURCE, Finding, Requirement, Source
from matching.evidence.weights import Weights, shipped_weights
from matching.lexical.statistics import TermStatistics, shipped_statistics


def assess(
    need: str,
    requirements: Sequence[Requirement],
    sources: Sequence[Source],
    embedder: Embedder,
    *,
    statistics: TermStatistics | None = None,
    weights: Weights | None = None,
) -> tuple[Finding, ...]:
    """One finding for each of `requirements`, in their order; without sources every one is `no_evidence`.

    Ids of `sources` must be distinct, else ValueError. `need` is the whole text that the requirements are from: it
    tells which of the documents is about the same thing. A requirement is read by its first `LONGEST_REQUIREMENT`
    characters, need and sources by `LONGEST_SOURCE`, and evidence is looked for in `pieces.LONGEST_READ` of a source:
    that bounds the time, whatever was written. The same input gives the same output, whatever else was assessed before:
    what is kept between calls depends on single texts only.
    """
    return assess_many(need, requirements, [sources], embedder, statistics=statistics, weights=weights)[0]


def assess_many(
    need: str,
    requirements: Sequence[Requirement],
    suppliers: Sequence[Sequence[Source]],
    embedder: Embedder,
    *,
    statistics: TermStatistics | None = None,
    weights: Weights | None = None,
) -> tuple[tuple[Finding, ...], ...]:
    """What `assess` says of the sources of each supplier, to the last bit, in a fraction of the time."""
    for sources in suppliers:
        if len({source.id for source in sources}) < len(sources):
            raise ValueError(f"sources share an id: {sorted(source.id for source in sources)}")
    known = statistics or shipped_statistics()
    asked = tuple(_bounded(requirement) for requirement in requirements)
    board = board_of(need[:LONGEST_SOURCE], asked, suppliers, known, embedder)
    if board is None:
        return ((silent(1.0),) * len(asked),) * len(suppliers)
    words = reader_of(embedder, known).words
    return tuple(map(tuple, findings_of(asked, board, weights or shipped_weights(), words)))


def _bounded(requirement: Requirement) -> Requirement:
    text = requirement.text
    return requirement if len(text) <= LONGEST_REQUIREMENT else replace(requirement, text=text[:LONGEST_REQUIREMENT])
