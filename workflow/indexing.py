"""The search index's side of the database: the vectors of what is offered, and the change log."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from models.capability import CapabilityRevision
from models.changes import record_changes
from models.enums import ChangeOperation
from models.vector import CapabilityVector

if TYPE_CHECKING:
    from core.database import WriteSession
    from matching.embedding.protocol import Embedder


def write_vectors(
    session: "WriteSession", revisions: Sequence[CapabilityRevision], *, embedder: "Embedder", now: datetime
) -> None:
    """Each revision (flushed) has its vector under this model, and every index will look at its capability again."""
    if not revisions:
        return
    rows = embedder.encode([text_of(revision) for revision in revisions]).astype("<f4")
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


def text_of(revision: CapabilityRevision) -> str:
    """What of a capability is embedded."""
    return "\n".join(part for part in (revision.title, " ".join(revision.keywords), revision.full_text) if part)
