"""The seam every vector index fits."""

from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from matching.types import ALL, Allowed, Floats, Ids

NOTHING = -1
"""The id where fewer than k documents were allowed; its score is -inf."""


@runtime_checkable
class VectorIndex(Protocol):
    """Vectors by id; inner product, so unit vectors give cosines.

    Readers may run side by side; the caller keeps writers alone.
    """

    @property
    def name(self) -> str:
        """Which kind of index this is, as match records keep it."""
        ...

    def __len__(self) -> int: ...

    def add(self, ids: Ids, vectors: Floats) -> None:
        """Stores `vectors` (n, dim) under `ids` (n,); an id that is there already gets the new vector.

        Raises:
            ValueError: the shapes do not fit, an id comes twice, or a value is not finite.

        """
        ...

    def remove(self, ids: Ids) -> None:
        """Forgets `ids`; those that are not there are passed over."""
        ...

    def search(self, queries: Floats, k: int, allowed: Allowed = ALL) -> tuple[Floats, Ids]:
        """The k best allowed documents of each query: scores and ids, both (n, k), best first.

        The filter works before the search, so k results come back whenever k are allowed; otherwise the rest is
        padded with `NOTHING` and -inf.

        Raises:
            ValueError: the queries have another dimension, or a value that is not finite.

        """
        ...


def checked(ids: Ids, vectors: Floats, dim: int) -> Floats:
    """`vectors` as contiguous float32, once they are known to be right for `ids`.

    Raises:
        ValueError: see `VectorIndex.add`.

    """
    if vectors.shape != (len(ids), dim):
        raise ValueError(f"vectors have shape {vectors.shape}, expected {(len(ids), dim)}")
    if len(np.unique(ids)) != len(ids):
        raise ValueError("an id comes twice in one call")
    if not np.isfinite(vectors).all():
        raise ValueError("a vector has a value that is not finite")
    return np.ascontiguousarray(vectors, dtype=np.float32)


def checked_queries(queries: Floats, dim: int) -> Floats:
    """`queries` as contiguous float32 (n, dim).

    Raises:
        ValueError: they have another dimension, or a value is not finite.

    """
    if queries.ndim != 2 or queries.shape[1] != dim:
        raise ValueError(f"queries have shape {queries.shape}, expected (n, {dim})")
    if not np.isfinite(queries).all():
        raise ValueError("a query has a value that is not finite")
    return np.ascontiguousarray(queries, dtype=np.float32)


def best(scores: Floats, ids: Ids, k: int) -> tuple[Floats, Ids]:
    """The k best of `ids` (m,) by `scores` (n, m), as (n, k), ties by smaller id, padded where m < k."""
    kept = min(k, len(ids))
    chosen = np.zeros((len(scores), kept), dtype=np.intp)
    for row, values in enumerate(scores):
        least = np.partition(values, len(ids) - kept)[len(ids) - kept] if kept else np.inf
        near = np.flatnonzero(values >= least)
        chosen[row] = near[np.lexsort((ids[near], -values[near]))[:kept]]
    return padded(np.take_along_axis(scores, chosen, axis=1), ids[chosen], k)


def padded(scores: Floats, ids: Ids, k: int) -> tuple[Floats, Ids]:
    """Both (n, m <= k) widened to (n, k)."""
    missing = ((0, 0), (0, k - scores.shape[1]))
    values = np.pad(scores.astype(np.float32, copy=False), missing, constant_values=-np.inf)
    return values, np.pad(ids.astype(np.int64, copy=False), missing, constant_values=NOTHING)


Mask = NDArray[np.bool_]
