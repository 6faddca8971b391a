"""Who can do it? Suppliers for free text, for staff."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import Response

from api.audiences import SOCIETY
from api.dependencies import ReadSessionDep, ViewerDep, search_index_of
from api.policy import PolicyRouter, RateClass
from api.web.highlight import Piece
from api.web.lists import Wanted, WantedDep
from api.web.proposals import quotes_of
from api.web.shell import ShellDep
from core.errors import Invalid, Problem
from models.match_public import ProposalPublic, ReasonPublic
from workflow.matches import search_suppliers

router = PolicyRouter()


@dataclass(frozen=True, slots=True)
class SearchPage:
    """What was asked, and who was found with what is quoted of each; None before anything was asked.

    `notes` say what to know about the list as a whole, `problems` why the text was not searched for.
    """

    wanted: Wanted
    found: Sequence[tuple[ProposalPublic, Sequence[tuple[Piece, ...]]]] | None
    notes: Sequence[ReasonPublic] = ()
    problems: Sequence[Problem] = ()


@router.get("/search", roles=SOCIETY, rate=RateClass.SEARCH)
def search_page(shell: ShellDep, session: ReadSessionDep, viewer: ViewerDep, wanted: WantedDep) -> Response:
    """The suppliers that fit best; nothing is stored."""
    text = wanted.text("q")
    if not text:
        return shell.render("search/search.html", SearchPage(wanted, None))
    try:
        result = search_suppliers(session, viewer, search_index_of(shell.request.app), text)
    except Invalid as error:
        page = SearchPage(wanted, None, problems=error.problems)
        return shell.refuse("search/search.html", page, error)
    found = [(proposal, quotes_of(session, viewer, proposal)) for proposal in result.matches]
    return shell.render("search/search.html", SearchPage(wanted, found, result.notes))
