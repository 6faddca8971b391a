"""Which document is where: ids beside append-only rows, with removals as marks."""

from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from matching.types import Allowed, AllowedIds, Ids

Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]
SLACK = 4096
"""So many rows are added to what was stored before anything has to grow."""


class Positions:
    """Rows 0 … n-1, each with an id and whether it still counts; an id counts at most once."""

    def __init__(self, ids: Ids | None = None, live: Mask | None = None) -> None:
        given = np.zeros(0, dtype=np.int64) if ids is None else ids
        self._count = len(given)
        self._ids = np.concatenate([given.astype(np.int64), np.zeros(SLACK, dtype=np.int64)])
        self._live = np.ones(len(self._ids), dtype=np.bool_)
        if live is not None:
            self._live[: self._count] = live
        rows = np.flatnonzero(self.live)
        self._row_of: Rows = rows[np.argsort(self._ids[rows], kind="stable")]
        self._sorted: Ids = self._ids[self._row_of]
        self._cache: WeakKeyDictionary[AllowedIds, Rows] = WeakKeyDictionary()
        self._every: Rows | None = None

    @property
    def ids(self) -> Ids:
        """The id of every row, whether or not it still counts."""
        return self._ids[: self._count]

    @property
    def live(self) -> Mask:
        """Which rows still count."""
        return self._live[: self._count]

    @property
    def rows(self) -> int:
        """How many rows there are, removed ones included."""
        return self._count

    def __len__(self) -> int:
        return len(self._sorted)

    def sorted_ids(self) -> Ids:
        """The ids that count, ascending."""
        return self._sorted

    def append(self, ids: Ids) -> None:
        """New last rows for `ids`; older rows of the same ids no longer count."""
        self.remove(ids)
        self._reserve(self._count + len(ids))
        self._ids[self._count : self._count + len(ids)] = ids
        self._live[self._count : self._count + len(ids)] = True
        rows = np.arange(self._count, self._count + len(ids))
        self._count += len(ids)
        order = np.argsort(ids, kind="stable")
        at = np.searchsorted(self._sorted, ids[order])
        self._sorted = np.insert(self._sorted, at, ids[order])
        self._row_of = np.insert(self._row_of, at, rows[order])
        self._forget()

    def remove(self, ids: Ids) -> Rows:
        """The rows of `ids` no longer count; returns them. Unknown ids are passed over."""
        at = self._places(ids)
        rows = self._row_of[at]
        if len(at):
            self._live[rows] = False
            self._sorted = np.delete(self._sorted, at)
            self._row_of = np.delete(self._row_of, at)
            self._forget()
        return rows

    def rows_of(self, ids: Ids) -> Rows:
        """The rows of those of `ids` that are there."""
        return self._row_of[self._places(ids)]

    def allowed_rows(self, allowed: Allowed) -> Rows:
        """The rows that count and are allowed, ascending; remembered until the next change. Do not write to it."""
        if not isinstance(allowed, AllowedIds):
            return self._all_rows()
        rows = self._cache.get(allowed)
        if rows is None:
            rows = np.sort(self.rows_of(allowed.ids))
            self._cache[allowed] = rows
        return rows

    def _all_rows(self) -> Rows:
        if self._every is None:
            self._every = np.flatnonzero(self.live)
        return self._every

    def _forget(self) -> None:
        self._cache.clear()
        self._every = None

    def _places(self, ids: Ids) -> Rows:
        if not len(self._sorted):
            return np.zeros(0, dtype=np.int64)
        wanted = np.unique(ids)
        at = np.minimum(np.searchsorted(self._sorted, wanted), len(self._sorted) - 1)
        return np.asarray(at[self._sorted[at] == wanted])

    def _reserve(self, rows: int) -> None:
        if rows > len(self._ids):
            more = max(rows, len(self._ids) * 3 // 2) - len(self._ids)
            self._ids = np.concatenate([self._ids, np.zeros(more, dtype=np.int64)])
            self._live = np.concatenate([self._live, np.ones(more, dtype=np.bool_)])
