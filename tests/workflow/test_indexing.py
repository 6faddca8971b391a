import os
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from sqlmodel import select
from structlog.testing import capture_logs

from core.database import Database, WriteSession
from jobs.reindex import complete_vectors, rebuild
from matching.types import ALL, Query
from models.access import ANONYMOUS
from models.capability import Capability, CapabilityRevision
from models.changes import record_change
from models.enums import ChangeOperation, DisclosureLevel, OrganisationKind, Role, SubjectKind
from models.grant import Grant
from models.vector import CapabilityVector
from tests.workflow.deal_world import World
from tests.workflow.society import DigestEmbedder
from workflow.indexing import SearchIndex, compare_index, write_vectors


class OtherEmbedder(DigestEmbedder):
    name = "digest-other"


def add(session: WriteSession, now: datetime, *titles: str) -> list[int]:
    """The ids of new capabilities with these titles."""
    world = World(session, now)
    supplier = world.supplier()
    revisions = [world.capability(supplier, title) for title in titles]
    write_vectors(session, revisions, embedder=DigestEmbedder(), now=now)
    return [revision.capability_id for revision in revisions]


def refreshed(database: Database, index: SearchIndex) -> list[int]:
    with database.reading() as session:
        index.refresh(session)
        assert compare_index(session, index).ok
    return index.ids()


def test_the_index_follows_what_is_added_archived_and_restored(database: Database, now: datetime) -> None:
    index = SearchIndex(DigestEmbedder())
    assert refreshed(database, index) == []
    with database.writing() as session:
        first, second = add(session, now, "激光焊接", "搅拌摩擦焊")
    assert refreshed(database, index) == [first, second]
    with database.writing() as session:
        session.get_one(Capability, first).archived_at = now
        record_change(session, first, ChangeOperation.REMOVE, now)
    assert refreshed(database, index) == [second]
    with database.writing() as session:
        session.get_one(Capability, first).archived_at = None
        record_change(session, first, ChangeOperation.UPSERT, now)
    assert refreshed(database, index) == [first, second]


def test_a_revision_replaces_what_the_index_says(database: Database, now: datetime) -> None:
    index = SearchIndex(DigestEmbedder())
    with database.writing() as session:
        [key] = add(session, now, "旧题目")
    refreshed(database, index)
    with database.writing() as session:
        session.exec(select(CapabilityRevision)).one().valid_to = now
        session.flush()
        new = CapabilityRevision(capability_id=key, number=2, valid_from=now, title="新题目")
        session.add(new)
        session.flush()
        write_vectors(session, [new], embedder=DigestEmbedder(), now=now)
    assert refreshed(database, index) == [key]
    assert index.engine.document(key).title == "新题目"


def test_what_was_taken_back_never_reaches_the_index(database: Database, now: datetime) -> None:
    index = SearchIndex(DigestEmbedder())
    refreshed(database, index)

    def add_and_fail() -> None:
        with database.writing() as session:
            add(session, now, "撤回")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        add_and_fail()
    assert refreshed(database, index) == []
    with database.writing() as session:
        add(session, now, "保留")
    assert len(refreshed(database, index)) == 1


def test_vectors_of_two_models_never_mix_and_missing_ones_are_told(database: Database, now: datetime) -> None:
    other = SearchIndex(OtherEmbedder())
    with database.writing() as session:
        [key] = add(session, now, "激光焊接")
    with database.reading() as session:
        other.refresh(session)
        comparison = compare_index(session, other)
    assert (comparison.missing, comparison.surplus, comparison.ok) == ((key,), (), False)
    assert other.unread == 1
    assert complete_vectors(database, OtherEmbedder(), now=now) == 1
    assert complete_vectors(database, OtherEmbedder(), now=now) == 0
    assert refreshed(database, other) == [key]
    assert other.unread == 0


def test_a_surplus_in_the_index_is_told(database: Database, now: datetime) -> None:
    index = SearchIndex(DigestEmbedder())
    with database.writing() as session:
        [key] = add(session, now, "激光焊接")
    refreshed(database, index)
    with database.writing() as session:  # a change that nobody recorded
        session.get_one(Capability, key).archived_at = now
    with database.reading() as session:
        index.refresh(session)
        assert compare_index(session, index).surplus == (key,)


def test_a_second_process_starts_from_the_folder_and_catches_up(
    database: Database, now: datetime, tmp_path: Path
) -> None:
    with database.writing() as session:
        [first] = add(session, now, "激光焊接")
    refreshed(database, SearchIndex(DigestEmbedder(), folder=tmp_path / "index"))
    with database.writing() as session:
        [second] = add(session, now, "搅拌摩擦焊")
    again = SearchIndex(DigestEmbedder(), folder=tmp_path / "index")
    assert refreshed(database, again) == [first, second]
    fresh = SearchIndex(DigestEmbedder())
    refreshed(database, fresh)
    query = Query("焊接工艺")
    found, expected = (index.engine.match(query, k=5).matches for index in (again, fresh))
    assert found == expected


@pytest.mark.parametrize("damage", ["place.json", "engine/manifest.json", "engine/vectors.npy", "all"])
def test_a_damaged_folder_only_costs_time_and_is_logged(
    database: Database, now: datetime, tmp_path: Path, damage: str
) -> None:
    folder = tmp_path / "index"
    with database.writing() as session:
        [key] = add(session, now, "激光焊接")
    refreshed(database, SearchIndex(DigestEmbedder(), folder=folder))
    if damage == "all":
        shutil.rmtree(folder)
    else:
        victim = folder / DigestEmbedder.name / damage
        assert victim.is_file()
        victim.write_bytes(b"{}")
    with capture_logs() as logged:
        assert refreshed(database, SearchIndex(DigestEmbedder(), folder=folder)) == [key]
    assert [line["event"] for line in logged] == ([] if damage == "all" else ["index_made_anew"])


def test_the_folder_of_another_database_or_model_is_not_used(
    database: Database, now: datetime, tmp_path: Path, sqlite_template: Path
) -> None:
    folder = tmp_path / "index"
    with database.writing() as session:
        add(session, now, "激光焊接", "搅拌摩擦焊")
    refreshed(database, SearchIndex(DigestEmbedder(), folder=folder))
    shutil.copy(sqlite_template, tmp_path / "other.db")
    other = Database(f"sqlite:///{tmp_path / 'other.db'}")
    with other.writing() as session:
        add(session, now.replace(year=2025), "水稻育种")
    assert len(refreshed(other, SearchIndex(DigestEmbedder(), folder=folder))) == 1
    other.dispose()
    with database.reading() as session:
        index = SearchIndex(OtherEmbedder(), folder=folder)
        index.refresh(session)
        assert index.ids() == []


def test_reindex_writes_what_is_missing_and_the_folder(database: Database, now: datetime, tmp_path: Path) -> None:
    with database.writing() as session:
        add(session, now, "激光焊接", "搅拌摩擦焊")
    told: list[tuple[int, int]] = []
    count = rebuild(
        database, OtherEmbedder(), folder=tmp_path, now=now, progress=lambda done, total: told.append((done, total))
    )
    assert (count, told[-1]) == (2, (2, 2))
    assert (tmp_path / OtherEmbedder.name / "place.json").exists()
    assert len(refreshed(database, SearchIndex(OtherEmbedder(), folder=tmp_path))) == 2


def test_only_what_the_viewer_may_see_in_full_enough_is_found(database: Database, now: datetime) -> None:
    index = SearchIndex(DigestEmbedder())
    with database.writing() as session:
        world = World(session, now)
        branch = world.organisation("分会", OrganisationKind.SOCIETY_BRANCH)
        supplier = world.supplier()
        open_one = world.capability(supplier, "公开")
        closed = world.capability(supplier, "保密", disclosure=DisclosureLevel.STATISTICS, branch=branch)
        write_vectors(session, [open_one, closed], embedder=DigestEmbedder(), now=now)
        lead, own = world.viewer(Role.LEAD), world.viewer(Role.STAFF, branch)
        member = world.viewer(Role.ENTERPRISE_MEMBER, world.organisation())
        opened, hidden = open_one.capability_id, closed.capability_id
    refreshed(database, index)
    with database.reading() as session:
        everything = [index.permission(session, viewer) for viewer in (lead, own)]
        assert [permission.search for permission in everything] == [ALL, ALL]
        assert index.permission(session, member).ids.ids.tolist() == [opened]
        assert index.permission(session, member) is index.permission(session, member)
        assert len(index.permission(session, ANONYMOUS).ids) == 0
    with database.writing() as session:
        session.add(
            Grant(
                object_kind=SubjectKind.CAPABILITY,
                object_id=hidden,
                level=DisclosureLevel.SUMMARY,
                person_id=member.person_id or 0,
                granted_by_id=lead.person_id or 0,
                granted_at=now,
            )
        )
    with database.reading() as session:
        assert index.permission(session, member).search is ALL


def test_stored_vectors_are_the_embedders_own(database: Database, now: datetime) -> None:
    index = SearchIndex(DigestEmbedder())
    with database.writing() as session:
        [key] = add(session, now, "激光焊接")
    refreshed(database, index)
    document = index.engine.document(key)
    expected = index.engine.embed([document])
    with database.reading() as session:
        stored = session.exec(select(CapabilityVector)).one()
    np.testing.assert_allclose(np.frombuffer(stored.data, dtype="<f4"), expected[0], rtol=1e-6)


def test_importing_the_use_cases_loads_no_numerical_library() -> None:
    code = (
        "import sys, workflow.indexing, workflow.deals, workflow.matches, workflow.capabilities; "
        "print([n for n in ('faiss', 'torch', 'sklearn', 'sentence_transformers', 'tantivy') if n in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ)
    assert found.stdout.strip() == "[]"
