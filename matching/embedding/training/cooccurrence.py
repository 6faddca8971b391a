"""What a token means by the company it keeps: positive pointwise mutual information, reduced by SVD.

Source: O. Levy, Y. Goldberg, I. Dagan, "Improving Distributional Similarity with Lessons Learned from Word
Embeddings", TACL 3 (2015): context distribution smoothing 0.75, singular values to the power ½.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from sklearn.utils.extmath import randomized_svd

WINDOW = 6
SMOOTHING = 0.75
_GAP = -1


def cooccurrences(sequences: Sequence[NDArray[np.int32]], size: int, window: int = WINDOW) -> csr_array:
    """How often two tokens stand at most `window` tokens apart in one text: symmetric, (size, size) float32."""
    gap = np.full(window, _GAP, dtype=np.int32)
    line = np.concatenate([part for sequence in sequences for part in (sequence, gap)] or [gap])
    counts = csr_array((size, size), dtype=np.float32)
    for distance in range(1, window + 1):
        left, right = line[:-distance], line[distance:]
        inside = (left != _GAP) & (right != _GAP)
        ones = np.ones(int(inside.sum()), dtype=np.float32)
        counts = counts + coo_array((ones, (left[inside], right[inside])), shape=(size, size)).tocsr()
    return csr_array(counts + counts.T)


def ppmi(counts: csr_array, smoothing: float = SMOOTHING) -> csr_array:
    """max(0, log p(a, b) / (p(a) p_s(b))) for every pair seen, p_s ∝ count ** smoothing; same shape, float32."""
    rows = np.asarray(counts.sum(axis=1)).ravel()
    contexts = rows**smoothing
    contexts /= max(contexts.sum(), 1e-12)
    pairs = counts.tocoo()
    row, column = pairs.coords
    information = np.log(pairs.data / (rows[row] * contexts[column]))
    kept = information > 0
    values = information[kept].astype(np.float32)
    return csr_array((values, (row[kept], column[kept])), shape=counts.shape)


def company_vectors(sequences: Sequence[NDArray[np.int32]], size: int, dim: int, seed: int) -> NDArray[np.float32]:
    """(size, dim) float32: U·√S of the PPMI matrix; zero rows for tokens that never occur."""
    information = ppmi(cooccurrences(sequences, size))
    left, singular, _ = randomized_svd(information, dim, n_iter=3, random_state=seed)
    return np.asarray(left * np.sqrt(singular), dtype=np.float32)
