"""Vectors of capabilities in the database: of a revision under a model, and those of two models never mix."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, exists, func
from sqlmodel import col, select

from models.capability import Capability, CapabilityRevision
from models.changes import record_changes
from models.enums import ChangeOperation
from models.supplier import Supplier
from models.vector import CapabilityVector

if TYPE_CHECKING:
    from core.database import ReadSession, WriteSession
    from matching.embedding.protocol import Embedder
    from matching.types import Document

CURRENT = (
    col(CapabilityRevision.valid_to).is_(None),
    col(CapabilityRevision.erased_at).is_(None),
    col(Capability.archived_at).is_(None),
    col(Supplier.archived_at).is_(None),
)
"""What belongs in an index, for a query that joins the three tables."""


def write_vectors(
    session: "WriteSession", revisions: Sequence[CapabilityRevision], *, embedder: "Embedder", now: datetime
) -> None:
    """Each revision (flushed) has its vector under this model, and every index will look at its capability again."""
    from matching.documents import searched_text

    if not revisions:
        return
    rows = embedder.encode([searched_text(document_of(revision, 0)) for revision in revisions]).astype("<f4")
    session.add_all(
        CapabilityVector(
            capability_id=revision.capability_id,
            capability_revision_id=revision.key,
            model=embedder.name,
            dim=embedder.dim,
            data=row.tobytes(),
        )
        for revision, row in zip(revisions, rows, strict=True)
    )
    record_changes(session, [revision.capability_id for revision in revisions], ChangeOperation.UPSERT, now)


def write_missing_vectors(session: "WriteSession", *, embedder: "Embedder", now: datetime, limit: int = 500) -> int:
    """At most `limit` current revisions without a vector of this model have one now; how many those were."""
    missing = session.exec(
        select(CapabilityRevision)
        .join(Capability, col(Capability.id) == col(CapabilityRevision.capability_id))
        .join(Supplier, col(Supplier.id) == col(Capability.supplier_id))
        .where(*CURRENT, ~_has_vector(embedder.name))
        .order_by(col(CapabilityRevision.id))
        .limit(limit)
    ).all()
    write_vectors(session, missing, embedder=embedder, now=now)
    return len(missing)


def count_missing_vectors(session: "ReadSession", *, embedder: "Embedder") -> int:
    """How many current revisions have no vector of this model."""
    return session.exec(
        select(func.count())
        .select_from(CapabilityRevision)
        .join(Capability, col(Capability.id) == col(CapabilityRevision.capability_id))
        .join(Supplier, col(Supplier.id) == col(Capability.supplier_id))
        .where(*CURRENT, ~_has_vector(embedder.name))
    ).one()


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


def _has_vector(model: str) -> ColumnElement[bool]:
    return exists().where(
        col(CapabilityVector.capability_revision_id) == col(CapabilityRevision.id), col(CapabilityVector.model) == model
    )
