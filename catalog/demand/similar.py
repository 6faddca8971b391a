"""Which texts are alike: cosine of TF-IDF over single Chinese characters and words of other scripts, pure.

Single characters carry most of the meaning of a Chinese technical text and beat words on real needs; single letters of
an English one carry none, so there it is words. Title and full
text are compared separately and added up, because a title says in ten characters what a text says in a thousand.
"""

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from core.language.normalise import clean

Similarities = NDArray[np.float64]
_UNIT = re.compile(r"[a-z\u00c0-\u024f\u0400-\u04ff]+|\d+|[^\W\d_]")


def similarities(wanted: tuple[str, str], others: Sequence[tuple[str, str]]) -> Similarities:
    """How alike each of `others` (title, text) is to `wanted`: shape (len(others),), 0 (nothing shared) to 1 (same).

    The weights are those of the texts given here and of nothing else, so the result tells only of these. A pair of
    empty texts counts as 0.
    """
    pairs = [wanted, *others]
    by_title = _to_first([title for title, _ in pairs])
    by_text = _to_first([f"{title}\n{text}" for title, text in pairs])
    return (by_title + by_text) / 2


def _to_first(texts: Sequence[str]) -> Similarities:
    rows = _weighted(_counts(texts))
    product: Similarities = (rows[1:] @ rows[[0]].T).toarray().ravel()
    return np.clip(product, 0.0, 1.0)


def _counts(texts: Sequence[str]) -> csr_array:
    """How often each unit is in each text: float64 of shape (len(texts), units seen)."""
    found = [np.unique(_units(text), return_counts=True) for text in texts]
    units, columns = np.unique(np.concatenate([u for u, _ in found]), return_inverse=True)
    counts = np.concatenate([n for _, n in found]).astype(np.float64)
    ends = np.cumsum([0, *(len(u) for u, _ in found)])
    return csr_array((counts, columns, ends), shape=(len(texts), len(units)))


def _units(text: str) -> NDArray[np.str_]:
    return np.array(_UNIT.findall(clean(text)), dtype=np.str_)


def _weighted(counts: csr_array) -> csr_array:
    """Rows of length 1 (or 0): (1 + ln count) · (1 + ln((1 + n) / (1 + document frequency)))."""
    n = counts.shape[0]
    frequency = np.bincount(counts.indices, minlength=counts.shape[1])
    inverse = 1 + np.log((1 + n) / (1 + frequency))
    weights = csr_array(
        ((1 + np.log(counts.data)) * inverse[counts.indices], counts.indices, counts.indptr), counts.shape
    )
    lengths = np.sqrt(weights.multiply(weights).sum(axis=1))
    scale = np.divide(1.0, lengths, out=np.zeros_like(lengths), where=lengths > 0)
    return csr_array(
        (weights.data * np.repeat(scale, np.diff(weights.indptr)), weights.indices, weights.indptr), weights.shape
    )
