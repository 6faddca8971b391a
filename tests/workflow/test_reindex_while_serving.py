"""From one model to another: the process that serves keeps its own vectors until it is started with the new model."""

import signal
import subprocess
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from sqlmodel import select

from core.database import Database, WriteSession
from core.errors import Unavailable
from jobs.reindex import complete_vectors, drop_other_models, rebuild
from matching.types import Query
from models.vector import CapabilityVector
from tests.workflow.deal_world import World
from tests.workflow.society import DigestEmbedder
from workflow.indexing import SearchIndex, compare_index, write_vectors

TITLES = [f"能力{number}" for number in range(450)]
"""More than two batches."""


class NextEmbedder(DigestEmbedder):
    """The model to move to: another name and another dimension."""

    name = "digest-next"
    dim = 4

    def __init__(self) -> None:
        self.read: list[str] = []

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.read += texts
        rows = super().encode(texts)[:, :4]
        unit: NDArray[np.float32] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return unit


class StoppedHere(Exception):
    """Stands for whatever ends a process."""


def offer(session: WriteSession, now: datetime, titles: Sequence[str]) -> list[int]:
    world = World(session, now)
    supplier = world.supplier()
    revisions = [world.capability(supplier, title) for title in titles]
    write_vectors(session, revisions, embedder=DigestEmbedder(), now=now)
    return [revision.capability_id for revision in revisions]


def answer(database: Database, index: SearchIndex, text: str) -> tuple[str, list[tuple[int, float]]]:
    """The model that answered, and what it found."""
    with database.reading() as session:
        index.refresh(session)
    found = index.engine.match(Query(text), k=5)
    return found.model, [(match.best.document, match.score) for match in found.matches]


def stored(database: Database) -> dict[str, set[int]]:
    """The lengths in bytes of the vectors of each model."""
    with database.reading() as session:
        rows = session.exec(select(CapabilityVector)).all()
    return {model: {len(row.data) for row in rows if row.model == model} for model in {row.model for row in rows}}


def test_the_old_index_answers_the_same_while_the_new_vectors_are_written(
    database: Database, now: datetime, tmp_path: Path
) -> None:
    with database.writing() as session:
        offer(session, now, TITLES)
    serving = SearchIndex(DigestEmbedder(), folder=tmp_path)
    before = answer(database, serving, "能力7")
    during: list[tuple[str, list[tuple[int, float]]]] = []
    told: list[tuple[int, int]] = []

    def look(done: int, total: int) -> None:
        told.append((done, total))
        during.append(answer(database, serving, "能力7"))

    assert rebuild(database, NextEmbedder(), folder=tmp_path, now=now, progress=look) == len(TITLES)
    assert told == [(200, 450), (400, 450), (450, 450)]
    assert all(found == before for found in during)
    assert stored(database) == {"digest-8": {32}, "digest-next": {16}}
    restarted = answer(database, SearchIndex(DigestEmbedder(), folder=tmp_path), "能力7")
    switched = answer(database, SearchIndex(NextEmbedder(), folder=tmp_path), "能力7")
    assert (restarted, switched[0]) == (before, "digest-next")


def test_what_is_added_under_the_old_model_meanwhile_is_told_and_caught_up(
    database: Database, now: datetime, tmp_path: Path
) -> None:
    with database.writing() as session:
        offer(session, now, TITLES[:3])
    rebuild(database, NextEmbedder(), folder=tmp_path, now=now)
    with database.writing() as session:
        [late] = offer(session, now, ["后来的能力"])
    switched = SearchIndex(NextEmbedder(), folder=tmp_path)
    with database.reading() as session:
        switched.refresh(session)
        assert (compare_index(session, switched).missing, switched.unread) == ((late,), 1)
    assert complete_vectors(database, NextEmbedder(), now=now) == 1
    with database.reading() as session:
        switched.refresh(session)
        assert (compare_index(session, switched).ok, switched.unread) == (True, 0)


def test_a_reindex_that_was_stopped_goes_on_where_it_was(database: Database, now: datetime, tmp_path: Path) -> None:
    with database.writing() as session:
        offer(session, now, TITLES)

    def stop(done: int, _total: int) -> None:
        if done == 200:
            raise StoppedHere

    with pytest.raises(StoppedHere):
        rebuild(database, NextEmbedder(), folder=tmp_path, now=now, progress=stop)
    again = NextEmbedder()
    assert rebuild(database, again, folder=tmp_path, now=now) == len(TITLES)
    assert len(again.read) == len(TITLES) - 200


def test_nobody_waits_for_the_model(database: Database, now: datetime) -> None:
    with database.writing() as session:
        offer(session, now, TITLES[:2])

    class WritesMeanwhile(NextEmbedder):
        def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
            with database.writing() as session:  # would wait for ever for the transaction of the reindexing
                offer(session, now, ["同时添加"]) if not self.read else None
            return super().encode(texts)

    assert complete_vectors(database, WritesMeanwhile(), now=now) == 3


def test_two_processes_that_reindex_at_once_write_each_vector_once(database: Database, now: datetime) -> None:
    with database.writing() as session:
        offer(session, now, TITLES[:10])

    class AnotherIsFaster(NextEmbedder):
        def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
            complete_vectors(database, NextEmbedder(), now=now)
            return super().encode(texts)

    assert complete_vectors(database, AnotherIsFaster(), now=now) == 0
    with database.reading() as reading:
        assert len(reading.exec(select(CapabilityVector).where(CapabilityVector.model == "digest-next")).all()) == 10


@pytest.mark.parametrize("damage", [b"", b"\0" * 12, np.full(8, np.nan, dtype="<f4").tobytes()])
def test_a_damaged_vector_is_left_out_told_and_written_again(
    database: Database, now: datetime, tmp_path: Path, damage: bytes
) -> None:
    with database.writing() as writing:
        good, bad = offer(writing, now, ["完好", "损坏"])
    with database.writing() as writing:
        writing.exec(select(CapabilityVector).where(CapabilityVector.capability_id == bad)).one().data = damage
    index = SearchIndex(DigestEmbedder(), folder=tmp_path)
    with database.reading() as reading:
        index.refresh(reading)
        assert (index.ids(), index.unread, compare_index(reading, index).missing) == ([good], 1, (bad,))
    assert rebuild(database, DigestEmbedder(), folder=tmp_path, now=now) == 2
    with database.reading() as reading:
        index.refresh(reading)
    assert (index.ids(), index.unread) == ([good, bad], 0)


def test_a_model_that_gives_no_numbers_writes_nothing(database: Database, now: datetime) -> None:
    class Broken(NextEmbedder):
        def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
            return super().encode(texts) * np.float32(np.nan)

    with database.writing() as session:
        offer(session, now, TITLES[:2])
    with pytest.raises(Unavailable, match="embedding_not_finite"):
        complete_vectors(database, Broken(), now=now)
    assert set(stored(database)) == {"digest-8"}


def test_vectors_and_indexes_of_other_models_can_be_dropped(database: Database, now: datetime, tmp_path: Path) -> None:
    with database.writing() as session:
        offer(session, now, TITLES[:3])
    for embedder in (DigestEmbedder(), NextEmbedder()):
        rebuild(database, embedder, folder=tmp_path, now=now)
    assert drop_other_models(database, NextEmbedder(), folder=tmp_path) == 3
    assert set(stored(database)) == {"digest-next"}
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == ["digest-next"]


def test_a_folder_that_cannot_be_written_costs_only_the_cache(
    database: Database, now: datetime, tmp_path: Path
) -> None:
    with database.writing() as session:
        [key] = offer(session, now, TITLES[:1])
    (tmp_path / "index").write_text("a file where the folder should be")
    index = SearchIndex(DigestEmbedder(), folder=tmp_path / "index")
    with database.reading() as session:
        index.refresh(session)
    assert index.ids() == [key]


_OTHER_PROCESS = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
from core.database import Database
from jobs.reindex import rebuild
from tests.workflow.test_reindex_while_serving import NextEmbedder


def told(done, total):
    if done == int(sys.argv[4]):
        os.kill(os.getpid(), signal.SIGKILL)


database, now = Database(sys.argv[1]), datetime.fromisoformat(sys.argv[3])
print(rebuild(database, NextEmbedder(), folder=Path(sys.argv[2]), now=now, progress=told))
"""
ROOT = Path(__file__).parents[2]


def reindexing(database_url: str, folder: Path, now: datetime, *, killed_at: int = 0) -> subprocess.Popen[str]:
    """Another process that reindexes, and is killed once it has stored so many vectors."""
    arguments = [sys.executable, "-c", _OTHER_PROCESS, database_url, str(folder), now.isoformat(), str(killed_at)]
    return subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, cwd=ROOT)


def test_another_process_reindexes_while_this_one_answers(
    database: Database, database_url: str, now: datetime, tmp_path: Path
) -> None:
    with database.writing() as session:
        offer(session, now, TITLES)
    serving = SearchIndex(DigestEmbedder(), folder=tmp_path)
    before = answer(database, serving, "能力7")
    with reindexing(database_url, tmp_path, now) as other:
        while other.poll() is None:
            assert answer(database, serving, "能力7") == before
        assert other.stdout
        assert other.stdout.read().strip() == str(len(TITLES))
    assert answer(database, SearchIndex(NextEmbedder(), folder=tmp_path), "能力7")[0] == "digest-next"


def test_a_reindex_that_was_killed_loses_no_vector_it_had_stored(
    database: Database, database_url: str, now: datetime, tmp_path: Path
) -> None:
    with database.writing() as session:
        offer(session, now, TITLES)
    with reindexing(database_url, tmp_path, now, killed_at=400) as other:
        assert other.wait() == -signal.SIGKILL
    again = NextEmbedder()
    assert rebuild(database, again, folder=tmp_path, now=now) == len(TITLES)
    assert len(again.read) == len(TITLES) - 400
