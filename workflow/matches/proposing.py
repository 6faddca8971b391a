"""The matcher proposes suppliers for a need; what the reviewer will see is stored, and what it takes to do it again."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from core.database import WriteSession
from core.errors import Invalid, Problem
from models.access import Viewer
from models.deal_enums import Visibility
from models.enums import NeedStatus, Origin, SubjectKind
from models.match import Match, MatchRun
from models.need import Need
from workflow.endings import end_left_behind
from workflow.history import record_event
from workflow.matches.evidence import evidence_of
from workflow.matches.rights import need_to_match
from workflow.matches.store import declined_suppliers, listed, matches_of
from workflow.need_progress import tell_askers

if TYPE_CHECKING:
    from matching.proposals.types import Policy
    from workflow.indexing import SearchIndex
    from workflow.matches.step import Step

MOST = 50
"""Proposals in one run at most: nobody reviews more."""


def propose_matches(
    session: WriteSession,
    viewer: Viewer,
    need_id: str,
    index: "SearchIndex",
    *,
    now: datetime,
    k: int = 10,
    varied: bool = True,
) -> MatchRun:
    """The need has up to `k` new proposals beside what stood on its list by decision or by hand, and is matched.

    `index` was refreshed by the caller, with a session of its own. Not looked at: who was declined for this need and
    who stands on its list by decision. Without `varied` the list is the plain order of bands and scores. Raises
    NotFound, Refused, Conflict, Invalid.
    """
    from workflow.matches.matcher import keep_matcher, matcher_of
    from workflow.matches.recording import record_of
    from workflow.matches.step import take_step

    need, revision = need_to_match(session, viewer, need_id)
    policy = policy_of(need, k=k, varied=varied, now=now)
    left_out, matcher = _left_out(session, need), matcher_of(index)
    step = take_step(session, viewer, need, revision, index, matcher, policy=policy, now=now, without=sorted(left_out))
    run = _run(viewer, need, step, policy, now)
    session.add(run)
    session.flush()
    digests = keep_matcher(session, matcher, weights=step.proposal.weights)
    session.add(record_of(step, run.key, matcher=matcher, digests=digests, left_out=left_out))
    session.add_all(_matches(run, step))
    session.flush()
    standing = listed(matches_of(session, need.key), run.key)
    end_left_behind(session, need, standing, actor_id=viewer.person_id, now=now)
    if step.proposal.proposed:
        mark_matched(session, viewer, need, now=now)
    record_event(
        session,
        SubjectKind.NEED,
        need.key,
        "need.proposed",
        actor_id=viewer.person_id,
        now=now,
        params={"count": len(step.proposal.proposed), "run": run.public_id},
    )
    session.flush()
    return run


def policy_of(need: Need, *, k: int, varied: bool, now: datetime) -> "Policy":
    """How the need's list is filled; its lots are drawn anew for every run, but the same instant draws the same.

    Raises Invalid for a number that nobody would review.
    """
    from matching.proposals.types import Policy

    if not 1 <= k <= MOST:
        raise Invalid("match.number", (Problem("match.number", (("most", MOST),), field="k"),), most=MOST)
    drawn = sha256(f"{need.public_id} {now.isoformat()}".encode()).digest()
    return Policy(k=k, varied=varied, seed=int.from_bytes(drawn[:4], "big"))


def mark_matched(session: WriteSession, viewer: Viewer, need: Need, *, now: datetime) -> None:
    """A focused need counts as matched, which its asker reads; by whom and how many is for the staff."""
    if need.status is not NeedStatus.FOCUSED:
        return
    need.status = NeedStatus.MATCHED
    event = record_event(
        session,
        SubjectKind.NEED,
        need.key,
        "need.matched",
        actor_id=viewer.person_id,
        now=now,
        visibility=Visibility.PARTIES,
    )
    tell_askers(session, need, event, "matched")


def _left_out(session: WriteSession, need: Need) -> set[int]:
    """Who has an answer already: declined for this need, or on its list by decision."""
    earlier = matches_of(session, need.key)
    return {match.supplier_id for match in listed(earlier, None)} | declined_suppliers(earlier)


def _run(viewer: Viewer, need: Need, step: "Step", policy: "Policy", now: datetime) -> MatchRun:
    return MatchRun(
        need_id=need.key,
        need_revision_id=step.revision.key,
        requested_by_id=viewer.person_id,
        requested_at=now,
        viewer_class=viewer.class_key,
        engine=step.found.engine,
        model=step.found.model,
        ranker=step.proposal.ranker,
        index=step.found.index,
        rules=step.proposal.rules,
        weights=step.proposal.weights,
        policy=asdict(policy),
        candidates=step.found.candidates,
        timings=dict(step.found.timings),
    )


def _matches(run: MatchRun, step: "Step") -> Sequence[Match]:
    return [
        Match(
            need_id=run.need_id,
            run_id=run.key,
            need_revision_id=run.need_revision_id,
            supplier_id=match.supplier,
            capability_revision_id=step.pool.revisions[match.best.document].key,
            origin=Origin.ENGINE,
            proposed_by_id=run.requested_by_id,
            proposed_at=run.requested_at,
            rank=match.rank,
            score=match.score,
            band=match.band.value,
            evidence=evidence_of(match, step.quoted),
        )
        for match in step.proposal.proposed
    ]
