"""Every vector the present model lacks is written, and the cached index is made anew."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from core.database import Database
from workflow.indexing import SearchIndex, write_missing_vectors
from workflow.indexing.vectors import count_missing_vectors

if TYPE_CHECKING:
    from matching.embedding.protocol import Embedder

_AT_ONCE = 500


def rebuild(
    database: Database,
    embedder: "Embedder",
    *,
    folder: Path | None,
    now: datetime,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> int:
    """How many capabilities the index holds. Batches are committed one by one, so a stop in between loses little."""
    with database.reading() as session:
        missing = count_missing_vectors(session, embedder=embedder)
    done, written = 0, 1
    while written:
        with database.writing() as session:
            written = write_missing_vectors(session, embedder=embedder, now=now, limit=_AT_ONCE)
        done += written
        progress(done, max(missing, done))
    index = SearchIndex(embedder)
    with database.reading() as session:
        index.refresh(session)
        index.engine.compact()
        index.folder = folder
        index.save(session)
    return len(index.ids())
