"""The pages of capabilities."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import Query, Response

from api.audiences import OFFERERS
from api.dependencies import AuditDep, EmbedderDep, NowDep, ReadSessionDep, ViewerDep, WriteSessionDep, undo
from api.policy import ANYONE, PolicyRouter, RateClass
from api.web.files import FileListPage, file_list
from api.web.forms import Attempt, FormDep, attempt_of, build, filled
from api.web.lists import Wanted, WantedDep
from api.web.shell import ShellDep
from catalog.supply.capabilities import CapabilityFilter
from catalog.supply.suppliers import is_editable
from core.database import ReadSession
from core.errors import AppError, Refused
from models.access import FULL, Viewer, curates
from models.capability import CapabilityCreate, CapabilityPublic, CapabilityRevision
from models.deal_public import EventPublic
from models.enums import CapabilityKind, CooperationMode, DisclosureLevel, IprState, Maturity, SubjectKind
from models.supplier import Supplier, SupplierPublic
from workflow.capabilities import (
    add_capability,
    archive_capability,
    get_capability,
    list_capabilities,
    restore_capability,
    revise_capability,
    show_capability,
)
from workflow.paging import Page
from workflow.revisions import capability_revisions
from workflow.suppliers import get_supplier, show_supplier
from workflow.timeline import read_timeline

router = PolicyRouter(prefix="/capabilities")


@dataclass(frozen=True, slots=True)
class CapabilityListPage:
    """Capabilities."""

    wanted: Wanted
    found: Page[CapabilityPublic]
    kinds: type[CapabilityKind]
    maturities: type[Maturity]
    may_see_archived: bool


@dataclass(frozen=True, slots=True)
class CapabilityPage:
    """One capability, cut to the reader's level."""

    capability: CapabilityPublic
    may_edit: bool
    revisions: Sequence[CapabilityRevision]
    timeline: Page[EventPublic] | None
    files: FileListPage


@dataclass(frozen=True, slots=True)
class CapabilityFormPage:
    """The form of a new capability of a supplier, or of one that is there."""

    attempt: Attempt
    supplier: SupplierPublic
    capability: CapabilityPublic | None = None
    kinds: type[CapabilityKind] = CapabilityKind
    maturities: type[Maturity] = Maturity
    ipr_states: type[IprState] = IprState
    modes: type[CooperationMode] = CooperationMode
    levels: type[DisclosureLevel] = DisclosureLevel


@router.get("", roles=ANYONE, rate=RateClass.READ)
def list_page(shell: ShellDep, session: ReadSessionDep, viewer: ViewerDep, wanted: WantedDep) -> Response:
    """The capabilities the reader may see."""
    may_see_archived = bool(viewer.roles & OFFERERS)
    chosen = CapabilityFilter(
        query=wanted.text("q"),
        kind=wanted.member(CapabilityKind, "kind"),
        technical_field=wanted.text("field"),
        maturity=wanted.member(Maturity, "maturity"),
        mine=wanted.flag("mine"),
        archived=wanted.flag("archived") and may_see_archived,
    )
    found = list_capabilities(session, viewer, chosen, page=wanted.page)
    page = CapabilityListPage(wanted, found, CapabilityKind, Maturity, may_see_archived)
    return shell.render("capabilities/list.html", page)


@router.get("/new", roles=OFFERERS, rate=RateClass.READ)
def new_page(
    shell: ShellDep, session: ReadSessionDep, viewer: ViewerDep, supplier: Annotated[str, Query()] = ""
) -> Response:
    """The form of a new capability."""
    offering = _editable_supplier(session, viewer, supplier)
    start = Attempt("capability", {"disclosure": [str(int(DisclosureLevel.SUMMARY))]})
    page = CapabilityFormPage(start, show_supplier(session, viewer, offering.public_id))
    return shell.render("capabilities/form.html", page)


@router.post("", roles=OFFERERS, rate=RateClass.WRITE, audit="capability.add")
def submit_new(
    shell: ShellDep,
    embedder: EmbedderDep,
    session: WriteSessionDep,
    viewer: ViewerDep,
    form: FormDep,
    now: NowDep,
) -> Response:
    """The supplier offers it from now on."""
    supplier = show_supplier(session, viewer, form.text("supplier"))
    try:
        new = build(CapabilityCreate, form, language=shell.language)
        capability = add_capability(session, viewer, supplier.public_id, new, now=now, embedder=embedder)
    except AppError as error:
        undo(session, error)
        page = CapabilityFormPage(attempt_of("capability", form, error), supplier)
        return shell.refuse("capabilities/form.html", page, error)
    return shell.go(f"/capabilities/{capability.public_id}", "saved")


@router.get("/{public_id}", roles=ANYONE, rate=RateClass.READ, audit="capability.read")
def detail_page(
    shell: ShellDep, session: ReadSessionDep, viewer: ViewerDep, audit: AuditDep, public_id: str
) -> Response:
    """One capability; that everything of it was read is logged."""
    row = get_capability(session, viewer, public_id)
    if row.level == FULL:
        audit.full_read()
    may_edit, key = is_editable(session, viewer, row.supplier), row.capability.key
    curating = curates(viewer, row.capability.branch_id)
    page = CapabilityPage(
        show_capability(session, viewer, public_id),
        may_edit,
        revisions=capability_revisions(session, key) if may_edit else (),
        timeline=read_timeline(session, SubjectKind.CAPABILITY, key, works_on_it=curating) if may_edit else None,
        files=file_list(session, viewer, SubjectKind.CAPABILITY, public_id),
    )
    return shell.render("capabilities/detail.html", page)


@router.get("/{public_id}/edit", roles=OFFERERS, rate=RateClass.READ)
def edit_page(shell: ShellDep, session: ReadSessionDep, viewer: ViewerDep, public_id: str) -> Response:
    """The form of a capability that is there."""
    row = get_capability(session, viewer, public_id)
    supplier = _editable_supplier(session, viewer, row.supplier.public_id)
    attempt = filled("capability", row.revision, disclosure=str(row.capability.disclosure))
    page = CapabilityFormPage(
        attempt, show_supplier(session, viewer, supplier.public_id), show_capability(session, viewer, public_id)
    )
    return shell.render("capabilities/form.html", page)


@router.post("/{public_id}/edit", roles=OFFERERS, rate=RateClass.WRITE, audit="capability.revise")
def submit_edit(
    shell: ShellDep,
    embedder: EmbedderDep,
    session: WriteSessionDep,
    viewer: ViewerDep,
    form: FormDep,
    now: NowDep,
    public_id: str,
) -> Response:
    """The capability has a new revision."""
    row = get_capability(session, viewer, public_id)
    supplier, before = row.supplier.public_id, show_capability(session, viewer, public_id)
    try:
        text = build(CapabilityCreate, form, language=row.revision.language)
        revise_capability(session, viewer, public_id, text, now=now, embedder=embedder, version=form.version())
    except AppError as error:
        undo(session, error)
        attempt = attempt_of("capability", form, error)
        page = CapabilityFormPage(attempt, show_supplier(session, viewer, supplier), before)
        return shell.refuse("capabilities/form.html", page, error)
    return shell.go(f"/capabilities/{public_id}", "saved")


@router.post("/{public_id}/archive", roles=OFFERERS, rate=RateClass.WRITE, audit="capability.archive")
def submit_archive(
    shell: ShellDep, session: WriteSessionDep, viewer: ViewerDep, form: FormDep, now: NowDep, public_id: str
) -> Response:
    """The capability is shown and matched no more."""
    archive_capability(session, viewer, public_id, now=now, version=form.version())
    return shell.go(f"/capabilities/{public_id}", "archived")


@router.post("/{public_id}/restore", roles=OFFERERS, rate=RateClass.WRITE, audit="capability.restore")
def submit_restore(
    shell: ShellDep, session: WriteSessionDep, viewer: ViewerDep, form: FormDep, now: NowDep, public_id: str
) -> Response:
    """The capability is current again."""
    restore_capability(session, viewer, public_id, now=now, version=form.version())
    return shell.go(f"/capabilities/{public_id}", "restored")


def _editable_supplier(session: ReadSession, viewer: Viewer, public_id: str) -> Supplier:
    supplier = get_supplier(session, viewer, public_id)
    if not is_editable(session, viewer, supplier):
        raise Refused("supplier.refused")
    return supplier
