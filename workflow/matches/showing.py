"""A need's matches as people see them.

The staff see all that was proposed. The asking enterprise sees whom the staff have accepted, without notes, comments
and what the engine says of its run, its scores and its ranking (see `explaining`). Both see of a capability only what
its own level gives them, of requirements what they see of the need, and of its budget, its asker and whom that one
excludes nothing where they do not see it in full.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import col, select

from core.database import ReadSession
from core.errors import NotFound
from models.access import FULL, SUMMARY, Viewer, capability_level
from models.capability import Capability, CapabilityRevision
from models.enums import ReasonCode
from models.match import Judgement, Match, MatchRecord, MatchRun
from models.match_enums import MatchStatus, SlotKind, Verdict
from models.match_public import (
    JudgementPublic,
    MatchListPublic,
    MatchPublic,
    PassedOverPublic,
    PolicyPublic,
    ReasonPublic,
    VersionsPublic,
)
from models.need import Need, NeedRevision
from models.organisation import Organisation
from models.person import Person
from models.requirement import Requirement
from models.supplier import Supplier
from workflow.learning.store import decisions_behind
from workflow.matches.explaining import (
    SeenRevision,
    Sight,
    bottleneck_in,
    findings_in,
    need_side_in,
    passages_in,
    questions_in,
    reason_left_out,
    reasons_in,
    rules_in,
    shown_ways,
    ways_in,
)
from workflow.matches.lowering import why_lowered
from workflow.matches.rights import need_to_look_at
from workflow.matches.store import deals_of, last_judgements, last_run, listed, matches_of, record_of_run
from workflow.matches.told import days_to_answer, days_to_judgement, ends_of, once_accepted, response_times
from workflow.requirements.reading import words_as_read

_CONTRADICTED = "contradicted"
_FOR_IT = frozenset({ReasonCode.GOOD_FIT, ReasonCode.KNOWN_PARTNER, ReasonCode.CIRCUMSTANCES_CHANGED})
"""Reasons that speak for a supplier; what else was chosen is not what a match was accepted for."""


def show_matches(session: ReadSession, viewer: Viewer, need_id: str, *, in_full: bool = True) -> MatchListPublic:
    """The need's list; without `in_full` no more of it than for somebody who reads the need's summary.

    Raises NotFound, and Refused for somebody who may not know who is proposed.
    """
    row = need_to_look_at(session, viewer, need_id)
    in_full = in_full and row.level >= FULL
    run = last_run(session, row.need.key)
    every = matches_of(session, row.need.key)
    matches = listed(every, run.key if run else None)
    may_change = viewer.is_society and row.level >= SUMMARY
    if not may_change:
        known = once_accepted(session, matches)
        matches = [match for match in matches if match.status is MatchStatus.ACCEPTED or match.key in known]
    shown = MatchListPublic(
        need=row.need.public_id,
        need_status=row.need.status,
        may_change=may_change,
        matches=_public(session, viewer, matches, row.revision.key, may_change, in_full),
    )
    if may_change:
        shown.response = response_times(session, every)
    if run is not None and may_change:
        shown.run, shown.run_at, shown.candidates = run.public_id, run.requested_at, run.candidates
        shown.model, shown.ranker = run.model, run.ranker
        shown.calibrated_on = decisions_behind(session, run.ranker)
        shown.policy = PolicyPublic.model_validate(run.policy) if run.policy else None
        record = record_of_run(session, run.key)
        shown.versions = versions_of(run, record)
        if record is not None:
            shown.passed_over = _passed_over(session, viewer, run, record.content["passed_over"], in_full)
            shown.notes = [ReasonPublic.model_validate(note) for note in record.content["notes"]]
    return shown


def show_match(session: ReadSession, viewer: Viewer, match_id: str) -> MatchPublic:
    """One match as the need's list shows it, also when it stands there no more.

    Raises NotFound, and Refused for somebody who may not know who is proposed.
    """
    found = session.exec(
        select(Match, Need.public_id).join(Need, col(Need.id) == col(Match.need_id)).where(Match.public_id == match_id)
    ).first()
    if found is None:
        raise NotFound("match.not_found", id=match_id)
    try:
        row = need_to_look_at(session, viewer, found[1])
    except NotFound:  # whoever may not know of the need learns no more than that there is no such match
        raise NotFound("match.not_found", id=match_id) from None
    may_change = viewer.is_society and row.level >= SUMMARY
    match = found[0]
    if not may_change and match.status is not MatchStatus.ACCEPTED and not once_accepted(session, [match]):
        raise NotFound("match.not_found", id=match_id)
    [line] = _public(session, viewer, [found[0]], row.revision.key, may_change, row.level >= FULL)
    return line


@dataclass(frozen=True, slots=True)
class SupplierRow:
    """A supplier with its organisation's name."""

    supplier: Supplier
    organisation_name: str


def suppliers_by_id(session: ReadSession, ids: Sequence[int]) -> dict[int, SupplierRow]:
    """These suppliers with their organisations."""
    rows = session.exec(
        select(Supplier, Organisation)
        .join(Organisation, col(Organisation.id) == col(Supplier.organisation_id), isouter=True)
        .where(col(Supplier.id).in_(ids))
    )
    return {supplier.key: SupplierRow(supplier, place.name if place else "") for supplier, place in rows}


def revisions_by_id(session: ReadSession, viewer: Viewer, ids: Iterable[int]) -> dict[int, SeenRevision]:
    """These revisions, current or not, each with what the viewer may see of it."""
    rows = session.execute(
        select(CapabilityRevision, Capability.public_id, capability_level(viewer))
        .join(Capability, col(Capability.id) == col(CapabilityRevision.capability_id))
        .where(col(CapabilityRevision.id).in_(list(ids)))
    )
    return {revision.key: SeenRevision(revision, public_id, level) for revision, public_id, level in rows}


def versions_of(run: MatchRun, record: MatchRecord | None) -> VersionsPublic:
    """What made a run's list."""
    return VersionsPublic(
        engine=run.engine,
        model=run.model,
        index=run.index,
        ranker=run.ranker,
        rules=run.rules,
        weights=run.weights,
        evidence_model=(record.content.get("evidence_model") if record else None) or "",
    )


def _public(
    session: ReadSession,
    viewer: Viewer,
    matches: Sequence[Match],
    need_revision: int,
    may_change: bool,
    in_full: bool,
) -> list[MatchPublic]:
    keys = [match.key for match in matches]
    suppliers = suppliers_by_id(session, [match.supplier_id for match in matches])
    seen = revisions_by_id(session, viewer, _revisions_named(matches))
    requirements = _requirement_texts(session, matches, in_full)
    deals, ends = deals_of(session, keys), ends_of(session, matches)
    judged_after = days_to_judgement(session, matches) if may_change else {}
    answered_after = days_to_answer(session, matches) if may_change else {}
    judgements = last_judgements(session, keys)
    people = {m.proposed_by_id for m in matches} | {j.person_id for j in judgements.values()}
    names = _names(session, [person for person in people if person is not None]) if may_change else {}
    terms = _terms(session, matches)
    found = []
    for match in matches:
        sight = Sight(may_change, in_full, seen, requirements, terms.get(match.need_revision_id, ()))
        line = _line(match, suppliers[match.supplier_id], sight)
        line.is_outdated = match.need_revision_id != need_revision
        line.ended_at, line.end_reason = ends.get(match.key, (None, None))
        line.deal = deals[match.key].public_id if match.key in deals else None
        line.nevertheless = _nevertheless(line, judgements.get(match.key))
        if may_change:
            _add_staff_side(line, match, sight)
            line.judged_after, line.answered_after = judged_after.get(match.key), answered_after.get(match.key)
            line.proposed_by_name = names.get(match.proposed_by_id or 0, "")
            line.judgement = _judgement(judgements.get(match.key), names)
        found.append(line)
    return found


def _line(match: Match, row: SupplierRow, sight: Sight) -> MatchPublic:
    seen = sight.revisions.get(match.capability_revision_id or 0)
    return MatchPublic(
        public_id=match.public_id,
        version=match.version,
        supplier=row.supplier.public_id,
        supplier_name=row.supplier.name,
        supplier_kind=row.supplier.kind,
        organisation_name=row.organisation_name,
        capability=seen.public_id if seen and seen.has_card else None,
        capability_title=seen.revision.title if seen and seen.has_card else "",
        band=match.band,
        reasons=reasons_in(match.evidence, seen),
        passages=passages_in(match.evidence, seen) if seen else [],
        findings=findings_in(match.evidence, sight),
        rules=rules_in(match.evidence, sight),
        questions=questions_in(match.evidence, sight),
        ways=ways_in(match.evidence, sight),
        origin=match.origin,
        status=match.status,
        proposed_at=match.proposed_at,
    )


def _add_staff_side(line: MatchPublic, match: Match, sight: Sight) -> None:
    """What only those see who decide about the list."""
    evidence = match.evidence
    line.note, line.score, line.rank = match.note, match.score, match.rank
    line.text_score, line.text_band = evidence.get("text_score"), evidence.get("text_band")
    line.lowered = why_lowered(evidence, line.rules, line.findings)
    line.slot, line.probability = slot_of(match), evidence.get("probability")
    line.need_side, line.bottleneck = need_side_in(evidence, sight), bottleneck_in(evidence, sight)


def _nevertheless(line: MatchPublic, judgement: Judgement | None) -> ReasonCode | None:
    """The reason that the asking side may read too, unlike the comment, which stays among the staff."""
    is_contradicted = any(finding.verdict == _CONTRADICTED for finding in line.findings)
    if judgement is None or judgement.verdict is not Verdict.ACCEPT or not is_contradicted:
        return None
    return judgement.reason if judgement.reason in _FOR_IT else None


def slot_of(match: Match) -> SlotKind:
    """Why a match stands where it does."""
    return SlotKind.BY_HAND if match.run_id is None else SlotKind(match.evidence.get("slot", SlotKind.RANKED))


def _revisions_named(matches: Iterable[Match]) -> set[int]:
    """The revisions from which something of these matches is quoted."""
    proving = {
        finding["proof"]["revision"]
        for match in matches
        for finding in match.evidence.get("findings", [])
        if "proof" in finding
    }
    return proving | {match.capability_revision_id for match in matches if match.capability_revision_id is not None}


def _requirement_texts(session: ReadSession, matches: Iterable[Match], in_full: bool) -> dict[int, str]:
    """What the requirements say that these matches were held against, also those that have ended."""
    keys = {finding["requirement"] for match in matches for finding in match.evidence.get("findings", [])}
    rows = session.execute(
        select(Requirement, NeedRevision)
        .join(NeedRevision, col(NeedRevision.id) == col(Requirement.need_revision_id))
        .where(col(Requirement.id).in_(keys), col(NeedRevision.erased_at).is_(None))
    )
    return words_as_read(((row, revision) for row, revision in rows), FULL if in_full else SUMMARY)


def _terms(session: ReadSession, matches: Iterable[Match]) -> dict[int, tuple[str, ...]]:
    """What the needs exclude, by revision."""
    keys = {match.need_revision_id for match in matches}
    rows = session.exec(select(NeedRevision.id, NeedRevision.excluded_terms).where(col(NeedRevision.id).in_(keys)))
    return {key: tuple(terms) for key, terms in rows if key is not None}


def _passed_over(
    session: ReadSession, viewer: Viewer, run: MatchRun, stored: Sequence[dict[str, Any]], in_full: bool
) -> list[PassedOverPublic]:
    suppliers = suppliers_by_id(session, [line["supplier"] for line in stored])
    revision = session.get_one(NeedRevision, run.need_revision_id)
    seen = revisions_by_id(session, viewer, [line["revision"] for line in stored])
    sight = Sight(True, in_full, seen, {}, tuple(revision.excluded_terms))
    return [
        PassedOverPublic(
            supplier=suppliers[line["supplier"]].supplier.public_id,
            supplier_name=suppliers[line["supplier"]].supplier.name,
            would_rank=line["would_rank"],
            score=line["score"],
            band=line["band"],
            reason=reason_left_out(line["reason"], sight),
            ways=shown_ways(line["ways"], sight, with_requirements=seen[line["revision"]].in_full),
        )
        for line in stored
    ]


def _judgement(judgement: Judgement | None, names: dict[int, str]) -> JudgementPublic | None:
    if judgement is None:
        return None
    return JudgementPublic.model_validate(judgement.model_dump() | {"person_name": names.get(judgement.person_id, "")})


def _names(session: ReadSession, persons: Sequence[int]) -> dict[int, str]:
    rows = session.exec(select(Person.id, Person.name).where(col(Person.id).in_(persons)))
    return {key: name for key, name in rows if key is not None}
