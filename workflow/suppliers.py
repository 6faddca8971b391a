"""Suppliers: who offers. The society brings them in; they keep their own profile current."""

from datetime import datetime
from typing import Any

from sqlalchemy import and_
from sqlmodel import col

from catalog.supply.organisations import find_organisation
from catalog.supply.suppliers import (
    SupplierFilter,
    capability_counts,
    current_capability_ids,
    find_person,
    find_supplier,
    is_editable,
    select_suppliers,
)
from core.database import ReadSession, WriteSession
from core.errors import Conflict, Invalid, NotFound, Problem, Refused
from models.access import Viewer
from models.changes import record_changes
from models.enums import ChangeOperation, ReasonCode, SubjectKind, SupplierKind
from models.match import Match
from models.organisation import Organisation
from models.person import PERSON_NAME_MAX, Person
from models.supplier import Supplier, SupplierCreate, SupplierPublic, SupplierUpdate
from workflow.branches import home_branch
from workflow.codes import check_codes
from workflow.days import day_of
from workflow.endings import end_for_supplier, reopen, wanted_from
from workflow.history import record_event
from workflow.paging import PAGE_SIZE, Page, read_page
from workflow.versions import expect_version


def add_supplier(session: WriteSession, viewer: Viewer, form: SupplierCreate, *, now: datetime) -> Supplier:
    """The supplier is known, in the viewer's branch, its profile confirmed as of today.

    A person who is not named by an id becomes a new person. Raises Refused, NotFound and Invalid.
    """
    if not viewer.is_society:
        raise Refused("supplier.refused")
    check_codes(regions=form.regions, technical_fields=form.technical_fields)
    organisation = _organisation(session, viewer, form.organisation)
    person = _person(session, form, now)
    supplier = Supplier.model_validate(
        form.model_dump(exclude={"person", "organisation"})
        | {
            "person_id": person.key if person else None,
            "organisation_id": organisation.key if organisation else None,
            "branch_id": home_branch(viewer),
            "confirmed_on": day_of(now),
            "created_at": now,
        }
    )
    session.add(supplier)
    session.flush()
    _record(session, viewer, supplier, "supplier.added", now)
    return supplier


def edit_supplier(
    session: WriteSession,
    viewer: Viewer,
    public_id: str,
    form: SupplierUpdate,
    *,
    now: datetime,
    version: int | None = None,
) -> Supplier:
    """What the form names is changed, and the profile confirmed. Raises NotFound, Refused, Conflict, Invalid."""
    supplier = get_supplier_to_edit(session, viewer, public_id, version=version)
    changes = form.model_dump(exclude_unset=True)
    check_codes(regions=changes.get("regions"), technical_fields=changes.get("technical_fields"))
    supplier.sqlmodel_update(changes)
    if session.is_modified(supplier):
        _record(session, viewer, supplier, "supplier.edited", now)
    supplier.confirmed_on = day_of(now)
    session.flush()
    return supplier


def archive_supplier(
    session: WriteSession, viewer: Viewer, public_id: str, *, now: datetime, version: int | None = None
) -> Supplier:
    """The supplier and what it offers are shown and matched no more, and what was suggested of it has ended.

    Twice changes nothing.
    """
    supplier = get_supplier_to_edit(session, viewer, public_id, version=version)
    if supplier.archived_at is None:
        supplier.archived_at = now
        _record(session, viewer, supplier, "supplier.archived", now)
        end_for_supplier(session, supplier, ReasonCode.OFFER_WITHDRAWN, actor_id=viewer.person_id, now=now)
        record_changes(session, current_capability_ids(session, supplier.key), ChangeOperation.REMOVE, now)
    session.flush()
    return supplier


def restore_supplier(
    session: WriteSession, viewer: Viewer, public_id: str, *, now: datetime, version: int | None = None
) -> Supplier:
    """The supplier is current again, with whatever of its capabilities is not archived itself."""
    supplier = get_supplier_to_edit(session, viewer, public_id, version=version)
    if supplier.archived_at is not None:
        by_it = col(Match.ended_at) == supplier.archived_at
        supplier.archived_at = None
        _record(session, viewer, supplier, "supplier.restored", now)
        reopen(session, and_(wanted_from(supplier), by_it), ReasonCode.OFFER_WITHDRAWN)
        record_changes(session, current_capability_ids(session, supplier.key), ChangeOperation.UPSERT, now)
    session.flush()
    return supplier


def get_supplier(session: ReadSession, viewer: Viewer, public_id: str) -> Supplier:
    """The supplier. Raises NotFound, also for one that the viewer may not see."""
    supplier = find_supplier(session, viewer, public_id)
    if supplier is None:
        raise NotFound("supplier.not_found", id=public_id)
    return supplier


def get_supplier_to_edit(
    session: WriteSession, viewer: Viewer, public_id: str, *, version: int | None = None
) -> Supplier:
    """The supplier, which the viewer may change, at the version looked at. Raises NotFound, Refused, Conflict."""
    supplier = get_supplier(session, viewer, public_id)
    if not is_editable(session, viewer, supplier):
        raise Refused("supplier.refused")
    expect_version(supplier, version)
    return supplier


def get_current_supplier_to_edit(session: WriteSession, viewer: Viewer, public_id: str) -> Supplier:
    """The same for one that is not archived. Raises Conflict as well."""
    supplier = get_supplier_to_edit(session, viewer, public_id)
    if supplier.archived_at is not None:
        raise Conflict("supplier.archived")
    return supplier


def show_supplier(session: ReadSession, viewer: Viewer, public_id: str) -> SupplierPublic:
    """The supplier as pages and the API show it. Raises NotFound."""
    supplier = get_supplier(session, viewer, public_id)
    organisation = session.get(Organisation, supplier.organisation_id) if supplier.organisation_id else None
    return _public(supplier, organisation, capability_counts(session, viewer, [supplier.key]))


def list_suppliers(
    session: ReadSession, viewer: Viewer, wanted: SupplierFilter | None = None, *, page: int = 1, size: int = PAGE_SIZE
) -> Page[SupplierPublic]:
    """The suppliers the viewer may see, by name, each with the number of its capabilities that the viewer may see."""
    rows = read_page(session, select_suppliers(viewer, wanted or SupplierFilter()), number=page, size=size)
    counts = capability_counts(session, viewer, [supplier.key for supplier, _ in rows.items])
    return rows.map(lambda row: _public(row[0], row[1], counts))


def _organisation(session: ReadSession, viewer: Viewer, public_id: str | None) -> Organisation | None:
    if not public_id:
        return None
    organisation = find_organisation(session, viewer, public_id)
    if organisation is None:
        raise NotFound("organisation.not_found", id=public_id)
    return organisation


def _person(session: WriteSession, form: SupplierCreate, now: datetime) -> Person | None:
    if form.person:
        person = find_person(session, form.person)
        if person is None:
            raise NotFound("person.not_found", id=form.person)
        return person
    if form.kind is not SupplierKind.PERSON:
        return None
    if len(form.name) > PERSON_NAME_MAX:
        raise Invalid("invalid", (Problem("field.too_long", (("max", PERSON_NAME_MAX),), field="name"),))
    person = Person(name=form.name, created_at=now)
    session.add(person)
    session.flush()
    return person


def _public(supplier: Supplier, organisation: Organisation | None, counts: dict[int, int]) -> SupplierPublic:
    facts: dict[str, Any] = {
        "organisation": organisation.public_id if organisation else None,
        "organisation_name": organisation.name if organisation else "",
        "archived": supplier.archived_at is not None,
        "capability_count": counts.get(supplier.key, 0),
    }
    return SupplierPublic.model_validate({**supplier.model_dump(), **facts})


def _record(session: WriteSession, viewer: Viewer, supplier: Supplier, code: str, now: datetime) -> None:
    record_event(session, SubjectKind.SUPPLIER, supplier.key, code, actor_id=viewer.person_id, now=now)
