"""What a batch is drawn from: pairs that belong together, passages of one paper, texts the teacher knows."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from matching.embedding.protocol import Vectors
from matching.embedding.training.contrast import RowOptimiser, imitate, tell_apart

TEMPERATURE = 0.07
_NEIGHBOURHOOD = 8  # passages: two of one paper at most this far apart belong together


class Lesson(Protocol):
    """One kind of batch; `share` is how often it is drawn, relative to the others."""

    name: str
    share: float

    @property
    def size(self) -> int:
        """How many examples there are to draw from."""
        ...

    def learn(self, optimiser: RowOptimiser, rng: np.random.Generator, batch: int, rate: float) -> float:
        """The loss of one batch, after the rows have been moved."""
        ...


@dataclass
class Partners:
    """Row i of `left` and row i of `right` say the same."""

    name: str
    share: float
    left: csr_array
    right: csr_array

    @property
    def size(self) -> int:
        """How many examples there are to draw from."""
        return int(self.left.shape[0])

    def learn(self, optimiser: RowOptimiser, rng: np.random.Generator, batch: int, rate: float) -> float:
        """One batch. See `Lesson.learn`."""
        chosen = rng.choice(self.size, min(batch, self.size), replace=False)
        return _tell_apart(optimiser, self.left[chosen], self.right[chosen], rate)


@dataclass
class Passages:
    """Passages of papers in order; paper p has the rows `starts[p]` to `starts[p + 1]`, at least two."""

    name: str
    share: float
    rows: csr_array
    starts: NDArray[np.intp]

    @property
    def size(self) -> int:
        """How many examples there are to draw from."""
        return len(self.starts) - 1

    def learn(self, optimiser: RowOptimiser, rng: np.random.Generator, batch: int, rate: float) -> float:
        """One batch. See `Lesson.learn`."""
        lengths = np.diff(self.starts)
        odds = np.sqrt(lengths)
        papers = rng.choice(self.size, min(batch, self.size), replace=False, p=odds / odds.sum())
        length = lengths[papers]
        first = rng.integers(0, length)
        step = rng.integers(1, np.minimum(_NEIGHBOURHOOD, length - 1) + 1)
        second = (first + step) % length
        start = self.starts[papers]
        return _tell_apart(optimiser, self.rows[start + first], self.rows[start + second], rate)


@dataclass
class Imitation:
    """Texts, and the teacher's unit vectors of them or of their translations."""

    name: str
    share: float
    rows: csr_array
    teacher: Vectors

    @property
    def size(self) -> int:
        """How many examples there are to draw from."""
        return int(self.rows.shape[0])

    def learn(self, optimiser: RowOptimiser, rng: np.random.Generator, batch: int, rate: float) -> float:
        """One batch. See `Lesson.learn`."""
        chosen = rng.choice(self.size, min(batch, self.size), replace=False)
        touched = optimiser.touched(self.rows[chosen])
        forward = touched.forward()
        loss, gradient = imitate(forward[0][0], self.teacher[chosen], TEMPERATURE)
        optimiser.step(touched.columns, touched.backward(forward, [gradient]), rate)
        return loss


def _tell_apart(optimiser: RowOptimiser, left: csr_array, right: csr_array, rate: float) -> float:
    touched = optimiser.touched(left, right)
    forward = touched.forward()
    loss, *gradients = tell_apart(forward[0][0], forward[1][0], TEMPERATURE)
    optimiser.step(touched.columns, touched.backward(forward, gradients), rate)
    return loss
