"""What is looked for, as weights of terms."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.lexical.statistics import TermStatistics
from matching.lexical.terms import FIRST_WORD_KEY, SINGLE_KEYS, Keys, TermCounts, count_terms

TITLE_WEIGHT = 0.5
"""The title alone against title and text together (weight 1). Judged needs like 0.5 to 1, abstracts 0 to 0.5."""
LEAST_PAIR_IDF = 2.5
"""Pairs and words in more than 8 % of texts are passed over among pairs: most of the work, and nothing gained by it."""
MOST_PAIRS = 512
"""Of a longer query only its heaviest pairs are looked up; a need of 700 characters has about 450."""

LOG_COUNT: NDArray[np.float32] = np.concatenate([[0.0], 1.0 + np.log(np.arange(1, 256))]).astype(np.float32)
"""1 + ln(count) by count; 0 for 0."""


@dataclass(frozen=True, slots=True, eq=False)
class QueryTerms:
    """Weights to be summed over a document's terms: keys ascending, float32 weights with both idfs multiplied in.

    sum over t of weight(t) · (1 + ln count(t)) / length(document) is the mean of the cosine with the title and the
    cosine with the whole query, TITLE_WEIGHT to 1, in [0, 1].
    """

    character_keys: Keys
    character_weights: NDArray[np.float32]
    pair_keys: Keys
    pair_weights: NDArray[np.float32]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to look for: no letter and no digit in the query."""
        return not len(self.character_keys)


def query_terms(title: str, text: str, statistics: TermStatistics) -> QueryTerms:
    """The weights of a query's terms. The whole query is its title twice and its text once."""
    return batch_query_terms([(title, text)], statistics)[0]


def batch_query_terms(queries: list[tuple[str, str]], statistics: TermStatistics) -> list[QueryTerms]:
    """`query_terms` of each (title, text), counted together."""
    counted = count_terms([title for title, _ in queries] + [f"{title} {title} {text}" for title, text in queries])
    return [_weighed(counted, i, i + len(queries), statistics) for i in range(len(queries))]


def _weighed(counted: TermCounts, title: int, whole: int, statistics: TermStatistics) -> QueryTerms:
    keys, counts = _entries(counted, whole)
    title_keys, title_counts = _entries(counted, title)
    idf = statistics.weights(keys)
    both = np.zeros((2, len(keys)), dtype=np.float32)
    both[0, np.searchsorted(keys, title_keys)] = LOG_COUNT[title_counts]  # every term of the title is in the whole
    both[1] = LOG_COUNT[counts]
    singles, pairs = keys < SINGLE_KEYS, (keys >= FIRST_WORD_KEY) & (idf >= LEAST_PAIR_IDF)
    characters = _mean_direction(both[:, singles], idf[singles])
    pair_keys, pair_weights = _heaviest(keys[pairs], _mean_direction(both[:, pairs], idf[pairs]))
    return QueryTerms(keys[singles], characters, pair_keys, pair_weights)


def _entries(counted: TermCounts, row: int) -> tuple[Keys, NDArray[np.uint8]]:
    of_row = slice(int(counted.starts[row]), int(counted.starts[row + 1]))
    return counted.keys[of_row], counted.counts[of_row]


def _mean_direction(log_counts: NDArray[np.float32], idf: NDArray[np.float32]) -> NDArray[np.float32]:
    """The weighted mean of the two unit vectors, times idf once more (the document's side)."""
    vectors = log_counts * idf
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    units = vectors / np.where(lengths > 0, lengths, 1.0)
    return np.asarray((TITLE_WEIGHT * units[0] + units[1]) / (TITLE_WEIGHT + 1.0) * idf, dtype=np.float32)


def _heaviest(keys: Keys, weights: NDArray[np.float32]) -> tuple[Keys, NDArray[np.float32]]:
    if len(keys) <= MOST_PAIRS:
        return keys, weights
    kept = np.sort(np.argpartition(-weights, MOST_PAIRS)[:MOST_PAIRS])
    return keys[kept], weights[kept]
