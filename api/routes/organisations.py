"""Organisations as JSON."""

from api.audiences import ORGANISATION_EDITORS, SOCIETY
from api.dependencies import NowDep, ReadSessionDep, ViewerDep, WriteSessionDep
from api.json_lists import PageDep
from api.page_public import PagePublic
from api.policy import ANYONE, PolicyRouter, RateClass
from catalog.supply.organisations import OrganisationFilter
from models.enums import OrganisationKind
from models.organisation import OrganisationCreate, OrganisationPublic, OrganisationUpdate
from workflow.organisations import add_organisation, edit_organisation, list_organisations, show_organisation

router = PolicyRouter(prefix="/api/v1/organisations", tags=["organisations"])


class OrganisationEdit(OrganisationUpdate):
    """What is to change, and the version that was looked at."""

    version: int


@router.get("", roles=ANYONE, rate=RateClass.READ)
def list_all(
    session: ReadSessionDep,
    viewer: ViewerDep,
    page: PageDep,
    q: str = "",
    kind: OrganisationKind | None = None,
    region: str = "",
) -> PagePublic[OrganisationPublic]:
    """The organisations the caller may know of."""
    wanted = OrganisationFilter(
        query=q,
        kind=kind,
        region=region,
    )
    return PagePublic.of(list_organisations(session, viewer, wanted, page=page.page, size=page.size))


@router.post("", roles=SOCIETY, rate=RateClass.WRITE, audit="organisation.add", status_code=201)
def add(session: WriteSessionDep, viewer: ViewerDep, form: OrganisationCreate, now: NowDep) -> OrganisationPublic:
    """The organisation is known."""
    organisation = add_organisation(session, viewer, form, now=now)
    return show_organisation(session, viewer, organisation.public_id)


@router.get("/{public_id}", roles=ANYONE, rate=RateClass.READ)
def show(session: ReadSessionDep, viewer: ViewerDep, public_id: str) -> OrganisationPublic:
    """One organisation."""
    return show_organisation(session, viewer, public_id)


@router.patch("/{public_id}", roles=ORGANISATION_EDITORS, rate=RateClass.WRITE, audit="organisation.edit")
def edit(
    session: WriteSessionDep, viewer: ViewerDep, public_id: str, form: OrganisationEdit, now: NowDep
) -> OrganisationPublic:
    """What the body names is changed; what it leaves out stays."""
    changes = OrganisationUpdate.model_validate(form.model_dump(exclude={"version"}, exclude_unset=True))
    edit_organisation(session, viewer, public_id, changes, now=now, version=form.version)
    return show_organisation(session, viewer, public_id)
