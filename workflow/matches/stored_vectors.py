"""The vectors of revisions as the index had them: those that were stored, and new ones where none was."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from sqlmodel import col, select

from core.database import ReadSession
from matching.documents import searched_text
from models.capability import CapabilityRevision
from models.vector import CapabilityVector
from workflow.indexing.vectors import document_of

if TYPE_CHECKING:
    from matching.embedding.protocol import Embedder, Vectors


def vectors_of(session: ReadSession, revisions: Sequence[CapabilityRevision], embedder: "Embedder") -> "Vectors":
    """The vectors (n, dim) float32 of these revisions.

    What a model makes of a text may depend on its company in the last bits: what was stored comes first.
    """
    rows = session.exec(
        select(CapabilityVector).where(
            col(CapabilityVector.capability_revision_id).in_([revision.key for revision in revisions]),
            CapabilityVector.model == embedder.name,
        )
    )
    found = {row.capability_revision_id: np.frombuffer(row.data, dtype="<f4") for row in rows}
    missing = [revision for revision in revisions if revision.key not in found]
    if missing:
        made = embedder.encode([searched_text(document_of(revision, 0)) for revision in missing])
        found |= {revision.key: row for revision, row in zip(missing, made, strict=True)}
    out = np.zeros((len(revisions), embedder.dim), dtype=np.float32)
    for place, revision in enumerate(revisions):
        out[place] = found[revision.key]
    return out
