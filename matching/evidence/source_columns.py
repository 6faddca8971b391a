"""Numbers about the document that a piece is from: what it is about, and how old it is beside the supplier's others."""

from collections.abc import Mapping

import numpy as np

from matching.evidence.bench import Bench
from matching.evidence.segments import Numbers
from matching.evidence.word_columns import Columns

_TOPIC_EDGE = 0.3
_OLDEST = 2


def source_columns(bench: Bench, columns: Mapping[str, Numbers]) -> Columns:
    """The columns, each (requirements, pieces) or broadcast to that; `columns` are those of words and figures."""
    at, topic = bench.document_of, topics(bench)
    newer, age = _ages(bench)
    newest = np.where(newer, topic, -np.inf).max(axis=1)
    newer_topic = np.where(newer.any(axis=1), np.clip(newest - topic, -_TOPIC_EDGE, _TOPIC_EDGE), -_TOPIC_EDGE)
    by_source = {
        "topic": topic,
        "title_meaning": bench.alike.head[0],
        "need_words": bench.alike.need_in_text,
        "off_topic": off_topic(bench, topic),
        "older": age,
        "newer_topic": newer_topic,
    }
    fit = _by_document(bench, bench.alike.words)
    fit = np.where(np.isneginf(fit), 0.0, fit)  # of documents without pieces nothing is read off
    size = len(fit)
    fit = (fit.sum(axis=0) - fit) / (size - 1) if size > 1 else fit
    return {name: numbers[at] for name, numbers in by_source.items()} | {
        "source_fit": fit[:, at],
        "superseded": _superseded(bench, columns, newer),
    }


def topics(bench: Bench) -> Numbers:
    """How near each document is to the need: the mean of meaning and of the title's words found in the need."""
    return np.asarray(0.5 * bench.alike.head[1] + 0.5 * bench.alike.title_in_need)


def off_topic(bench: Bench, topic: Numbers) -> Numbers:
    """How much nearer to the need the supplier's nearest document is."""
    nearest = np.full(int(bench.supplier_of[-1]) + 1, -np.inf)
    np.maximum.at(nearest, bench.supplier_of, topic)
    return np.asarray(nearest[bench.supplier_of] - topic)


def _ages(bench: Bench) -> tuple[Numbers, Numbers]:
    """Which documents of the same supplier are newer (documents, documents), and how many newer days there are."""
    days = np.array([source.date.toordinal() for source in bench.documents])
    same = bench.supplier_of[:, None] == bench.supplier_of[None, :]
    newer = same & (days[None, :] > days[:, None])
    ages = [len(set(days[row].tolist())) for row in newer]
    return newer, np.minimum(np.array(ages, dtype=np.float64), _OLDEST)


def _by_document(bench: Bench, numbers: Numbers) -> Numbers:
    """The largest of each document's pieces, (requirements, documents); minus infinity for one without pieces."""
    out = np.full((len(numbers), len(bench.documents)), -np.inf)
    filled, starts = np.unique(bench.document_of, return_index=True)
    out[:, filled] = np.maximum.reduceat(numbers, starts, axis=1)
    return out


def _superseded(bench: Bench, columns: Mapping[str, Numbers], newer: Numbers) -> Numbers:
    """By how much a newer document of the supplier says more of the requirement; -1 where none is newer."""
    said = columns["words"] + columns["meaning"] + columns["figure"]
    best = np.where(newer, _by_document(bench, said)[:, None, :], -np.inf).max(axis=2)[:, bench.document_of]
    return np.where(np.isfinite(best), np.clip(best - said, -1.0, 1.0), -1.0)
