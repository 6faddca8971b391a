"""The worker sweeps the folder of files, and doctor tells what is missing."""

import io
from datetime import datetime
from pathlib import Path

from sqlmodel import select

from core.database import Database
from core.settings import Settings
from jobs.doctor import State, files_of
from jobs.worker import Worker
from models.deal import Deal
from models.deal_forms import DealCreate
from models.enums import SubjectKind
from tests.workflow.deal_world import World
from tests.workflow.file_samples import TEXT
from tests.workflow.test_files import put
from workflow.deals import start_deal
from workflow.files import FileStore, receive_upload


def test_the_worker_removes_what_nothing_names_and_doctor_tells_what_is_missing(
    database: Database, now: datetime, tmp_path: Path
) -> None:
    settings = Settings(data_dir=tmp_path)
    store = FileStore(settings.files_dir, 2**20)
    with database.writing() as session:
        owner = World(session, now).staff()
        deal = start_deal(session, owner, DealCreate(title="试制"), now=now).public_id
        put(session, owner, SubjectKind.DEAL, deal, store, now)
    for number in range(3):
        store.place(receive_upload(store, io.BytesIO(b"%d" % number), "a.txt"))
    assert [finding.message for finding in files_of(settings, database)] == [
        "doctor.files_complete",
        "doctor.files_orphaned",
    ]
    assert Worker(database, {}, files=store, now=lambda: now).sweep_files()
    [kept] = store.digests()
    with store.open(kept) as content:
        assert content.read() == TEXT
    store.remove(kept)
    [finding] = files_of(settings, database)
    assert (finding.state, finding.params["missing"]) == (State.FAILED, 1)
    with database.reading() as session:
        assert session.exec(select(Deal)).one().public_id == deal
