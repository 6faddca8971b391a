"""Needs that read alike count as one: what is asked twice is answered alike, and says nothing twice.

So needs are held out, compared and drawn again by the clusters of `matching.evaluation.folds`, one value for each.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import numpy as np

from matching.evaluation.folds import Numbers
from matching.evaluation.metrics import Values

HELD_OUT: Final = 0.4
"""The share of the needs, the latest, on which two rankers are compared."""
DRAWS: Final = 20_000
_RESAMPLES: Final = 4_000


def divided(
    times: Sequence[datetime], clusters: Numbers, tried_until: datetime | None
) -> tuple[Sequence[int], Sequence[int]]:
    """Which needs, the earliest first, are fitted to and which are held out; those that read like these are neither.

    Held out are the latest, up to `HELD_OUT` of all that read differently, and none that was before.
    """
    tried = 0 if tried_until is None else sum(at <= tried_until for at in times)
    distinct = count_of(clusters)
    most = distinct - round(distinct * (1 - HELD_OUT))
    held: set[int] = set()
    split = len(times)
    while split > tried and len(held | {int(clusters[split - 1])}) <= most:
        split -= 1
        held.add(int(clusters[split]))
    return [place for place in range(split) if int(clusters[place]) not in held], range(split, len(times))


def count_of(clusters: Numbers) -> int:
    """How many needs there are that read differently."""
    return len(np.unique(clusters))


def count_fresh(times: Sequence[datetime], clusters: Numbers, tried_until: datetime | None) -> int:
    """How many that read differently came after the last that was held out."""
    return count_of(clusters[[tried_until is None or at > tried_until for at in times]])


def mean_of_each(values: Values, clusters: Numbers) -> Values:
    """The mean of each cluster's values, (clusters,), of one value for each need, (n,)."""
    _, which = np.unique(clusters, return_inverse=True)
    return np.asarray(np.bincount(which, values) / np.bincount(which))


def one_sided_p(differences: Values, *, seed: int = 0, draws: int = DRAWS) -> float:
    """How often random signs give a mean at least as high as the one found: (1 + such draws) / (1 + draws)."""
    rng = np.random.default_rng(seed)
    signs = rng.choice(np.array([-1.0, 1.0]), size=(draws, len(differences)))
    return float((1 + (signs @ differences >= differences.sum() - 1e-12).sum()) / (1 + draws))


def interval_of(differences: Values, *, seed: int = 0) -> tuple[float, float]:
    """The 95 % interval of the mean by the bootstrap (B. Efron, Annals of Statistics 7, 1979)."""
    rng = np.random.default_rng(seed)
    drawn = differences[rng.integers(len(differences), size=(_RESAMPLES, len(differences)))].mean(axis=1)
    low, high = np.percentile(drawn, [2.5, 97.5])
    return float(low), float(high)
