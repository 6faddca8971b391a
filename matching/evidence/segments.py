"""Texts made comparable in bulk: their terms with weights, and their words with vectors."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain, pairwise
from threading import Lock
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.language.segment import words
from matching.embedding.protocol import Embedder, Vectors
from matching.evidence.exact import WEIGHT, Numbers, even_rows, put_on_grid
from matching.lexical.statistics import TermStatistics
from matching.lexical.terms import Keys, count_terms

SINGLE_SHARE: Final = 0.35
"""Weight of a single Chinese character against a pair or a word; most Chinese words are two characters."""
MOST_WORDS: Final = 20_000
"""So many word vectors are kept at a time (1 KiB each at 256 dimensions)."""
_LAST_HAN: Final = 1 << 16
_NOTHING: Final = ""

Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Terms:
    """Which of the distinct terms `keys` n texts have, ascending: entry e says that text `rows[e]` has `keys[at[e]]`.

    `weights` are those of the keys, `totals[i]` sums the weights of text i.
    """

    keys: Keys
    weights: Numbers
    at: Places
    rows: Places
    totals: Numbers


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """n texts: text i has the words with the numbers `places[starts[i]:starts[i + 1]]` of some vocabulary.

    At least one, perhaps the empty word, which is like nothing and weighs nothing.
    """

    places: Places
    starts: Places

    def last_words(self) -> Places:
        """The number of each text's last word."""
        last: Places = self.places[np.append(self.starts[1:], len(self.places))[: len(self.starts)] - 1]
        return last


class Vocabulary:
    """Some words in a row; a table remembers here where it has them."""

    __slots__ = ("kept", "words")

    def __init__(self, words: Sequence[str]) -> None:
        self.words = tuple(words)
        self.kept: tuple[object, Places] | None = None


def terms_of(texts: Sequence[str], statistics: TermStatistics) -> Terms:
    """The terms of `texts`."""
    return terms_of_each([texts], statistics)[0]


def terms_of_each(groups: Sequence[Sequence[str]], statistics: TermStatistics) -> list[Terms]:
    """The terms of the texts of each of `groups`, counted together."""
    counted = count_terms([*chain.from_iterable(groups)])
    weights, rows = term_weights(counted.keys, statistics), counted.rows()
    totals = np.bincount(rows, weights=weights, minlength=len(counted)).astype(np.float64)
    ends = [*accumulate(map(len, groups), initial=0)]
    parts = [slice(*cut) for cut in pairwise(counted.starts[ends].tolist())]
    return [
        _own_terms(counted.keys[part], weights[part], rows[part] - first, totals[first:end].copy())
        for part, (first, end) in zip(parts, pairwise(ends), strict=True)
    ]


def _own_terms(keys: Keys, weights: Numbers, rows: Places, totals: Numbers) -> Terms:
    """The terms of some texts that have entries with these `keys` and `weights` in `rows`."""
    distinct, first, at = np.unique(keys, return_index=True, return_inverse=True)
    return Terms(distinct, weights[first], at, rows, totals)


def telling(text: str) -> tuple[str, ...]:
    """The words of `text` that are no mere numbers; one empty word where there are none."""
    return tuple(word for word in words(text) if any(map(str.isalpha, word))) or (_NOTHING,)


def lines_of(*blocks: Sequence[Sequence[str]]) -> tuple[Vocabulary, list[Lines]]:
    """Blocks of texts, given by their words, and the vocabulary of all blocks, each word once in order of coming."""
    distinct = dict.fromkeys(chain.from_iterable(chain.from_iterable(blocks)))
    numbers = {word: number for number, word in enumerate(distinct)}
    return Vocabulary(list(distinct)), [_lines(said, numbers) for said in blocks]


def _lines(said: Sequence[Sequence[str]], numbers: dict[str, int]) -> Lines:
    places = np.fromiter((numbers[word] for one in said for word in one), dtype=np.intp)
    return Lines(places, np.cumsum([0, *map(len, said)], dtype=np.intp)[:-1])


def joined_terms(parts: Sequence[Terms]) -> Terms:
    """The texts of all `parts` in order; a key may come once in each part."""
    return Terms(
        np.concatenate([part.keys for part in parts]),
        np.concatenate([part.weights for part in parts]),
        _shifted([part.at for part in parts], [len(part.keys) for part in parts]),
        _shifted([part.rows for part in parts], [len(part.totals) for part in parts]),
        np.concatenate([part.totals for part in parts]),
    )


def joined_lines(parts: Sequence[Lines], firsts: Sequence[int], where: Places) -> Lines:
    """The texts of all `parts` in order; word number i of a part is word number `where[first + i]` of the whole."""
    sizes = [len(part.places) for part in parts]
    places = np.concatenate([part.places for part in parts]) + np.repeat(np.array(firsts, dtype=np.intp), sizes)
    return Lines(where[places], _shifted([part.starts for part in parts], sizes))


def _shifted(parts: Sequence[Places], sizes: Sequence[int]) -> Places:
    """`parts` in a row, each moved by the sizes of those before it."""
    firsts = np.cumsum([0, *sizes[:-1]], dtype=np.intp)
    return np.asarray(np.concatenate(parts) + np.repeat(firsts, [len(part) for part in parts]))


def term_weights(keys: Keys, statistics: TermStatistics) -> Numbers:
    """How much each of `keys` tells."""
    single = keys < _LAST_HAN
    weights = statistics.weights(keys) * np.where(single, np.float32(SINGLE_SHARE), np.float32(1.0))
    return put_on_grid(weights.astype(np.float64), WEIGHT)


class WordTable:
    """Vectors and weights of words, each made once while it is kept; for one embedder and one table of weights."""

    def __init__(self, embedder: Embedder, statistics: TermStatistics) -> None:
        self._embedder, self._statistics = embedder, statistics
        self._forget()
        self._lock = Lock()

    def look_up(self, parts: Sequence[Vocabulary]) -> tuple[Vectors, Numbers, Places]:
        """(n, dim) unit rows, those of `even_rows`, and (n,) weights of the distinct words, nothing for the empty one.

        And for each word of all `parts`, one behind the other, which of the rows is its own.
        """
        with self._lock:
            if any(self._found(part) is None for part in parts):
                self._make_room(dict.fromkeys(chain.from_iterable(part.words for part in parts)))
            said = np.concatenate([own for part in parts if (own := self._found(part)) is not None])
            at, where = _distinct(said, len(self._weights))
            return self._vectors[at], self._weights[at], where

    def _found(self, part: Vocabulary) -> Places | None:
        """Where the words of `part` are; None where one is unknown."""
        if part.kept is None or part.kept[0] is not self._age:
            try:
                part.kept = self._age, np.array([self._places[word] for word in part.words], dtype=np.intp)
            except KeyError:
                return None
        return part.kept[1]

    def _make_room(self, said: Iterable[str]) -> None:
        """All of `said` are known; where they are too many beside what is kept, that is forgotten."""
        new = [word for word in said if word not in self._places]
        if len(self._places) + len(new) > MOST_WORDS:
            self._forget()
            new = list(said)
        self._learn(new)

    def _forget(self) -> None:
        self._places: dict[str, int] = {}
        self._age = object()
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
            self._vectors[first:needed] = even_rows(self._embedder.encode(new))
            self._weights[first:needed] = _word_weights(new, self._statistics)
            self._places.update(zip(new, range(first, needed), strict=True))


def _distinct(places: Places, size: int) -> tuple[Places, Places]:
    """The distinct ones of `places` below `size`, ascending, and which of them each is; as `np.unique`, but faster."""
    rank = np.zeros(size, dtype=np.intp)
    rank[places] = 1
    distinct = np.flatnonzero(rank)
    rank[distinct] = np.arange(len(distinct))
    return distinct, rank[places]


def _word_weights(vocabulary: Sequence[str], statistics: TermStatistics) -> Numbers:
    """The mean weight of a word's pairs; a single character's own, less by `SINGLE_SHARE`."""
    counted = count_terms(vocabulary)
    rows, weights = counted.rows(), term_weights(counted.keys, statistics)
    whole = counted.keys >= _LAST_HAN
    size = len(vocabulary)
    pairs = np.bincount(rows[whole], weights=weights[whole], minlength=size)
    number = np.bincount(rows[whole], minlength=size)
    alone = np.bincount(rows, weights=weights, minlength=size)
    return put_on_grid(np.where(number > 0, pairs / np.maximum(number, 1), alone), WEIGHT)
