"""Capabilities as JSON."""

from api.audiences import OFFERERS
from api.dependencies import AuditDep, EmbedderDep, NowDep, ReadSessionDep, ViewerDep, WriteSessionDep
from api.json_lists import PageDep
from api.page_public import PagePublic
from api.policy import ANYONE, PolicyRouter, RateClass
from catalog.supply.capabilities import CapabilityFilter
from models.capability import CapabilityCreate, CapabilityPublic
from models.enums import CapabilityKind, DisclosureLevel, Maturity
from workflow.capabilities import (
    add_capability,
    archive_capability,
    list_capabilities,
    restore_capability,
    revise_capability,
    show_capability,
)

router = PolicyRouter(prefix="/api/v1/capabilities", tags=["capabilities"])


class CapabilityOffer(CapabilityCreate):
    """A new capability, and the supplier that offers it."""

    supplier: str


class CapabilityRevised(CapabilityCreate):
    """The whole new text, and the version that was looked at."""

    version: int


@router.get("", roles=ANYONE, rate=RateClass.READ)
def list_all(
    session: ReadSessionDep,
    viewer: ViewerDep,
    page: PageDep,
    q: str = "",
    supplier: str = "",
    kind: CapabilityKind | None = None,
    technical_field: str = "",
    maturity: Maturity | None = None,
    mine: bool = False,
    archived: bool = False,
) -> PagePublic[CapabilityPublic]:
    """The capabilities the caller may see, each cut to the level at which it is seen."""
    wanted = CapabilityFilter(
        query=q,
        supplier=supplier,
        kind=kind,
        technical_field=technical_field,
        maturity=maturity,
        mine=mine,
        archived=archived,
    )
    return PagePublic.of(list_capabilities(session, viewer, wanted, page=page.page, size=page.size))


@router.post("", roles=OFFERERS, rate=RateClass.WRITE, audit="capability.add", status_code=201)
def add(
    embedder: EmbedderDep, session: WriteSessionDep, viewer: ViewerDep, form: CapabilityOffer, now: NowDep
) -> CapabilityPublic:
    """The supplier offers it from now on."""
    new = CapabilityCreate.model_validate(form.model_dump(exclude={"supplier"}))
    capability = add_capability(session, viewer, form.supplier, new, now=now, embedder=embedder)
    return show_capability(session, viewer, capability.public_id)


@router.get("/{public_id}", roles=ANYONE, rate=RateClass.READ, audit="capability.read")
def show(session: ReadSessionDep, viewer: ViewerDep, audit: AuditDep, public_id: str) -> CapabilityPublic:
    """One capability, cut to the level at which the caller sees it; that everything was read is logged."""
    shown = show_capability(session, viewer, public_id)
    if shown.level is DisclosureLevel.FULL:
        audit.full_read()
    return shown


@router.put("/{public_id}", roles=OFFERERS, rate=RateClass.WRITE, audit="capability.revise")
def revise(
    embedder: EmbedderDep,
    session: WriteSessionDep,
    viewer: ViewerDep,
    public_id: str,
    form: CapabilityRevised,
    now: NowDep,
) -> CapabilityPublic:
    """What the body says holds from now on; what held before stays readable."""
    new = CapabilityCreate.model_validate(form.model_dump(exclude={"version"}))
    revise_capability(session, viewer, public_id, new, now=now, embedder=embedder, version=form.version)
    return show_capability(session, viewer, public_id)


@router.post("/{public_id}/archive", roles=OFFERERS, rate=RateClass.WRITE, audit="capability.archive")
def archive(
    session: WriteSessionDep, viewer: ViewerDep, public_id: str, now: NowDep, version: int | None = None
) -> CapabilityPublic:
    """It is shown and matched no more."""
    archive_capability(session, viewer, public_id, now=now, version=version)
    return show_capability(session, viewer, public_id)


@router.post("/{public_id}/restore", roles=OFFERERS, rate=RateClass.WRITE, audit="capability.restore")
def restore(
    session: WriteSessionDep, viewer: ViewerDep, public_id: str, now: NowDep, version: int | None = None
) -> CapabilityPublic:
    """It is current again."""
    restore_capability(session, viewer, public_id, now=now, version=version)
    return show_capability(session, viewer, public_id)
