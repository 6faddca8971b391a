"""Numbers about the figure of a piece that may answer the demanded one."""

import re
from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np

from matching.evidence.bench import Bench
from matching.evidence.directions import Demand
from matching.evidence.pairing import Pair, condition_share
from matching.evidence.pieces import Piece
from matching.evidence.segments import Numbers, Places
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


def figure_columns(bench: Bench, pairs: Sequence[Sequence[Pair | None]], columns: Mapping[str, Numbers]) -> Columns:
    """The columns, each (requirements, pieces); `columns` are those of words."""
    of_pair, at = _of_pairs(bench, pairs)
    there, common, named = of_pair["figure"], of_pair["common"], of_pair["named"]
    words, alike = columns["words"], bench.alike
    asked = np.array([[one.demand is not None] for one in bench.asking.asked])
    own = partial(_picked, at=at)
    has_figures = np.array([bool(piece.figures) for piece in bench.pieces], dtype=np.float64)
    return {
        "figure": there,
        "figure_bare": of_pair["figure_bare"],
        "figure_name": asked * alike.named,
        "figure_words": there * words,
        "figure_meaning": there * columns["meaning"],
        "figure_aligned": there * columns["aligned"],
        "figure_across": there * columns["across"],
        "figure_common": common * words,
        "figure_off_topic": there * off_topic(bench, topics(bench))[bench.document_of],
        "figure_extra": named * (1.0 - own(alike.name_in_need)),
        "name_words": named * own(alike.name_words),
        "name_aligned": named * own(alike.name_aligned),
        "name_back": named * (1.0 - own(alike.name_back)),
        "name_explained": named * (1.0 - own(alike.name_explained)),
        "name_head": named * own(alike.name_head),
        "name_strange": named * (1.0 - columns["across"]) * (1.0 - own(alike.name_aligned)),
        "head_strange": named * (1.0 - columns["across"]) * (1.0 - own(alike.name_head)),
        "name_across": named * columns["across"] * own(alike.name_aligned),
        "counter": of_pair["counter"],
        "property": of_pair["property"],
        "property_clash": of_pair["property_clash"],
        "nameless": there * (1.0 - named),
        "condition": _conditions(bench),
        "same_unit": of_pair["same_unit"],
        "rare_unit": there * (1.0 - common),
        "far_value": of_pair["far_value"],
        "rivals": there * np.log1p(_by_supplier(bench, there)),
        "other_pairs": there * np.maximum(0.0, best_of_others(np.where(there > 0, words, 0.0)) - words),
        "other_figure": has_figures * (1.0 - there),
    }


def _of_pairs(bench: Bench, pairs: Sequence[Sequence[Pair | None]]) -> tuple[Columns, Places]:
    """What each pair says, by the names of `_OF_PAIR`, and which of all figures the offered one is."""
    shape = len(pairs), len(bench.pieces)
    out = {name: np.zeros(shape) for name in _OF_PAIR}
    at = np.zeros(shape, dtype=np.intp)
    starts = bench.figure_at.tolist()
    for i, (one, row) in enumerate(zip(bench.asking.asked, pairs, strict=True)):
        for j, pair in enumerate(row):
            if pair is not None and one.demand is not None:
                same = _same_property(one.property, bench.properties[starts[j] + pair.place])
                values = (
                    1.0, not pair.wanted.unit, pair.wanted.dimension in _COMMON_DIMENSIONS, bool(pair.given.name),
                    _in_same_unit(one.demand, pair, bench.pieces[j]), pair.distance, _counted_apart(pair),
                    same is True, same is False,
                )  # fmt: skip
                for name, value in zip(_OF_PAIR, values, strict=True):
                    out[name][i, j] = value
                at[i, j] = starts[j] + pair.place
    return out, at


def _picked(numbers: Numbers, at: Places) -> Numbers:
    """Of each row (or of the only one) the numbers of the figures `at`; zeros where there are no figures at all."""
    if not numbers.shape[-1]:
        return np.zeros(at.shape)
    return numbers[at] if numbers.ndim == 1 else np.take_along_axis(numbers, at, axis=1)


def _conditions(bench: Bench) -> Numbers:
    out = np.zeros((len(bench.asking.asked), len(bench.pieces)))
    for row, one in enumerate(bench.asking.asked):
        if one.conditions:
            out[row] = [condition_share(one.conditions, offered) for offered in bench.offered]
    return out


def _by_supplier(bench: Bench, numbers: Numbers) -> Numbers:
    """The sum over the pieces of the same supplier."""
    out = np.empty_like(numbers)
    for own in bench.slices:
        out[:, own] = numbers[:, own].sum(axis=1, keepdims=True)
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
