"""The two lessons of training, as gradients over unit vectors, and the optimiser that applies them to rows."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from matching.embedding.protocol import Vectors

Matrix = NDArray[np.float32]
_HIDDEN = np.float32(-1e9)
_TINY = 1e-12


def tell_apart(left: Vectors, right: Vectors, temperature: float) -> tuple[float, Matrix, Matrix]:
    """Loss and gradients by `left` and `right`: each row shall find its partner among all rows of the other side.

    Symmetric InfoNCE with in-batch negatives (A. van den Oord, Y. Li, O. Vinyals, 2018; A. Radford et al., 2021).
    All arrays (n, dim); the loss is in nats, the mean over both directions.
    """
    scores = left @ right.T / temperature
    forward, backward = _softmax(scores), _softmax(scores.T).T
    hit = np.arange(len(left))
    loss = -float(np.log(forward[hit, hit] + _TINY).mean() + np.log(backward[hit, hit] + _TINY).mean()) / 2
    slope = (forward + backward) / 2
    slope[hit, hit] -= 1
    slope /= len(left) * temperature
    return loss, _matrix(slope @ right), _matrix(slope.T @ left)


def imitate(vectors: Vectors, teacher: Vectors, temperature: float) -> tuple[float, Matrix]:
    """Loss and gradient by `vectors`: each row's similarities to the others shall be distributed as the teacher's.

    Kullback–Leibler divergence of the two softmax distributions, own similarity left out; in nats, the mean over rows.
    """
    scores, wished = vectors @ vectors.T / temperature, teacher @ teacher.T / temperature
    np.fill_diagonal(scores, _HIDDEN)
    np.fill_diagonal(wished, _HIDDEN)
    found, wanted = _softmax(scores), _softmax(wished)
    loss = float((wanted * np.log((wanted + _TINY) / (found + _TINY))).sum(axis=1).mean())
    slope = (found - wanted) / (len(vectors) * temperature)
    return loss, _matrix(slope @ vectors + slope.T @ vectors)


@dataclass
class RowOptimiser:
    """Adagrad with one rate a row, applied only to the rows that a batch touches, held near where they started."""

    rows: Matrix
    pull: float
    """How strongly a touched row is drawn back to its start: gradient per distance."""
    start: Matrix = field(init=False)
    energy: Matrix = field(init=False)

    def __post_init__(self) -> None:
        self.start = self.rows.copy()
        self.energy = np.full(len(self.rows), 1e-8, dtype=np.float32)

    def touched(self, *bags: csr_array) -> "Touched":
        """The rows that any of `bags` uses, and the bags over those rows only."""
        columns, inverse = np.unique(np.concatenate([bag.indices for bag in bags]), return_inverse=True)
        inverse = inverse.astype(np.int32)
        edges = np.cumsum([0, *(bag.nnz for bag in bags)])
        compact = [
            csr_array((bag.data, inverse[edges[i] : edges[i + 1]], bag.indptr), shape=(bag.shape[0], len(columns)))
            for i, bag in enumerate(bags)
        ]
        return Touched(columns, compact, self.rows[columns])

    def step(self, columns: NDArray[np.intp], gradient: Matrix, rate: float) -> None:
        """Moves the rows at `columns` against `gradient` (len(columns), dim)."""
        rows = self.rows[columns]
        gradient = gradient + self.pull * (rows - self.start[columns])
        self.energy[columns] += (gradient**2).mean(axis=1)
        self.rows[columns] = rows - rate * gradient / np.sqrt(self.energy[columns])[:, None]


@dataclass(frozen=True)
class Touched:
    """One batch: `bags` over the rows `columns` of the table, whose values are `rows`."""

    columns: NDArray[np.intp]
    bags: list[csr_array]
    rows: Matrix

    def forward(self) -> list[tuple[Vectors, Matrix]]:
        """For each bag the unit vectors of its texts and the lengths they had."""
        sums = [np.asarray(bag @ self.rows) for bag in self.bags]
        lengths = [np.maximum(np.linalg.norm(s, axis=1, keepdims=True), 1e-6) for s in sums]
        return [(s / length, length) for s, length in zip(sums, lengths, strict=True)]

    def backward(self, forward: list[tuple[Vectors, Matrix]], gradients: list[Matrix]) -> Matrix:
        """The gradient by `rows` from the gradients by the unit vectors."""
        total = np.zeros_like(self.rows)
        for bag, (unit, length), gradient in zip(self.bags, forward, gradients, strict=True):
            along = (gradient * unit).sum(axis=1, keepdims=True)
            total += bag.T @ ((gradient - unit * along) / length)
        return total


def _matrix(values: NDArray[np.floating]) -> Matrix:
    return np.asarray(values, dtype=np.float32)


def _softmax(scores: Matrix) -> Matrix:
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), dtype=scores.dtype)
