"""The embedder that the settings name."""

from functools import cache
from typing import TYPE_CHECKING

from core.settings import Settings

if TYPE_CHECKING:
    from matching.embedding.protocol import Embedder


def embedder_of(settings: Settings) -> "Embedder":
    """The built-in model, or the sentence-transformers model that was chosen; loaded once a process.

    Raises ValueError for a model that is missing or damaged.
    """
    return _embedder(settings.embedding_model)


@cache
def _embedder(model: str) -> "Embedder":
    if not model:
        from matching.embedding.static import shipped_embedder

        return shipped_embedder()
    from matching.embedding.transformer import TransformerEmbedder  # seconds and hundreds of MiB

    return TransformerEmbedder.load(model)
