"""A need's matches, and suppliers for free text."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Query

from api.audiences import ASKERS, SOCIETY
from api.dependencies import (
    AuditDep,
    DatabaseDep,
    NowDep,
    ReadSessionDep,
    SearchIndexDep,
    ViewerDep,
    WriteSessionDep,
)
from api.impressions import note_shown
from api.policy import SIGNED_IN, PolicyRouter, RateClass
from models.deal_forms import DealOpen
from models.deal_public import DealPublic
from models.match import CandidateCreate, JudgementCreate
from models.match_public import FoundPublic, MatchListPublic, MatchPublic
from workflow.deals import open_deal, show_deal
from workflow.matches import (
    add_candidate,
    propose_matches,
    record_impressions,
    review_match,
    search_suppliers,
    show_match,
    show_matches,
)

router = PolicyRouter(prefix="/api/v1", tags=["matches"])

Number = Annotated[int, Query(ge=1, le=50, description="How many suppliers at most.")]
Varied = Annotated[
    bool, Query(description="Limits each organisation's share and explores; without it, the plain order.")
]


@router.post("/needs/{need_id}/matches", roles=SOCIETY, rate=RateClass.SEARCH, audit="match.propose")
def propose(
    need_id: str,
    index: SearchIndexDep,
    session: WriteSessionDep,
    viewer: ViewerDep,
    now: NowDep,
    k: Number = 10,
    varied: Varied = True,
) -> MatchListPublic:
    """The engine runs for the need; its list is as it is after that, and on record as shown."""
    propose_matches(session, viewer, need_id, index, now=now, k=k, varied=varied)
    shown = show_matches(session, viewer, need_id)
    record_impressions(session, viewer, [match.public_id for match in shown.matches], now=now)
    return shown


@router.get("/needs/{need_id}/matches", roles=ASKERS, rate=RateClass.READ, audit="match.read")
def read_matches(
    need_id: str, session: ReadSessionDep, database: DatabaseDep, viewer: ViewerDep, audit: AuditDep, now: NowDep
) -> MatchListPublic:
    """The need's list; that it was shown is recorded."""
    shown = show_matches(session, viewer, need_id)
    audit.full_read()
    note_shown(session, database, viewer, shown, now=now)
    return shown


@router.post(
    "/needs/{need_id}/candidates",
    roles=SOCIETY,
    rate=RateClass.WRITE,
    audit="match.add_by_hand",
    status_code=HTTPStatus.CREATED,
)
def add_by_hand(
    need_id: str, form: CandidateCreate, index: SearchIndexDep, session: WriteSessionDep, viewer: ViewerDep, now: NowDep
) -> MatchPublic:
    """The supplier stands on the need's list."""
    match = add_candidate(session, viewer, need_id, form, index, now=now)
    return show_match(session, viewer, match.public_id)


@router.post("/matches/{match_id}/review", roles=SOCIETY, rate=RateClass.WRITE, audit="match.review")
def review(
    match_id: str, form: JudgementCreate, session: WriteSessionDep, viewer: ViewerDep, now: NowDep
) -> MatchPublic:
    """The judgement holds."""
    review_match(session, viewer, match_id, form, now=now)
    return show_match(session, viewer, match_id)


@router.post(
    "/matches/{match_id}/deal",
    roles=SOCIETY,
    rate=RateClass.WRITE,
    audit="deal.open",
    status_code=HTTPStatus.CREATED,
)
def open_from_match(
    match_id: str, session: WriteSessionDep, viewer: ViewerDep, now: NowDep, form: DealOpen | None = None
) -> DealPublic:
    """The two sides are introduced."""
    deal = open_deal(session, viewer, match_id, form, now=now)
    return show_deal(session, viewer, deal.public_id, now=now)


@router.get("/search", roles=SIGNED_IN, rate=RateClass.SEARCH)
def search(
    session: ReadSessionDep, viewer: ViewerDep, index: SearchIndexDep, q: str = "", k: Number = 10
) -> FoundPublic:
    """Who can do what the text asks for."""
    return search_suppliers(session, viewer, index, q, k=k)
