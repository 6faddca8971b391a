"""Capabilities: what suppliers offer, in revisions that are never changed after they are written.

A capability is written together with its vector and a line in the change log, so that every process's index
learns of it when, and only when, the transaction commits.
"""

from datetime import datetime

from sqlalchemy.orm.attributes import flag_modified

from catalog.supply.capabilities import (
    CapabilityFilter,
    CapabilityRow,
    find_capability,
    select_capabilities,
)
from catalog.supply.disclosure import cut_capability
from catalog.supply.suppliers import is_editable
from core.database import ReadSession, WriteSession
from core.errors import Conflict, NotFound, Refused
from matching.embedding.protocol import Embedder
from models.access import CARD, Viewer
from models.capability import (
    Capability,
    CapabilityCreate,
    CapabilityPublic,
    CapabilityRevision,
    CapabilityText,
)
from models.changes import record_change
from models.enums import ChangeOperation, SubjectKind
from workflow.codes import check_codes
from workflow.days import day_of
from workflow.history import record_event
from workflow.indexing import write_vectors
from workflow.paging import PAGE_SIZE, Page, read_page
from workflow.suppliers import get_current_supplier_to_edit
from workflow.versions import expect_version


def add_capability(
    session: WriteSession,
    viewer: Viewer,
    supplier: str,
    form: CapabilityCreate,
    *,
    now: datetime,
    embedder: Embedder,
) -> Capability:
    """The supplier offers it from now on. Raises NotFound, Refused, Invalid, Conflict for an archived supplier."""
    offering = get_current_supplier_to_edit(session, viewer, supplier)
    _check(form)
    capability = Capability(
        supplier_id=offering.key,
        disclosure=form.disclosure,
        confirmed_on=day_of(now),
        branch_id=offering.branch_id,
        created_at=now,
    )
    session.add(capability)
    session.flush()
    revision = first_revision(capability, form, viewer, now)
    session.add(revision)
    _publish(session, revision, embedder, now)
    _record(session, viewer, capability, "capability.added", now)
    return capability


def revise_capability(
    session: WriteSession,
    viewer: Viewer,
    public_id: str,
    form: CapabilityCreate,
    *,
    now: datetime,
    embedder: Embedder,
    version: int | None = None,
) -> Capability:
    """What the form says holds from now on, and what held before stays readable; no change, no revision.

    Either way the profile is confirmed. Raises NotFound, Refused, Invalid, and Conflict for what is archived or was
    changed meanwhile.
    """
    capability, current, _, _ = get_capability_to_edit(session, viewer, public_id, version=version)
    if capability.archived_at is not None:
        raise Conflict("capability.archived")
    _check(form)
    if capability.disclosure != form.disclosure:
        capability.disclosure = form.disclosure
        record_change(session, capability.key, ChangeOperation.UPSERT, now)
    capability.confirmed_on = day_of(now)
    if not says_the_same(current, form):
        revision = next_revision(capability, current, form, viewer, now)
        session.flush()
        session.add(revision)
        _publish(session, revision, embedder, now)
        _record(session, viewer, capability, "capability.revised", now)
    session.flush()
    return capability


def archive_capability(
    session: WriteSession, viewer: Viewer, public_id: str, *, now: datetime, version: int | None = None
) -> Capability:
    """It is shown and matched no more; twice changes nothing."""
    capability = get_capability_to_edit(session, viewer, public_id, version=version).capability
    if capability.archived_at is None:
        capability.archived_at = now
        _record(session, viewer, capability, "capability.archived", now)
        record_change(session, capability.key, ChangeOperation.REMOVE, now)
    session.flush()
    return capability


def restore_capability(
    session: WriteSession, viewer: Viewer, public_id: str, *, now: datetime, version: int | None = None
) -> Capability:
    """It is current again."""
    capability = get_capability_to_edit(session, viewer, public_id, version=version).capability
    if capability.archived_at is not None:
        capability.archived_at = None
        _record(session, viewer, capability, "capability.restored", now)
        record_change(session, capability.key, ChangeOperation.UPSERT, now)
    session.flush()
    return capability


def get_capability(session: ReadSession, viewer: Viewer, public_id: str, at_least: int = CARD) -> CapabilityRow:
    """The capability with its current revision, supplier and the viewer's level.

    Raises NotFound, also for one that the viewer does not see at this level.
    """
    row = find_capability(session, viewer, public_id, at_least)
    if row is None:
        raise NotFound("capability.not_found", id=public_id)
    return row


def get_capability_to_edit(
    session: WriteSession, viewer: Viewer, public_id: str, *, version: int | None = None
) -> CapabilityRow:
    """The same, if the viewer may change it and it has the version looked at. Raises Refused and Conflict as well."""
    row = get_capability(session, viewer, public_id)
    if not is_editable(session, viewer, row.supplier):
        raise Refused("supplier.refused")
    expect_version(row.capability, version)
    return row


def show_capability(session: ReadSession, viewer: Viewer, public_id: str) -> CapabilityPublic:
    """The capability as pages and the API show it to this viewer. Raises NotFound."""
    return _public(get_capability(session, viewer, public_id))


def list_capabilities(
    session: ReadSession,
    viewer: Viewer,
    wanted: CapabilityFilter | None = None,
    *,
    page: int = 1,
    size: int = PAGE_SIZE,
) -> Page[CapabilityPublic]:
    """The capabilities the viewer may see, the newest first, each cut to the level at which it is seen."""
    rows = read_page(session, select_capabilities(viewer, wanted or CapabilityFilter()), number=page, size=size)
    return rows.map(lambda row: _public(CapabilityRow.of(row)))


def first_revision(capability: Capability, form: CapabilityCreate, viewer: Viewer, now: datetime) -> CapabilityRevision:
    """What a new capability says; not yet added to the session."""
    return _revision(capability, form, 1, viewer, now)


def next_revision(
    capability: Capability, current: CapabilityRevision, form: CapabilityCreate, viewer: Viewer, now: datetime
) -> CapabilityRevision:
    """What a capability says from now on; `current` ends. To be added after a flush: only one may be current."""
    current.valid_to = now
    flag_modified(capability, "disclosure")  # the row's version counts revisions too
    return _revision(capability, form, current.number + 1, viewer, now)


def says_the_same(revision: CapabilityText, form: CapabilityCreate) -> bool:
    """Whether a new revision would differ in nothing."""
    return all(getattr(revision, name) == getattr(form, name) for name in CapabilityText.model_fields)


def _revision(
    capability: Capability, form: CapabilityCreate, number: int, viewer: Viewer, now: datetime
) -> CapabilityRevision:
    return CapabilityRevision.model_validate(
        form.model_dump(exclude={"disclosure"})
        | {"capability_id": capability.key, "number": number, "valid_from": now, "author_id": viewer.person_id}
    )


def _check(form: CapabilityCreate) -> None:
    check_codes(technical_field=form.technical_field, industries=form.industries, disciplines=form.disciplines)


def _publish(session: WriteSession, revision: CapabilityRevision, embedder: Embedder, now: datetime) -> None:
    session.flush()
    write_vectors(session, [revision], embedder=embedder, now=now)


def _public(row: CapabilityRow) -> CapabilityPublic:
    capability, revision, supplier, level = row
    return cut_capability(
        revision,
        level,
        public_id=capability.public_id,
        version=capability.version,
        revision=revision.number,
        supplier=supplier.public_id,
        supplier_name=supplier.name,
        confirmed_on=capability.confirmed_on,
        archived=capability.archived_at is not None,
    )


def _record(session: WriteSession, viewer: Viewer, capability: Capability, code: str, now: datetime) -> None:
    record_event(session, SubjectKind.CAPABILITY, capability.key, code, actor_id=viewer.person_id, now=now)
