"""The English teacher: a small transformer whose sentence vectors the model learns to imitate."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from matching.embedding.protocol import Vectors
from matching.embedding.static import unit_rows
from matching.embedding.transformer import TransformerEmbedder

_VOCABULARY = "vocab.txt"


class Teacher:
    """Any English sentence-transformers model in a folder with a WordPiece `vocab.txt` ordered by frequency."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._model = TransformerEmbedder.load(folder)

    @property
    def dim(self) -> int:
        """The length of its vectors."""
        return self._model.dim

    def words(self) -> list[str]:
        """Its vocabulary, most frequent words first after the special tokens and characters."""
        return (self._folder / _VOCABULARY).read_text(encoding="utf-8").split("\n")

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit rows, (len(texts), dim) float32."""
        if not texts:
            return np.zeros((0, self.dim), dtype=np.float32)
        return unit_rows(self._model.encode(texts))
