import threading
from datetime import datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm.exc import StaleDataError
from sqlmodel import select

from core.database import BUSY_TIMEOUT_MS, Database
from models import Organisation
from models.enums import OrganisationKind
from models.file import StoredFile
from tests.conftest import NOW


def organisation(now: datetime, name: str = "甲") -> Organisation:
    return Organisation(name=name, kind=OrganisationKind.ENTERPRISE, created_at=now)


def test_every_pooled_sqlite_connection_is_durable_and_checks_foreign_keys(database: Database) -> None:
    if not database.is_sqlite:
        pytest.skip("pragmas are SQLite's")
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": BUSY_TIMEOUT_MS}
    for engine in (database.engine, database.write_engine):
        held = [engine.connect() for _ in range(5 if engine is database.engine else 1)]
        for connection in held:
            found = {name: connection.execute(text(f"PRAGMA {name}")).scalar() for name in wanted}
            assert found == wanted
        for connection in held:
            connection.close()


def test_a_reading_session_cannot_write_even_with_plain_sql(database: Database, now: datetime) -> None:
    with database.reading() as reading:
        reading.add(organisation(now))
        with pytest.raises(RuntimeError, match="ReadSession"):
            reading.flush()
    with database.reading() as reading, pytest.raises(DBAPIError):
        reading.execute(text("DELETE FROM organisation"))


def test_a_failing_statement_does_not_repeat_its_values(database: Database, now: datetime) -> None:
    for engine in (database.engine, database.write_engine):
        with engine.connect() as connection, pytest.raises(DBAPIError) as failure:
            connection.execute(text("SELECT nowhere FROM organisation WHERE intro = :intro"), {"intro": "secret-word"})
        assert "secret-word" not in str(failure.value)


def test_a_connection_writes_again_after_it_was_used_for_reading(database: Database, now: datetime) -> None:
    with database.reading() as reading:
        assert reading.exec(select(Organisation)).all() == []
    with database.writing() as session:
        session.add(organisation(now))
    with database.reading() as reading:
        assert len(reading.exec(select(Organisation)).all()) == 1


def test_a_failed_writing_block_leaves_nothing(database: Database, now: datetime) -> None:
    def write_and_fail() -> None:
        with database.writing() as session:
            session.add(organisation(now))
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_and_fail()
    with database.reading() as session:
        assert session.exec(select(Organisation)).all() == []


def test_a_refused_commit_leaves_no_transaction_open(database: Database, now: datetime) -> None:
    with database.writing() as session:
        session.execute(text("CREATE TABLE above (id integer PRIMARY KEY)"))
        session.execute(text("CREATE TABLE below (id integer REFERENCES above DEFERRABLE INITIALLY DEFERRED)"))
    with pytest.raises(DBAPIError), database.writing() as session:
        session.execute(text("INSERT INTO below VALUES (7)"))
    with database.writing() as session:
        session.add(Organisation(name="之后", kind=OrganisationKind.ENTERPRISE, created_at=now))
    with database.reading() as session:
        assert session.exec(select(Organisation.name)).all() == ["之后"]


def test_a_write_begins_immediately_so_that_read_then_write_never_fails_half_way(database: Database) -> None:
    with database.writing() as session:
        session.add(organisation(datetime.fromisoformat("2026-01-01T00:00+00:00")))
    failures: list[Exception] = []

    def read_then_write() -> None:
        for _ in range(10):
            try:
                with database.writing() as session:
                    row = session.exec(select(Organisation).with_for_update()).one()
                    row.intro = str(int(row.intro or 0) + 1)
            except Exception as error:  # every kind of failure counts here
                failures.append(error)

    threads = [threading.Thread(target=read_then_write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with database.reading() as reading:
        assert reading.exec(select(Organisation)).one().intro == "80"


def test_of_two_changes_to_one_version_the_second_is_refused(database: Database, now: datetime) -> None:
    with database.writing() as session:
        session.add(organisation(now))
    with database.reading() as reading:
        stale = reading.exec(select(Organisation)).one()
        reading.expunge(stale)
    with database.writing() as session:
        session.exec(select(Organisation)).one().intro = "first"

    def change_the_stale_one() -> None:
        with database.writing() as session:
            session.add(stale)
            stale.intro = "second"

    with pytest.raises(StaleDataError):
        change_the_stale_one()


def test_a_row_is_added_only_where_there_is_none_like_it(database: Database) -> None:
    contents = [{"sha256": letter * 64, "size": size, "stored_at": NOW} for letter, size in (("a", 1), ("b", 2))]
    with database.writing() as session:
        assert session.add_new(StoredFile, contents[:1]) == 1
    with database.writing() as session:
        assert session.add_new(StoredFile, [contents[0] | {"size": 3}, contents[1]]) == 1
    with database.reading() as session:
        assert sorted(session.exec(select(StoredFile.size)).all()) == [1, 2]


def test_instants_come_back_in_utc_and_naive_ones_are_refused(database: Database) -> None:
    shanghai = datetime.fromisoformat("2026-03-02T09:30+08:00")
    with database.writing() as session:
        session.add(organisation(shanghai))
    with database.reading() as reading:
        stored = reading.exec(select(Organisation)).one().created_at
    assert stored == shanghai
    assert stored.utcoffset() is not None
    assert stored.isoformat() == "2026-03-02T01:30:00+00:00"

    def write_naive() -> None:
        with database.writing() as session:
            session.add(organisation(datetime(2026, 1, 1)))

    with pytest.raises(Exception, match="naive"):
        write_naive()
