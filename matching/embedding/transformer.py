"""Any sentence-transformers model that is already on this machine, for those who choose one. Nothing is downloaded.

An English-only model turns Chinese into unknown tokens, so that unrelated Chinese texts look alike and a ranking by it
is noise. That is found out when the model is loaded, and such a model refuses Chinese text instead of answering.
"""

import hashlib
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.language.script import han_share
from matching.embedding.model_file import WEIGHTS, ModelFileError, checksum
from matching.embedding.protocol import Vectors

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

CHINESE_TEXT = 0.2  # share of Chinese among the letters, from which a text is one that an English model cannot read
UNKNOWN_MOST = 0.2  # share of unknown tokens in Chinese probes, above which a model does not know Chinese
SAME = 0.99  # similarity of two unrelated probes, above which the model does not tell them apart
_PROBES = (
    "滚动轴承故障诊断",
    "水稻抗旱育种",
    "锂离子电池正极材料",
    "污水脱氮除磷工艺",
    "铝合金搅拌摩擦焊",
    "肝癌早期筛查试剂",
    "桥梁健康监测",
    "卫星遥感影像解译",
)
_BATCH = 64
_DECIDING = frozenset({".safetensors", ".bin", ".json", ".txt", ".model", ".spm"})
"""Endings of files that decide a vector; two models may share their weights and differ in how these are pooled."""
_NAME_MOST = 60
_DIGEST_SHOWN = 8


class LanguageNotKnownError(ValueError):
    """A text in a language that the model cannot read."""


class TransformerEmbedder:
    """A sentence-transformers model on the processor; `knows_chinese` says whether it may be given Chinese text."""

    def __init__(self, name: str, model: "SentenceTransformer") -> None:
        self._name = name
        self._model = model
        self.knows_chinese = _knows_chinese(model)

    @classmethod
    def load(cls, model: str | Path) -> "TransformerEmbedder":
        """The model in the folder `model`, or the copy of the named model in the Hugging Face cache.

        Raises:
            ModelFileError: there is neither such a folder nor such a copy, or it cannot be read.

        """
        folder = _local_folder(model)
        name = f"{Path(model).name[:_NAME_MOST]}-{_digest(folder)[:_DIGEST_SHOWN]}"
        from sentence_transformers import SentenceTransformer
        from transformers.utils.logging import disable_progress_bar

        disable_progress_bar()  # type: ignore[no-untyped-call]  # the library types it not
        try:
            loaded = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
        except (OSError, ValueError, KeyError) as error:
            raise ModelFileError(f"{folder}: not a sentence-transformers model ({error})") from error
        return cls(name, loaded)

    @property
    def name(self) -> str:
        """Changes with every file that decides a vector. See `Embedder.name`."""
        return self._name

    @property
    def dim(self) -> int:
        """The length of every vector."""
        return int(self._model.get_embedding_dimension() or 0)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit rows (len(texts), dim) float32; zero for a blank text. See `Embedder.encode`.

        Raises:
            LanguageNotKnownError: a text is Chinese and the model does not know Chinese.

        """
        if not self.knows_chinese and (chinese := next(filter(_is_chinese, texts), None)) is not None:
            raise LanguageNotKnownError(f"{self.name} does not know Chinese and cannot read {chinese[:20]!r}")
        rows = np.zeros((len(texts), self.dim), dtype=np.float32)
        written = [i for i, text in enumerate(texts) if text.strip()]
        if written:
            rows[written] = _encode(self._model, [texts[i] for i in written])
        return rows


def _local_folder(model: str | Path) -> Path:
    if Path(model).is_dir():
        return Path(model)
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(str(model), local_files_only=True))
    except (LocalEntryNotFoundError, HFValidationError, HfHubHTTPError) as error:
        hint = "" if Path(model).is_absolute() else f" (`hf download {model}` puts it there, if that is its name)"
        raise ModelFileError(
            f"{model}: neither a folder nor a model in the local cache; nothing is downloaded{hint}"
        ) from error


def _digest(folder: Path) -> str:
    """The checksum of names and contents of all files but papers about it: weights, tokenizer, pooling, layers.

    Raises:
        ModelFileError: the folder holds no weights.

    """
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix in _DECIDING)
    if not any(path.name == WEIGHTS or path.suffix == ".bin" for path in files):
        raise ModelFileError(f"{folder}: no {WEIGHTS} in it")
    lines = [f"{path.relative_to(folder).as_posix()} {checksum(path)}" for path in files]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _encode(model: "SentenceTransformer", texts: list[str]) -> Vectors:
    rows = model.encode(
        texts, batch_size=_BATCH, normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False
    )
    return np.asarray(rows, dtype=np.float32)


def _is_chinese(text: str) -> bool:
    return han_share(text) >= CHINESE_TEXT


def _knows_chinese(model: "SentenceTransformer") -> bool:
    return _unknown_share(model) <= UNKNOWN_MOST and _likeness(_encode(model, list(_PROBES))) < SAME


def _unknown_share(model: "SentenceTransformer") -> float:
    unknown = getattr(model.tokenizer, "unk_token_id", None)
    if unknown is None:
        return 0.0
    ids = list(chain.from_iterable(model.tokenizer(list(_PROBES), add_special_tokens=False)["input_ids"]))
    return ids.count(unknown) / max(1, len(ids))


def _likeness(vectors: Vectors) -> float:
    """The highest similarity between two different rows."""
    similarity = vectors @ vectors.T
    np.fill_diagonal(similarity, -1.0)
    return float(similarity.max())
