"""Who sees more of one need or capability than the rules give; for those who curate it."""

from http import HTTPStatus

from api.audiences import SOCIETY
from api.dependencies import NowDep, ReadSessionDep, ViewerDep, WriteSessionDep
from api.policy import PolicyRouter, RateClass
from models.enums import SubjectKind
from models.grant import GrantCreate, GrantPublic
from workflow.grants import grant_access, list_grants, revoke_access

router = PolicyRouter(prefix="/api/v1", tags=["grants"])


@router.get("/needs/{public_id}/grants", roles=SOCIETY, rate=RateClass.READ)
def of_need(session: ReadSessionDep, viewer: ViewerDep, public_id: str, now: NowDep) -> list[GrantPublic]:
    """The grants of a need that hold now."""
    return list_grants(session, viewer, SubjectKind.NEED, public_id, now=now)


@router.post(
    "/needs/{public_id}/grants",
    roles=SOCIETY,
    rate=RateClass.WRITE,
    audit="need.grant",
    status_code=HTTPStatus.CREATED,
)
def grant_need(
    session: WriteSessionDep, viewer: ViewerDep, public_id: str, form: GrantCreate, now: NowDep
) -> list[GrantPublic]:
    """The person sees the need at this level; the grants that hold now are returned."""
    grant_access(session, viewer, SubjectKind.NEED, public_id, form, now=now)
    return list_grants(session, viewer, SubjectKind.NEED, public_id, now=now)


@router.delete(
    "/needs/{public_id}/grants/{person}", roles=SOCIETY, rate=RateClass.WRITE, audit="need.revoke", status_code=204
)
def revoke_need(session: WriteSessionDep, viewer: ViewerDep, public_id: str, person: str, now: NowDep) -> None:
    """The person sees what the rules give, and no more."""
    revoke_access(session, viewer, SubjectKind.NEED, public_id, person, now=now)


@router.get("/capabilities/{public_id}/grants", roles=SOCIETY, rate=RateClass.READ)
def of_capability(session: ReadSessionDep, viewer: ViewerDep, public_id: str, now: NowDep) -> list[GrantPublic]:
    """The grants of a capability that hold now."""
    return list_grants(session, viewer, SubjectKind.CAPABILITY, public_id, now=now)


@router.post(
    "/capabilities/{public_id}/grants",
    roles=SOCIETY,
    rate=RateClass.WRITE,
    audit="capability.grant",
    status_code=HTTPStatus.CREATED,
)
def grant_capability(
    session: WriteSessionDep, viewer: ViewerDep, public_id: str, form: GrantCreate, now: NowDep
) -> list[GrantPublic]:
    """The person sees the capability at this level; the grants that hold now are returned."""
    grant_access(session, viewer, SubjectKind.CAPABILITY, public_id, form, now=now)
    return list_grants(session, viewer, SubjectKind.CAPABILITY, public_id, now=now)


@router.delete(
    "/capabilities/{public_id}/grants/{person}",
    roles=SOCIETY,
    rate=RateClass.WRITE,
    audit="capability.revoke",
    status_code=204,
)
def revoke_capability(session: WriteSessionDep, viewer: ViewerDep, public_id: str, person: str, now: NowDep) -> None:
    """The person sees what the rules give, and no more."""
    revoke_access(session, viewer, SubjectKind.CAPABILITY, public_id, person, now=now)
