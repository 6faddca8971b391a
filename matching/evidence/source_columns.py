"""Numbers about the document that a piece is from: what it is about, and how old it is beside the supplier's others."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from matching.evidence.bench import Bench
from matching.evidence.exact import Numbers
from matching.evidence.word_columns import Columns

_TOPIC_EDGE = 0.3
_OLDEST = 2


def source_columns(bench: Bench, columns: Mapping[str, Numbers], figured: Numbers) -> Columns:
    """The columns, each (requirements, pieces) or broadcast to that; `columns` are those of words.

    `figured` (requirements, pieces) is 1 where the piece has a figure for the demanded one.
    """
    at, topic = bench.document_of, topics(bench)
    newer = _newer(bench)
    by_source = {
        "topic": topic,
        "title_meaning": bench.alike.title_meaning,
        "need_words": bench.alike.literal.need_in_text,
        "off_topic": off_topic(bench, topic),
        "source_fit": _fit(bench),
        **({} if newer is None else _ages(bench, newer, topic)),
    }
    found = {name: numbers[..., at] for name, numbers in by_source.items()}
    if newer is None:
        return found | {"newer_topic": np.array(-_TOPIC_EDGE), "superseded": np.array(-1.0)}
    said = columns["words"] + columns["meaning"] + figured
    return found | {"superseded": _superseded(bench, said, newer)}


def topics(bench: Bench) -> Numbers:
    """How near each document is to the need: the mean of meaning and of the title's words found in the need."""
    return np.asarray(0.5 * bench.alike.topic + 0.5 * bench.alike.literal.title_in_need)


def off_topic(bench: Bench, topic: Numbers) -> Numbers:
    """How much nearer to the need the supplier's nearest document is."""
    nearest = np.full(int(bench.supplier_of[-1]) + 1, -np.inf)
    np.maximum.at(nearest, bench.supplier_of, topic)
    return np.asarray(nearest[bench.supplier_of] - topic)


def _fit(bench: Bench) -> Numbers:
    """The mean over the other requirements of the words that a document's best piece has; 0 for one without pieces."""
    best = _by_document(bench, bench.alike.literal.words, 0.0)
    size = len(best)
    return np.asarray((best.sum(axis=0) - best) / (size - 1)) if size > 1 else best


def _newer(bench: Bench) -> NDArray[np.bool_] | None:
    """Which documents of the same supplier are newer, (documents, documents); None where none is."""
    days = np.array([source.date.toordinal() for source in bench.documents])
    same = bench.supplier_of[:, None] == bench.supplier_of[None, :]
    newer = same & (days[None, :] > days[:, None])
    return newer if newer.any() else None


def _ages(bench: Bench, newer: NDArray[np.bool_], topic: Numbers) -> Columns:
    """How many newer days each document has beside it, and how near to the need the nearest of the newer ones is."""
    days = np.array([source.date for source in bench.documents], dtype=object)
    ages = [len(set(days[row].tolist())) for row in newer]
    newest = np.where(newer, topic, -np.inf).max(axis=1)
    edged = np.clip(newest - topic, -_TOPIC_EDGE, _TOPIC_EDGE)
    return {
        "older": np.minimum(np.array(ages, dtype=np.float64), _OLDEST),
        "newer_topic": np.where(newer.any(axis=1), edged, -_TOPIC_EDGE),
    }


def _by_document(bench: Bench, numbers: Numbers, empty: float) -> Numbers:
    """The largest of each document's pieces, (requirements, documents); `empty` for one without pieces."""
    out = np.full((len(numbers), len(bench.documents)), empty)
    out[:, bench.by_document.names] = bench.by_document.largest(numbers)
    return out


def _superseded(bench: Bench, said: Numbers, newer: NDArray[np.bool_]) -> Numbers:
    """By how much a newer document of the supplier says more of the requirement; -1 where none is newer."""
    best = np.where(newer, _by_document(bench, said, -np.inf)[:, None, :], -np.inf).max(axis=2)[:, bench.document_of]
    return np.where(np.isfinite(best), np.clip(best - said, -1.0, 1.0), -1.0)
