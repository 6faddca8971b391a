"""Queries for suppliers; every one carries the viewer's clause."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, func
from sqlmodel import col, select

from catalog.search import AnySelect, holds_words
from core.database import ReadSession
from models.access import Viewer, may_edit_supplier, visible_capabilities, visible_suppliers
from models.capability import Capability, CapabilityRevision
from models.enums import SupplierKind
from models.organisation import Organisation
from models.person import Person
from models.supplier import Supplier


@dataclass(frozen=True, slots=True)
class SupplierFilter:
    """Which suppliers a list shows; `technical_field` is that of one of its visible capabilities."""

    query: str = ""
    kind: SupplierKind | None = None
    technical_field: str = ""
    organisation: str = ""
    mine: bool = False
    archived: bool = False


def find_supplier(session: ReadSession, viewer: Viewer, public_id: str) -> Supplier | None:
    """The supplier `viewer` may see, None for any other."""
    return session.exec(select(Supplier).where(col(Supplier.public_id) == public_id, visible_suppliers(viewer))).first()


def is_editable(session: ReadSession, viewer: Viewer, supplier: Supplier) -> bool:
    """Whether `viewer` may change the supplier and what it offers."""
    found = session.exec(select(Supplier.id).where(col(Supplier.id) == supplier.key, may_edit_supplier(viewer))).first()
    return found is not None


def find_person(session: ReadSession, public_id: str) -> Person | None:
    """The person of a public id; for the society only: people are listed to nobody else."""
    return session.exec(select(Person).where(Person.public_id == public_id, col(Person.erased_at).is_(None))).first()


def select_suppliers(viewer: Viewer, wanted: SupplierFilter) -> AnySelect:
    """Supplier and organisation (or None) of a list, by name."""
    statement = (
        select(Supplier, Organisation)
        .join(Organisation, col(Organisation.id) == col(Supplier.organisation_id), isouter=True)
        .where(
            visible_suppliers(viewer),
            col(Supplier.archived_at).is_not(None) if wanted.archived else col(Supplier.archived_at).is_(None),
            holds_words(wanted.query, col(Supplier.name), col(Supplier.intro), func.coalesce(Organisation.name, "")),
        )
    )
    if wanted.kind:
        statement = statement.where(col(Supplier.kind) == wanted.kind)
    if wanted.organisation:
        statement = statement.where(col(Organisation.public_id) == wanted.organisation)
    if wanted.technical_field:
        statement = statement.where(_offers_in(viewer, wanted.technical_field))
    if wanted.mine:
        statement = statement.where(may_edit_supplier(viewer))
    return statement.order_by(col(Supplier.name), col(Supplier.id))


def capability_counts(session: ReadSession, viewer: Viewer, suppliers: Iterable[int]) -> dict[int, int]:
    """How many current capabilities of each supplier `viewer` may see; none is no entry."""
    rows = session.exec(
        select(Capability.supplier_id, func.count())
        .where(
            col(Capability.supplier_id).in_(list(suppliers)),
            col(Capability.archived_at).is_(None),
            visible_capabilities(viewer),
        )
        .group_by(col(Capability.supplier_id))
    )
    return dict(rows.all())


def current_capability_ids(session: ReadSession, supplier_id: int) -> list[int]:
    """Ids of everything the supplier offers now, whoever may see it: what the indexes must look at again."""
    found = session.exec(
        select(Capability.id).where(col(Capability.supplier_id) == supplier_id, col(Capability.archived_at).is_(None))
    )
    return [key for key in found if key is not None]


def _offers_in(viewer: Viewer, technical_field: str) -> Any:
    return exists().where(
        col(Capability.supplier_id) == col(Supplier.id),
        col(CapabilityRevision.capability_id) == col(Capability.id),
        col(CapabilityRevision.valid_to).is_(None),
        col(CapabilityRevision.technical_field) == technical_field,
        col(Capability.archived_at).is_(None),
        visible_capabilities(viewer),
    )
