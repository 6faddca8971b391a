"""Who is shown when lists are made one after the other, each knowing who was shown before."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from matching.proposals.types import Policy
from matching.proposals.variety import varied_order
from matching.ranker import Ranker
from matching.types import Band


def shown_over(
    scores: NDArray[np.float64], organisations: Sequence[frozenset[int]], policy: Policy, ranker: Ranker
) -> NDArray[np.int64]:
    """How often each supplier stands among the first `policy.k`, (suppliers,); `scores` are (needs, suppliers).

    Lists are made in order, the seed one higher each time. Bands are those of the scores; a score of 0 takes no place.

    Raises:
        ValueError: there are not as many organisations as suppliers.

    """
    shown = np.zeros(scores.shape[1], dtype=np.int64)
    for number, row in enumerate(scores):
        bands = [ranker.band(score) if score > 0 else Band.excluded for score in row.tolist()]
        chosen = replace(policy, seed=policy.seed + number)
        order = varied_order(row, organisations, shown.tolist(), chosen, bands=bands)[: policy.k]
        shown[order[row[order] > 0]] += 1
    return shown
