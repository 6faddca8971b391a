"""Moving to another embedding model, or mending an index: vectors first, a batch at a time, then the cached index."""

import shutil
from collections.abc import Callable
from pathlib import Path

from core.clock import now
from core.database import Database
from matching.embedding.protocol import Embedder
from workflow.indexing import SearchIndex, write_missing_vectors
from workflow.indexing.vectors import count_missing_vectors


def rebuild_index(database: Database, embedder: Embedder, folder: Path, *, progress: Callable[[int, int], None]) -> int:
    """Every current capability has a vector of `embedder`, and `folder` a fresh index of them; how many they are.

    Each batch is a transaction of its own, so that an interruption loses little and nobody waits for the whole; until
    the end, servers go on answering from what they have.
    """
    with database.reading() as session:
        total = count_missing_vectors(session, embedder=embedder)
    done = 0
    while done < total:
        with database.writing() as session:
            written = write_missing_vectors(session, embedder=embedder, now=now())
        if not written:  # what was missing has been archived meanwhile
            break
        done += written
        progress(done, max(done, total))
    shutil.rmtree(folder, ignore_errors=True)
    index = SearchIndex(embedder, folder=folder)
    with database.reading() as reading:
        index.refresh(reading)
        index.save(reading)
        return len(index.ids())
