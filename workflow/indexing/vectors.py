"""Vectors of capabilities in the database: of a revision under a model, and those of two models never mix."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import delete, exists, func
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from core.errors import Unavailable
from models.capability import Capability, CapabilityRevision
from models.changes import queue_for_the_log, record_changes
from models.enums import ChangeOperation
from models.supplier import Supplier
from models.vector import CapabilityVector

if TYPE_CHECKING:
    from core.database import ReadSession, WriteSession
    from matching.embedding.protocol import Embedder, Vectors
    from matching.types import Document

CURRENT = (
    col(CapabilityRevision.valid_to).is_(None),
    col(CapabilityRevision.erased_at).is_(None),
    col(Capability.archived_at).is_(None),
    col(Supplier.archived_at).is_(None),
)
"""What belongs in an index, for a query that joins the three tables."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A current revision without a vector of a model, and what of it is to be read."""

    revision: int
    capability: int
    text: str


def write_vectors(
    session: "WriteSession", revisions: Sequence[CapabilityRevision], *, embedder: "Embedder", now: datetime
) -> None:
    """Each revision (flushed) has its vector under this model, and every index will look at its capability again.

    Raises Unavailable for a text that the model cannot read.
    """
    unread = [_unread(revision) for revision in revisions]
    _store(session, unread, vectors_of(embedder, unread), embedder=embedder, now=now)


def read_missing(session: "ReadSession", *, embedder: "Embedder", limit: int) -> list[Unread]:
    """The first `limit` current revisions that have no vector of this model."""
    missing = _missing(embedder.name).order_by(col(CapabilityRevision.id)).limit(limit)
    return [_unread(revision) for revision in session.exec(missing)]


def vectors_of(embedder: "Embedder", unread: Sequence[Unread]) -> "Vectors":
    """What is to be stored of each, (n, dim); needs no session, so that no lock is held while a slow model reads.

    Raises Unavailable for a text the model cannot read, and for a model that gives values which are no numbers.
    """
    import numpy as np

    rows = embedder.encode([one.text for one in unread]).astype("<f4")
    if not np.isfinite(rows).all():
        raise Unavailable("embedding_not_finite", model=embedder.name)
    return rows


def store_missing(
    session: "WriteSession", unread: Sequence[Unread], rows: "Vectors", *, embedder: "Embedder", now: datetime
) -> int:
    """Those still current and without a vector have theirs; how many. Several processes may do this at a time."""
    queue_for_the_log(session)
    asked = col(CapabilityRevision.id).in_([one.revision for one in unread])
    lacking = {revision.id for revision in session.exec(_missing(embedder.name).where(asked))}
    kept = [i for i, one in enumerate(unread) if one.revision in lacking]
    _store(session, [unread[i] for i in kept], rows[kept], embedder=embedder, now=now)
    return len(kept)


def count_current(session: "ReadSession") -> int:
    """How many capabilities belong in an index."""
    return session.exec(
        select(func.count())
        .select_from(CapabilityRevision)
        .join(Capability, col(Capability.id) == col(CapabilityRevision.capability_id))
        .join(Supplier, col(Supplier.id) == col(Capability.supplier_id))
        .where(*CURRENT)
    ).one()


def current_ids(session: "ReadSession", among: Collection[int] | None = None) -> set[int]:
    """The capabilities that belong in an index, of all or of those named (a few thousand at most)."""
    query = (
        select(Capability.id)
        .join(CapabilityRevision, col(CapabilityRevision.capability_id) == col(Capability.id))
        .join(Supplier, col(Supplier.id) == col(Capability.supplier_id))
        .where(*CURRENT)
    )
    if among is not None:
        query = query.where(col(Capability.id).in_(among))
    return {key for key in session.exec(query) if key is not None}


def count_by_model(session: "ReadSession") -> dict[str, int]:
    """How many of them have a vector of each model, by the model's name."""
    rows = session.exec(
        select(CapabilityVector.model, func.count())
        .join(CapabilityRevision, col(CapabilityRevision.id) == col(CapabilityVector.capability_revision_id))
        .join(Capability, col(Capability.id) == col(CapabilityRevision.capability_id))
        .join(Supplier, col(Supplier.id) == col(Capability.supplier_id))
        .where(*CURRENT)
        .group_by(col(CapabilityVector.model))
    )
    return {str(model): int(count) for model, count in rows}


def forget_vectors(session: "WriteSession", capabilities: Collection[int], *, model: str) -> None:
    """The stored vectors of these capabilities under the model are gone: nothing could read them."""
    session.exec(
        delete(CapabilityVector).where(
            col(CapabilityVector.capability_id).in_(capabilities), col(CapabilityVector.model) == model
        )
    )


def forget_other_models(session: "WriteSession", *, keep: str, limit: int) -> int:
    """At most `limit` vectors of models other than `keep` are gone; how many they were."""
    others = session.exec(select(CapabilityVector.id).where(col(CapabilityVector.model) != keep).limit(limit)).all()
    session.exec(delete(CapabilityVector).where(col(CapabilityVector.id).in_(others)))
    return len(others)


def document_of(revision: CapabilityRevision, supplier_id: int) -> "Document":
    """The revision as the matcher reads it."""
    from matching.types import Document

    return Document(
        id=revision.capability_id,
        supplier=supplier_id,
        title=revision.title,
        text=revision.full_text,
        keywords=tuple(revision.keywords),
        field=revision.technical_field or None,
        industries=tuple(revision.industries),
    )


def _unread(revision: CapabilityRevision) -> Unread:
    from matching.documents import searched_text

    return Unread(revision.key, revision.capability_id, searched_text(document_of(revision, 0)))


def _store(
    session: "WriteSession", read: Sequence[Unread], rows: "Vectors", *, embedder: "Embedder", now: datetime
) -> None:
    session.add_all(
        CapabilityVector(
            capability_id=one.capability,
            capability_revision_id=one.revision,
            model=embedder.name,
            dim=embedder.dim,
            data=row.tobytes(),
        )
        for one, row in zip(read, rows, strict=True)
    )
    record_changes(session, [one.capability for one in read], ChangeOperation.UPSERT, now)


def _missing(model: str) -> SelectOfScalar[CapabilityRevision]:
    """The current revisions without a vector of the model."""
    stored = exists().where(
        col(CapabilityVector.capability_revision_id) == col(CapabilityRevision.id), col(CapabilityVector.model) == model
    )
    return (
        select(CapabilityRevision)
        .join(Capability, col(Capability.id) == col(CapabilityRevision.capability_id))
        .join(Supplier, col(Supplier.id) == col(Capability.supplier_id))
        .where(*CURRENT, ~stored)
    )
