"""The step from a need to a list: the engine's pool, the facts, and the proposal made of them. Nothing is stored.

The same step serves a run, a candidate by hand and the question why a ranking changed.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from catalog.demand.needs import requirements_of
from core.database import ReadSession
from matching.proposals.propose import explained, propose
from matching.proposals.types import Policy, Proposal, Proposed, Wanted
from matching.types import Query, Reason
from models.access import Viewer
from models.need import Need, NeedRevision
from models.requirement import Requirement
from workflow.days import here
from workflow.matches.evidence import Quoted
from workflow.matches.matcher import Matcher
from workflow.matches.offers import Pool, read_pool
from workflow.matches.store import capabilities_of
from workflow.requirements import as_asked

if TYPE_CHECKING:
    from matching.engine import Engine, PreparedQuery
    from matching.evidence.types import Requirement as Asked
    from matching.types import MatchResult
    from workflow.indexing import SearchIndex

POOL = 100
"""So many suppliers the engine hands on; rules and evidence choose among them."""


@dataclass(frozen=True, slots=True)
class Basis:
    """All that a proposal is made from."""

    revision: NeedRevision
    requirements: Sequence[Requirement]
    asked: "Sequence[Asked]"
    found: "MatchResult"
    notes: tuple[Reason, ...]
    """What to know of the list as a whole."""
    pool: Pool

    @property
    def quoted(self) -> Quoted:
        """The texts in which what is said of the pool stands."""
        rows = [row.key for row in self.requirements]
        return Quoted(self.pool.revisions, rows, self.asked, self.revision.excluded_terms)


@dataclass(frozen=True, slots=True)
class Step(Basis):
    """A proposal with all that it was made from."""

    proposal: Proposal


def take_step(
    session: ReadSession,
    viewer: Viewer,
    need: Need,
    revision: NeedRevision,
    index: "SearchIndex",
    matcher: Matcher,
    *,
    policy: Policy,
    now: datetime,
    without: Iterable[int] = (),
) -> Step:
    """What the matcher proposes to the viewer for the need now; `without` are suppliers that are not looked at."""
    permission = index.permission(session, viewer).without(capabilities_of(session, without))
    engine = index.engine_with(matcher.ranker)
    prepared = engine.prepare([query_of(revision)])[0]
    found = permission.checked(engine.rank(prepared, k=POOL, allowed=permission.search))
    basis = _basis(session, need, revision, index, found, now)
    proposal = proposal_of(engine, prepared, basis.asked, basis.pool, matcher, policy=policy, now=now)
    known = (basis.revision, basis.requirements, basis.asked, basis.found, basis.notes, basis.pool)
    return Step(*known, proposal)


def basis_for(
    session: ReadSession,
    viewer: Viewer,
    need: Need,
    revision: NeedRevision,
    index: "SearchIndex",
    matcher: Matcher,
    only: Iterable[int],
    *,
    now: datetime,
) -> Basis:
    """What there is to judge of the capabilities `only`, which people chose, for the need now."""
    permission, engine = index.permission(session, viewer).only(only), index.engine_with(matcher.ranker)
    found = permission.checked(engine.match(query_of(revision), k=POOL, allowed=permission.search))
    return _basis(session, need, revision, index, found, now)


def _basis(
    session: ReadSession,
    need: Need,
    revision: NeedRevision,
    index: "SearchIndex",
    found: "MatchResult",
    now: datetime,
) -> Basis:
    pool = read_pool(session, index, need, revision, found.matches, now)
    rows = requirements_of(session, revision.key)
    asked = tuple(as_asked(revision, row) for row in rows)
    notes = (*found.notes, *(Reason(code) for code in remarks_on(index)))
    return Basis(revision, rows, asked, found, notes, pool)


def remarks_on(index: "SearchIndex") -> Iterator[str]:
    """What to know of every list that is made with this index."""
    if index.unread:
        yield "index_incomplete"
    if index.has_unreadable_ranker:
        yield "ranker_unreadable"


def proposal_of(
    engine: "Engine",
    prepared: "PreparedQuery",
    asked: "Sequence[Asked]",
    pool: Pool,
    matcher: Matcher,
    *,
    policy: Policy,
    now: datetime,
) -> Proposal:
    """The list for a pool that was ranked, with the reasons of whom it lists. Days are counted where the society is."""
    proposal = propose(
        Wanted(prepared.query, pool.need, tuple(asked)),
        pool.offers,
        policy=policy,
        ranker=matcher.ranker,
        rules=matcher.rules,
        embedder=matcher.evidence_embedder,
        statistics=matcher.statistics,
        weights=matcher.weights,
        now=here(now),
    )
    return replace(proposal, proposed=_with_reasons(engine, prepared, proposal.proposed, pool))


def _with_reasons(
    engine: "Engine", prepared: "PreparedQuery", proposed: Sequence[Proposed], pool: Pool
) -> tuple[Proposed, ...]:
    matches = {match.supplier: match for match in pool.found}
    listed = [matches[one.supplier] for one in proposed]
    told = engine.explain(prepared, listed, [pool.scored(match) for match in listed])
    pairs = zip(proposed, told, strict=True)
    return tuple(replace(one, reasons=match.reasons, spans=match.spans) for one, match in pairs)


def explain(basis: Basis, matcher: Matcher, *, now: datetime) -> Proposed:
    """What there is to say of the first supplier of a pool, even where a rule keeps it off every list."""
    return explained(
        Wanted(query_of(basis.revision), basis.pool.need, tuple(basis.asked)),
        basis.pool.offers[0],
        ranker=matcher.ranker,
        rules=matcher.rules,
        embedder=matcher.evidence_embedder,
        statistics=matcher.statistics,
        weights=matcher.weights,
        now=here(now),
    )


def query_of(revision: NeedRevision) -> Query:
    """The need as the matcher reads it."""
    text = "\n".join(part for part in (revision.full_text, " ".join(revision.keywords)) if part)
    return Query(
        title=revision.title or revision.public_title,
        text=text,
        field=revision.technical_field or None,
        industries=(revision.industry,) if revision.industry else (),
    )
