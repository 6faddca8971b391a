"""A need's shortlist as a document for the enterprise, to be printed or saved as a PDF by the browser."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from fastapi import Response

from api.audiences import ASKERS
from api.dependencies import AuditDep, NowDep, ReadSessionDep, ViewerDep
from api.policy import PolicyRouter, RateClass
from api.web.highlight import Piece
from api.web.proposals import quotes_of
from api.web.shell import ShellDep
from models.match_public import MatchListPublic
from models.need import NeedPublic
from workflow.matches.shortlist import show_shortlist
from workflow.needs import show_need

router = PolicyRouter(prefix="/needs/{need_id}/matches")


@dataclass(frozen=True, slots=True)
class ShortlistPage:
    """The accepted suppliers, with what each one's documents say of every requirement."""

    need: NeedPublic
    listed: MatchListPublic
    quotes: Mapping[str, Sequence[tuple[Piece, ...]]]
    printed_at: datetime


@router.get("/shortlist", roles=ASKERS, rate=RateClass.READ, audit="match.print")
def shortlist_page(
    shell: ShellDep, session: ReadSessionDep, viewer: ViewerDep, audit: AuditDep, now: NowDep, need_id: str
) -> Response:
    """The document; what its reader may not see in full, the enterprise's copy does not hold either."""
    listed = show_shortlist(session, viewer, need_id)
    quotes = {match.public_id: quotes_of(session, viewer, match) for match in listed.matches}
    response = shell.render(
        "matches/shortlist.html", ShortlistPage(show_need(session, viewer, need_id), listed, quotes, now)
    )
    audit.full_read()
    return response
