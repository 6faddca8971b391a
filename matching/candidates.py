"""Which documents are scored in full, where not all are."""

from typing import Final

import numpy as np

from matching.types import Floats, Ids
from matching.vectors.positions import Rows

_BLOCK: Final = 64


def likest(values: Floats, ids: Ids, k: int) -> Rows:
    """The places, ascending, of the k largest positive `values` (n,); all positive ones where they are fewer.

    Ties go to the smaller of `ids` (n,), so the choice depends on no order of rows.
    """
    floor = _reached_by(values, k)
    near = np.flatnonzero(values >= floor) if floor > 0 else np.flatnonzero(values > 0)
    return np.sort(near[np.lexsort((ids[near], -values[near]))[:k]])


def _reached_by(values: Floats, k: int) -> float:
    """A value that at least k of `values` reach, close to the largest such; 0 where none is known.

    The k-th largest of the blocks' largest values: reading a million values twice takes a millisecond, ordering them
    ten.
    """
    blocks = len(values) // _BLOCK
    if blocks < k:
        return 0.0
    largest = values[: blocks * _BLOCK].reshape(_BLOCK, blocks).max(axis=0)
    return float(np.partition(largest, blocks - k)[blocks - k])
