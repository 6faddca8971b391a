"""Suppliers as JSON."""

from api.audiences import OFFERERS, SOCIETY
from api.dependencies import NowDep, ReadSessionDep, ViewerDep, WriteSessionDep
from api.json_lists import PageDep
from api.page_public import PagePublic
from api.policy import ANYONE, PolicyRouter, RateClass
from catalog.supply.suppliers import SupplierFilter
from models.enums import SupplierKind
from models.supplier import SupplierCreate, SupplierPublic, SupplierUpdate
from workflow.suppliers import (
    add_supplier,
    archive_supplier,
    edit_supplier,
    list_suppliers,
    restore_supplier,
    show_supplier,
)

router = PolicyRouter(prefix="/api/v1/suppliers", tags=["suppliers"])


class SupplierEdit(SupplierUpdate):
    """What is to change, and the version that was looked at."""

    version: int


@router.get("", roles=ANYONE, rate=RateClass.READ)
def list_all(
    session: ReadSessionDep,
    viewer: ViewerDep,
    page: PageDep,
    q: str = "",
    kind: SupplierKind | None = None,
    technical_field: str = "",
    organisation: str = "",
    mine: bool = False,
    archived: bool = False,
) -> PagePublic[SupplierPublic]:
    """The suppliers the caller may see."""
    wanted = SupplierFilter(
        query=q,
        kind=kind,
        technical_field=technical_field,
        organisation=organisation,
        mine=mine,
        archived=archived,
    )
    return PagePublic.of(list_suppliers(session, viewer, wanted, page=page.page, size=page.size))


@router.post("", roles=SOCIETY, rate=RateClass.WRITE, audit="supplier.add", status_code=201)
def add(session: WriteSessionDep, viewer: ViewerDep, form: SupplierCreate, now: NowDep) -> SupplierPublic:
    """The supplier is known."""
    supplier = add_supplier(session, viewer, form, now=now)
    return show_supplier(session, viewer, supplier.public_id)


@router.get("/{public_id}", roles=ANYONE, rate=RateClass.READ)
def show(session: ReadSessionDep, viewer: ViewerDep, public_id: str) -> SupplierPublic:
    """One supplier."""
    return show_supplier(session, viewer, public_id)


@router.patch("/{public_id}", roles=OFFERERS, rate=RateClass.WRITE, audit="supplier.edit")
def edit(
    session: WriteSessionDep, viewer: ViewerDep, public_id: str, form: SupplierEdit, now: NowDep
) -> SupplierPublic:
    """What the body names is changed; what it leaves out stays."""
    changes = SupplierUpdate.model_validate(form.model_dump(exclude={"version"}, exclude_unset=True))
    edit_supplier(session, viewer, public_id, changes, now=now, version=form.version)
    return show_supplier(session, viewer, public_id)


@router.post("/{public_id}/archive", roles=OFFERERS, rate=RateClass.WRITE, audit="supplier.archive")
def archive(
    session: WriteSessionDep, viewer: ViewerDep, public_id: str, now: NowDep, version: int | None = None
) -> SupplierPublic:
    """The supplier and what it offers are shown and matched no more."""
    archive_supplier(session, viewer, public_id, now=now, version=version)
    return show_supplier(session, viewer, public_id)


@router.post("/{public_id}/restore", roles=OFFERERS, rate=RateClass.WRITE, audit="supplier.restore")
def restore(
    session: WriteSessionDep, viewer: ViewerDep, public_id: str, now: NowDep, version: int | None = None
) -> SupplierPublic:
    """The supplier is current again."""
    restore_supplier(session, viewer, public_id, now=now, version=version)
    return show_supplier(session, viewer, public_id)
