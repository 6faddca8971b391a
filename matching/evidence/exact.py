"""Numbers on a grid so coarse that sums of their products are exact, and so the same in whatever order they are made.

A matrix product adds up in an order that depends on its shape, and so on how many suppliers are read together. What a
supplier is told must not: every number that goes into a sum here is a multiple of a power of two, and 53 bits hold all
sums without rounding. Bounds of the sums: two vectors of length 1 (up to 1e-6) on `VECTOR` make multiples of 2^-52 of
which no part adds up to 2 (Cauchy–Schwarz); a share on `SHARE` times a weight on `WEIGHT` makes multiples of 2^-38, so
that the weights of one text may add up to 2^15, five times what the longest one reaches.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Vectors = NDArray[np.float32]

VECTOR: Final = 26
"""Bits behind the point of a component of a vector: half of 2^-26 is less than a float32 of size 0.1 is wrong by."""
SHARE: Final = 20
"""Bits behind the point of a likeness or another number of a pair; about six decimals."""
WEIGHT: Final = 18
"""Bits behind the point of a weight."""


def on_grid(values: Numbers, bits: int) -> Numbers:
    """`values` as the nearest multiples of 2^-`bits`, a new array; each must be below 2^(51 - `bits`) in size."""
    return put_on_grid(values.copy(), bits)


def put_on_grid(values: Numbers, bits: int) -> Numbers:
    """As `on_grid`, but in place: beside 1.5 * 2^(52 - `bits`) a float64 has no room for smaller bits."""
    large = 1.5 * 2.0 ** (52 - bits)
    values += large
    values -= large
    return values


def even_rows(vectors: Vectors) -> Vectors:
    """Unit rows as the nearest ones on the grid of `VECTOR`, every one of which a float32 can hold."""
    return put_on_grid(vectors.astype(np.float64), VECTOR).astype(np.float32)


def cosines(left: Vectors, right: Vectors) -> Vectors:
    """All inner products (left, right) of rows made by `even_rows`: exact, then put on the grid of `SHARE`.

    That leaves so few bits that a float32 holds them; what is looked through often is better small.
    """
    return put_on_grid(left.astype(np.float64) @ right.astype(np.float64).T, SHARE).astype(np.float32)
