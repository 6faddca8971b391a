"""Vectors as 16-bit numbers, one scale a row: half the memory of float32, and products right to 1e-5.

Products are summed in one fixed order (numpy's einsum, not BLAS), so a pair has the same product to the last bit,
whatever is computed beside it: match records replay exactly.
"""

from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matching.types import Floats
from matching.vectors.positions import Mask, Rows

Shorts = NDArray[np.int16]
LARGEST: Final = 32_767
"""The number that the largest component of a row becomes."""
_AT_ONCE: Final = 8192
VALUES, SCALES = "vectors.npy", "vectors-scales.npy"


class PreciseRows:
    """Rows 0 … n-1. A component is off by at most scale / 2 = max |component| / 65,534.

    So a product with a unit query is off by at most max |component| · sqrt(dim) / 65,534, typically 1e-6.
    """

    def __init__(self, dim: int) -> None:
        self.dim = dim
        self._stored: Shorts = np.zeros((0, dim), dtype=np.int16)
        self._added: Shorts = np.zeros((0, dim), dtype=np.int16)
        self._scales: Floats = np.zeros(0, dtype=np.float32)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def append(self, vectors: Floats) -> None:
        """New last rows for `vectors` (n, dim), finite float32."""
        most = np.abs(vectors).max(axis=1, initial=0.0)
        scales = (np.where(most > 0, most, 1.0) / LARGEST).astype(np.float32)
        needed = self._count + len(vectors)
        self._reserve(needed)
        self._added[self._count - len(self._stored) : needed - len(self._stored)] = np.rint(vectors / scales[:, None])
        self._scales[self._count : needed] = scales
        self._count = needed

    def products(self, queries: Floats, rows: Rows) -> Floats:
        """The products (n, len(rows)) of `queries` (n, dim), float32, with `rows`."""
        parts = [
            np.einsum("qd,nd->qn", queries, self._numbers(part).astype(np.float32)) * self._scales[part]
            for part in (rows[at : at + _AT_ONCE] for at in range(0, len(rows), _AT_ONCE))
        ]
        return np.concatenate(parts, axis=1) if parts else np.zeros((len(queries), 0), dtype=np.float32)

    def vectors(self, rows: Rows) -> Floats:
        """The vectors (len(rows), dim) of `rows`, float32."""
        return np.asarray(self._numbers(rows) * self._scales[rows, None], dtype=np.float32)

    def keep(self, kept: Mask) -> None:
        """Frees the rows that are not `kept` (one flag a row) and renumbers the others."""
        rows = np.flatnonzero(kept)
        self._added, self._scales = self._numbers(rows), self._scales[rows]
        self._stored = self._stored[:0]
        self._count = len(rows)

    def save(self, folder: Path) -> list[str]:
        """Writes the rows; returns the names of the files."""
        file = np.lib.format.open_memmap(folder / VALUES, "w+", np.int16, (self._count, self.dim))
        file[: len(self._stored)] = self._stored
        file[len(self._stored) :] = self._added[: self._count - len(self._stored)]
        file.flush()
        np.save(folder / SCALES, self._scales[: self._count], allow_pickle=False)
        return [VALUES, SCALES]

    @classmethod
    def load(cls, folder: Path, dim: int) -> "PreciseRows":
        """The saved rows, mapped: what is not read takes no memory.

        Raises:
            ValueError: the file holds vectors of another dimension.

        """
        rows = cls(dim)
        rows._stored = np.load(folder / VALUES, mmap_mode="r", allow_pickle=False).view(np.ndarray)
        rows._scales = np.load(folder / SCALES, allow_pickle=False)
        if rows._stored.shape != (len(rows._scales), dim):
            raise ValueError(f"stored vectors have shape {rows._stored.shape}, expected {(len(rows._scales), dim)}")
        rows._count = len(rows._stored)
        return rows

    def _numbers(self, rows: Rows) -> Shorts:
        late = rows >= len(self._stored)
        if not late.any():
            return np.asarray(self._stored[rows])
        if late.all():
            return np.asarray(self._added[rows - len(self._stored)])
        numbers = np.empty((len(rows), self.dim), dtype=np.int16)
        numbers[~late] = self._stored[rows[~late]]
        numbers[late] = self._added[rows[late] - len(self._stored)]
        return numbers

    def _reserve(self, rows: int) -> None:
        if rows <= len(self._scales):
            return
        size = max(rows, self._count + self._count // 4)
        scales, added = np.zeros(size, dtype=np.float32), np.zeros((size - len(self._stored), self.dim), dtype=np.int16)
        scales[: self._count] = self._scales[: self._count]
        added[: self._count - len(self._stored)] = self._added[: self._count - len(self._stored)]
        self._scales, self._added = scales, added
