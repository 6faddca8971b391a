"""What makes a piece of a document likely to be about a requirement: named numbers for each pair of the two.

All are made for all requirements and all pieces at once, as (requirements, pieces) matrices. Whatever sums in an order
that a library may choose (matrix products) is made for one supplier at a time, so that the numbers of a supplier are
the same to the last bit whichever others are read beside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from matching.embedding.protocol import Embedder
from matching.evidence.asking import asking_of
from matching.evidence.bench import Bench, bench_of
from matching.evidence.directions import Demand
from matching.evidence.figure_columns import figure_columns
from matching.evidence.pairing import Pair, pairs_of
from matching.evidence.pieces import Piece
from matching.evidence.reading import reader_of
from matching.evidence.segments import Numbers
from matching.evidence.source_columns import source_columns
from matching.evidence.types import Requirement, Source
from matching.evidence.word_columns import word_columns
from matching.lexical.statistics import TermStatistics

NAMES: Final = (
    "words", "words_sentence", "words_title", "words_back", "meaning", "meaning_sentence", "aligned", "aligned_back",
    "explained", "aligned_title", "related", "synonym", "contrast", "qualified", "code", "code_missing", "level",
    "date", "place", "absence", "cue", "untested", "length", "other_words", "other_meaning", "other_aligned",
    "across", "across_meaning", "across_aligned", "behind_words", "behind_meaning", "behind_aligned", "alternative",
    "topic", "title_meaning", "need_words", "source_fit", "off_topic", "older", "newer_topic", "superseded", "figure",
    "figure_bare", "figure_name", "figure_words", "figure_meaning", "figure_aligned", "figure_across",
    "figure_common", "figure_off_topic", "figure_extra", "name_words", "name_aligned", "name_back", "name_explained",
    "nameless", "name_head", "name_strange", "head_strange", "name_across", "counter", "property", "property_clash",
    "condition", "same_unit", "rare_unit", "far_value", "rivals", "other_pairs", "other_figure",
)  # fmt: skip
"""The numbers by name, in the order of a table's columns."""
_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Table:
    """For one requirement: (pieces, features) float64, and the figure of each piece that answers the demanded one.

    `sources[i]` is where piece i is from.
    """

    demand: Demand | None
    pieces: tuple[Piece, ...]
    sources: tuple[Source, ...]
    pairs: tuple[Pair | None, ...]
    numbers: Numbers

    def shared_words(self, index: int) -> float:
        """How much of the asked words a piece has, or of the asked things under another name, in [0, 1]."""
        own = self.numbers[index]
        return float(max(own[NAMES.index("words")], own[NAMES.index("synonym")]))

    def clashes(self, index: int) -> bool:
        """Whether the figure of a piece is known to measure another property than the demanded one."""
        return bool(self.numbers[index, NAMES.index("property_clash")])


def tables(
    need: str,
    requirements: Sequence[Requirement],
    suppliers: Sequence[Sequence[Source]],
    statistics: TermStatistics,
    embedder: Embedder,
) -> list[list[Table]]:
    """For each supplier one table a requirement, over the pieces of its sources in order."""
    reader = reader_of(embedder, statistics)
    asking = asking_of(need, tuple(requirements), reader)
    bench = bench_of(asking, suppliers, reader) if requirements and any(suppliers) else None
    if bench is None or not bench.pieces:
        empty = np.zeros((0, len(NAMES)))
        return [[Table(one.demand, (), (), (), empty) for one in asking.asked] for _ in suppliers]
    pairs = pairs_of(bench)
    numbers = _numbers(bench, pairs)
    return [
        [
            Table(one.demand, bench.pieces[own], bench.owners[own], tuple(row[own]), numbers[i, own])
            for i, (one, row) in enumerate(zip(asking.asked, pairs, strict=True))
        ]
        for own in bench.slices
    ]


def _numbers(bench: Bench, pairs: Sequence[Sequence[Pair | None]]) -> Numbers:
    """(requirements, pieces, features), rounded so that the last bits of no machine matter."""
    columns = word_columns(bench)
    columns |= figure_columns(bench, pairs, columns)
    columns |= source_columns(bench, columns)
    numbers = np.empty((len(NAMES), len(bench.asking.asked), len(bench.pieces)))
    for place, name in enumerate(NAMES):
        numbers[place] = columns[name]
    return np.ascontiguousarray(np.round(numbers, _DIGITS).transpose(1, 2, 0))
