"""The built-in bilingual model: one vector a token, a text is the mean of its tokens'.

Reads sentence-transformers' StaticEmbedding + Normalize folder without that library (importing it costs seconds and
hundreds of MiB): tokenizers cuts, a sparse count matrix times the rows adds up. The two agree to 1e-6.
"""

import re
from collections.abc import Sequence
from functools import cache
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load as load_tensors
from scipy.sparse import csr_array
from tokenizers import Tokenizer

from matching.embedding.model_file import (
    TOKENIZER,
    WEIGHTS,
    WEIGHTS_KEY,
    Manifest,
    ModelFileError,
    read_manifest,
    verify,
)
from matching.embedding.protocol import Vectors

SHIPPED = Path(__file__).parent / "model"
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
"""Control, zero-width, direction and variation characters; white space stays."""
_CHUNK = 8192  # texts tokenised at a time: bounds memory, long enough to use all cores


class StaticEmbedder:
    """A tokenizer and a table of vectors, (tokens, dim) float32."""

    def __init__(self, name: str, tokenizer: Tokenizer, rows: Vectors) -> None:
        self._name = name
        self._tokenizer = tokenizer
        self._rows = rows

    @classmethod
    def load(cls, folder: Path) -> "StaticEmbedder":
        """The model in `folder`, checked against its manifest.

        Raises:
            ModelFileError: a file is missing, damaged, or of another shape than the manifest says.

        """
        manifest = read_manifest(folder)
        verify(folder, manifest)
        tokenizer = _read_tokenizer(folder / TOKENIZER)
        rows = _read_rows(folder / WEIGHTS, manifest, tokenizer.get_vocab_size())
        return cls(manifest.full_name, tokenizer, rows)

    @property
    def name(self) -> str:
        """Changes with the weights. See `Embedder.name`."""
        return self._name

    @property
    def dim(self) -> int:
        """The length of every vector."""
        return int(self._rows.shape[1])

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit rows (len(texts), dim) float32; zero where no token of the text is known. See `Embedder.encode`."""
        out = np.zeros((len(texts), self.dim), dtype=np.float32)
        for start in range(0, len(texts), _CHUNK):
            counts = token_counts(self._tokenizer, texts[start : start + _CHUNK])
            out[start : start + _CHUNK] = unit_rows(counts @ self._rows)
        return out


def token_counts(tokenizer: Tokenizer, texts: Sequence[str]) -> csr_array:
    """How often each token is in each text: float32 of shape (len(texts), vocabulary)."""
    readable = [_readable(text) for text in texts]
    ids = [encoding.ids for encoding in tokenizer.encode_batch_fast(readable, add_special_tokens=False)]
    ends = np.cumsum([0, *map(len, ids)], dtype=np.int64)
    columns = np.fromiter(chain.from_iterable(ids), dtype=np.int64, count=int(ends[-1]))
    ones = np.ones(len(columns), dtype=np.float32)
    return csr_array((ones, columns, ends), shape=(len(ids), tokenizer.get_vocab_size()))


def _readable(text: str) -> str:
    """`text` without what nobody sees, which would cut a word in two; lone surrogates become "?"."""
    return _UNSEEN.sub("", text).encode("utf-8", "replace").decode("utf-8")


def unit_rows(rows: NDArray[np.float32]) -> Vectors:
    """Each row divided by its length; a zero row stays zero."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(lengths, 1e-12), dtype=np.float32)


@cache
def shipped_embedder() -> StaticEmbedder:
    """The model that comes with the package, loaded once a process."""
    return StaticEmbedder.load(SHIPPED)


def _read_tokenizer(path: Path) -> Tokenizer:
    try:
        return Tokenizer.from_file(str(path))
    except Exception as error:  # tokenizers raises bare Exception for a file it cannot read
        raise ModelFileError(f"{path}: not a tokenizer ({error})") from error


def _read_rows(path: Path, manifest: Manifest, vocabulary: int) -> Vectors:
    try:
        rows = load_tensors(path.read_bytes())[WEIGHTS_KEY]
    except (SafetensorError, KeyError) as error:
        raise ModelFileError(f"{path}: no tensor {WEIGHTS_KEY!r} in it ({error})") from error
    if rows.shape != (vocabulary, manifest.dim):
        raise ModelFileError(f"{path}: shape {rows.shape}, expected {(vocabulary, manifest.dim)}")
    if not np.isfinite(rows).all():
        raise ModelFileError(f"{path}: a value that is not finite")
    return rows.astype(np.float32)
