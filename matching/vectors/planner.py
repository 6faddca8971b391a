"""The vectors of an engine: few allowed ones are compared one by one, more are found by their sketches first.

What comes back is always ordered by exact products. Where sketches are used, a filter works on the whole order of
sketches (they are all looked at, so nothing is cut off before the filter): more are fetched until enough are allowed.
"""

from pathlib import Path
from typing import Final
from weakref import WeakKeyDictionary

import numpy as np

from matching.types import ALL, Allowed, AllowedIds, Floats, Ids
from matching.vectors.positions import Mask, Positions, Rows
from matching.vectors.precise import PreciseRows
from matching.vectors.protocol import best, checked, checked_queries
from matching.vectors.sketches import Codes, Sketches, sketched

SUBSET: Final = 20_000
"""Up to this many allowed rows are compared one by one, which takes 2 to 6 ms at 256 dimensions."""
TAIL: Final = 1024
"""So many new rows wait without a sketch and are compared one by one; sketching them takes 20 ms."""
FETCHED: Final = 2.5
"""How many sketches are fetched for each result: holds 0.998 of the true best 400 at a million."""
LEAST_FETCHED: Final = 1000
SAFE_SHARE: Final = 4
"""One in so many of the results, the best, must score beyond what any row not fetched is likely to."""
_IDS, _SKETCHES = "vectors-ids.npy", "vectors-sketches.npy"


class PlannedIndex:
    """Every vector in 16 bits, and sketches of them once there are more than `subset`; a `VectorIndex` itself."""

    name: Final = "sketch-1"

    def __init__(self, dim: int, *, subset: int = SUBSET, tail: int = TAIL) -> None:
        self._subset, self._tail = subset, tail
        self._positions = Positions()
        self._rows = PreciseRows(dim)
        self._sketches = Sketches(dim)
        self._codes: list[Codes] = []
        self._masks: WeakKeyDictionary[AllowedIds, Mask] = WeakKeyDictionary()

    @property
    def dim(self) -> int:
        """The length of a vector."""
        return self._rows.dim

    def __len__(self) -> int:
        return len(self._positions)

    def add(self, ids: Ids, vectors: Floats) -> None:
        """See `VectorIndex.add`."""
        values = checked(ids, vectors, self.dim)
        self._positions.append(ids)
        self._rows.append(values)
        self._masks.clear()
        waiting = len(self._rows) - len(self._sketches)
        if len(self._rows) > self._subset and waiting > self._tail:
            self._sketch(np.arange(len(self._sketches), len(self._rows)))

    def remove(self, ids: Ids) -> None:
        """See `VectorIndex.remove`. The rows stay until `compact`, but no search sees them."""
        self._positions.remove(ids)
        self._masks.clear()

    def search(self, queries: Floats, k: int, allowed: Allowed = ALL) -> tuple[Floats, Ids]:
        """See `VectorIndex.search`; exact where at most `subset` rows are allowed, else 0.998 of the exact."""
        wanted = checked_queries(queries, self.dim)
        rows = self._positions.allowed_rows(allowed)
        if len(rows) <= max(self._subset, k):
            return self._among(wanted, rows, k)
        found = [self._found(query, k, allowed, rows) for query in wanted]
        return np.concatenate([scores for scores, _ in found]), np.concatenate([ids for _, ids in found])

    def products(self, queries: Floats, ids: Ids) -> Floats:
        """The exact products (n, len(ids)) of `queries` with the vectors of `ids` (distinct, all stored).

        Raises:
            ValueError: an id is not stored, or the queries have another dimension.

        """
        order = np.argsort(ids, kind="stable")
        rows = self._positions.rows_of(ids)
        if len(rows) != len(ids):
            raise ValueError(f"{len(ids) - len(rows)} of {len(ids)} ids are not stored, or come twice")
        out = np.empty((len(queries), len(ids)), dtype=np.float32)
        out[:, order] = self._rows.products(checked_queries(queries, self.dim), rows)
        return out

    def contents(self) -> tuple[Ids, Floats]:
        """The ids, ascending, and their vectors (a copy, as precise as they are stored)."""
        ids = self._positions.sorted_ids()
        return ids, self._rows.vectors(self._positions.rows_of(ids))

    def compact(self) -> None:
        """Frees the rows of removed documents."""
        kept = self._positions.live.copy()
        if kept.all():
            return
        codes = self._all_codes()[kept[: len(self._sketches)]]
        self._rows.keep(kept)
        self._positions = Positions(self._positions.ids[kept])
        self._masks.clear()
        self._take(codes)

    def save(self, folder: Path) -> list[str]:
        """Writes vectors and sketches, without those of removed documents; returns the names of the files."""
        self.compact()
        np.save(folder / _IDS, self._positions.ids, allow_pickle=False)
        np.save(folder / _SKETCHES, self._all_codes(), allow_pickle=False)
        return [_IDS, _SKETCHES, *self._rows.save(folder)]

    @classmethod
    def load(cls, folder: Path, dim: int) -> "PlannedIndex":
        """The saved index; the vectors are mapped, the sketches read.

        Raises:
            ValueError: the files hold vectors of another dimension, or do not fit together.

        """
        index = cls(dim)
        ids = np.load(folder / _IDS, allow_pickle=False)
        index._rows = PreciseRows.load(folder, dim)
        if len(ids) != len(index._rows):
            raise ValueError(f"{len(ids)} ids for {len(index._rows)} vectors")
        index._positions = Positions(ids)
        index._take(np.load(folder / _SKETCHES, mmap_mode="r", allow_pickle=False).view(np.ndarray))
        return index

    def _among(self, queries: Floats, rows: Rows, k: int) -> tuple[Floats, Ids]:
        return best(self._rows.products(queries, rows), self._positions.ids[rows], k)

    def _found(self, query: Floats, k: int, allowed: Allowed, rows: Rows) -> tuple[Floats, Ids]:
        """The k best (1, k) by sketches and then exactly. Ties among more than are fetched make it fetch more."""
        late = rows[np.searchsorted(rows, len(self._sketches)) :]
        usable = self._mask(allowed)
        enough = min(max(LEAST_FETCHED, int(FETCHED * k)), len(rows) - len(late))
        fetch = int(enough * len(self._sketches) / max(1, len(rows) - len(late)))
        while fetch < len(rows):  # as many can as well be compared one by one
            near, reach = self._sketches.nearest(query, fetch)
            near = np.sort(near[usable[near]] if usable is not None else near)
            compared = np.concatenate([near, late])
            scores = self._rows.products(query[None], compared)
            if len(near) >= k and _is_settled(scores[0], k, reach):
                return best(scores, self._positions.ids[compared], k)
            fetch *= 2
        return self._among(query[None], rows, k)

    def _mask(self, allowed: Allowed) -> Mask | None:
        """Which rows a search may find; None for every row."""
        if not isinstance(allowed, AllowedIds):
            return None if len(self._positions) == self._positions.rows else self._positions.live
        mask = self._masks.get(allowed)
        if mask is None:
            mask = np.zeros(self._positions.rows, dtype=np.bool_)
            mask[self._positions.allowed_rows(allowed)] = True
            self._masks[allowed] = mask
        return mask

    def _sketch(self, rows: Rows) -> None:
        self._codes.append(sketched(self._rows.vectors(rows)))
        self._sketches.append(self._codes[-1])

    def _take(self, codes: Codes) -> None:
        self._codes = [codes]
        self._sketches = Sketches(self.dim)
        self._sketches.append(codes)

    def _all_codes(self) -> Codes:
        if len(self._codes) != 1:
            empty = sketched(np.zeros((0, self.dim), dtype=np.float32))
            self._codes = [np.concatenate([empty, *self._codes])]
        return self._codes[0]


def _is_settled(scores: Floats, k: int, reach: float) -> bool:
    """Whether what was not fetched hardly holds anything better; `reach` is the most that it is likely to score.

    The best quarter of the k must be beyond reach, and the k-th better than the worst: others may tie with that.
    """
    quarter = max(1, k // SAFE_SHARE)
    ordered = np.partition(-scores, (quarter - 1, k - 1))
    return bool(-ordered[quarter - 1] >= reach and -ordered[k - 1] > scores.min())
