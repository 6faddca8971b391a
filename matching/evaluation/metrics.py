"""The figures by which rankings are compared. Scores and levels are (n,) of one need; higher is better in both."""

from collections.abc import Collection
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

Values = NDArray[np.float64]

RELEVANT: Final = 3.0
"""Level from which a pair is worth introducing."""
FEWEST_JUDGED: Final = 5
"""Needs with fewer judged items say nothing about an order."""


def is_rankable(levels: Values) -> bool:
    """Whether an order of these can be told good from bad: enough judged, one relevant, not all alike."""
    return len(levels) >= FEWEST_JUDGED and bool(levels.max() >= RELEVANT) and len(np.unique(levels)) > 1


def ndcg(scores: Values, levels: Values, k: int = 10) -> float:
    """Normalised discounted cumulative gain of the first k, in [0, 1].

    sum_i gain_i / log2(i + 1) over ranks 1 … k, divided by the same of the best order; gain = 2^(level - 1) - 1.
    Tied scores share the mean gain of their block (the expectation over all orders of it), so ties gain nothing.
    K. Järvelin and J. Kekäläinen, "Cumulated gain-based evaluation of IR techniques", ACM TOIS 20(4), 2002; gain after
    C. Burges et al., ICML 2005; ties after F. McSherry and M. Najork, ECIR 2008.

    Raises:
        ValueError: nothing to rank, or every gain is 0.

    """
    gains = 2.0 ** (levels - 1.0) - 1.0
    if not len(gains) or gains.max() <= 0:
        raise ValueError("nDCG needs at least one item with a gain")
    depth = min(k, len(gains))
    discounts = 1.0 / np.log2(np.arange(2, depth + 2))
    ideal = np.sort(gains)[::-1][:depth] @ discounts
    return float(_expected_gains(scores, gains)[:depth] @ discounts / ideal)


def reciprocal_rank(scores: Values, relevant: Collection[int]) -> float:
    """1 / rank of the best-scored of the positions `relevant`; ties count against it. 0 if there is none.

    The mean over needs is MRR (E. Voorhees, TREC-8 question answering track report, 1999).
    """
    if not relevant:
        return 0.0
    best = scores[list(relevant)].max()
    others = np.delete(scores, list(relevant))
    return float(1.0 / (1 + (others >= best).sum()))


def recall(scores: Values, relevant: Collection[int], k: int = 50) -> float:
    """The share of the positions `relevant` among the k best scores of the pool, in [0, 1].

    Ties at the edge are broken by position, as a list that is shown would have to.

    Raises:
        ValueError: nothing is relevant.

    """
    if not relevant:
        raise ValueError("recall needs at least one relevant item")
    top = np.argsort(-scores, kind="stable")[:k]
    return float(np.isin(list(relevant), top).mean())


def spearman(scores: Values, levels: Values) -> float:
    """Spearman's rank correlation in [-1, 1]: Pearson's of the ranks, tied values sharing their mean rank.

    NaN where either side is constant or has fewer than two values. C. Spearman, Am. J. Psychology 15(1), 1904.
    """
    if len(scores) < 2:
        return float("nan")
    a, b = (rankdata(values) - (len(values) + 1) / 2 for values in (scores, levels))
    spread = np.sqrt((a @ a) * (b @ b))
    return float(a @ b / spread) if spread > 0 else float("nan")


def _expected_gains(scores: Values, gains: Values) -> Values:
    """Gains in descending order of score, each replaced by the mean over the items tied with it."""
    _, block = np.unique(-scores, return_inverse=True)
    means = np.bincount(block, gains) / np.bincount(block)
    return np.asarray(means[np.sort(block)])
