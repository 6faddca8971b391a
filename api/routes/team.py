"""Who of the society works on a deal."""

from http import HTTPStatus

from pydantic import BaseModel, Field

from api.audiences import SOCIETY
from api.dependencies import NowDep, ReadSessionDep, ViewerDep, WriteSessionDep
from api.policy import PolicyRouter, RateClass
from workflow.deals import MemberPublic, add_member, list_team, remove_member

router = PolicyRouter(prefix="/api/v1/deals/{deal_id}/team", tags=["deals"])


class NewMember(BaseModel):
    """A person's login or id."""

    person: str = Field(min_length=1, max_length=60)


@router.get("", roles=SOCIETY, rate=RateClass.READ)
def read_team(deal_id: str, session: ReadSessionDep, viewer: ViewerDep) -> list[MemberPublic]:
    """The team without the owner."""
    return list_team(session, viewer, deal_id)


@router.post("", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.team_add", status_code=HTTPStatus.CREATED)
def add(deal_id: str, form: NewMember, session: WriteSessionDep, viewer: ViewerDep, now: NowDep) -> list[MemberPublic]:
    """The person is on the team, which is returned."""
    add_member(session, viewer, deal_id, form.person, now=now)
    return list_team(session, viewer, deal_id)


@router.delete("/{person}", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.team_remove", status_code=204)
def remove(deal_id: str, person: str, session: WriteSessionDep, viewer: ViewerDep, now: NowDep) -> None:
    """The person is off the team."""
    remove_member(session, viewer, deal_id, person, now=now)
