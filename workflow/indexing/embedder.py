"""The embedder that the settings name; what is wrong with it is told in words."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import Unavailable
from core.settings import Settings

if TYPE_CHECKING:
    from matching.embedding.protocol import Embedder, Vectors


class ChosenEmbedder:
    """A model that somebody chose: a text it cannot read is a failure that people are told about, never noise."""

    def __init__(self, model: "Embedder") -> None:
        self._model = model

    @property
    def name(self) -> str:
        """See `Embedder.name`."""
        return self._model.name

    @property
    def dim(self) -> int:
        """See `Embedder.dim`."""
        return self._model.dim

    def encode(self, texts: Sequence[str]) -> "Vectors":
        """See `Embedder.encode`. Raises Unavailable for a text in a language that the model does not know.

        And where the model gives values that are no numbers.
        """
        import numpy as np

        from matching.embedding.transformer import LanguageNotKnownError

        try:
            rows = self._model.encode(texts)
        except LanguageNotKnownError as error:
            raise Unavailable("embedding_language", model=self.name) from error
        if not np.isfinite(rows).all():
            raise Unavailable("embedding_not_finite", model=self.name)
        return rows


def embedder_of(settings: Settings) -> "Embedder":
    """The built-in model, or the one that was chosen; loaded once a process.

    A folder with our own manifest is read as the built-in model is, any other folder and every name by
    sentence-transformers. Raises Unavailable, caused by a ModelFileError, for a model that is missing or damaged.
    """
    from matching.embedding.model_file import ModelFileError

    try:
        return _embedder(settings.embedding_model)
    except ModelFileError as error:
        raise Unavailable("embedding_model", model=Path(settings.embedding_model).name or "-") from error


@cache
def _embedder(model: str) -> "Embedder":
    if not model:
        from matching.embedding.static import shipped_embedder

        return shipped_embedder()
    from matching.embedding.model_file import ModelFileError

    try:
        return _chosen(model)
    except ModelFileError:
        raise
    except Exception as error:  # of a damaged folder the library and those under it raise whatever comes first
        raise ModelFileError(f"{model}: not a model that can be loaded ({error})") from error


def _chosen(model: str) -> "Embedder":
    from matching.embedding.model_file import MANIFEST

    if (Path(model) / MANIFEST).is_file():
        from matching.embedding.static import StaticEmbedder

        return StaticEmbedder.load(Path(model))
    from matching.embedding.transformer import TransformerEmbedder  # seconds and hundreds of MiB

    return ChosenEmbedder(TransformerEmbedder.load(model))
