"""The reference: every allowed vector is compared."""

import numpy as np

from matching.types import ALL, Allowed, Floats, Ids
from matching.vectors.positions import Positions
from matching.vectors.protocol import best, checked, checked_queries


class ExactIndex:
    """A matrix and numpy. What the other indexes are compared with, and what replay uses."""

    name = "exact"

    def __init__(self, dim: int) -> None:
        self._positions = Positions()
        self._vectors = np.zeros((0, dim), dtype=np.float32)

    def __len__(self) -> int:
        return len(self._positions)

    def add(self, ids: Ids, vectors: Floats) -> None:
        """See `VectorIndex.add`."""
        values = checked(ids, vectors, self._vectors.shape[1])
        self._positions.append(ids)
        self._vectors = np.concatenate([self._vectors, values])

    def remove(self, ids: Ids) -> None:
        """See `VectorIndex.remove`."""
        self._positions.remove(ids)

    def search(self, queries: Floats, k: int, allowed: Allowed = ALL) -> tuple[Floats, Ids]:
        """See `VectorIndex.search`."""
        wanted = checked_queries(queries, self._vectors.shape[1])
        rows = self._positions.allowed_rows(allowed)
        return best(wanted @ self._vectors[rows].T, self._positions.ids[rows], k)
