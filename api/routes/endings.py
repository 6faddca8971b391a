"""Suggestions that end: by the staff for a need, and as the suppliers are told of theirs."""

from pydantic import BaseModel

from api.audiences import SOCIETY
from api.dependencies import NowDep, ReadSessionDep, ViewerDep, WriteSessionDep
from api.policy import PolicyRouter, RateClass
from models.enums import Role
from workflow.endings import SuggestionsEnd
from workflow.matches.told import ToldSuggestion, end_suggestions, list_told

router = PolicyRouter(prefix="/api/v1", tags=["matches"])


class Ended(BaseModel):
    """How many suggestions have ended."""

    ended: int


@router.post("/needs/{need_id}/matches/end", roles=SOCIETY, rate=RateClass.WRITE, audit="match.end")
def end(need_id: str, form: SuggestionsEnd, session: WriteSessionDep, viewer: ViewerDep, now: NowDep) -> Ended:
    """The open suggestions of the need that the form means have ended."""
    return Ended(ended=end_suggestions(session, viewer, need_id, form, now=now))


@router.get("/suggestions", roles=frozenset({Role.SUPPLIER}), rate=RateClass.READ)
def told(session: ReadSessionDep, viewer: ViewerDep) -> list[ToldSuggestion]:
    """How suggestions of the caller's own suppliers ended."""
    return list_told(session, viewer)
