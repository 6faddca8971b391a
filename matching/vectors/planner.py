"""Which index answers: every row up to 20,000 allowed, FAISS flat up to 100,000 documents, HNSW above.

Changing from flat to a graph takes minutes at a million, so it happens in `compact` or with a large addition, never
because one document was added.
"""

from pathlib import Path

import numpy as np

from matching.types import ALL, Allowed, Floats, Ids
from matching.vectors.faiss_index import FlatIndex, HnswIndex

FLAT_UP_TO = 100_000
LARGE_ADDITION = 0.1
"""An addition of this share of what is there may change the kind of index."""


class PlannedIndex:
    """The index that suits its size; a `VectorIndex` itself."""

    def __init__(self, dim: int, *, flat_up_to: int = FLAT_UP_TO) -> None:
        self._dim = dim
        self._flat_up_to = flat_up_to
        self._index = FlatIndex(dim)

    @property
    def name(self) -> str:
        """The name of the index that answers now."""
        return self._index.name

    @property
    def dim(self) -> int:
        """The length of a vector."""
        return self._dim

    def __len__(self) -> int:
        return len(self._index)

    def add(self, ids: Ids, vectors: Floats) -> None:
        """See `VectorIndex.add`."""
        large = len(ids) >= LARGE_ADDITION * len(self._index)
        if large and self._kind(len(self._index) + len(ids)) is not type(self._index):
            self._rebuild(self._kind(len(self._index) + len(ids)))
        self._index.add(ids, vectors)

    def remove(self, ids: Ids) -> None:
        """See `VectorIndex.remove`."""
        self._index.remove(ids)

    def search(self, queries: Floats, k: int, allowed: Allowed = ALL) -> tuple[Floats, Ids]:
        """See `VectorIndex.search`."""
        return self._index.search(queries, k, allowed)

    def contents(self) -> tuple[Ids, Floats]:
        """The ids, ascending, and their vectors (a copy)."""
        return self._index.contents()

    def compact(self) -> None:
        """Frees the rows of removed documents and takes the kind of index that suits the size now."""
        kind = self._kind(len(self._index))
        if self._index.removed or kind is not type(self._index):
            self._rebuild(kind)

    def save(self, folder: Path) -> list[str]:
        """Writes the index that answers now; returns the names of the files."""
        return self._index.save(folder)

    @classmethod
    def load(cls, folder: Path, dim: int, name: str) -> "PlannedIndex":
        """The saved index, of the kind that `name` says.

        Raises:
            ValueError: no kind has that name.

        """
        kinds = {kind.name: kind for kind in (FlatIndex, HnswIndex)}
        if name not in kinds:
            raise ValueError(f"no vector index is called {name!r}")
        planned = cls(dim)
        planned._index = kinds[name](dim)
        planned._index.restore(folder)
        return planned

    def _kind(self, size: int) -> type[FlatIndex]:
        return FlatIndex if size <= self._flat_up_to else HnswIndex

    def _rebuild(self, kind: type[FlatIndex]) -> None:
        ids, vectors = self._index.contents()
        self._index = kind(self._dim)
        if len(ids):
            self._index.add(ids, vectors)


def scores_of(index: "PlannedIndex", queries: Floats, ids: Ids, allowed: Allowed) -> Floats:
    """The scores (n, len(ids)) of `ids` (ascending, all stored and all in `allowed`), exact."""
    scores, found = index.search(queries, len(ids), allowed)
    return np.take_along_axis(scores, np.argsort(found, axis=1), axis=1)
