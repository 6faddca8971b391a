"""Which rows have a term, for every term: the way from a query to all documents at once."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array

from matching.lexical.terms import Keys, starts_of_runs

Rows = NDArray[np.int64]
Scores = NDArray[np.float32]
Mask = NDArray[np.bool_]
Starts = NDArray[np.int32] | NDArray[np.int64]

LN: NDArray[np.float32] = np.log(np.arange(256).clip(min=1)).astype(np.float32)
"""Natural logarithm by count; 0 for 0."""


@dataclass(frozen=True, slots=True, eq=False)
class Postings:
    """For each of `keys`, ascending, its rows `rows[starts[i]:starts[i + 1]]`, ascending.

    Beside each row stands in `counts` how often it has the term; `counts` is empty where that does not matter.
    """

    keys: Keys
    starts: Starts
    rows: NDArray[np.int32]
    counts: NDArray[np.uint8]

    @classmethod
    def of(cls, keys: Keys, rows: NDArray[np.int32], counts: NDArray[np.uint8] | None = None) -> "Postings":
        """The postings of entries (n,), those of one term in the order of their rows."""
        order = np.argsort(keys, kind="stable")
        ordered = keys[order]
        starts = np.append(starts_of_runs(ordered), len(ordered))
        beside = np.zeros(0, dtype=np.uint8) if counts is None else counts[order]
        return cls(ordered[starts[:-1]], _narrow(starts), rows[order], beside)

    def sums(self, wanted: Keys, weights: Scores, size: int) -> Scores:
        """For rows 0 … size - 1 the sum of the weights of the `wanted` keys (ascending) they have, each times ln count.

        Without counts, of the weights themselves. A row's terms are added in the order of their keys, so its sum is the
        same to the last bit wherever the row stands. Shape (size,).
        """
        at, found = looked_up(self.keys, wanted)
        if not found.any():
            return np.zeros(size, dtype=np.float32)
        lists = list(zip(self.starts[at[found]].tolist(), self.starts[at[found] + 1].tolist(), strict=True))
        rows = np.concatenate([self.rows[a:b] for a, b in lists])
        ends = np.cumsum([0, *(b - a for a, b in lists)]).astype(np.int32)
        if len(self.counts):
            values = LN.take(np.concatenate([self.counts[a:b] for a, b in lists]))  # a quarter of the time of LN[…]
        else:
            values = _ones(len(rows).bit_length())[: len(rows)]
        return np.asarray(csc_array((values, rows, ends), shape=(size, len(lists))) @ weights[found], dtype=np.float32)

    def without(self, dropped: Mask) -> "Postings":
        """The postings of the rows that are not `dropped` (one flag a row), renumbered."""
        kept = ~dropped
        posted = kept[self.rows]
        before = np.concatenate([[0], np.cumsum(posted, dtype=np.int64)])
        new_row = np.cumsum(kept, dtype=np.int32) - np.int32(1)
        counts = self.counts[posted] if len(self.counts) else self.counts
        return Postings(self.keys, _narrow(before[self.starts]), new_row[self.rows[posted]], counts)

    def save(self, folder: Path, prefix: str) -> list[str]:
        """Writes one .npy file for each array; returns their names."""
        names = [f"{prefix}{field.name}.npy" for field in fields(self)]
        for name, field in zip(names, fields(self), strict=True):
            np.save(folder / name, getattr(self, field.name), allow_pickle=False)
        return names

    @classmethod
    def load(cls, folder: Path, prefix: str) -> "Postings":
        """The saved postings, mapped read-only."""
        paths = [folder / f"{prefix}{field.name}.npy" for field in fields(cls)]
        return cls(*(np.load(path, mmap_mode="r", allow_pickle=False).view(np.ndarray) for path in paths))


def joined_postings(parts: Sequence[Postings], offsets: Sequence[int]) -> Postings:
    """The postings of all `parts`, whose rows begin at `offsets`."""
    keys = np.concatenate([np.repeat(part.keys, np.diff(part.starts)) for part in parts])
    rows = np.concatenate([part.rows + np.int32(offset) for part, offset in zip(parts, offsets, strict=True)])
    counts = np.concatenate([part.counts for part in parts])
    return Postings.of(keys, rows, counts if len(counts) else None)


def looked_up(keys: Keys, wanted: Keys) -> tuple[Rows, Mask]:
    """For each of `wanted` its place in `keys` (ascending), and whether it is there."""
    if not len(keys):
        return np.zeros(len(wanted), dtype=np.int64), np.zeros(len(wanted), dtype=np.bool_)
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return at, keys[at] == wanted


def _narrow(starts: Rows) -> Starts:
    """In 32 bits where that suffices: as narrow as the rows, or scipy makes copies of both that are twice as wide."""
    return starts.astype(np.int32) if starts[-1] <= np.iinfo(np.int32).max else starts


@lru_cache(maxsize=8)
def _ones(bits: int) -> Scores:
    """2^bits ones, kept: filling them anew for each query takes as long as adding them up."""
    ones = np.ones(1 << bits, dtype=np.float32)
    ones.setflags(write=False)
    return ones
