"""One need's matches: proposed, added by hand, reviewed, and turned into a deal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from fastapi import Response

from api.audiences import ASKERS, SOCIETY
from api.dependencies import (
    AuditDep,
    DatabaseDep,
    NowDep,
    ReadSessionDep,
    SearchIndexDep,
    ViewerDep,
    WriteSessionDep,
    undo,
)
from api.impressions import note_shown
from api.policy import PolicyRouter, RateClass
from api.web.forms import Attempt, FormDep, attempt_of, build
from api.web.highlight import Piece
from api.web.lists import Wanted, WantedDep
from api.web.proposals import quotes_of
from api.web.shell import Shell, ShellDep
from catalog.supply.suppliers import SupplierFilter
from core.database import ReadSession, WriteSession
from core.errors import AppError
from models.access import Viewer
from models.enums import NeedStatus, ReasonCode
from models.match import CandidateCreate, JudgementCreate
from models.match_enums import MatchStatus, Verdict
from models.match_public import FindingPublic, MatchListPublic, QuestionPublic
from models.need import NeedPublic
from models.refusal import RefusalPublic
from models.supplier import SupplierPublic
from tracking.reasons import REFUSALS, SUGGESTION_ENDS, reasons_by_verdict
from workflow.deals import open_deal
from workflow.endings import EndScope
from workflow.matches import add_candidate, propose_matches, review_match, show_matches
from workflow.needs import show_need
from workflow.refusals import list_refusals
from workflow.suppliers import list_suppliers

router = PolicyRouter(prefix="/needs/{need_id}/matches")

_CANDIDATES = 10
_ASKS_FIRST = "refusal.asks_first"
_ASKER = "asker"
"""Who is asked, as the rules name the needing side."""


@dataclass(frozen=True, slots=True)
class MatchesPage:
    """A need's list of matches, and the suppliers found by name to add to it."""

    need: NeedPublic
    listed: MatchListPublic
    quotes: Mapping[str, Sequence[tuple[Piece, ...]]]
    """By the match's id, the passages of its capability that speak most for it."""
    wanted: Wanted
    candidates: Sequence[SupplierPublic] | None
    never: Mapping[str, RefusalPublic]
    """Decisions never to propose somebody, by the supplier's id, as far as the reader may know of them."""
    refused: Attempt | None = None
    reasons: Mapping[tuple[Verdict, ...], tuple[ReasonCode, ...]] = field(default_factory=reasons_by_verdict)
    end_reasons: tuple[ReasonCode, ...] = SUGGESTION_ENDS
    scopes: type[EndScope] = EndScope
    never_reasons: tuple[ReasonCode, ...] = REFUSALS
    verdicts: type[Verdict] = Verdict

    def attempt(self, form: str) -> Attempt:
        """The content of one of the page's forms: as typed, when it was just refused."""
        return self.refused if self.refused and self.refused.form == form else Attempt(form)

    @property
    def may_propose(self) -> bool:
        """Whether the engine can be asked now."""
        closed = self.need.status in (NeedStatus.SUBMITTED, NeedStatus.CLOSED)
        return self.listed.may_change and not closed and not self.need.archived

    @property
    def questions_to_asker(self) -> list[QuestionPublic]:
        """What the asking side is asked, once each, whichever supplier raises it; requirements are the supplier's."""
        asked = (q for match in self.listed.matches for q in match.questions if q.ask == _ASKER)
        return list({q.key: q for q in asked if q.requirement is None}.values())

    @property
    def requirements(self) -> Sequence[FindingPublic]:
        """Those of the last run, for what names them by number."""
        current = (match.findings for match in self.listed.matches if match.findings and not match.is_outdated)
        return next(current, [])

    @property
    def asked_first(self) -> str | None:
        """The supplier that somebody wants to add although it is never to be proposed: now it may be done knowingly."""
        attempt = self.refused
        asks = attempt is not None and attempt.error is not None and attempt.error.code == _ASKS_FIRST
        return attempt.value("supplier") if attempt and asks else None

    @property
    def open_suggestions(self) -> int:
        """How many of the list wait for something."""
        waiting = (m for m in self.listed.matches if m.ended_at is None and m.deal is None)
        return sum(match.status is not MatchStatus.DECLINED for match in waiting)

    @property
    def may_print(self) -> bool:
        """Whether there is somebody to name in the shortlist."""
        return any(match.status is MatchStatus.ACCEPTED for match in self.listed.matches)


@router.get("", roles=ASKERS, rate=RateClass.READ, audit="match.read")
def matches_page(
    shell: ShellDep,
    session: ReadSessionDep,
    viewer: ViewerDep,
    database: DatabaseDep,
    audit: AuditDep,
    wanted: WantedDep,
    now: NowDep,
    need_id: str,
) -> Response:
    """The list; that the reader was shown it is recorded, because learning needs to know what was passed over."""
    page = _page(session, viewer, need_id, wanted)
    response = shell.render("matches/list.html", page)
    audit.full_read()
    note_shown(session, database, viewer, page.listed, now=now)
    return response


@router.post("", roles=SOCIETY, rate=RateClass.SEARCH, audit="match.propose")
def submit_proposal(
    shell: ShellDep,
    index: SearchIndexDep,
    session: WriteSessionDep,
    viewer: ViewerDep,
    form: FormDep,
    now: NowDep,
    need_id: str,
) -> Response:
    """The engine has proposed suppliers; with variety unless the plain order was asked for."""
    try:
        propose_matches(session, viewer, need_id, index, now=now, varied=not form.text("plain"))
    except AppError as error:
        return refused_page(shell, session, viewer, need_id, Attempt("propose", error=error), error)
    return shell.go(f"/needs/{need_id}/matches", "matches_proposed")


@router.post("/candidates", roles=SOCIETY, rate=RateClass.WRITE, audit="match.add_by_hand")
def submit_candidate(
    shell: ShellDep,
    index: SearchIndexDep,
    session: WriteSessionDep,
    viewer: ViewerDep,
    form: FormDep,
    now: NowDep,
    need_id: str,
) -> Response:
    """A supplier is on the list by hand."""
    try:
        add_candidate(session, viewer, need_id, build(CandidateCreate, form), index, now=now)
    except AppError as error:
        return refused_page(shell, session, viewer, need_id, attempt_of("candidate", form, error), error)
    return shell.go(f"/needs/{need_id}/matches", "candidate_added")


@router.post("/{match_id}/review", roles=SOCIETY, rate=RateClass.WRITE, audit="match.review")
def submit_review(
    shell: ShellDep,
    session: WriteSessionDep,
    viewer: ViewerDep,
    form: FormDep,
    now: NowDep,
    need_id: str,
    match_id: str,
) -> Response:
    """A decision with its reason holds for the match."""
    try:
        review_match(session, viewer, match_id, build(JudgementCreate, form), now=now)
    except AppError as error:
        return refused_page(shell, session, viewer, need_id, attempt_of(f"review-{match_id}", form, error), error)
    return shell.go(f"/needs/{need_id}/matches#{match_id}", "match_reviewed")


@router.post("/{match_id}/deal", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.open")
def submit_deal(
    shell: ShellDep, session: WriteSessionDep, viewer: ViewerDep, now: NowDep, need_id: str, match_id: str
) -> Response:
    """The two sides are introduced."""
    try:
        deal = open_deal(session, viewer, match_id, now=now)
    except AppError as error:
        return refused_page(shell, session, viewer, need_id, Attempt(f"deal-{match_id}", error=error), error)
    return shell.go(f"/deals/{deal.public_id}", "deal_opened")


def _page(
    session: ReadSession, viewer: Viewer, need_id: str, wanted: Wanted, refused: Attempt | None = None
) -> MatchesPage:
    listed = show_matches(session, viewer, need_id)
    name, candidates = wanted.text("supplier"), None
    if name and listed.may_change:
        candidates = list_suppliers(session, viewer, SupplierFilter(query=name), size=_CANDIDATES).items
    quotes = {match.public_id: quotes_of(session, viewer, match) for match in listed.matches}
    never = {one.supplier: one for one in list_refusals(session, viewer, need_id)}
    return MatchesPage(show_need(session, viewer, need_id), listed, quotes, wanted, candidates, never, refused)


def refused_page(
    shell: Shell, session: WriteSession, viewer: Viewer, need_id: str, attempt: Attempt, error: AppError
) -> Response:
    """The list again, with the form that was refused and everything typed in it."""
    undo(session, error)
    found = {"supplier": str(error.params["supplier"])} if error.code == _ASKS_FIRST else {}
    wanted = Wanted(f"/needs/{need_id}/matches", found)
    return shell.refuse("matches/list.html", _page(session, viewer, need_id, wanted, attempt), error)
