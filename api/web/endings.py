"""Suggestions that end: by the staff for a need, and as the suppliers are told of theirs."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import Response

from api.audiences import SOCIETY
from api.dependencies import NowDep, ReadSessionDep, ViewerDep, WriteSessionDep
from api.policy import PolicyRouter, RateClass
from api.web.forms import FormDep, attempt_of, build
from api.web.matches import refused_page
from api.web.shell import ShellDep
from core.errors import AppError
from models.enums import Role
from workflow.endings import SuggestionsEnd
from workflow.matches.told import ToldSuggestion, end_suggestions, list_told

router = PolicyRouter()
SUPPLIERS = frozenset({Role.SUPPLIER})


@dataclass(frozen=True, slots=True)
class ToldPage:
    """How suggestions of the reader's own suppliers ended."""

    told: Sequence[ToldSuggestion]


@router.get("/suggestions", roles=SUPPLIERS, rate=RateClass.READ)
def told_page(shell: ShellDep, session: ReadSessionDep, viewer: ViewerDep) -> Response:
    """What became of what was suggested."""
    return shell.render("suppliers/suggestions.html", ToldPage(list_told(session, viewer)))


@router.post("/needs/{need_id}/matches/end", roles=SOCIETY, rate=RateClass.WRITE, audit="match.end")
def submit_end(
    shell: ShellDep, session: WriteSessionDep, viewer: ViewerDep, form: FormDep, now: NowDep, need_id: str
) -> Response:
    """The open suggestions of the need that the form means have ended."""
    try:
        end_suggestions(session, viewer, need_id, build(SuggestionsEnd, form), now=now)
    except AppError as error:
        return refused_page(shell, session, viewer, need_id, attempt_of("end", form, error), error)
    return shell.go(f"/needs/{need_id}/matches", "suggestions_ended")
