"""A block of documents, readable both ways: a document's characters, and the documents of a pair."""

from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array

from matching.lexical.query import LEAST_PAIR_IDF, LOG_COUNT, QueryTerms
from matching.lexical.statistics import TermStatistics
from matching.lexical.terms import FIRST_WORD_KEY, SINGLE_KEYS, Keys, TermCounts, starts_of_runs

Scores = NDArray[np.float32]
Rows = NDArray[np.int64]
Places = NDArray[np.uint16] | NDArray[np.uint32]


@dataclass(frozen=True, slots=True, eq=False)
class Segment:
    """n documents, rows 0 … n-1. Plain arrays, so that a stored segment is mapped, not read.

    single_keys: the characters and words of the segment, ascending. starts (n + 1), singles, counts: each row's
    characters and words as places in single_keys (16 bits where they suffice), ascending. pair_keys, pair_starts (one
    more), pair_rows, pair_counts: for each pair or word, ascending, its rows. lengths (2, n): Euclidean length of a
    row's tf-idf vector, as characters and as pairs; 1 where it is empty.
    """

    single_keys: Keys
    starts: NDArray[np.int64]
    singles: Places
    counts: NDArray[np.uint8]
    pair_keys: Keys
    pair_starts: NDArray[np.int64]
    pair_rows: NDArray[np.int32]
    pair_counts: NDArray[np.uint8]
    lengths: NDArray[np.float32]
    _postings: Any = field(init=False, repr=False)

    def __post_init__(self) -> None:
        columns = (self.pair_counts, self.pair_rows, self.pair_starts)
        object.__setattr__(self, "_postings", csc_array(columns, shape=(len(self), len(self.pair_keys))))

    def __len__(self) -> int:
        return len(self.starts) - 1

    @classmethod
    def of(cls, counted: TermCounts, statistics: TermStatistics) -> "Segment":
        """The segment of `counted` documents."""
        rows = counted.rows()
        idf = statistics.weights(counted.keys)
        weights = LOG_COUNT[counted.counts] * idf
        single, pair = counted.keys < SINGLE_KEYS, counted.keys >= FIRST_WORD_KEY
        lengths = np.stack([_lengths(rows[kind], weights[kind], len(counted)) for kind in (single, pair)])
        starts = np.searchsorted(rows[single], np.arange(len(counted) + 1))
        pair &= idf >= LEAST_PAIR_IDF
        keys, places = _as_places(counted.keys[single])
        postings = _postings(counted.keys[pair], rows[pair].astype(np.int32), counted.counts[pair])
        return cls(keys, starts, places, counted.counts[single], *postings, lengths)

    def characters(self, query: QueryTerms, rows: Rows | None = None) -> Scores:
        """Likeness in characters, in [0, 1], of each of `rows`; of all of them where None. Shape (len(rows),)."""
        weights = np.zeros(max(1, len(self.single_keys)), dtype=np.float32)
        at, found = _looked_up(self.single_keys, query.character_keys)
        weights[at[found]] = query.character_weights[found]
        starts, sizes, entries = self._entries(rows)
        values = weights[self.singles[entries]] * LOG_COUNT[self.counts[entries]]
        sums = np.zeros(len(sizes), dtype=np.float32)
        filled = np.flatnonzero(sizes)
        if len(filled):
            sums[filled] = np.add.reduceat(values, starts[filled])
        lengths = self.lengths[0] if rows is None else self.lengths[0][rows]
        return np.asarray(sums / lengths, dtype=np.float32)

    def pairs(self, query: QueryTerms) -> Scores:
        """Likeness in pairs, in [0, 1], of every row. Shape (n,).

        A row's terms are added in the order of their keys, so its sum is the same to the last bit in any segment.
        """
        at, found = _looked_up(self.pair_keys, query.pair_keys)
        if not found.any():
            return np.zeros(len(self), dtype=np.float32)
        lists = self._postings[:, at[found]]
        values = csc_array((LOG_COUNT[lists.data], lists.indices, lists.indptr), shape=lists.shape)
        return np.asarray((values @ query.pair_weights[found]) / self.lengths[1], dtype=np.float32)

    def without(self, dropped: NDArray[np.bool_]) -> "Segment":
        """The segment of the rows that are not `dropped` (n,), renumbered."""
        kept = ~dropped
        sizes = np.diff(self.starts)
        entry = np.repeat(kept, sizes)
        new_row = np.cumsum(kept, dtype=np.int32) - np.int32(1)
        posted = kept[self.pair_rows]
        before = np.concatenate([[0], np.cumsum(posted, dtype=np.int64)])
        return Segment(
            self.single_keys,
            np.concatenate([[0], np.cumsum(sizes[kept])]),
            self.singles[entry],
            self.counts[entry],
            self.pair_keys,
            before[self.pair_starts],
            new_row[self.pair_rows[posted]],
            self.pair_counts[posted],
            self.lengths[:, kept],
        )

    def save(self, folder: Path, prefix: str) -> list[str]:
        """Writes one .npy file for each array; returns their names."""
        names = []
        for name in _stored():
            names.append(f"{prefix}{name}.npy")
            np.save(folder / names[-1], getattr(self, name), allow_pickle=False)
        return names

    @classmethod
    def load(cls, folder: Path, prefix: str) -> "Segment":
        """The saved segment, mapped read-only."""
        paths = [folder / f"{prefix}{name}.npy" for name in _stored()]
        return cls(*(np.load(path, mmap_mode="r", allow_pickle=False).view(np.ndarray) for path in paths))

    def _entries(self, rows: Rows | None) -> tuple[Rows, Rows, slice | Rows]:
        """Where each row's entries start in what the third indexes, how many there are, and which entries."""
        if rows is None:
            return self.starts[:-1], np.diff(self.starts), slice(None)
        first = self.starts[rows]
        sizes = self.starts[rows + 1] - first
        starts = np.cumsum(sizes) - sizes
        return starts, sizes, np.arange(sizes.sum()) + np.repeat(first - starts, sizes)


def joined(segments: list[Segment]) -> Segment:
    """One segment of the rows of `segments`, in their order."""
    offsets = np.cumsum([0, *map(len, segments)])
    sizes = np.concatenate([np.diff(segment.starts) for segment in segments])
    keys, singles = _as_places(np.concatenate([segment.single_keys[segment.singles] for segment in segments]))
    pairs = np.concatenate([np.repeat(segment.pair_keys, np.diff(segment.pair_starts)) for segment in segments])
    rows = np.concatenate([s.pair_rows + np.int32(offset) for s, offset in zip(segments, offsets, strict=False)])
    counts = np.concatenate([segment.pair_counts for segment in segments])
    return Segment(
        keys,
        np.concatenate([[0], np.cumsum(sizes)]),
        singles,
        np.concatenate([segment.counts for segment in segments]),
        *_postings(pairs, rows, counts),
        np.concatenate([segment.lengths for segment in segments], axis=1),
    )


def _stored() -> list[str]:
    return [one.name for one in fields(Segment) if one.init]


def _looked_up(keys: Keys, wanted: Keys) -> tuple[Rows, NDArray[np.bool_]]:
    """For each of `wanted` its place in `keys` (ascending), and whether it is there."""
    if not len(keys):
        return np.zeros(len(wanted), dtype=np.int64), np.zeros(len(wanted), dtype=np.bool_)
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return at, keys[at] == wanted


def _as_places(keys: Keys) -> tuple[Keys, Places]:
    """The distinct `keys` (each below SINGLE_KEYS), ascending, and for each of `keys` its place among them."""
    there = np.zeros(SINGLE_KEYS, dtype=np.bool_)
    there[keys] = True
    distinct = np.flatnonzero(there)
    number = np.zeros(SINGLE_KEYS, dtype=np.uint32)
    number[distinct] = np.arange(len(distinct))
    places = number[keys]
    return distinct.astype(np.uint32), places.astype(np.uint16) if len(distinct) <= 1 << 16 else places


def _lengths(rows: Rows, weights: NDArray[np.float32], texts: int) -> NDArray[np.float32]:
    squares = np.bincount(rows, weights.astype(np.float64) ** 2, texts)
    return np.sqrt(np.where(squares > 0, squares, 1.0)).astype(np.float32)


def _postings(
    keys: Keys, rows: NDArray[np.int32], counts: NDArray[np.uint8]
) -> tuple[Keys, NDArray[np.int64], NDArray[np.int32], NDArray[np.uint8]]:
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    first = starts_of_runs(ordered)
    return ordered[first], np.append(first, len(ordered)).astype(np.int64), rows[order], counts[order]
