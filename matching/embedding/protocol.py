"""The seam every embedder fits: texts in, unit vectors out."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


@runtime_checkable
class Embedder(Protocol):
    """Turns texts into vectors whose dot product is their similarity.

    `name` says which vectors these are: it changes whenever the weights do, so that stored vectors of another
    model are recognised as stale. `dim` is the length of a vector.
    """

    @property
    def name(self) -> str:
        """Which model and which weights, for example `keqiao-static-zh-en-1-0a1b2c3d`."""
        ...

    @property
    def dim(self) -> int:
        """The length of every vector."""
        ...

    def encode(self, texts: Sequence[str]) -> Vectors:
        """float32 of shape (len(texts), dim): one row of length 1 for each text, in order.

        A text in which nothing is known to the model (empty, blank, digits only) gets the zero vector, whose
        similarity to everything is 0. The row of a text does not depend on the other texts of the call, beyond
        rounding.
        """
        ...
