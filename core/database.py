"""Database access: one engine, and sessions of two kinds.

Rules a maintainer must keep:
- A `WriteSession` starts with BEGIN IMMEDIATE on SQLite: a read that later turns into a write never fails half-way.
- A `ReadSession` cannot write: its flush raises, and the database itself refuses (query_only, read-only transaction).
- Only entry points use `Database.reading` and `Database.writing`; everything below gets a session and never commits.
- Errors do not repeat the values of a statement: they hold secrets and what people wrote, and errors go into logs.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, func, literal, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, SQLModel

_WRITES = "keqiao_writes"
BUSY_TIMEOUT_MS = 15_000


def is_duplicate(error: IntegrityError) -> bool:
    """Whether a row was refused because there is one like it, which somebody else may have added meanwhile."""
    return getattr(error.orig, "sqlstate", "") == "23505" or "UNIQUE constraint failed" in str(error.orig)


class ReadSession(Session):
    """A session that only reads."""


class WriteSession(ReadSession):
    """A session that may write; its owner commits."""

    def add_new(self, table: type[SQLModel], rows: Sequence[Mapping[str, Any]]) -> int:
        """There is a row like each of these, which somebody else may be adding just now; how many were added here.

        Returns once whoever adds the same has committed or failed. Defaults of the model are not filled in.
        """
        insert = sqlite.insert if self._is_sqlite else postgresql.insert
        added = self.execute(insert(table).values(rows).on_conflict_do_nothing().returning(literal(1)))
        return len(added.all())

    def take_turn(self, number: int) -> None:
        """No other transaction takes the turn of this number until this one ends."""
        if not self._is_sqlite:
            self.execute(select(func.pg_advisory_xact_lock(number)))

    @property
    def _is_sqlite(self) -> bool:
        """Whether this is the embedded database, on which one transaction writes at a time."""
        return self.get_bind().dialect.name == "sqlite"


class Database:
    """The engine of one database, and the sessions on it."""

    def __init__(self, url: str) -> None:
        self.engine = _make_engine(url)
        self.write_engine = self.engine.execution_options(**{_WRITES: True})

    @property
    def is_sqlite(self) -> bool:
        """Whether this is the embedded database."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[ReadSession]:
        """A session that sees one consistent state and cannot write."""
        with ReadSession(self.engine, autoflush=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[WriteSession]:
        """A session that is committed when the block ends well, and rolled back otherwise."""
        with WriteSession(self.write_engine) as session:
            yield session
            try:
                session.commit()
            except BaseException:
                session.invalidate()  # SQLite keeps a transaction whose COMMIT failed, and with it the right to write
                raise

    def dispose(self) -> None:
        """Close every pooled connection."""
        self.engine.dispose()


def _make_engine(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        if parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(
            parsed,
            hide_parameters=True,
            connect_args={"timeout": BUSY_TIMEOUT_MS / 1000, "check_same_thread": False},
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    engine = create_engine(parsed, hide_parameters=True, pool_pre_ping=True)
    event.listen(engine, "begin", _begin_postgresql)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        f"busy_timeout = {BUSY_TIMEOUT_MS}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql(f"PRAGMA query_only = {'OFF' if writes else 'ON'}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _begin_postgresql(connection: Connection) -> None:
    if not connection.get_execution_options().get(_WRITES, False):
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")


@event.listens_for(ReadSession, "before_flush")
def _refuse_flush(session: Session, _context: object, _instances: object) -> None:
    if not isinstance(session, WriteSession) and (session.new or session.dirty or session.deleted):
        raise RuntimeError("a ReadSession cannot write: use a WriteSession")
