"""Queries for capabilities and their revisions; every one for people carries the viewer's clause.

A rule a maintainer must keep: a search looks into the summary only where the viewer may read it, so that no search
tells what a page would hide.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import and_, or_
from sqlmodel import col, select

from catalog.search import CHUNK, AnySelect, search_words
from core.database import ReadSession
from models.access import CARD, SUMMARY, Viewer, capability_level, may_edit_supplier, visible_capabilities
from models.capability import Capability, CapabilityRevision
from models.enums import CapabilityKind, DisclosureLevel, Maturity
from models.supplier import Supplier


@dataclass(frozen=True, slots=True)
class CapabilityFilter:
    """Which capabilities a list shows."""

    query: str = ""
    supplier: str = ""
    kind: CapabilityKind | None = None
    technical_field: str = ""
    maturity: Maturity | None = None
    mine: bool = False
    archived: bool = False


class CapabilityRow(NamedTuple):
    """A capability with what it says now, who offers it, and how much of it the viewer sees."""

    capability: Capability
    revision: CapabilityRevision
    supplier: Supplier
    level: DisclosureLevel

    @classmethod
    def of(cls, row: Any) -> "CapabilityRow":
        """The row as it came from the database."""
        capability, revision, supplier, level = row
        return cls(capability, revision, supplier, DisclosureLevel(level))


def find_capability(session: ReadSession, viewer: Viewer, public_id: str, at_least: int = CARD) -> CapabilityRow | None:
    """The capability, if `viewer` sees it at this level or more."""
    statement = _rows(viewer).where(col(Capability.public_id) == public_id, visible_capabilities(viewer, at_least))
    row = session.execute(statement).first()
    return None if row is None else CapabilityRow.of(row)


def current_capability_revisions(session: ReadSession, capability_ids: Sequence[int]) -> dict[int, CapabilityRevision]:
    """What some capabilities say now, by their ids."""
    found: dict[int, CapabilityRevision] = {}
    for start in range(0, len(capability_ids), CHUNK):
        chunk = capability_ids[start : start + CHUNK]
        statement = select(CapabilityRevision).where(
            col(CapabilityRevision.capability_id).in_(chunk), col(CapabilityRevision.valid_to).is_(None)
        )
        found.update({revision.capability_id: revision for revision in session.exec(statement)})
    return found


def select_capabilities(viewer: Viewer, wanted: CapabilityFilter) -> AnySelect:
    """The `CapabilityRow`s of a list, the newest first."""
    is_archived = col(Capability.archived_at).is_not(None)
    statement = _rows(viewer).where(
        visible_capabilities(viewer), is_archived if wanted.archived else ~is_archived, *_says(viewer, wanted.query)
    )
    if wanted.supplier:
        statement = statement.where(col(Supplier.public_id) == wanted.supplier)
    if wanted.kind:
        statement = statement.where(col(CapabilityRevision.kind) == wanted.kind)
    if wanted.technical_field:
        statement = statement.where(col(CapabilityRevision.technical_field) == wanted.technical_field)
    if wanted.maturity:
        statement = statement.where(col(CapabilityRevision.maturity) == wanted.maturity)
    if wanted.mine:
        statement = statement.where(may_edit_supplier(viewer))
    return statement.order_by(col(Capability.created_at).desc(), col(Capability.id).desc())


def _rows(viewer: Viewer) -> AnySelect:
    return (
        select(Capability, CapabilityRevision, Supplier, capability_level(viewer))
        .join(CapabilityRevision, col(CapabilityRevision.capability_id) == col(Capability.id))
        .join(Supplier, col(Supplier.id) == col(Capability.supplier_id))
        .where(col(CapabilityRevision.valid_to).is_(None))
    )


def _says(viewer: Viewer, query: str) -> list[Any]:
    readable = visible_capabilities(viewer, SUMMARY)
    return [
        or_(
            col(CapabilityRevision.title).icontains(word, autoescape=True),
            col(Supplier.name).icontains(word, autoescape=True),
            and_(readable, col(CapabilityRevision.summary).icontains(word, autoescape=True)),
        )
        for word in search_words(query)
    ]
