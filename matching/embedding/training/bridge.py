"""Where training starts: a row for every token, in one space for both languages.

Two halves side by side. The teacher's half: an English token is the teacher's vector of it; a Chinese token is the sum
of what ridge regression learned for its character 1–3-grams from names in both languages. The company's half: a Chinese
token is its co-occurrence vector; an English token is sent there by a second ridge regression over the same names.
Frequent tokens are weighted down by a / (a + p) (S. Arora, Y. Liang, T. Ma, "A Simple but Tough-to-Beat Baseline for
Sentence Embeddings", ICLR 2017), then the leading axes of the texts' vectors are kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from sklearn.feature_extraction.text import CountVectorizer

from matching.embedding.protocol import Vectors
from matching.embedding.static import unit_rows
from matching.embedding.training.bags import Bagger
from matching.embedding.training.sources import Pairs
from matching.embedding.training.vocabulary import MARK, Vocabulary

SIF = 1e-3
COMPANY_WEIGHT = 0.7
_PIECE_WEIGHT = 0.5  # part of an unknown word says less than a word
_RIDGE = 1.0
_COMPANY_RIDGE = 5.0
_STEPS = 40


@dataclass(frozen=True)
class Kinds:
    """Which rows are which: positions in the vocabulary."""

    chinese: NDArray[np.intp]
    latin: NDArray[np.intp]

    @classmethod
    def of(cls, vocabulary: Vocabulary) -> "Kinds":
        """The kinds of all tokens of `vocabulary`."""
        kinds = np.array([vocabulary.kind(token) for token in vocabulary.tokens])
        latin = np.flatnonzero((kinds == "latin") | (kinds == "piece"))
        return cls(np.flatnonzero(kinds == "chinese"), latin)


def latin_texts(vocabulary: Vocabulary, kinds: Kinds) -> list[str]:
    """What the teacher is asked for each Latin token: the token without its markers."""
    return [vocabulary.tokens[i].strip(MARK) for i in kinds.latin]


def token_weights(vocabulary: Vocabulary) -> NDArray[np.float32]:
    """(vocabulary,) in 0 to 1: a / (a + p) for words, less for pieces, 0 for silent tokens."""
    usual = {"chinese": 1.0, "latin": 1.0, "piece": _PIECE_WEIGHT, "silent": 0.0}
    share = np.exp(np.array(vocabulary.log_probability))
    factor = np.array([usual[vocabulary.kind(token)] for token in vocabulary.tokens])
    return np.asarray(factor * SIF / (SIF + share), dtype=np.float32)


def starting_rows(
    vocabulary: Vocabulary,
    bagger: Bagger,
    names: Pairs,
    name_vectors: Vectors,
    latin_vectors: Vectors,
    company: NDArray[np.float32],
) -> NDArray[np.float32]:
    """(vocabulary, teacher's dim + company's dim) float32, weighted.

    `name_vectors` are the teacher's of the English of `names`, `latin_vectors` of the Latin tokens, `company` the
    co-occurrence vectors of all tokens (zero where a token does not occur).
    """
    kinds, weights = Kinds.of(vocabulary), token_weights(vocabulary)
    wanted = unit_rows(name_vectors - name_vectors.mean(axis=0)) if len(names) else name_vectors
    taught = np.zeros((len(vocabulary.tokens), latin_vectors.shape[1]), dtype=np.float32)
    taught[kinds.latin] = unit_rows(latin_vectors - latin_vectors.mean(axis=0))
    taught[kinds.chinese] = _from_characters(names, wanted, [vocabulary.tokens[i] for i in kinds.chinese])
    seen = _company_rows(bagger, kinds, names, wanted, taught, company, weights)
    return np.hstack([taught, COMPANY_WEIGHT * seen]) * weights[:, None]


def leading_axes(rows: NDArray[np.float32], samples: Sequence[csr_array], dim: int) -> NDArray[np.float32]:
    """`rows` in the `dim` axes along which the unit vectors of the texts in `samples` spread most.

    Each sample (one kind of text) counts the same, however many texts it has. Axes beyond the rank are zero.
    """
    spread = np.zeros((rows.shape[1], rows.shape[1]))
    for sample in (s for s in samples if s.shape[0]):
        vectors = unit_rows(sample @ rows).astype(np.float64)
        spread += vectors.T @ vectors / sample.shape[0]
    _, axes = np.linalg.eigh(spread)
    reduced = rows @ axes[:, ::-1][:, :dim].astype(np.float32)
    return np.pad(reduced, ((0, 0), (0, dim - reduced.shape[1])))


def ridge(
    features: csr_array, targets: NDArray[np.float32], penalty: float, steps: int = _STEPS
) -> NDArray[np.float32]:
    """W minimising |features·W - targets|² + penalty·|W|², by conjugate gradients, all columns at once."""
    transposed = features.T.tocsr()
    residual: NDArray[np.float32] = transposed @ targets
    weights = np.zeros_like(residual)
    direction = residual.copy()
    energy = (residual**2).sum(axis=0)
    for _ in range(steps):
        image = transposed @ (features @ direction) + penalty * direction
        length = energy / np.maximum((direction * image).sum(axis=0), 1e-20)
        weights += length * direction
        residual -= length * image
        energy, before = (residual**2).sum(axis=0), energy
        direction = residual + energy / np.maximum(before, 1e-20) * direction
    return weights


def _from_characters(names: Pairs, wanted: Vectors, tokens: list[str]) -> NDArray[np.float32]:
    """Sums of what was learned for each token's character 1–3-grams, scaled to a root mean square length of 1."""
    if not names:
        return np.zeros((len(tokens), wanted.shape[1]), dtype=np.float32)
    grams = CountVectorizer(analyzer="char", ngram_range=(1, 3), binary=True, dtype=np.float32)
    learned = ridge(csr_array(grams.fit_transform([chinese for chinese, _ in names])), wanted, _RIDGE)
    rows = csr_array(grams.transform(tokens)) @ learned
    return np.asarray(rows / max(float(np.sqrt((rows**2).sum(axis=1).mean())), 1e-12), dtype=np.float32)


def _company_rows(
    bagger: Bagger,
    kinds: Kinds,
    names: Pairs,
    wanted: Vectors,
    taught: NDArray[np.float32],
    company: NDArray[np.float32],
    weights: NDArray[np.float32],
) -> NDArray[np.float32]:
    """Unit rows: co-occurrence for the Chinese tokens that occur, the image of the teacher's half for all others."""
    occurs = np.zeros(len(company), dtype=bool)
    occurs[kinds.chinese] = company[kinds.chinese].any(axis=1)
    if not occurs.any():
        return np.zeros_like(company)
    own = unit_rows((company - company[occurs].mean(axis=0)) * occurs[:, None])
    if not names:
        return own
    targets = unit_rows(bagger.bags([chinese for chinese, _ in names]) @ (own * weights[:, None]))
    square = wanted.T @ wanted + _COMPANY_RIDGE * np.eye(wanted.shape[1], dtype=np.float32)
    image = np.linalg.solve(square, wanted.T @ targets)
    return np.where(occurs[:, None], own, unit_rows(taught @ image)).astype(np.float32)
