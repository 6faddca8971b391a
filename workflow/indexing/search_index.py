"""A process's search index: loaded at first use, then kept current by following the change log.

Rules a maintainer must keep: the database is the truth and the index a cache of it, so what a change says is not
applied; the capability is looked up again. An index that a process shares is refreshed with a session of its own, so
that it never holds what a transaction takes back. Vectors come from the database only, of the embedder's model only.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement
from sqlmodel import col, select

from core.database import ReadSession
from models.access import Viewer
from models.capability import Capability, CapabilityRevision
from models.changes import changes_after, last_change
from models.supplier import Supplier
from models.vector import CapabilityVector
from workflow.indexing.allowed import Permission, Permissions
from workflow.indexing.place import read_place, write_place
from workflow.indexing.vectors import CURRENT, document_of

if TYPE_CHECKING:
    from matching.embedding.protocol import Embedder, Vectors
    from matching.engine import Engine
    from matching.types import Document

_AT_ONCE = 2000
"""Capabilities read in one query."""


class SearchIndex:
    """The engine over every current capability that has a vector of the embedder's model."""

    def __init__(self, embedder: "Embedder", *, folder: Path | None = None) -> None:
        self.embedder = embedder
        self.folder = folder
        self._engine: Engine | None = None
        self._seen = 0
        self._lock = RLock()
        self._permissions = Permissions()

    @property
    def engine(self) -> "Engine":
        """What matches. RuntimeError before the first `refresh`."""
        if self._engine is None:
            raise RuntimeError("the index is empty before its first refresh(session)")
        return self._engine

    @property
    def seen(self) -> int:
        """The last change the index has followed."""
        return self._seen

    def permission(self, session: ReadSession, viewer: Viewer) -> Permission:
        """What a search may find for the viewer."""
        return self._permissions.of(session, viewer, self)

    def ids(self) -> list[int]:
        """The ids of the capabilities in it, ascending."""
        return [int(key) for key in self.engine.ids()]

    def refresh(self, session: ReadSession) -> None:
        """The index holds what the session sees; the first time it is loaded from its folder or the database."""
        with self._lock:
            if self._engine is None:
                self._engine = self._from_folder(session) or self._from_database(session)
            self._follow(session, self._engine)

    def save(self, session: ReadSession) -> None:
        """The next process starts from the folder instead of the database."""
        if self.folder is None:
            return
        with self._lock:
            self.engine.save(self.folder / "engine")
            write_place(session, self.folder, self._seen)

    def _from_folder(self, session: ReadSession) -> "Engine | None":
        from matching.cache import CacheError
        from matching.engine import Engine

        place = read_place(session, self.folder) if self.folder else None
        if self.folder is None or place is None:
            return None
        try:
            engine = Engine.load(self.folder / "engine", self.embedder)
        except CacheError:  # of another model or version, or damaged: it is only a cache
            return None
        self._seen = place
        return engine

    def _from_database(self, session: ReadSession) -> "Engine":
        from matching.engine import Engine

        engine = Engine(self.embedder)
        self._seen = last_change(session)  # before the rows: what changes in between is looked at again
        for documents, vectors in self._pages(session):
            engine.add(documents, vectors)
        self._engine = engine
        if len(engine):
            self.save(session)
        return engine

    def _follow(self, session: ReadSession, engine: "Engine") -> None:
        while changes := changes_after(session, self._seen):
            changed = sorted({change.capability_id for change in changes})
            for start in range(0, len(changed), _AT_ONCE):
                self._look_again(session, engine, changed[start : start + _AT_ONCE])
            self._seen = changes[-1].id or self._seen

    def _look_again(self, session: ReadSession, engine: "Engine", changed: Sequence[int]) -> None:
        documents, vectors = self._read(session, col(Capability.id).in_(changed))
        present = {document.id for document in documents}
        engine.remove([key for key in changed if key not in present])
        engine.add(documents, vectors)

    def _pages(self, session: ReadSession) -> "Iterator[tuple[list[Document], Vectors]]":
        last = 0
        while True:
            documents, vectors = self._read(session, col(Capability.id) > last)
            if not documents:
                return
            yield documents, vectors
            last = documents[-1].id

    def _read(self, session: ReadSession, which: ColumnElement[bool]) -> "tuple[list[Document], Vectors]":
        """The first capabilities of those asked for, in order of id, with their vectors (n, dim)."""
        rows = session.exec(
            select(CapabilityRevision, col(Capability.supplier_id), col(CapabilityVector.data))
            .join(Capability, col(Capability.id) == col(CapabilityRevision.capability_id))
            .join(Supplier, col(Supplier.id) == col(Capability.supplier_id))
            .join(CapabilityVector, col(CapabilityVector.capability_revision_id) == col(CapabilityRevision.id))
            .where(*CURRENT, col(CapabilityVector.model) == self.embedder.name, which)
            .order_by(col(Capability.id))
            .limit(_AT_ONCE)
        ).all()
        documents = [document_of(revision, supplier) for revision, supplier, _ in rows]
        return documents, _stacked((data for _, _, data in rows), self.embedder.dim)


def _stacked(rows: Iterable[bytes], dim: int) -> "Vectors":
    import numpy as np

    return np.frombuffer(b"".join(rows), dtype="<f4").reshape(-1, dim).astype(np.float32)
