"""What can be wrong with an installation, and how to mend it."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlmodel import col, select

from core.clock import now
from core.database import Database
from core.errors import Param, Unavailable
from core.settings import Settings
from models.migrate import newest_revision, schema_revision
from models.work import Lease
from workflow.files import FileStore, compare_folder
from workflow.installation import holds_demo, installation

if TYPE_CHECKING:
    from matching.embedding.protocol import Embedder

FREE_MIB_NEEDED = 512
LEASE_GRACE = timedelta(minutes=2)


class State(StrEnum):
    """How a part of the installation was found; a remark is worth knowing, and no fault."""

    OK = "ok"
    REMARK = "remark"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check; `message` is a key of the catalogue, filled with `params`."""

    check: str
    state: State
    message: str
    params: dict[str, Param] = field(default_factory=dict)


def examine(settings: Settings) -> Iterator[Finding]:
    """The findings, in the order in which they depend on each other; what cannot be checked is left out."""
    if not settings.data_dir.is_dir():
        yield Finding("data_folder", State.FAILED, "doctor.no_folder", {"folder": str(settings.data_dir)})
        return
    yield _data_folder(settings)
    yield _disk(settings)
    database = Database(settings.effective_database_url)
    try:
        schema = _schema(database)
        yield schema
        yield _model(settings)
        yield from _rules(settings)
        if schema.state is State.OK:
            yield _society(database)
            yield from _vectors(settings, database)
            yield _ranker(database)
            yield from files_of(settings, database)
            yield _worker(database)
            yield from _demo(database)
    finally:
        database.dispose()


def _data_folder(settings: Settings) -> Finding:
    writable = os.access(settings.data_dir, os.W_OK)
    message = "doctor.writable" if writable else "doctor.not_writable"
    return Finding("data_folder", _state(writable), message, {"folder": str(settings.data_dir)})


def _disk(settings: Settings) -> Finding:
    free = shutil.disk_usage(settings.data_dir).free // 2**20
    enough = free >= FREE_MIB_NEEDED
    params: dict[str, Param] = {"free": free, "needed": FREE_MIB_NEEDED}
    return Finding("disk", _state(enough), "doctor.disk_free" if enough else "doctor.disk_short", params)


def _schema(database: Database) -> Finding:
    found, needed = schema_revision(database) or "-", newest_revision() or "-"
    sound = found == needed
    message = "doctor.schema_current" if sound else "doctor.schema_old"
    return Finding("schema", _state(sound), message, {"found": found, "needed": needed})


def _model(settings: Settings) -> Finding:
    from workflow.indexing import embedder_of

    try:
        embedder = embedder_of(settings)
    except Unavailable as error:
        return Finding("model", State.FAILED, "doctor.model_unusable", {"reason": str(error.__cause__)})
    return Finding("model", State.OK, "doctor.model_loaded", {"model": embedder.name, "dim": embedder.dim})


def _rules(settings: Settings) -> Iterator[Finding]:
    """Which rules hold; of a file that cannot be used every fault with its line."""
    from matching.rules import RulesError
    from workflow.indexing import rules_of_society

    try:
        rules = rules_of_society(settings)
    except Unavailable as error:
        faults = error.__cause__.faults if isinstance(error.__cause__, RulesError) else ()
        for fault in faults:
            place: dict[str, Param] = {"source": str(settings.rules), "line": fault.line, "column": fault.column}
            yield Finding("rules", State.FAILED, f"error.rules.{fault.code}", place | dict(fault.params))
        return
    message = "doctor.rules_shipped" if settings.rules is None else "doctor.rules_own"
    yield Finding("rules", State.OK, message, {"rules": rules.id, "file": str(settings.rules or "")})


def _vectors(settings: Settings, database: Database) -> Iterator[Finding]:
    """What is stored of the present model and of others, and the index made of it; nothing without a model."""
    from workflow.indexing import embedder_of
    from workflow.indexing.vectors import count_by_model, count_current

    try:
        embedder = embedder_of(settings)
    except Unavailable:
        return
    with database.reading() as session:
        total, stored = count_current(session), count_by_model(session)
    missing = total - stored.pop(embedder.name, 0)
    params: dict[str, Param] = {"n": total, "missing": missing, "model": embedder.name}
    yield Finding(
        "vectors", _state(not missing), "doctor.vectors_missing" if missing else "doctor.vectors_complete", params
    )
    if stored:
        others: dict[str, Param] = {"models": ", ".join(sorted(stored)), "n": sum(stored.values())}
        yield Finding("vectors", State.REMARK, "doctor.vectors_of_others", others)
    yield _index(settings, database, embedder)


def _index(settings: Settings, database: Database, embedder: "Embedder") -> Finding:
    """Whether the ids that the index holds are exactly those that the database says it should."""
    from workflow.indexing import SearchIndex, compare_index

    index = SearchIndex(embedder, folder=settings.index_dir)
    with database.reading() as session:
        try:
            index.refresh(session)
        except Unavailable as error:
            return Finding("index", State.FAILED, "doctor.term_weights", {"reason": str(error.__cause__)})
        comparison = compare_index(session, index)
    params: dict[str, Param] = {
        "n": comparison.indexed,
        "missing": len(comparison.missing),
        "surplus": len(comparison.surplus),
    }
    message = "doctor.index_equal" if comparison.ok else "doctor.index_differs"
    return Finding("index", _state(comparison.ok), message, params)


def _ranker(database: Database) -> Finding:
    """Whether the ranker that people promoted can be read."""
    from workflow.learning.in_force import ranker_in_force

    with database.reading() as session:
        found = ranker_in_force(session)
    stored = found.version.name if found.version else found.ranker.name
    message = "doctor.ranker_unreadable" if found.is_unreadable else "doctor.ranker_read"
    return Finding("ranker", _state(not found.is_unreadable), message, {"name": stored})


def files_of(settings: Settings, database: Database) -> Iterator[Finding]:
    """Whether every content that a file needs lies in its folder, and what lies there for nothing."""
    store = FileStore(settings.files_dir, settings.file_max_mib * 2**20)
    with database.reading() as session:
        state = compare_folder(session, store, now=now())
    params: dict[str, Param] = {"n": state.stored, "missing": state.missing, "orphaned": state.orphaned}
    message = "doctor.files_missing" if state.missing else "doctor.files_complete"
    yield Finding("files", _state(not state.missing), message, params)
    if state.orphaned:
        yield Finding("files", State.REMARK, "doctor.files_orphaned", params)


def _worker(database: Database) -> Finding:
    with database.reading() as session:
        latest = session.exec(select(Lease).order_by(col(Lease.expires_at).desc())).first()
    alive = latest is not None and latest.expires_at > now() - LEASE_GRACE
    if alive:
        return Finding("worker", State.OK, "doctor.worker_up")
    return Finding("worker", State.REMARK, "doctor.worker_down")


def _society(database: Database) -> Finding:
    with database.reading() as session:
        there = installation(session) is not None
    return Finding("society", _state(there), "doctor.set_up" if there else "doctor.not_set_up")


def _demo(database: Database) -> Iterator[Finding]:
    with database.reading() as session:
        if holds_demo(session):
            yield Finding("demo", State.REMARK, "doctor.demo_passwords")


def _state(sound: bool) -> State:
    return State.OK if sound else State.FAILED
