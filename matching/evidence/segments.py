"""Texts made comparable in bulk: their terms with weights, and their words with vectors."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from threading import Lock
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.language.segment import words
from matching.embedding.protocol import Embedder, Vectors
from matching.lexical.statistics import TermStatistics
from matching.lexical.terms import Keys, count_terms

SINGLE_SHARE: Final = 0.35
"""Weight of a single Chinese character against a pair or a word; most Chinese words are two characters."""
MOST_WORDS: Final = 20_000
"""So many word vectors are kept at a time (1 KiB each at 256 dimensions)."""
_LAST_HAN: Final = 1 << 16
_NOTHING: Final = ""

Numbers = NDArray[np.float64]
Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Segments:
    """n texts. Entry e of `keys`, `weights` is a distinct term of text `rows[e]`; `totals[i]` sums the weights of i.

    Text i has the words `vocabulary[j]` for j in `places[starts[i]:starts[i + 1]]`, at least one (perhaps the empty
    word, which is like nothing and weighs nothing).
    """

    keys: Keys
    rows: Places
    weights: Numbers
    totals: Numbers
    vocabulary: tuple[str, ...]
    places: Places
    starts: Places

    def __len__(self) -> int:
        return len(self.totals)


def segments_of(texts: Sequence[str], statistics: TermStatistics) -> Segments:
    """`texts` as terms and words."""
    counted = count_terms(texts)
    weights = _weights(counted.keys, statistics)
    rows = counted.rows()
    totals = np.bincount(rows, weights=weights, minlength=len(texts)).astype(np.float64)
    said = [_telling(text) for text in texts]
    vocabulary = tuple(dict.fromkeys(chain.from_iterable(said)))
    numbers = {word: number for number, word in enumerate(vocabulary)}
    places = np.fromiter((numbers[word] for one in said for word in one), dtype=np.intp)
    starts = np.cumsum([0, *map(len, said)], dtype=np.intp)[:-1]
    return Segments(counted.keys, rows, weights, totals, vocabulary, places, starts)


def joined(parts: Sequence[Segments]) -> Segments:
    """The texts of all `parts` in order, as one."""
    if len(parts) == 1:
        return parts[0]
    lengths = np.cumsum([0, *(len(part) for part in parts)])
    sizes = np.cumsum([0, *(len(part.vocabulary) for part in parts)])
    filled = np.cumsum([0, *(len(part.places) for part in parts)])
    return Segments(
        np.concatenate([part.keys for part in parts]),
        np.concatenate([part.rows + shift for part, shift in zip(parts, lengths, strict=False)]),
        np.concatenate([part.weights for part in parts]),
        np.concatenate([part.totals for part in parts]),
        tuple(chain.from_iterable(part.vocabulary for part in parts)),
        np.concatenate([part.places + shift for part, shift in zip(parts, sizes, strict=False)]),
        np.concatenate([part.starts + shift for part, shift in zip(parts, filled, strict=False)]),
    )


def _telling(text: str) -> list[str]:
    """The words of `text` that are no mere numbers; one empty word where there are none."""
    return [word for word in words(text) if any(map(str.isalpha, word))] or [_NOTHING]


def _weights(keys: Keys, statistics: TermStatistics) -> Numbers:
    single = keys < _LAST_HAN
    return (statistics.weights(keys) * np.where(single, np.float32(SINGLE_SHARE), np.float32(1.0))).astype(np.float64)


class WordTable:
    """Vectors and weights of words, each made once while it is kept; for one embedder and one table of weights."""

    def __init__(self, embedder: Embedder, statistics: TermStatistics) -> None:
        self._embedder, self._statistics = embedder, statistics
        self._forget()
        self._lock = Lock()

    def look_up(self, vocabulary: Sequence[str]) -> tuple[Vectors, Numbers]:
        """(n, dim) unit rows and (n,) weights; nothing for the empty word."""
        with self._lock:
            if not self._places.keys() >= (said := dict.fromkeys(vocabulary)).keys():
                self._make_room(said)
            places = np.array([self._places[word] for word in vocabulary], dtype=np.int64)
            return self._vectors[places], self._weights[places]

    def _make_room(self, said: Iterable[str]) -> None:
        """All of `said` are known; where they are too many beside what is kept, that is forgotten."""
        new = [word for word in said if word not in self._places]
        if len(self._places) + len(new) > MOST_WORDS:
            self._forget()
            new = list(said)
        self._learn(new)

    def _forget(self) -> None:
        self._places: dict[str, int] = {}
        self._vectors: Vectors = np.zeros((0, self._embedder.dim), dtype=np.float32)
        self._weights: Numbers = np.zeros(0, dtype=np.float64)

    def _learn(self, new: Sequence[str]) -> None:
        """The rows of `new` words are made; the matrix grows by half when it is full."""
        first, needed = len(self._places), len(self._places) + len(new)
        if needed > len(self._weights):
            more = max(needed, len(self._weights) * 3 // 2) - len(self._weights)
            self._vectors = np.concatenate([self._vectors, np.zeros((more, self._embedder.dim), dtype=np.float32)])
            self._weights = np.concatenate([self._weights, np.zeros(more)])
        if new:
            self._vectors[first:needed] = self._embedder.encode(new)
            self._weights[first:needed] = _word_weights(new, self._statistics)
            self._places.update(zip(new, range(first, needed), strict=True))


def _word_weights(vocabulary: Sequence[str], statistics: TermStatistics) -> Numbers:
    """The mean weight of a word's pairs; a single character's own, less by `SINGLE_SHARE`."""
    counted = count_terms(vocabulary)
    rows, weights = counted.rows(), _weights(counted.keys, statistics)
    whole = counted.keys >= _LAST_HAN
    size = len(vocabulary)
    pairs = np.bincount(rows[whole], weights=weights[whole], minlength=size)
    number = np.bincount(rows[whole], minlength=size)
    alone = np.bincount(rows, weights=weights, minlength=size)
    return np.where(number > 0, pairs / np.maximum(number, 1), alone)
