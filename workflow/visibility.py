"""What somebody who works on a deal may keep on it for whom."""

from sqlmodel import select

from core.database import ReadSession
from core.errors import Invalid, Problem
from models.access import Viewer, on_team
from models.deal import Deal, DealParty
from models.deal_enums import PartyRole, Visibility

SIDES = {Visibility(role.value): role for role in PartyRole}
"""What is meant for one side, with that side."""


def check_visibility(session: ReadSession, viewer: Viewer, deal: Deal, visibility: Visibility) -> None:
    """Nothing, if somebody could read it, the viewer among them.

    Raises Invalid for a side that does not take part, and for what is the team's from somebody who is not on it.
    """
    if visibility in SIDES:
        statement = select(DealParty.id).where(DealParty.deal_id == deal.key, DealParty.role == SIDES[visibility])
        if session.exec(statement).first() is None:
            raise _refused("deal.no_such_side")
    own = select(Deal.id).where(Deal.id == deal.key, on_team(viewer))
    if visibility is Visibility.TEAM and session.exec(own).first() is None:
        raise _refused("deal.not_on_team")


def visibilities_for(session: ReadSession, viewer: Viewer, deal: Deal) -> list[Visibility]:
    """For whom the viewer, who works on the deal, may keep something on it, the narrowest last."""
    return [visibility for visibility in Visibility if _may(session, viewer, deal, visibility)]


def is_narrower(visibility: Visibility, than: Visibility) -> bool:
    """Whether fewer people read by it, and nobody who did not read before."""
    return _WIDTH.get(visibility, 2) < _WIDTH.get(than, 2)


_WIDTH = {Visibility.TEAM: 0, Visibility.STAFF: 1, Visibility.PARTIES: 3}
"""How wide each is; those of one side lie between."""


def _may(session: ReadSession, viewer: Viewer, deal: Deal, visibility: Visibility) -> bool:
    try:
        check_visibility(session, viewer, deal, visibility)
    except Invalid:
        return False
    return True


def _refused(code: str) -> Invalid:
    return Invalid(code, (Problem(code, field="visibility"),))
