"""Suppliers that a staff member adds to a need's list by hand: "I know Professor X"."""

from datetime import datetime
from typing import TYPE_CHECKING

from core.database import WriteSession
from core.errors import Conflict, NotFound
from models.access import SUMMARY, Viewer
from models.enums import Origin, SubjectKind
from models.match import CandidateCreate, Match
from models.need import NeedRevision
from models.supplier import Supplier
from workflow.capabilities import get_capability
from workflow.history import record_event
from workflow.matches.evidence import VERSION, evidence_of
from workflow.matches.proposing import documents_of, has_read, mark_matched, query_of
from workflow.matches.rights import need_to_match
from workflow.matches.store import (
    capabilities_of,
    conflicted_suppliers,
    current_revisions,
    last_run,
    listed,
    matches_of,
)
from workflow.suppliers import get_supplier

if TYPE_CHECKING:
    from matching.types import SupplierMatch
    from workflow.indexing import SearchIndex


def add_candidate(
    session: WriteSession, viewer: Viewer, need_id: str, form: CandidateCreate, index: "SearchIndex", *, now: datetime
) -> Match:
    """The supplier stands on the need's list by hand, scored like the others where the index has something to score.

    Raises NotFound, Refused, and Conflict for a supplier that is archived, on the list already, or the asker itself.
    """
    need, row = need_to_match(session, viewer, need_id)
    supplier = get_supplier(session, viewer, form.supplier)
    if supplier.archived_at is not None:
        raise Conflict("supplier.archived")
    if supplier.key in conflicted_suppliers(session, need):
        raise Conflict("match.conflict_of_interest")
    _require_new(session, need.key, supplier.key)
    wanted = _capabilities(session, viewer, supplier, form.capability)
    match = Match(
        need_id=need.key,
        need_revision_id=row.revision.key,
        supplier_id=supplier.key,
        origin=Origin.STAFF,
        proposed_by_id=viewer.person_id,
        proposed_at=now,
        note=form.note,
        evidence={"version": VERSION},
    )
    _score(session, viewer, match, row.revision, index, wanted)
    session.add(match)
    mark_matched(session, viewer, need, now=now)
    session.flush()
    record_event(
        session,
        SubjectKind.NEED,
        need.key,
        "need.candidate_added",
        actor_id=viewer.person_id,
        now=now,
        params={"match": match.public_id},
    )
    session.flush()
    return match


def _require_new(session: WriteSession, need_id: int, supplier_id: int) -> None:
    earlier = matches_of(session, need_id)
    run = last_run(session, need_id)
    standing = listed(earlier, run.key if run else None)
    by_hand = (match for match in earlier if match.run_id is None)
    if any(match.supplier_id == supplier_id for match in (*standing, *by_hand)):
        raise Conflict("match.already_listed")


def _capabilities(session: WriteSession, viewer: Viewer, supplier: Supplier, named: str | None) -> list[int]:
    """The capability that was named, or all of the supplier's."""
    if not named:
        return capabilities_of(session, [supplier.key])
    row = get_capability(session, viewer, named, SUMMARY)
    if row.supplier.key != supplier.key:
        raise NotFound("capability.not_found", id=named)
    return [row.capability.key]


def _score(
    session: WriteSession,
    viewer: Viewer,
    match: Match,
    revision: NeedRevision,
    index: "SearchIndex",
    wanted: list[int],
) -> None:
    """The match carries the score, reasons and passages of the best of these capabilities, if one is comparable."""
    found = _best(session, viewer, revision, index, wanted)
    revisions = current_revisions(session, documents_of(found) if found else wanted[:1] if len(wanted) == 1 else [])
    if found is not None and found.best.document in revisions:
        best = revisions[found.best.document]
        match.score, match.band = found.score, found.band.value
        match.evidence = evidence_of(found, revisions, quoted=has_read(index, best))
        match.capability_revision_id = best.key
    elif revisions:
        match.capability_revision_id = next(iter(revisions.values())).key


def _best(
    session: WriteSession, viewer: Viewer, revision: NeedRevision, index: "SearchIndex", wanted: list[int]
) -> "SupplierMatch | None":
    permission = index.permission(session, viewer).only(wanted)
    result = permission.checked(index.engine.match(query_of(revision), k=1, allowed=permission.search))
    return result.matches[0] if result.matches else None
