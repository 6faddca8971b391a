"""A seeded lottery whose probabilities are known exactly: systematic sampling in proportion to weights.

Weights are scaled to probabilities that sum to the number of places; they are laid out end to end, and one random
number decides: whoever's stretch it falls on, and every whole step further, is drawn. So exactly that many are drawn,
each with exactly its probability (W. G. Madow, "On the theory of systematic sampling, II", Ann. Math. Stat. 20(3),
1949). The number is the top 53 bits of PCG64's first output, a stream that numpy keeps the same on all platforms.
"""

from collections.abc import Sequence
from fractions import Fraction
from itertools import accumulate, pairwise
from math import ceil

import numpy as np


def probabilities(weights: Sequence[Fraction], places: int) -> list[Fraction]:
    """For each of the positive `weights` the probability of being drawn; they sum to `places`, at most one each.

    In proportion to the weights, but for those that would pass 1: they are certain, and the rest share what is left.
    """
    certain: set[int] = set()
    while True:
        rest = [i for i in range(len(weights)) if i not in certain]
        left = min(places, len(weights)) - len(certain)
        total = sum((weights[i] for i in rest), Fraction(0))
        over = {i for i in rest if weights[i] * left >= total}
        if not over:
            return [Fraction(1) if i in certain else weights[i] * left / total for i in range(len(weights))]
        certain |= over


def drawn(chances: Sequence[Fraction], seed: int) -> list[int]:
    """The positions that `seed` draws, ascending: as many as the `chances` sum to."""
    start = Fraction(int(np.random.PCG64(seed).random_raw()) >> 11, 1 << 53)
    steps = [ceil(edge - start) for edge in accumulate(chances, initial=Fraction(0))]
    return [i for i, (before, after) in enumerate(pairwise(steps)) if after > before]
