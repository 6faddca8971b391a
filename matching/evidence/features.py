"""What makes a piece of a document likely to be about a requirement: named numbers for each pair of the two.

All are made for all requirements and all pieces of all suppliers at once, as (requirements, pieces) matrices. Whatever
is summed is on a grid (`exact.py`), so that the numbers of a supplier are the same to the last bit whichever others are
read beside it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from matching.embedding.protocol import Embedder
from matching.evidence.asking import asking_of
from matching.evidence.bench import Bench, bench_of
from matching.evidence.demands import demand_of
from matching.evidence.directions import Demand
from matching.evidence.exact import SHARE, Numbers, put_on_grid
from matching.evidence.figure_columns import demanding, figure_columns
from matching.evidence.pairing import Pair, pairs_of
from matching.evidence.pieces import Piece
from matching.evidence.reading import reader_of
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
_PLACES: Final = {name: place for place, name in enumerate(NAMES)}
_WORDS, _SYNONYM, _CLASH, _FIGURED = (
    _PLACES[name] for name in ("words", "synonym", "property_clash", "other_figure")
)  # fmt: skip


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
        return float(max(own[_WORDS], own[_SYNONYM]))

    def clashes(self, index: int) -> bool:
        """Whether the figure of a piece is known to measure another property than the demanded one."""
        return bool(self.numbers[index, _CLASH])


@dataclass(frozen=True, slots=True, eq=False)
class Board:
    """All tables of a bench at once: `numbers` (features, requirements, pieces), `pairs` of requirements by piece."""

    bench: Bench
    pairs: tuple[Mapping[int, Pair], ...]
    numbers: Numbers

    def table(self, requirement: int, supplier: int) -> Table:
        """One requirement beside the pieces of one supplier."""
        own, bench = self.bench.slices[supplier], self.bench
        return Table(
            bench.asking.asked[requirement].demand,
            bench.pieces[own],
            bench.owners[own],
            tuple(map(self.pairs[requirement].get, range(own.start, own.stop))),
            self.numbers[:, requirement, own].T,
        )


def board_of(
    need: str,
    requirements: Sequence[Requirement],
    suppliers: Sequence[Sequence[Source]],
    statistics: TermStatistics,
    embedder: Embedder,
) -> Board | None:
    """All requirements beside the pieces of all suppliers' sources; None where there are none of either."""
    reader = reader_of(embedder, statistics)
    bench = bench_of(asking_of(need, tuple(requirements), reader), suppliers, reader) if requirements else None
    if bench is None:
        return None
    pairs = tuple(pairs_of(bench))
    return Board(bench, pairs, _numbers(bench, pairs))


def tables(
    need: str,
    requirements: Sequence[Requirement],
    suppliers: Sequence[Sequence[Source]],
    statistics: TermStatistics,
    embedder: Embedder,
) -> list[list[Table]]:
    """For each supplier one table a requirement, over the pieces of its sources in order."""
    board = board_of(need, requirements, suppliers, statistics, embedder)
    if board is None:
        empty = np.zeros((0, len(NAMES)))
        return [[Table(demand_of(one.text), (), (), (), empty) for one in requirements] for _ in suppliers]
    return [[board.table(i, supplier) for i in range(len(requirements))] for supplier in range(len(suppliers))]


def _numbers(bench: Bench, pairs: Sequence[Mapping[int, Pair]]) -> Numbers:
    """(features, requirements, pieces), on the grid of `exact.SHARE`."""
    numbers = np.zeros((len(NAMES), len(bench.asking.asked), len(bench.pieces)))
    columns, rows = word_columns(bench), demanding(bench)
    numbers[_FIGURED] = bench.flags["figured"]
    if rows and bench.figured:
        of_figures = figure_columns(bench, pairs, columns)
        places = [_PLACES[name] for name in of_figures]
        numbers[np.ix_(places, rows)] = np.stack([*of_figures.values()])
    for name, column in (columns | source_columns(bench, columns, numbers[_PLACES["figure"]])).items():
        numbers[_PLACES[name]] = column
    return put_on_grid(numbers, SHARE)
