"""Folds that keep near-identical needs together, so that no need is judged by its own twin."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components
from sklearn.feature_extraction.text import TfidfVectorizer

from matching.types import Query

TWINS: Final = 0.5
"""Cosine of TF-IDF over pairs and triples of characters from which two needs are near-identical. On the judged needs
of the reference data every value from 0.4 to 0.8 gives the same 128 clusters of 138 needs."""

Numbers = NDArray[np.int64]


def clusters_of(needs: Sequence[Query]) -> Numbers:
    """The cluster of each need, (n,), numbered from 0: connected through near-identical texts."""
    texts = [f"{need.title} {need.text}" for need in needs]
    try:
        rows = TfidfVectorizer(analyzer="char", ngram_range=(2, 3), sublinear_tf=True).fit_transform(texts)
    except ValueError:  # no text has two characters
        return np.arange(len(needs))
    return np.asarray(connected_components((rows @ rows.T) > TWINS, directed=False)[1], dtype=np.int64)


def folds_of(clusters: Numbers, count: int, seed: int) -> Numbers:
    """The fold of each need, (n,): clusters are shuffled and dealt out, so folds differ by one cluster at most.

    Raises:
        ValueError: there are fewer clusters than folds.

    """
    distinct = np.unique(clusters)
    if len(distinct) < count:
        raise ValueError(f"{len(distinct)} clusters of needs are too few for {count} folds")
    shuffled = np.random.default_rng(seed).permutation(distinct)
    fold = np.empty(len(distinct), dtype=np.int64)
    fold[np.searchsorted(distinct, shuffled)] = np.arange(len(distinct)) % count
    return fold[np.searchsorted(distinct, clusters)]
