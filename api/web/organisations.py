"""The pages of organisations."""

from dataclasses import dataclass

from fastapi import Response

from api.audiences import ORGANISATION_EDITORS, SOCIETY
from api.dependencies import NowDep, ReadSessionDep, ViewerDep, WriteSessionDep, undo
from api.policy import ANYONE, PolicyRouter, RateClass
from api.web.forms import Attempt, FormDep, attempt_of, build, filled
from api.web.lists import Wanted, WantedDep
from api.web.shell import ShellDep
from catalog.supply.organisations import OrganisationFilter
from catalog.supply.suppliers import SupplierFilter
from core.errors import AppError, Refused
from models.enums import OrganisationKind
from models.organisation import OrganisationCreate, OrganisationPublic, OrganisationUpdate
from models.supplier import SupplierPublic
from workflow.organisations import (
    add_organisation,
    edit_organisation,
    get_organisation,
    list_organisations,
    may_edit_organisation,
    show_organisation,
)
from workflow.paging import PAGE_SIZE_MAX, Page
from workflow.suppliers import list_suppliers

router = PolicyRouter(prefix="/organisations")


@dataclass(frozen=True, slots=True)
class OrganisationListPage:
    """Organisations, and whether the reader may add one."""

    wanted: Wanted
    found: Page[OrganisationPublic]
    kinds: type[OrganisationKind]
    may_add: bool


@dataclass(frozen=True, slots=True)
class OrganisationPage:
    """One organisation with its suppliers."""

    organisation: OrganisationPublic
    suppliers: Page[SupplierPublic]
    may_edit: bool


@dataclass(frozen=True, slots=True)
class OrganisationFormPage:
    """The form of a new organisation, or of one that is there."""

    attempt: Attempt
    kinds: type[OrganisationKind]
    organisation: OrganisationPublic | None = None


@router.get("", roles=ANYONE, rate=RateClass.READ)
def list_page(shell: ShellDep, session: ReadSessionDep, viewer: ViewerDep, wanted: WantedDep) -> Response:
    """The organisations the reader may know of."""
    chosen = OrganisationFilter(
        query=wanted.text("q"), kind=wanted.member(OrganisationKind, "kind"), region=wanted.text("region")
    )
    found = list_organisations(session, viewer, chosen, page=wanted.page)
    page = OrganisationListPage(wanted, found, OrganisationKind, viewer.is_society)
    return shell.render("organisations/list.html", page)


@router.get("/new", roles=SOCIETY, rate=RateClass.READ)
def new_page(shell: ShellDep) -> Response:
    """The form of a new organisation."""
    page = OrganisationFormPage(Attempt("organisation"), OrganisationKind)
    return shell.render("organisations/form.html", page)


@router.post("", roles=SOCIETY, rate=RateClass.WRITE, audit="organisation.add")
def submit_new(shell: ShellDep, session: WriteSessionDep, viewer: ViewerDep, form: FormDep, now: NowDep) -> Response:
    """The organisation is known."""
    try:
        organisation = add_organisation(session, viewer, build(OrganisationCreate, form), now=now)
    except AppError as error:
        undo(session, error)
        page = OrganisationFormPage(attempt_of("organisation", form, error), OrganisationKind)
        return shell.refuse("organisations/form.html", page, error)
    return shell.go(f"/organisations/{organisation.public_id}", "saved")


@router.get("/{public_id}", roles=ANYONE, rate=RateClass.READ)
def detail_page(shell: ShellDep, session: ReadSessionDep, viewer: ViewerDep, public_id: str) -> Response:
    """One organisation with its suppliers."""
    row = get_organisation(session, viewer, public_id)
    page = OrganisationPage(
        show_organisation(session, viewer, public_id),
        list_suppliers(session, viewer, SupplierFilter(organisation=public_id), size=PAGE_SIZE_MAX),
        may_edit_organisation(viewer, row),
    )
    return shell.render("organisations/detail.html", page)


@router.get("/{public_id}/edit", roles=ORGANISATION_EDITORS, rate=RateClass.READ)
def edit_page(shell: ShellDep, session: ReadSessionDep, viewer: ViewerDep, public_id: str) -> Response:
    """The form of an organisation that is there."""
    if not may_edit_organisation(viewer, get_organisation(session, viewer, public_id)):
        raise Refused("organisation.refused")
    organisation = show_organisation(session, viewer, public_id)
    page = OrganisationFormPage(filled("organisation", organisation), OrganisationKind, organisation)
    return shell.render("organisations/form.html", page)


@router.post("/{public_id}/edit", roles=ORGANISATION_EDITORS, rate=RateClass.WRITE, audit="organisation.edit")
def submit_edit(
    shell: ShellDep, session: WriteSessionDep, viewer: ViewerDep, form: FormDep, now: NowDep, public_id: str
) -> Response:
    """The organisation is changed."""
    organisation = show_organisation(session, viewer, public_id)
    try:
        changes = build(OrganisationUpdate, form)
        edit_organisation(session, viewer, public_id, changes, now=now, version=form.version())
    except AppError as error:
        undo(session, error)
        page = OrganisationFormPage(attempt_of("organisation", form, error), OrganisationKind, organisation)
        return shell.refuse("organisations/form.html", page, error)
    return shell.go(f"/organisations/{public_id}", "saved")
