"""From one model's vectors to another's, while every process goes on answering with those it has.

What lacks a vector of the given model is read outside any transaction and stored in small ones: nobody waits for the
model, and a stop in between loses one batch. Vectors of other models stay as they are, so nothing is switched by this;
a process uses the model it was started with, all of it.
"""

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from core.database import Database
from workflow.indexing import SearchIndex, compare_index
from workflow.indexing.search_index import folder_name
from workflow.indexing.vectors import (
    count_by_model,
    count_current,
    forget_other_models,
    forget_vectors,
    read_missing,
    store_missing,
    vectors_of,
)

if TYPE_CHECKING:
    from matching.embedding.protocol import Embedder

_AT_ONCE = 200
_DROPPED_AT_ONCE = 5_000
Progress = Callable[[int, int], None]


def rebuild(
    database: Database,
    embedder: "Embedder",
    *,
    folder: Path | None,
    now: datetime,
    progress: Progress = lambda _done, _total: None,
) -> int:
    """How many capabilities the model's index holds, made anew from the vectors; damaged vectors are written again.

    Raises Unavailable when the model cannot read a text.
    """
    complete_vectors(database, embedder, now=now, progress=progress)
    index = SearchIndex(embedder, folder=folder)
    with database.reading() as session:
        index.build(session)
        damaged = compare_index(session, index).missing
    if damaged:
        _write_again(database, embedder, damaged, now=now)
        with database.reading() as session:
            index.build(session)
    return len(index.ids())


def complete_vectors(
    database: Database,
    embedder: "Embedder",
    *,
    now: datetime,
    progress: Progress = lambda _done, _total: None,
) -> int:
    """How many vectors were written; every current capability has one of this model."""
    done = total = written = 0
    while True:
        with database.reading() as session:
            unread = read_missing(session, embedder=embedder, limit=_AT_ONCE)
            if unread and not total:
                total, done = count_current(session), count_by_model(session).get(embedder.name, 0)
        if not unread:
            return written
        rows = vectors_of(embedder, unread)
        with database.writing() as session:
            written += store_missing(session, unread, rows, embedder=embedder, now=now)
        done += len(unread)
        progress(done, max(done, total))


def drop_other_models(database: Database, embedder: "Embedder", *, folder: Path | None) -> int:
    """How many vectors of other models there were; they and the indexes made of them are gone."""
    dropped, last = 0, _DROPPED_AT_ONCE
    while last == _DROPPED_AT_ONCE:
        with database.writing() as session:
            last = forget_other_models(session, keep=embedder.name, limit=_DROPPED_AT_ONCE)
        dropped += last
    for kept in folder.iterdir() if folder and folder.is_dir() else ():
        if kept.is_dir() and kept.name != folder_name(embedder.name):
            shutil.rmtree(kept)
    return dropped


def _write_again(database: Database, embedder: "Embedder", capabilities: tuple[int, ...], *, now: datetime) -> None:
    for start in range(0, len(capabilities), _AT_ONCE):
        with database.writing() as session:
            forget_vectors(session, capabilities[start : start + _AT_ONCE], model=embedder.name)
    complete_vectors(database, embedder, now=now)
