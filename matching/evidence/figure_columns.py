"""Numbers about the figure of a piece that may answer the demanded one."""

import re
from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np

from matching.evidence.asked import Asked
from matching.evidence.bench import Bench
from matching.evidence.directions import Demand
from matching.evidence.exact import Numbers
from matching.evidence.pairing import Pair, condition_share
from matching.evidence.pieces import Piece
from matching.evidence.segments import Places
from matching.evidence.source_columns import off_topic, topics
from matching.evidence.word_columns import Columns, best_of_others

_COMMON_DIMENSIONS = {"ratio", "length", "time", "temperature", "", "count", "mass", "pressure"}
_SUFFIX = re.compile(r"\s?[A-Za-z°µμ\u4e00-\u9fff][A-Za-z°·/]{0,7}")
_COUNTER = re.compile(
    "(?<=[0-9一二两三四五六七八九十百千万])(?![0-9一二两三四五六七八九十百千万余多个])[\u4e00-\u9fff](?=以|$)"
)
_OF_PAIR = (
    "figure", "figure_bare", "common", "named", "same_unit", "far_value", "counter", "property", "property_clash",
)  # fmt: skip
Found = Mapping[int, Pair]
"""The pairs of one requirement, by piece."""


def demanding(bench: Bench) -> list[int]:
    """The requirements that demand a figure."""
    return [number for number, one in enumerate(bench.asking.asked) if one.demand is not None]


def figure_columns(bench: Bench, pairs: Sequence[Found], columns: Mapping[str, Numbers]) -> Columns:
    """The columns, each (requirements that demand a figure, pieces); `columns` are those of words. Some have one."""
    rows = demanding(bench)
    of_pair, at = _of_pairs(bench, rows, pairs)
    there, common, named = of_pair["figure"], of_pair["common"], of_pair["named"]
    words, across = columns["words"][rows], columns["across"][rows]
    literal, aligned = bench.alike.literal, bench.alike.aligned
    own = partial(_picked, at=at, rows=rows)
    aligned_name, head = own(aligned.name), own(aligned.head)
    strange = named * (1.0 - across)
    return {
        "figure": there,
        "figure_bare": of_pair["figure_bare"],
        "figure_words": there * words,
        "figure_meaning": there * columns["meaning"][rows],
        "figure_aligned": there * columns["aligned"][rows],
        "figure_across": there * across,
        "figure_common": common * words,
        "figure_off_topic": there * off_topic(bench, topics(bench))[bench.document_of],
        "figure_extra": named * (1.0 - literal.name_in_need[at]),
        "name_words": named * own(literal.name_words),
        "name_aligned": named * aligned_name,
        "name_back": named * (1.0 - own(aligned.name_back)),
        "name_explained": named * (1.0 - own(aligned.name_explained)),
        "name_head": named * head,
        "name_strange": strange * (1.0 - aligned_name),
        "head_strange": strange * (1.0 - head),
        "name_across": named * across * aligned_name,
        "counter": of_pair["counter"],
        "property": of_pair["property"],
        "property_clash": of_pair["property_clash"],
        "nameless": there - named,
        "condition": _conditions(bench, rows),
        "same_unit": of_pair["same_unit"],
        "rare_unit": there - common,
        "far_value": of_pair["far_value"],
        "rivals": there * np.log1p(bench.by_supplier.sums(there))[:, bench.by_supplier.of],
        "other_pairs": there * np.maximum(0.0, best_of_others(there * words) - words),
        "other_figure": bench.flags["figured"] * (1.0 - there),
    }


def _of_pairs(bench: Bench, rows: Sequence[int], pairs: Sequence[Found]) -> tuple[Columns, Places]:
    """What each pair says, by the names of `_OF_PAIR`, and which of all figures the offered one is."""
    shape = len(rows), len(bench.pieces)
    out, at = np.zeros((len(_OF_PAIR), *shape)), np.zeros(shape, dtype=np.intp)
    for row, number in enumerate(rows):
        asked = bench.asking.asked[number]
        for piece, pair in pairs[number].items():
            at[row, piece] = bench.figure_at[piece] + pair.place
            out[:, row, piece] = _said_of(asked, pair, bench.pieces[piece], bench.properties[at[row, piece]])
    return dict(zip(_OF_PAIR, out, strict=True)), at


def _said_of(asked: Asked, pair: Pair, piece: Piece, measured: int | None) -> tuple[float, ...]:
    """The numbers of `_OF_PAIR` of a pair whose offered figure measures the property `measured`."""
    same, demand = _same_property(asked.property, measured), asked.demand
    return (
        1.0, not pair.wanted.unit, pair.wanted.dimension in _COMMON_DIMENSIONS, bool(pair.given.name),
        demand is not None and _in_same_unit(demand, pair, piece), pair.distance, _counted_apart(pair),
        same is True, same is False,
    )  # fmt: skip


def _picked(numbers: Numbers, at: Places, rows: Sequence[int]) -> Numbers:
    """Of `rows` the numbers of the figures `at`."""
    return np.take_along_axis(numbers[rows], at, axis=1)


def _conditions(bench: Bench, rows: Sequence[int]) -> Numbers:
    out = np.zeros((len(rows), len(bench.pieces)))
    for row, number in enumerate(rows):
        if conditions := bench.asking.asked[number].conditions:
            for piece in bench.figured:
                out[row, piece] = condition_share(conditions, bench.offered[piece])
    return out


def _same_property(asked: int | None, offered: int | None) -> bool | None:
    """Whether both are one property; None where one of them is unknown."""
    return None if asked is None or offered is None else asked == offered


def _counted_apart(pair: Pair) -> bool:
    """Whether both are counts with other counting words: a hundred 张 (beds) and thirty-eight 名 (therapists)."""
    if pair.wanted.dimension not in ("count", "") or pair.given.dimension not in ("count", ""):
        return False
    words = [_COUNTER.findall(figure.text) for figure in (pair.wanted, pair.given)]
    return all(words) and not set(words[0]) & set(words[1])


def _in_same_unit(demand: Demand, pair: Pair, piece: Piece) -> bool:
    """Whether both are written in one unit; for a unit that nobody knows, by the letters behind the figure."""
    if pair.given.unit or demand.figure.unit:
        return pair.given.unit == demand.figure.unit
    asked = _SUFFIX.match(demand.around, demand.figure.end)
    told = _SUFFIX.match(piece.text, pair.given.end - piece.start)
    return bool(asked and told and asked[0].strip() == told[0].strip())
