"""A block of documents, readable both ways: a document's characters, and the documents of a pair."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from matching.lexical.postings import Mask, Postings, Rows, Scores, joined_postings, looked_up
from matching.lexical.query import LEAST_PAIR_IDF, LOG_COUNT, QueryTerms
from matching.lexical.statistics import TermStatistics
from matching.lexical.terms import FIRST_WORD_KEY, SINGLE_KEYS, Keys, TermCounts

Places = NDArray[np.uint16] | NDArray[np.uint32]
_ARRAYS: Final = ("single_keys", "starts", "singles", "counts", "lengths")


@dataclass(frozen=True, slots=True, eq=False)
class Segment:
    """n documents, rows 0 … n-1. Plain arrays, so that a stored segment is mapped, not read.

    single_keys: the characters and words of the segment, ascending. starts (n + 1), singles, counts: each row's
    characters and words as places in single_keys (16 bits where they suffice), ascending. lengths (2, n): Euclidean
    length of a row's tf-idf vector, as characters and as pairs; 1 where it is empty. once: the rows of each pair and
    word; again: of those that stand more than once in a row, with counts.
    """

    single_keys: Keys
    starts: NDArray[np.int64]
    singles: Places
    counts: NDArray[np.uint8]
    lengths: NDArray[np.float32]
    once: Postings
    again: Postings

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
        keys, places = _as_places(counted.keys[single])
        pair &= idf >= LEAST_PAIR_IDF
        more = pair & (counted.counts > 1)
        narrow = rows.astype(np.int32)
        return cls(
            keys,
            starts,
            places,
            counted.counts[single],
            lengths,
            Postings.of(counted.keys[pair], narrow[pair]),
            Postings.of(counted.keys[more], narrow[more], counted.counts[more]),
        )

    def characters(self, query: QueryTerms, rows: Rows | None = None) -> Scores:
        """Likeness in characters, in [0, 1], of each of `rows`; of all of them where None. Shape (len(rows),)."""
        weights = np.zeros(max(1, len(self.single_keys)), dtype=np.float32)
        at, found = looked_up(self.single_keys, query.character_keys)
        weights[at[found]] = query.character_weights[found]
        starts, sizes, entries = self._entries(rows)
        values = weights.take(self.singles[entries]) * LOG_COUNT.take(self.counts[entries])
        sums = np.zeros(len(sizes), dtype=np.float32)
        filled = np.flatnonzero(sizes)
        if len(filled):
            sums[filled] = np.add.reduceat(values, starts[filled])
        lengths = self.lengths[0] if rows is None else self.lengths[0][rows]
        return np.asarray(sums / lengths, dtype=np.float32)

    def pairs(self, query: QueryTerms) -> Scores:
        """Likeness in pairs, in [0, 1], of every row. Shape (n,).

        A pair that stands c times counts 1 + ln c: the ones and the logarithms are summed apart, as most stand once.
        """
        sums = self.once.sums(query.pair_keys, query.pair_weights, len(self))
        sums += self.again.sums(query.pair_keys, query.pair_weights, len(self))
        return np.asarray(sums / self.lengths[1], dtype=np.float32)

    def without(self, dropped: Mask) -> "Segment":
        """The segment of the rows that are not `dropped` (n,), renumbered."""
        sizes = np.diff(self.starts)
        entry = np.repeat(~dropped, sizes)
        return Segment(
            self.single_keys,
            np.concatenate([[0], np.cumsum(sizes[~dropped])]),
            self.singles[entry],
            self.counts[entry],
            self.lengths[:, ~dropped],
            self.once.without(dropped),
            self.again.without(dropped),
        )

    def save(self, folder: Path, prefix: str) -> list[str]:
        """Writes one .npy file for each array; returns their names."""
        names = [f"{prefix}{name}.npy" for name in _ARRAYS]
        for file, name in zip(names, _ARRAYS, strict=True):
            np.save(folder / file, getattr(self, name), allow_pickle=False)
        return [*names, *self.once.save(folder, f"{prefix}once-"), *self.again.save(folder, f"{prefix}again-")]

    @classmethod
    def load(cls, folder: Path, prefix: str) -> "Segment":
        """The saved segment, mapped read-only."""
        paths = [folder / f"{prefix}{name}.npy" for name in _ARRAYS]
        arrays = [np.load(path, mmap_mode="r", allow_pickle=False).view(np.ndarray) for path in paths]
        postings = [Postings.load(folder, f"{prefix}{name}-") for name in ("once", "again")]
        parts: list[Any] = [*arrays, *postings]
        return cls(*parts)

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
    offsets = np.cumsum([0, *map(len, segments)])[:-1].tolist()
    sizes = np.concatenate([np.diff(segment.starts) for segment in segments])
    keys, singles = _as_places(np.concatenate([segment.single_keys[segment.singles] for segment in segments]))
    return Segment(
        keys,
        np.concatenate([[0], np.cumsum(sizes)]),
        singles,
        np.concatenate([segment.counts for segment in segments]),
        np.concatenate([segment.lengths for segment in segments], axis=1),
        joined_postings([segment.once for segment in segments], offsets),
        joined_postings([segment.again for segment in segments], offsets),
    )


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
