"""A process's search index: loaded at first use, then kept current by following the change log.

Rules a maintainer must keep: the database is the truth and the index a cache of it, so what a change says is not
applied; the capability is looked up again. An index that a process shares is refreshed with a session of its own, so
that it never holds what a transaction takes back. Vectors come from the database only, of the embedder's model only,
and each model has a folder of its own: while a process writes the vectors of another model, this one answers as before.
Which ranker is in force is asked at every refresh, so that a promotion is followed within one search; whoever searches
keeps the ranker it began with.
"""

import re
from collections.abc import Iterator, Sequence
from copy import copy
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import ColumnElement
from sqlmodel import col, select

from core.database import ReadSession
from core.errors import Unavailable
from models.access import Viewer
from models.capability import Capability, CapabilityRevision
from models.changes import changes_after, last_change
from models.supplier import Supplier
from models.vector import CapabilityVector
from workflow.indexing.allowed import Permission, Permissions
from workflow.indexing.place import read_place, write_place
from workflow.indexing.vectors import CURRENT, count_current, current_ids, document_of

if TYPE_CHECKING:
    from matching.embedding.protocol import Embedder, Vectors
    from matching.engine import Engine
    from matching.ranker import Ranker
    from matching.rules import RuleSet
    from matching.types import Document
    from workflow.learning.in_force import InForce, Mark

log = structlog.get_logger()

_AT_ONCE = 2000
"""Capabilities read in one query."""


class SearchIndex:
    """The engine over every current capability that has a vector of the embedder's model.

    `rules` are those that matches are made under; those that ship where none are given.
    """

    def __init__(self, embedder: "Embedder", *, folder: Path | None = None, rules: "RuleSet | None" = None) -> None:
        self.embedder = embedder
        self._rules = rules
        self.folder = folder / folder_name(embedder.name) if folder else None
        self._engine: Engine | None = None
        self._seen = 0
        self._unread: set[int] = set()
        self._in_force: InForce | None = None
        self._mark: Mark | None = None
        self._lock = RLock()
        self._permissions = Permissions()

    @property
    def engine(self) -> "Engine":
        """What matches. RuntimeError before the first `refresh`."""
        if self._engine is None:
            raise RuntimeError("the index is empty before its first refresh(session)")
        return self._engine

    @property
    def rules(self) -> "RuleSet":
        """What matches are made under."""
        from matching.rules import shipped_rules

        return self._rules or shipped_rules()

    @property
    def has_unreadable_ranker(self) -> bool:
        """Whether the shipped ranker stands in for a promoted one that cannot be read."""
        return self._in_force is not None and self._in_force.is_unreadable

    def engine_with(self, ranker: "Ranker") -> "Engine":
        """The engine under this ranker: the same documents, seen for one search by whoever began with that ranker."""
        engine = self.engine
        if engine.ranker == ranker:
            return engine
        with self._lock:  # no index is saved meanwhile
            view = copy(self.engine)
        view.ranker = ranker
        return view

    @property
    def seen(self) -> int:
        """The last change the index has followed."""
        return self._seen

    @property
    def unread(self) -> int:
        """How many current capabilities it cannot find, because no sound vector of its model is stored for them."""
        return len(self._unread)

    def permission(self, session: ReadSession, viewer: Viewer) -> Permission:
        """What a search may find for the viewer."""
        return self._permissions.of(session, viewer, self)

    def ids(self) -> list[int]:
        """The ids of the capabilities in it, ascending."""
        return [int(key) for key in self.engine.ids()]

    def refresh(self, session: ReadSession) -> None:
        """The index holds what the session sees; the first time it is loaded from its folder or the database.

        Raises Unavailable where the shipped term weights are missing or damaged.
        """
        with self._lock:
            if self._engine is not None:
                self._follow(session, self._engine)
                self._follow_ranker(session)
                return
            _check_term_weights()
            engine = self._from_folder(session)
            stored = engine is not None
            self._engine = engine or self._from_database(session)
            self._unread = _lacking(session, self._engine)
            self._follow(session, self._engine)
            self._follow_ranker(session)
            if not stored and len(self._engine):
                self.save(session)

    def build(self, session: ReadSession) -> None:
        """The index is made anew from the database, whatever its folder holds, and kept there."""
        with self._lock:
            _check_term_weights()
            self._engine = self._from_database(session)
            self._unread = _lacking(session, self._engine)
            self._follow(session, self._engine)
            self._follow_ranker(session)
            self._engine.compact()
            self.save(session)

    def save(self, session: ReadSession) -> None:
        """The next process starts from the folder instead of the database; where it cannot be written, it does not."""
        if self.folder is None:
            return
        with self._lock:
            try:
                self.engine.save(self.folder / "engine")
                write_place(session, self.folder, self._seen)
            except OSError as error:
                log.warning("index_not_kept", folder=str(self.folder), reason=str(error))

    def _from_folder(self, session: ReadSession) -> "Engine | None":
        from matching.cache import CacheError
        from matching.engine import Engine

        place = read_place(session, self.folder) if self.folder else None
        if self.folder is None:
            return None
        if place is None:
            if (self.folder / "engine").exists():
                log.warning("index_made_anew", reason=f"{self.folder}: damaged, or of another database")
            return None
        try:
            engine = Engine.load(self.folder / "engine", self.embedder)
        except CacheError as error:  # of another version, or damaged: it is only a cache
            log.warning("index_made_anew", reason=str(error))
            return None
        self._seen = place
        return engine

    def _from_database(self, session: ReadSession) -> "Engine":
        from matching.engine import Engine

        engine = Engine(self.embedder)
        self._seen = last_change(session)  # before the rows: what changes in between is looked at again
        for documents, vectors in self._pages(session):
            engine.add(documents, vectors)
        return engine

    def _follow(self, session: ReadSession, engine: "Engine") -> None:
        while changes := changes_after(session, self._seen):
            changed = sorted({change.capability_id for change in changes})
            for start in range(0, len(changed), _AT_ONCE):
                self._look_again(session, engine, changed[start : start + _AT_ONCE])
            self._seen = changes[-1].id or self._seen

    def _follow_ranker(self, session: ReadSession) -> None:
        """The engine ranks with the ranker in force; searches that are under way keep theirs."""
        from workflow.learning.in_force import mark_in_force, ranker_in_force

        mark = mark_in_force(session)
        if self._in_force is None or mark != self._mark:
            self._mark, self._in_force = mark, ranker_in_force(session)
        self._engine = self.engine_with(self._in_force.ranker)

    def _look_again(self, session: ReadSession, engine: "Engine", changed: Sequence[int]) -> None:
        documents, vectors = self._look_at(session, col(Capability.id).in_(changed))
        present = {document.id for document in documents}
        engine.remove([key for key in changed if key not in present])
        engine.add(documents, vectors)
        self._unread = (self._unread - set(changed)) | (current_ids(session, changed) - present)

    def _pages(self, session: ReadSession) -> "Iterator[tuple[list[Document], Vectors]]":
        last = 0
        while rows := self._rows(session, col(Capability.id) > last):
            yield self._sound(rows)
            last = rows[-1][0].capability_id

    def _look_at(self, session: ReadSession, which: ColumnElement[bool]) -> "tuple[list[Document], Vectors]":
        return self._sound(self._rows(session, which))

    def _rows(
        self, session: ReadSession, which: ColumnElement[bool]
    ) -> Sequence[tuple[CapabilityRevision, int, bytes]]:
        """The first capabilities of those asked for, in order of id, with their suppliers and stored vectors."""
        return session.exec(
            select(CapabilityRevision, col(Capability.supplier_id), col(CapabilityVector.data))
            .join(Capability, col(Capability.id) == col(CapabilityRevision.capability_id))
            .join(Supplier, col(Supplier.id) == col(Capability.supplier_id))
            .join(CapabilityVector, col(CapabilityVector.capability_revision_id) == col(CapabilityRevision.id))
            .where(*CURRENT, col(CapabilityVector.model) == self.embedder.name, which)
            .order_by(col(Capability.id))
            .limit(_AT_ONCE)
        ).all()

    def _sound(self, rows: Sequence[tuple[CapabilityRevision, int, bytes]]) -> "tuple[list[Document], Vectors]":
        """The documents whose stored vector can be read, with these (n, dim); the others count as unread."""
        import numpy as np

        length = 4 * self.embedder.dim
        whole = [row for row in rows if len(row[2]) == length]
        vectors = np.frombuffer(b"".join(data for _, _, data in whole), dtype="<f4").reshape(-1, self.embedder.dim)
        finite = np.isfinite(vectors).all(axis=1)
        if len(whole) < len(rows) or not finite.all():
            log.warning("vectors_damaged", model=self.embedder.name, count=len(rows) - int(finite.sum()))
        documents = [document_of(whole[i][0], whole[i][1]) for i in np.flatnonzero(finite).tolist()]
        return documents, vectors[finite].astype(np.float32)


def _lacking(session: ReadSession, engine: "Engine") -> set[int]:
    """The current capabilities that the engine does not hold; they are named only where the numbers differ."""
    if count_current(session) == len(engine):
        return set()
    return current_ids(session).difference(engine.ids().tolist())


def _check_term_weights() -> None:
    from matching.lexical.statistics import StatisticsFileError, shipped_statistics

    try:
        shipped_statistics()
    except StatisticsFileError as error:
        raise Unavailable("term_weights") from error


def folder_name(model: str) -> str:
    """What the folder of a model's index is called: its name, with what no file system minds."""
    return re.sub(r"[^A-Za-z0-9_.-]", "_", model)
