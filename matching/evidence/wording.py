"""How much of one text's words another text has, weighed by how much each word tells (frozen idf)."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from matching.lexical.statistics import TermStatistics
from matching.lexical.terms import SINGLE_KEYS, Keys, count_terms

SINGLE_SHARE = 0.35
"""Weight of a single Chinese character against a pair or a word; most Chinese words are two characters."""
_FIRST_PAIR = SINGLE_KEYS
_LAST_HAN = 1 << 16

Terms = dict[int, float]


def terms_of(texts: Sequence[str], statistics: TermStatistics) -> list[Terms]:
    """The distinct terms of each text with their idf (single Chinese characters weigh `SINGLE_SHARE` of theirs)."""
    counted = count_terms(texts)
    weights = _weights(counted.keys, statistics)
    bounds = zip(counted.starts[:-1], counted.starts[1:], strict=True)
    return [dict(zip(counted.keys[a:b].tolist(), weights[a:b].tolist(), strict=True)) for a, b in bounds]


def _weights(keys: Keys, statistics: TermStatistics) -> NDArray[np.float32]:
    single_han = keys < _LAST_HAN
    return statistics.weights(keys) * np.where(single_han, np.float32(SINGLE_SHARE), np.float32(1.0))


def coverage(wanted: Terms, given: Terms) -> float:
    """The share of the weight of `wanted` that `given` has too, in [0, 1]; 0 where nothing is wanted."""
    total = sum(wanted.values())
    return sum(weight for key, weight in wanted.items() if key in given) / total if total else 0.0


def joined(*terms: Terms) -> Terms:
    """All terms of several texts."""
    return {key: weight for one in terms for key, weight in one.items()}
