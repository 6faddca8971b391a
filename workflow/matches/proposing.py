"""The engine proposes suppliers for a need; what the reviewer will see is stored."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from core.database import ReadSession, WriteSession
from core.errors import Invalid, Problem
from models.access import Viewer
from models.capability import CapabilityRevision
from models.enums import NeedStatus, Origin, SubjectKind, Visibility
from models.match import Match, MatchRun
from models.need import Need, NeedRevision
from workflow.history import record_event
from workflow.matches.evidence import evidence_of
from workflow.matches.rights import need_to_match
from workflow.matches.store import (
    capabilities_of,
    conflicted_suppliers,
    current_revisions,
    declined_suppliers,
    listed,
    matches_of,
)

if TYPE_CHECKING:
    from matching.types import MatchResult, Query, SupplierMatch
    from workflow.indexing import SearchIndex

MOST = 50
"""Proposals in one run at most: nobody reviews more."""


def propose_matches(
    session: WriteSession, viewer: Viewer, need_id: str, index: "SearchIndex", *, now: datetime, k: int = 10
) -> MatchRun:
    """The need has up to `k` new proposals beside what stood on its list by decision or by hand, and is matched.

    `index` was refreshed by the caller, with a session of its own. Never proposed: who was declined for this need, and
    who is the asker. Raises NotFound, Refused, Conflict, Invalid.
    """
    if not 1 <= k <= MOST:
        raise Invalid("match.number", (Problem("match.number", (("most", MOST),), field="k"),), most=MOST)
    need, row = need_to_match(session, viewer, need_id)
    result = _search(session, viewer, need, row.revision, index, k)
    run = _run(viewer, need, row.revision, result, now)
    session.add(run)
    session.flush()
    session.add_all(_matches(session, index, run, result.matches))
    if result.matches:
        mark_matched(session, viewer, need, now=now)
    record_event(
        session,
        SubjectKind.NEED,
        need.key,
        "need.proposed",
        actor_id=viewer.person_id,
        now=now,
        params={"count": len(result.matches), "run": run.public_id},
    )
    session.flush()
    return run


def mark_matched(session: WriteSession, viewer: Viewer, need: Need, *, now: datetime) -> None:
    """A focused need counts as matched, which its asker reads; by whom and how many is for the staff."""
    if need.status is not NeedStatus.FOCUSED:
        return
    need.status = NeedStatus.MATCHED
    record_event(
        session,
        SubjectKind.NEED,
        need.key,
        "need.matched",
        actor_id=viewer.person_id,
        now=now,
        visibility=Visibility.PARTIES,
    )


def query_of(revision: NeedRevision) -> "Query":
    """The need as the matcher reads it."""
    from matching.types import Query

    text = "\n".join(part for part in (revision.full_text, " ".join(revision.keywords)) if part)
    return Query(
        title=revision.title,
        text=text,
        field=revision.technical_field or None,
        industries=(revision.industry,) if revision.industry else (),
    )


def has_read(index: "SearchIndex", revision: CapabilityRevision) -> bool:
    """Whether the index holds this revision: offsets into any other would point at the wrong words."""
    document = index.engine.document(revision.capability_id)
    return (document.title, document.text) == (revision.title, revision.full_text)


def _search(
    session: ReadSession, viewer: Viewer, need: Need, revision: NeedRevision, index: "SearchIndex", k: int
) -> "MatchResult":
    earlier = matches_of(session, need.key)
    standing = {match.supplier_id for match in listed(earlier, None)}
    excluded = standing | declined_suppliers(earlier) | conflicted_suppliers(session, need)
    permission = index.permission(session, viewer).without(capabilities_of(session, excluded))
    return permission.checked(index.engine.match(query_of(revision), k=k, allowed=permission.search))


def _run(viewer: Viewer, need: Need, revision: NeedRevision, result: "MatchResult", now: datetime) -> MatchRun:
    return MatchRun(
        need_id=need.key,
        need_revision_id=revision.key,
        requested_by_id=viewer.person_id,
        requested_at=now,
        viewer_class=viewer.class_key,
        engine=result.engine,
        model=result.model,
        ranker=result.ranker,
        index=result.index,
        candidates=result.candidates,
        timings=dict(result.timings),
    )


def _matches(
    session: ReadSession, index: "SearchIndex", run: MatchRun, found: "Sequence[SupplierMatch]"
) -> list[Match]:
    documents = {key for match in found for key in documents_of(match)}
    revisions = current_revisions(session, documents)
    return [
        Match(
            need_id=run.need_id,
            run_id=run.key,
            need_revision_id=run.need_revision_id,
            supplier_id=match.supplier,
            capability_revision_id=revisions[match.best.document].key,
            origin=Origin.ENGINE,
            proposed_by_id=run.requested_by_id,
            proposed_at=run.requested_at,
            rank=match.rank,
            score=match.score,
            band=match.band.value,
            evidence=evidence_of(match, revisions, quoted=has_read(index, revisions[match.best.document])),
        )
        for match in found
        if match.best.document in revisions
    ]


def documents_of(match: "SupplierMatch") -> list[int]:
    """The capabilities a match names, the best first."""
    return [match.best.document, *(other.document for other in match.others)]
