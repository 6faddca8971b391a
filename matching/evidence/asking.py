"""What a need asks, read once for all suppliers."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Final

import numpy as np

from matching.embedding.protocol import Vectors
from matching.evidence.asked import Asked
from matching.evidence.exact import Numbers, even_rows
from matching.evidence.reading import Reader
from matching.evidence.segments import Places, Terms, Vocabulary, joined_terms, telling, terms_of
from matching.evidence.types import Requirement
from matching.lexical.terms import Keys

CONTEXT: Final = 400
"""So many characters of a need tell what it is about."""


@dataclass(frozen=True, slots=True, eq=False)
class WantedTerms:
    """The distinct terms of n asked texts, ascending, `weighed` (n, terms) in each, and their sums by text."""

    keys: Keys
    weighed: Numbers
    totals: Numbers


@dataclass(frozen=True, slots=True, eq=False)
class WantedWords:
    """The v distinct words of the subjects, of the names of demanded figures and of the need.

    `rows` (v, dim) are their vectors, `subjects` and `names` (r, v) their weights in each of these texts; `of_texts[i]`
    are the words of subject i, the last ones those of the need, `heads` the last word of each name.
    """

    rows: Vectors
    subjects: Numbers
    names: Numbers
    of_texts: tuple[Places, ...]
    heads: Places


@dataclass(frozen=True, slots=True, eq=False)
class Asking:
    """A need and its r requirements. `terms` are of the subjects, the names of the demanded figures and the need.

    `vectors` has a row a requirement and the need's last.
    """

    need: str
    asked: tuple[Asked, ...]
    terms: WantedTerms
    words: WantedWords
    vectors: Vectors


@lru_cache(maxsize=64)
def asking_of(need: str, requirements: tuple[Requirement, ...], reader: Reader) -> Asking:
    """`requirements` of `need` as they are looked for."""
    asked = tuple(reader.asked.of(requirements))
    terms = joined_terms([*(one.terms for one in asked), terms_of([need[:CONTEXT]], reader.statistics)])
    vectors = [*(one.vector for one in asked), even_rows(reader.embedder.encode([need]))]
    return Asking(need, asked, _wanted_terms(terms), _wanted_words(need, asked, reader), np.concatenate(vectors))


def _wanted_terms(terms: Terms) -> WantedTerms:
    """Of terms whose texts are subject and name of each requirement, and the need."""
    keys, at = np.unique(terms.keys, return_inverse=True)
    size = len(terms.totals)
    order = [*range(0, size - 1, 2), *range(1, size, 2), size - 1]
    weighed = np.zeros((size, len(keys)))
    weighed[terms.rows, at[terms.at]] = terms.weights[terms.at]
    return WantedTerms(keys, weighed[order], terms.totals[order])


def _wanted_words(need: str, asked: Sequence[Asked], reader: Reader) -> WantedWords:
    said = [*(one.subject for one in asked), *(one.name for one in asked), telling(need[:CONTEXT])]
    distinct = list(dict.fromkeys(chain.from_iterable(said)))
    rows, weights, where = reader.words.look_up([Vocabulary(distinct)])
    numbers = dict(zip(distinct, where.tolist(), strict=True))
    places = [np.array([numbers[word] for word in one], dtype=np.intp) for one in said]
    shares = _weights_in(places[:-1], weights)
    size = len(asked)
    heads = np.array([own[-1] for own in places[size:-1]])
    return WantedWords(rows, shares[:size], shares[size:], (*places[:size], places[-1]), heads)


def _weights_in(texts: Sequence[Places], weights: Numbers) -> Numbers:
    """The weight that each word has in each text, (texts, words): its own as often as it comes."""
    at, rows = np.concatenate(texts), np.repeat(np.arange(len(texts)), [len(text) for text in texts])
    size = len(texts) * len(weights)
    shares = np.bincount(rows * len(weights) + at, weights[at], size).astype(np.float64)
    return shares.reshape(len(texts), len(weights))
