import threading
from datetime import datetime

from core.database import Database
from models import Capability, Supplier
from models.changes import changes_after, last_change, record_change
from models.enums import ChangeOperation, SupplierKind


def add_capability(database: Database, now: datetime) -> int:
    with database.writing() as session:
        supplier = Supplier(name="甲", kind=SupplierKind.TEAM, created_at=now)
        session.add(supplier)
        session.flush()
        capability = Capability(supplier_id=supplier.key, created_at=now)
        session.add(capability)
        session.flush()
        return capability.key


def test_changes_come_back_in_their_order_and_only_once(database: Database, now: datetime) -> None:
    capability = add_capability(database, now)
    with database.writing() as session:
        record_change(session, capability, ChangeOperation.UPSERT, now)
        record_change(session, capability, ChangeOperation.REMOVE, now)
    with database.reading() as session:
        seen = changes_after(session, 0)
        assert [change.operation for change in seen] == [ChangeOperation.UPSERT, ChangeOperation.REMOVE]
        assert last_change(session) == seen[-1].id
        assert changes_after(session, seen[-1].key) == []


def test_a_change_that_commits_late_is_never_skipped_by_an_index_that_polls(database: Database, now: datetime) -> None:
    """Many writers commit at random; a reader that follows the log sees every id, each once, in order."""
    capability = add_capability(database, now)
    writers, each = 6, 15

    def write() -> None:
        for _ in range(each):
            with database.writing() as session:
                record_change(session, capability, ChangeOperation.UPSERT, now)

    threads = [threading.Thread(target=write) for _ in range(writers)]
    for thread in threads:
        thread.start()
    seen: list[int] = []
    while len(seen) < writers * each:
        alive = any(thread.is_alive() for thread in threads)
        with database.reading() as session:
            seen += [change.key for change in changes_after(session, seen[-1] if seen else 0)]
        if not alive and len(seen) < writers * each:
            with database.reading() as session:
                seen += [change.key for change in changes_after(session, seen[-1] if seen else 0)]
            break
    for thread in threads:
        thread.join()
    assert len(seen) == writers * each
    assert seen == sorted(set(seen))
