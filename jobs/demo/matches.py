"""The demo's matches: proposed by the real engine, judged by the demo's staff."""

from datetime import datetime, timedelta

from sqlmodel import col, select

from core.database import WriteSession
from jobs.demo.catalogue import Loaded
from jobs.demo.content import DealEntry, VerdictEntry
from jobs.demo.people import Cast
from matching.embedding.protocol import Embedder
from models.access import Viewer
from models.deal import Deal
from models.deal_forms import DealOpen
from models.enums import NeedStatus, ReasonCode
from models.match import CandidateCreate, JudgementCreate, Match
from models.match_enums import Verdict
from models.need import Need
from models.supplier import Supplier
from workflow.deals.opening import open_deal
from workflow.indexing import SearchIndex
from workflow.matches.candidates import add_candidate
from workflow.matches.proposing import propose_matches
from workflow.matches.reviewing import review_match

BEFORE_THE_DEAL = timedelta(days=9)
"""A match is reviewed about so long before the two sides are introduced."""
WAITING_FOR_REVIEW = 12
"""So many of the newest focused needs get proposals that nobody has looked at yet."""


class Matchmaker:
    """Proposes and accepts; the index holds the whole demo catalogue, as seen from the loading transaction."""

    def __init__(self, session: WriteSession, loaded: Loaded, embedder: Embedder, now: datetime) -> None:
        self.session = session
        self.loaded = loaded
        self.now = now
        self.index = SearchIndex(embedder)
        self.index.refresh(session)

    def supplier_of(self, entry: DealEntry) -> Supplier | None:
        """Who offers in a deal: the supplier it names, or whose capability it names."""
        if entry.supplier:
            return self.loaded.suppliers[entry.supplier]
        if entry.capability is None:
            return None
        return self.session.get(Supplier, self.loaded.capabilities[entry.capability].supplier_id)

    def introduce(self, viewer: Viewer, entry: DealEntry, supplier: Supplier, at: datetime) -> Deal:
        """The deal that grew from an accepted match, which the engine proposed or, where it did not, a person."""
        need = self.loaded.needs[entry.need or ""]
        before = at - BEFORE_THE_DEAL
        propose_matches(self.session, viewer, need.public_id, self.index, now=before)
        match = self._proposed(need, supplier) or self._by_hand(viewer, entry, need, supplier, before)
        verdict = JudgementCreate(verdict=Verdict.ACCEPT, reason=ReasonCode.GOOD_FIT)
        review_match(self.session, viewer, match.public_id, verdict, now=before)
        return open_deal(self.session, viewer, match.public_id, DealOpen(title=entry.title), now=at)

    def decide(self, viewer: Viewer, entry: VerdictEntry) -> None:
        """What the content tells was decided of a suggestion, which is made before where there is none."""
        need, at = self.loaded.needs[entry.need], self.now - timedelta(days=entry.days_ago)
        supplier = self.session.get_one(Supplier, self.loaded.capabilities[entry.capability].supplier_id)
        if need.status is NeedStatus.FOCUSED:
            propose_matches(self.session, viewer, need.public_id, self.index, now=at - BEFORE_THE_DEAL)
        before = at - BEFORE_THE_DEAL
        match = self._proposed(need, supplier) or self._add(viewer, need, supplier, entry.capability, before)
        verdict = JudgementCreate(verdict=entry.verdict, reason=entry.reason, comment=entry.comment)
        review_match(self.session, viewer, match.public_id, verdict, now=at)

    def propose_for_review(self, cast: Cast) -> None:
        """The newest focused needs have proposals that wait for review."""
        waiting = self.session.exec(
            select(Need)
            .where(col(Need.status) == NeedStatus.FOCUSED)
            .order_by(col(Need.submitted_at).desc())
            .limit(WAITING_FOR_REVIEW)
        ).all()
        for need in waiting:
            propose_matches(self.session, cast.lead, need.public_id, self.index, now=self.now)

    def _proposed(self, need: Need, supplier: Supplier) -> Match | None:
        newest = col(Match.proposed_at).desc()
        return self.session.exec(
            select(Match).where(Match.need_id == need.key, Match.supplier_id == supplier.key).order_by(newest)
        ).first()

    def _by_hand(self, viewer: Viewer, entry: DealEntry, need: Need, supplier: Supplier, at: datetime) -> Match:
        return self._add(viewer, need, supplier, entry.capability, at)

    def _add(self, viewer: Viewer, need: Need, supplier: Supplier, capability: str | None, at: datetime) -> Match:
        named = self.loaded.capabilities[capability].public_id if capability else None
        form = CandidateCreate(supplier=supplier.public_id, capability=named)
        return add_candidate(self.session, viewer, need.public_id, form, self.index, now=at)
