"""FAISS: flat (exact, the matrix in FAISS' memory) and HNSW (a graph; fast, nearly exact).

Rows are FAISS' own numbers; ids, removals and what is allowed become one bitmap that FAISS reads while it searches.
"""

from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import faiss as _faiss
import numpy as np
from numpy.typing import NDArray

from matching.types import ALL, Allowed, Floats, Ids
from matching.vectors.positions import Positions, Rows
from matching.vectors.protocol import NOTHING, best, checked, checked_queries

faiss: Any = _faiss  # its type stubs do not know the Python side: selectors from arrays, parameters by keyword
HNSW_LINKS = 32
HNSW_BUILD_EFFORT = 80
HNSW_SEARCH_EFFORT = 256
"""Candidates a search looks at, at least; with k above it, k."""
TAIL = 20_000
"""Small additions wait outside FAISS, compared one by one: growing its matrix copies all, 1 s at a million."""
SUBSET = 20_000
"""Up to this many allowed rows are compared one by one: faster than a filtered search, and exact."""


class FlatIndex:
    """Every allowed vector is compared, by FAISS."""

    name = "faiss-flat"

    def __init__(self, dim: int) -> None:
        self._dim = dim
        self._positions = Positions()
        self._bitmaps: WeakKeyDictionary[Allowed, NDArray[np.uint8]] = WeakKeyDictionary()
        self._index = self._empty()
        self._tail = np.zeros((0, dim), dtype=np.float32)

    def __len__(self) -> int:
        return len(self._positions)

    @property
    def removed(self) -> int:
        """Rows that no longer count but still take space."""
        return self._positions.rows - len(self._positions)

    def add(self, ids: Ids, vectors: Floats) -> None:
        """See `VectorIndex.add`."""
        values = checked(ids, vectors, self._dim)
        self._positions.append(ids)
        self._tail = np.concatenate([self._tail, values])
        if len(self._tail) > min(TAIL, self._index.ntotal // 10):
            self._index.add(self._tail)
            self._tail = self._tail[:0].copy()
        self._bitmaps.clear()

    def remove(self, ids: Ids) -> None:
        """See `VectorIndex.remove`. The rows stay until the index is built anew, but no search sees them."""
        self._positions.remove(ids)
        self._bitmaps.clear()

    def search(self, queries: Floats, k: int, allowed: Allowed = ALL) -> tuple[Floats, Ids]:
        """See `VectorIndex.search`."""
        wanted = checked_queries(queries, self._dim)
        rows = self._positions.allowed_rows(allowed)
        if len(rows) <= max(SUBSET, k):
            return best(self._products(wanted, rows), self._positions.ids[rows], k)
        scores, found = self._index.search(wanted, k, params=self._parameters(rows, k, allowed))
        ids = np.where(found >= 0, self._positions.ids[np.maximum(found, 0)], NOTHING)
        scores = np.where(found >= 0, scores, -np.inf).astype(np.float32)
        return self._with_tail(wanted, k, rows, scores, ids) if len(self._tail) else (scores, ids)

    def contents(self) -> tuple[Ids, Floats]:
        """The ids that count, ascending, and their vectors (a copy)."""
        ids = self._positions.sorted_ids()
        return ids, self._vectors_of(self._positions.rows_of(ids))

    def save(self, folder: Path) -> list[str]:
        """Writes the vectors that count; returns the names of the files."""
        ids, vectors = self.contents()
        np.save(folder / "vectors-ids.npy", ids, allow_pickle=False)
        np.save(folder / "vectors.npy", vectors, allow_pickle=False)
        return ["vectors-ids.npy", "vectors.npy"]

    def restore(self, folder: Path) -> None:
        """Takes what was saved into this index, which is empty."""
        ids = np.load(folder / "vectors-ids.npy", allow_pickle=False)
        self._index.add(np.load(folder / "vectors.npy", mmap_mode="r", allow_pickle=False))
        self._positions = Positions(ids)

    def _empty(self) -> Any:
        return faiss.IndexFlatIP(self._dim)

    def _storage(self) -> Any:
        return self._index

    def _matrix(self) -> Floats:
        """The vectors of the rows that FAISS holds, where it holds them: valid until the next `add`."""
        rows = self._index.ntotal
        if not rows:
            return np.zeros((0, self._dim), dtype=np.float32)
        values = faiss.rev_swig_ptr(self._storage().get_xb(), rows * self._dim)
        return np.asarray(values).reshape(rows, self._dim)

    def _products(self, queries: Floats, rows: Rows) -> Floats:
        """Products (n, len(rows)), each the same to the last bit whatever is computed beside it, unlike with BLAS.

        Replaying a match record depends on it.
        """
        return np.asarray(np.einsum("qd,nd->qn", queries, self._vectors_of(rows)))

    def _vectors_of(self, rows: Rows) -> Floats:
        """The vectors (len(rows), dim) of `rows`, in their order."""
        matrix = self._matrix()
        if len(rows) == len(matrix) and not len(self._tail) and (np.diff(rows) > 0).all():
            return matrix
        late = rows >= len(matrix)
        if not late.any():
            return np.asarray(matrix[rows])
        vectors = np.empty((len(rows), self._dim), dtype=np.float32)
        vectors[~late] = matrix[rows[~late]]
        vectors[late] = self._tail[rows[late] - len(matrix)]
        return vectors

    def _with_tail(self, queries: Floats, k: int, rows: Rows, scores: Floats, ids: Ids) -> tuple[Floats, Ids]:
        """The k best of what FAISS found and of the allowed rows outside it."""
        late = rows[np.searchsorted(rows, self._index.ntotal) :]
        late_scores, late_ids = best(self._products(queries, late), self._positions.ids[late], k)
        both, both_ids = np.concatenate([scores, late_scores], axis=1), np.concatenate([ids, late_ids], axis=1)
        order = np.argsort(-both, axis=1, kind="stable")[:, :k]
        return np.take_along_axis(both, order, axis=1), np.take_along_axis(both_ids, order, axis=1)

    def _parameters(self, rows: Rows, k: int, allowed: Allowed) -> Any:
        selector = None if len(rows) == self._positions.rows else self._selector(rows, allowed)
        return faiss.SearchParameters(sel=selector) if selector is not None else None

    def _selector(self, rows: Rows, allowed: Allowed) -> Any:
        bitmap = self._bitmaps.get(allowed)
        if bitmap is None:
            flags = np.zeros(self._positions.rows, dtype=np.bool_)
            flags[rows] = True
            bitmap = np.packbits(flags, bitorder="little")
            self._bitmaps[allowed] = bitmap
        return faiss.IDSelectorBitmap(bitmap)


class HnswIndex(FlatIndex):
    """A graph over the vectors. Under a filter that keeps few it loses results, so those searches go over the rows."""

    name = "faiss-hnsw"
    LEAST_SHARE = 0.2
    """Below this share of allowed rows the graph is not used: everything allowed is compared instead."""

    def search(self, queries: Floats, k: int, allowed: Allowed = ALL) -> tuple[Floats, Ids]:
        """See `VectorIndex.search`; nearly exact where more than `LEAST_SHARE` of the rows are allowed."""
        rows = self._positions.allowed_rows(allowed)
        if len(rows) < self.LEAST_SHARE * self._positions.rows:
            wanted = checked_queries(queries, self._dim)
            return best(self._products(wanted, rows), self._positions.ids[rows], k)
        return super().search(queries, k, allowed)

    def save(self, folder: Path) -> list[str]:
        """Writes the graph, removed rows and their vectors included; returns the names of the files."""
        self._index.add(self._tail)
        self._tail = self._tail[:0].copy()
        rows = np.stack([self._positions.ids, self._positions.live.astype(np.int64)])
        np.save(folder / "vectors-rows.npy", rows, allow_pickle=False)
        faiss.write_index(self._index, str(folder / "vectors.faiss"))
        return ["vectors-rows.npy", "vectors.faiss"]

    def restore(self, folder: Path) -> None:
        """Takes what was saved into this index, which is empty."""
        ids, live = np.load(folder / "vectors-rows.npy", allow_pickle=False)
        self._index = faiss.read_index(str(folder / "vectors.faiss"))
        self._positions = Positions(ids, live.astype(np.bool_))

    def _empty(self) -> Any:
        index = faiss.IndexHNSWFlat(self._dim, HNSW_LINKS, faiss.METRIC_INNER_PRODUCT)
        index.hnsw.efConstruction = HNSW_BUILD_EFFORT
        return index

    def _storage(self) -> Any:
        return faiss.downcast_index(self._index.storage)

    def _parameters(self, rows: Rows, k: int, allowed: Allowed) -> Any:
        effort = max(HNSW_SEARCH_EFFORT, k)
        if len(rows) == self._positions.rows:
            return faiss.SearchParametersHNSW(efSearch=effort)
        return faiss.SearchParametersHNSW(efSearch=effort, sel=self._selector(rows, allowed))
