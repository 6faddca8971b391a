"""Vectors as sketches of two bits a component: small enough to look at a million of them in milliseconds.

A vector is turned by a fixed rotation, after which its components are nearly normally distributed whatever the model;
each becomes one of the four levels that are best for a normal distribution. Nothing is fitted to the documents, so the
sketch of a vector depends on no other one, and a confidential document shifts nobody's candidates. FAISS compares them
(`IndexPQFastScan`): nearly in the order of the true products, so the caller fetches more and compares those exactly.

Sources: J. Max, "Quantizing for minimum distortion", 1960, table I (levels); randomised Hadamard rotation.
"""

from functools import cache
from typing import Any, Final

import faiss as _faiss
import numpy as np
from numpy.typing import NDArray

from matching.types import Floats
from matching.vectors.positions import Rows

faiss: Any = _faiss  # its type stubs do not know the Python side: arrays in place of pointers
Codes = NDArray[np.uint8]
LEVELS: Final = (-1.5104, -0.4528, 0.4528, 1.5104)
"""Of a normal distribution with variance 1."""
EDGE: Final = 0.9816
"""Between two levels of one sign; the other edge is 0."""
NOISE: Final = 0.1175
"""Mean squared error of the four levels, in variances."""
REACH: Final = 3.5
"""At a million, where the common direction of all texts adds 2: the true best 100 were within for 99.9 %."""
_SIGNS_SEED: Final = 20_240_601
_BITS: Final = 4
_AT_ONCE: Final = 8192


def width(dim: int) -> int:
    """How many components a vector of `dim` has after the rotation: the next power of two, at least 4."""
    return max(4, 1 << (dim - 1).bit_length())


def sketched(vectors: Floats) -> Codes:
    """The sketches (n, width / 4) of `vectors` (n, dim): two bits a component, the first in the lowest bits.

    Sums run in a fixed order, so the same vector has the same sketch on any machine and in any batch.
    """
    parts = [_coded(rotated(vectors[at : at + _AT_ONCE])) for at in range(0, len(vectors), _AT_ONCE)]
    return np.concatenate(parts) if parts else np.zeros((0, width(vectors.shape[1]) // 4), dtype=np.uint8)


def rotated(vectors: Floats) -> Floats:
    """`vectors` (n, dim) with signs flipped by lot, then through the Hadamard transform: (n, width), lengths kept."""
    size = width(vectors.shape[1])
    turned = np.zeros((len(vectors), size), dtype=np.float32)
    turned[:, : vectors.shape[1]] = vectors
    turned *= _signs(size)
    half = 1
    while half < size:
        blocks = turned.reshape(len(vectors), -1, 2, half)
        turned = np.stack([blocks[:, :, 0] + blocks[:, :, 1], blocks[:, :, 0] - blocks[:, :, 1]], axis=2)
        half *= 2
    return np.asarray(turned.reshape(len(vectors), size) / np.float32(np.sqrt(size)), dtype=np.float32)


class Sketches:
    """Rows 0 … n-1 of sketches, as FAISS compares them."""

    def __init__(self, dim: int) -> None:
        self._dim = dim
        self._index = _fast(self._empty())

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def append(self, codes: Codes) -> None:
        """New last rows: large additions are packed anew, small ones added to what is there."""
        if not len(codes):
            return
        if len(self):
            self._index.add(_decoded(codes))
            return
        whole = self._empty()
        faiss.copy_array_to_vector(codes.reshape(-1), whole.codes)
        whole.ntotal = len(codes)
        self._index = _fast(whole)

    def nearest(self, query: Floats, count: int) -> tuple[Rows, float]:
        """About `count` rows whose sketches are nearest to `query` (dim,), and the reach of all other rows.

        Few others have a product with `query` above the reach: the last sketch's score and `REACH` standard errors.
        Those that tie at the end are all left out, unless `count` covers every row: so which rows come back depends on
        no order of rows.
        """
        wanted = min(count, len(self))
        scores, rows = self._index.search(rotated(query[None]), wanted)
        kept = rows[0] >= 0
        if wanted < len(self):
            kept &= scores[0] > scores[0, -1]
        return np.asarray(rows[0][kept], dtype=np.int64), float(scores[0, -1] + REACH * self._error(query))

    def _error(self, query: Floats) -> float:
        """The standard error of the score of a unit vector's sketch."""
        return float(np.linalg.norm(query) * np.sqrt(NOISE / width(self._dim)))

    def _empty(self) -> Any:
        size = width(self._dim)
        index = faiss.IndexPQ(size, size // 2, _BITS, faiss.METRIC_INNER_PRODUCT)
        faiss.copy_array_to_vector(np.tile(_centroids(size), (size // 2, 1, 1)).reshape(-1), index.pq.centroids)
        index.is_trained = True
        return index


@cache
def _signs(size: int) -> Floats:
    return np.random.default_rng(_SIGNS_SEED).choice(np.array([-1.0, 1.0], dtype=np.float32), size)


def _fast(index: Any) -> Any:
    return faiss.IndexPQFastScan(index)


def _centroids(size: int) -> Floats:
    """What the 16 values of four bits stand for: pairs of levels (16, 2), the first component's in the lower bits."""
    levels = np.array(LEVELS, dtype=np.float32) / np.float32(np.sqrt(size))
    return np.stack([np.tile(levels, 4), np.repeat(levels, 4)], axis=1)


def _coded(turned: Floats) -> Codes:
    edge = np.float32(EDGE / np.sqrt(turned.shape[1]))
    level = (turned > -edge).view(np.uint8) + (turned > 0).view(np.uint8) + (turned > edge).view(np.uint8)
    return np.asarray(level[:, 0::4] | level[:, 1::4] << 2 | level[:, 2::4] << 4 | level[:, 3::4] << 6, dtype=np.uint8)


def _decoded(codes: Codes) -> Floats:
    levels = np.array(LEVELS, dtype=np.float32) / np.float32(np.sqrt(codes.shape[1] * 4))
    parts = np.stack([codes & 3, codes >> 2 & 3, codes >> 4 & 3, codes >> 6], axis=2)
    return np.asarray(levels[parts].reshape(len(codes), -1), dtype=np.float32)


def on_one_core() -> None:
    """From now on this thread compares on one core: for a thread beside another that has work for a core of its own."""
    faiss.omp_set_num_threads(1)
