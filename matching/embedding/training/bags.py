"""Texts as counts of their meaningful tokens: the sparse half of every product in training."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from tokenizers import Tokenizer

from matching.embedding.static import token_counts
from matching.embedding.training.vocabulary import Vocabulary


@dataclass(frozen=True)
class Bagger:
    """Cuts texts with the model's own tokenizer and drops the tokens whose rows stay zero."""

    tokenizer: Tokenizer
    silent: NDArray[np.bool_]

    @classmethod
    def over(cls, vocabulary: Vocabulary) -> "Bagger":
        """The bagger of a vocabulary's own tokenizer."""
        silent = np.array([vocabulary.kind(token) == "silent" for token in vocabulary.tokens])
        return cls(vocabulary.tokenizer(), silent)

    def bags(self, texts: Sequence[str]) -> csr_array:
        """Counts of meaningful tokens, float32 of shape (len(texts), vocabulary)."""
        counts = token_counts(self.tokenizer, texts)
        counts.data[self.silent[counts.indices]] = 0
        counts.sum_duplicates()
        counts.eliminate_zeros()
        return counts

    def sequences(self, texts: Sequence[str]) -> list[NDArray[np.int32]]:
        """The ids of each text's tokens in order, silent ones left out."""
        encodings = self.tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        ids = (np.array(encoding.ids, dtype=np.int32) for encoding in encodings)
        return [row[~self.silent[row]] for row in ids]
