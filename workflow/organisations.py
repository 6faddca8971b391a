"""Organisations: added by the society, kept current by it and by their own administrators."""

from datetime import datetime

from catalog.supply.organisations import OrganisationFilter, find_organisation, select_organisations
from core.database import ReadSession, WriteSession
from core.errors import NotFound, Refused
from models.access import Viewer, curates
from models.enums import Role, SubjectKind
from models.organisation import Organisation, OrganisationCreate, OrganisationPublic, OrganisationUpdate
from workflow.branches import home_branch
from workflow.codes import check_codes
from workflow.history import record_event
from workflow.paging import PAGE_SIZE, Page, read_page
from workflow.versions import expect_version


def add_organisation(session: WriteSession, viewer: Viewer, form: OrganisationCreate, *, now: datetime) -> Organisation:
    """The organisation is known, in the viewer's branch. Raises Refused and Invalid."""
    if not viewer.is_society:
        raise Refused("organisation.refused")
    check_codes(region=form.region, industry=form.industry)
    organisation = Organisation.model_validate(form, update={"created_at": now, "branch_id": home_branch(viewer)})
    session.add(organisation)
    session.flush()
    _record(session, viewer, organisation, "organisation.added", now)
    return organisation


def edit_organisation(
    session: WriteSession,
    viewer: Viewer,
    public_id: str,
    form: OrganisationUpdate,
    *,
    now: datetime,
    version: int | None = None,
) -> Organisation:
    """What the form names is changed. Raises NotFound, Refused, Conflict, Invalid."""
    organisation = get_organisation(session, viewer, public_id)
    if not may_edit_organisation(viewer, organisation):
        raise Refused("organisation.refused")
    expect_version(organisation, version)
    changes = form.model_dump(exclude_unset=True)
    check_codes(region=changes.get("region"), industry=changes.get("industry"))
    organisation.sqlmodel_update(changes)
    if session.is_modified(organisation):
        _record(session, viewer, organisation, "organisation.edited", now)
    session.flush()
    return organisation


def may_edit_organisation(viewer: Viewer, organisation: Organisation) -> bool:
    """Whether it belongs to the viewer's branch, or the viewer administers it."""
    own = Role.ENTERPRISE_ADMIN in viewer.roles and organisation.key in viewer.organisations
    return own or curates(viewer, organisation.branch_id)


def get_organisation(session: ReadSession, viewer: Viewer, public_id: str) -> Organisation:
    """The organisation. Raises NotFound, also for one that the viewer may not know of."""
    organisation = find_organisation(session, viewer, public_id)
    if organisation is None:
        raise NotFound("organisation.not_found", id=public_id)
    return organisation


def show_organisation(session: ReadSession, viewer: Viewer, public_id: str) -> OrganisationPublic:
    """The organisation as pages and the API show it. Raises NotFound."""
    return _public(get_organisation(session, viewer, public_id))


def list_organisations(
    session: ReadSession,
    viewer: Viewer,
    wanted: OrganisationFilter | None = None,
    *,
    page: int = 1,
    size: int = PAGE_SIZE,
) -> Page[OrganisationPublic]:
    """The current organisations the viewer may know of, by name."""
    statement = select_organisations(viewer, wanted or OrganisationFilter())
    return read_page(session, statement, number=page, size=size).map(_public)


def _public(organisation: Organisation) -> OrganisationPublic:
    return OrganisationPublic.model_validate(organisation, from_attributes=True)


def _record(session: WriteSession, viewer: Viewer, organisation: Organisation, code: str, now: datetime) -> None:
    record_event(session, SubjectKind.ORGANISATION, organisation.key, code, actor_id=viewer.person_id, now=now)
