"""Suppliers that a staff member adds to a need's list by hand: "I know Professor X"."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from core.database import WriteSession
from core.errors import Conflict, NotFound
from models.access import SUMMARY, Viewer
from models.enums import Origin, SubjectKind
from models.match import CandidateCreate, Match
from models.need import Need, NeedRevision
from models.supplier import Supplier
from workflow.capabilities import get_capability
from workflow.history import record_event
from workflow.matches.evidence import VERSION, evidence_of
from workflow.matches.proposing import mark_matched
from workflow.matches.rights import need_to_match
from workflow.matches.store import (
    capabilities_of,
    current_revisions,
    last_run,
    listed,
    matches_of,
)
from workflow.refusals import check_refusal
from workflow.suppliers import get_supplier

if TYPE_CHECKING:
    from matching.rules import RuleSet
    from workflow.indexing import SearchIndex

_CONFLICT = "conflict_of_interest"


def add_candidate(
    session: WriteSession, viewer: Viewer, need_id: str, form: CandidateCreate, index: "SearchIndex", *, now: datetime
) -> Match:
    """The supplier stands on the need's list by hand, judged like the others where there is something to compare.

    What a hard rule says against it is shown and left to people, but for a conflict of interest. Raises NotFound,
    Refused, and Conflict for a supplier that is archived, on the list already, or (perhaps) the asker itself, and for
    one that is never to be proposed again unless the form says that this is known.
    """
    need, revision = need_to_match(session, viewer, need_id)
    supplier = get_supplier(session, viewer, form.supplier)
    if supplier.archived_at is not None:
        raise Conflict("supplier.archived")
    _require_no_conflict(session, need, revision, supplier, index.rules, now)
    _require_new(session, need.key, supplier.key)
    check_refusal(session, need, supplier, despite=form.despite_refusal)
    wanted = _capabilities(session, viewer, supplier, form.capability)
    match = Match(
        need_id=need.key,
        need_revision_id=revision.key,
        supplier_id=supplier.key,
        origin=Origin.STAFF,
        proposed_by_id=viewer.person_id,
        proposed_at=now,
        note=form.note,
        evidence={"version": VERSION},
    )
    _judge(session, viewer, match, need, revision, index, wanted, now)
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


def _require_no_conflict(
    session: WriteSession, need: Need, revision: NeedRevision, supplier: Supplier, rules: "RuleSet", now: datetime
) -> None:
    """An introduction cannot be taken back: a conflict of interest that is not ruled out refuses as well."""
    from matching.rules import CapabilityFacts, excluded_by
    from workflow.days import day_of, here
    from workflow.matches.facts import read_sides

    sides = read_sides(session, need, revision, [supplier], day_of(now))
    found = excluded_by(rules, sides.need, sides.suppliers[supplier.key], CapabilityFacts(), here(now))
    if found is not None and found.rule == _CONFLICT:
        raise Conflict("match.conflict_of_interest", rule=found.code)


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


def _judge(
    session: WriteSession,
    viewer: Viewer,
    match: Match,
    need: Need,
    revision: NeedRevision,
    index: "SearchIndex",
    wanted: Sequence[int],
    now: datetime,
) -> None:
    """The match carries what the matcher says of the best of these capabilities, if one is comparable."""
    from workflow.matches.matcher import matcher_of
    from workflow.matches.step import basis_for, explain

    matcher = matcher_of(index)
    basis = basis_for(session, viewer, need, revision, index, matcher, wanted, now=now)
    if basis.pool.found:
        proposed = explain(basis, matcher, now=now)
        match.score, match.band = proposed.score, proposed.band.value
        match.evidence = evidence_of(proposed, basis.quoted)
        match.capability_revision_id = basis.pool.revisions[proposed.best.document].key
    elif len(wanted) == 1:
        revisions = current_revisions(session, wanted)
        match.capability_revision_id = next((row.key for row in revisions.values()), None)
