"""The pages of suppliers."""

from dataclasses import dataclass

from fastapi import Response

from api.audiences import OFFERERS, SOCIETY
from api.dependencies import NowDep, ReadSessionDep, ViewerDep, WriteSessionDep, undo
from api.policy import ANYONE, PolicyRouter, RateClass
from api.web.forms import Attempt, FormDep, attempt_of, build, filled
from api.web.lists import Wanted, WantedDep
from api.web.shell import ShellDep
from catalog.supply.capabilities import CapabilityFilter
from catalog.supply.suppliers import SupplierFilter, is_editable
from core.database import ReadSession
from core.errors import AppError, Refused
from models.access import Viewer
from models.capability import CapabilityPublic
from models.enums import CooperationMode, IprStance, SupplierKind
from models.organisation import OrganisationPublic
from models.supplier import SupplierCreate, SupplierPublic, SupplierUpdate
from workflow.capabilities import list_capabilities
from workflow.organisations import list_organisations
from workflow.paging import PAGE_SIZE_MAX, Page
from workflow.suppliers import (
    add_supplier,
    archive_supplier,
    edit_supplier,
    get_supplier,
    list_suppliers,
    restore_supplier,
    show_supplier,
)

router = PolicyRouter(prefix="/suppliers")


@dataclass(frozen=True, slots=True)
class SupplierListPage:
    """Suppliers, and whether the reader may add one."""

    wanted: Wanted
    found: Page[SupplierPublic]
    kinds: type[SupplierKind]
    may_add: bool


@dataclass(frozen=True, slots=True)
class SupplierPage:
    """One supplier with what it offers."""

    supplier: SupplierPublic
    capabilities: Page[CapabilityPublic]
    may_edit: bool


@dataclass(frozen=True, slots=True)
class SupplierFormPage:
    """The form of a new supplier, or of one that is there (`supplier`)."""

    attempt: Attempt
    organisations: list[OrganisationPublic]
    kinds: type[SupplierKind]
    modes: type[CooperationMode]
    supplier: SupplierPublic | None = None
    stances: type[IprStance] = IprStance


@router.get("", roles=ANYONE, rate=RateClass.READ)
def list_page(shell: ShellDep, session: ReadSessionDep, viewer: ViewerDep, wanted: WantedDep) -> Response:
    """The suppliers the reader may see."""
    chosen = SupplierFilter(
        query=wanted.text("q"),
        kind=wanted.member(SupplierKind, "kind"),
        technical_field=wanted.text("field"),
        organisation=wanted.text("organisation"),
        mine=wanted.flag("mine"),
        archived=wanted.flag("archived") and bool(viewer.roles & OFFERERS),
    )
    found = list_suppliers(session, viewer, chosen, page=wanted.page)
    return shell.render("suppliers/list.html", SupplierListPage(wanted, found, SupplierKind, viewer.is_society))


@router.get("/new", roles=SOCIETY, rate=RateClass.READ)
def new_page(shell: ShellDep, session: ReadSessionDep, viewer: ViewerDep) -> Response:
    """The form of a new supplier."""
    return shell.render("suppliers/form.html", _form_page(session, viewer, Attempt("supplier")))


@router.post("", roles=SOCIETY, rate=RateClass.WRITE, audit="supplier.add")
def submit_new(shell: ShellDep, session: WriteSessionDep, viewer: ViewerDep, form: FormDep, now: NowDep) -> Response:
    """The supplier is known."""
    try:
        supplier = add_supplier(session, viewer, build(SupplierCreate, form), now=now)
    except AppError as error:
        undo(session, error)
        attempt = attempt_of("supplier", form, error)
        return shell.refuse("suppliers/form.html", _form_page(session, viewer, attempt), error)
    return shell.go(f"/suppliers/{supplier.public_id}", "supplier_added")


@router.get("/{public_id}", roles=ANYONE, rate=RateClass.READ)
def detail_page(shell: ShellDep, session: ReadSessionDep, viewer: ViewerDep, public_id: str) -> Response:
    """One supplier with what it offers."""
    row = get_supplier(session, viewer, public_id)
    page = SupplierPage(
        show_supplier(session, viewer, public_id),
        list_capabilities(session, viewer, CapabilityFilter(supplier=public_id), size=PAGE_SIZE_MAX),
        is_editable(session, viewer, row),
    )
    return shell.render("suppliers/detail.html", page)


@router.get("/{public_id}/edit", roles=OFFERERS, rate=RateClass.READ)
def edit_page(shell: ShellDep, session: ReadSessionDep, viewer: ViewerDep, public_id: str) -> Response:
    """The form of a supplier that is there."""
    if not is_editable(session, viewer, get_supplier(session, viewer, public_id)):
        raise Refused("supplier.refused")
    supplier = show_supplier(session, viewer, public_id)
    page = _form_page(session, viewer, filled("supplier", supplier), supplier)
    return shell.render("suppliers/form.html", page)


@router.post("/{public_id}/edit", roles=OFFERERS, rate=RateClass.WRITE, audit="supplier.edit")
def submit_edit(
    shell: ShellDep, session: WriteSessionDep, viewer: ViewerDep, form: FormDep, now: NowDep, public_id: str
) -> Response:
    """The supplier is changed."""
    supplier = show_supplier(session, viewer, public_id)
    try:
        changes = build(SupplierUpdate, form)
        edit_supplier(session, viewer, public_id, changes, now=now, version=form.version())
    except AppError as error:
        undo(session, error)
        page = _form_page(session, viewer, attempt_of("supplier", form, error), supplier)
        return shell.refuse("suppliers/form.html", page, error)
    return shell.go(f"/suppliers/{public_id}", "saved")


@router.post("/{public_id}/archive", roles=OFFERERS, rate=RateClass.WRITE, audit="supplier.archive")
def submit_archive(
    shell: ShellDep, session: WriteSessionDep, viewer: ViewerDep, form: FormDep, now: NowDep, public_id: str
) -> Response:
    """The supplier is shown and matched no more."""
    archive_supplier(session, viewer, public_id, now=now, version=form.version())
    return shell.go(f"/suppliers/{public_id}", "archived")


@router.post("/{public_id}/restore", roles=OFFERERS, rate=RateClass.WRITE, audit="supplier.restore")
def submit_restore(
    shell: ShellDep, session: WriteSessionDep, viewer: ViewerDep, form: FormDep, now: NowDep, public_id: str
) -> Response:
    """The supplier is current again."""
    restore_supplier(session, viewer, public_id, now=now, version=form.version())
    return shell.go(f"/suppliers/{public_id}", "restored")


def _form_page(
    session: ReadSession, viewer: Viewer, attempt: Attempt, supplier: SupplierPublic | None = None
) -> SupplierFormPage:
    organisations = [] if supplier else list(list_organisations(session, viewer, size=PAGE_SIZE_MAX).items)
    return SupplierFormPage(attempt, organisations, SupplierKind, CooperationMode, supplier)
