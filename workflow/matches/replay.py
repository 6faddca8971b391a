"""A run done again from its record: the same scores, rules, evidence and list, to the last byte.

What the record points to is read where it stands (revisions, requirements), what it holds is taken from it (facts,
dates, policy, instant), and nothing else: neither the index nor what else is offered now. Where that cannot be, it says
why: Conflict names what is gone.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from sqlmodel import col, select

from core.database import ReadSession
from core.errors import Conflict, NotFound, Refused
from matching.engine import ENGINE, Engine
from matching.evidence.types import Requirement as Asked
from matching.proposals.types import Policy
from matching.proposals.types import Refused as RefusedSupplier
from matching.rules import CapabilityFacts, NeedFacts, SupplierFacts
from models.access import SUMMARY, Viewer, visible_needs
from models.capability import CapabilityRevision
from models.match import Match, MatchRecord, MatchRun
from models.match_public import DifferencePublic, ReplayPublic
from models.need import Need, NeedRevision
from models.requirement import Requirement
from workflow.indexing.vectors import document_of
from workflow.matches.evidence import Quoted
from workflow.matches.facts import text_of
from workflow.matches.matcher import Matcher, embedder_named, recorded_matcher
from workflow.matches.offers import Drawn, Pool
from workflow.matches.plain import canonical, digest, restored
from workflow.matches.recording import output_of, recorded_output
from workflow.matches.rights import reads_in_full
from workflow.matches.showing import versions_of
from workflow.matches.step import proposal_of, query_of
from workflow.matches.stored_vectors import vectors_of
from workflow.requirements import as_asked

if TYPE_CHECKING:
    from matching.embedding.protocol import Embedder
    from matching.proposals.types import Proposal
    from matching.types import SupplierMatch

_DIFFERENCES = 20
"""So many places are named where a replay differs."""
_LONGEST = 200
"""Characters of a value that are shown of a difference."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A run with its record, its matches, and the texts they point to; `revisions` are by the capability's id."""

    run: MatchRun
    need: Need
    record: MatchRecord
    matches: Sequence[Match]
    revision: NeedRevision
    requirements: Sequence[Requirement]
    revisions: Mapping[int, CapabilityRevision]

    @property
    def policy(self) -> Policy:
        """How the list was filled."""
        return restored(Policy, self.run.policy)

    @property
    def at(self) -> datetime:
        """The instant, by the clock that was there."""
        return datetime.fromisoformat(self.record.content["at"])

    @property
    def evidence_model(self) -> str | None:
        """The name of the model with which evidence was looked for; None in a record that is older than this name."""
        return self.record.content.get("evidence_model")

    @property
    def asked(self) -> tuple[Asked, ...]:
        """The requirements as they were then."""
        stored = self.record.content["requirements"]
        return tuple(
            replace(as_asked(self.revision, row), confirmed=confirmed)
            for row, (_, _, confirmed) in zip(self.requirements, stored, strict=True)
        )

    @property
    def quoted(self) -> Quoted:
        """The texts in which what the list quotes stands."""
        rows = [row.key for row in self.requirements]
        return Quoted(self.revisions, rows, self.asked, self.revision.excluded_terms)


@dataclass(frozen=True, slots=True)
class Rerun:
    """What a matcher makes of the stored candidates."""

    found: "Sequence[SupplierMatch]"
    proposal: "Proposal"

    def output(self, kept: Kept) -> dict[str, Any]:
        """As a record has it."""
        return output_of(self.found, kept.revisions, self.proposal, kept.quoted)


def replay_run(session: ReadSession, viewer: Viewer, run_id: str, embedder: "Embedder") -> ReplayPublic:
    """The run done again with the model, ranker, rules and weights it was made with, and how its record differs.

    Where it does is named only to whoever reads the need in full: the values speak of its budget and of who asks.
    `embedder` is the model in use; the run's must be it, or the one that ships. Raises NotFound, Refused, and Conflict
    for a run without a record, with an erased revision, or of a model, an engine or statistics that are not here.
    """
    kept = read_kept(session, viewer, run_id)
    matcher = recorded_matcher(session, kept.record.content["matcher"], _embedder(kept, embedder))
    _require_versions(kept, matcher)
    again = rerun(session, kept, matcher).output(kept)
    recorded = recorded_output(kept.record, kept.matches)
    differences = _differences("", recorded, again) if reads_in_full(session, viewer, kept.need) else iter(())
    return ReplayPublic(
        run=kept.run.public_id,
        need=kept.need.public_id,
        same=digest(again) == kept.record.digest == digest(recorded),
        recorded=kept.record.digest,
        replayed=digest(again),
        candidates=len(kept.record.content["candidates"]),
        versions=versions_of(kept.run, kept.record),
        differences=list(islice(differences, _DIFFERENCES)),
    )


def read_kept(session: ReadSession, viewer: Viewer, run_id: str) -> Kept:
    """A run with all it points to, for staff who see its need at L2. Raises NotFound, Refused, Conflict."""
    found = session.exec(
        select(MatchRun, Need)
        .join(Need, col(Need.id) == col(MatchRun.need_id))
        .where(MatchRun.public_id == run_id, visible_needs(viewer, SUMMARY))
    ).first()
    if found is None:
        raise NotFound("match.run_not_found", id=run_id)
    if not viewer.is_society:
        raise Refused("match.refused")
    run, need = found
    record = session.exec(select(MatchRecord).where(MatchRecord.run_id == run.key)).first()
    if record is None:
        raise Conflict("match.no_record", run=run_id)
    matches = session.exec(select(Match).where(Match.run_id == run.key).order_by(col(Match.rank))).all()
    revision = session.get_one(NeedRevision, run.need_revision_id)
    if revision.erased_at is not None:
        raise Conflict("match.need_erased", run=run_id)
    return Kept(
        run=run,
        need=need,
        record=record,
        matches=matches,
        revision=revision,
        requirements=_requirements(session, record),
        revisions=_revisions(session, run_id, record),
    )


def _embedder(kept: Kept, here: "Embedder") -> "Embedder":
    found = embedder_named(kept.run.model, here)
    if found is None:
        raise Conflict("match.model_gone", run=kept.run.public_id, name=kept.run.model)
    return found


def _require_versions(kept: Kept, matcher: Matcher) -> None:
    """The engine, its weights of terms and the model of evidence are those of the run. Raises Conflict otherwise."""
    statistics = kept.run.index.rpartition("+")[2]
    if kept.run.engine != ENGINE:
        raise Conflict("match.engine_gone", run=kept.run.public_id, name=kept.run.engine)
    if statistics != matcher.statistics.name:
        raise Conflict("match.statistics_gone", run=kept.run.public_id, name=statistics)
    if kept.evidence_model not in (None, matcher.evidence_embedder.name):
        raise Conflict("match.model_gone", run=kept.run.public_id, name=kept.evidence_model)


def rerun(session: ReadSession, kept: Kept, matcher: Matcher) -> Rerun:
    """What `matcher` makes of the stored candidates, as of then: an engine over them alone, exact."""
    offered = list(_offered(kept))
    documents = [document_of(revision, supplier) for supplier, revision in offered]
    engine = Engine(matcher.embedder, matcher.ranker, statistics=matcher.statistics)
    engine.add(documents, vectors_of(session, [revision for _, revision in offered], matcher.embedder))
    candidates = kept.record.content["candidates"]
    prepared = engine.prepare([query_of(kept.revision)])[0]
    found = engine.rank(prepared, k=len(candidates)).matches if candidates else ()
    pool = Pool(_need_facts(kept), found, _drawn(kept, found), kept.revisions)
    proposal = proposal_of(engine, prepared, kept.asked, pool, matcher, policy=kept.policy, now=kept.at)
    return Rerun(found, proposal)


def _offered(kept: Kept) -> Iterator[tuple[int, CapabilityRevision]]:
    by_key = {revision.key: revision for revision in kept.revisions.values()}
    for line in kept.record.content["candidates"]:
        for capability in line["capabilities"]:
            yield line["supplier"], by_key[capability[0]]


def _drawn(kept: Kept, found: "Sequence[SupplierMatch]") -> dict[int, Drawn]:
    lines = {line["supplier"]: line for line in kept.record.content["candidates"]}
    by_key = {revision.key: revision for revision in kept.revisions.values()}
    return {match.supplier: _drawn_from(lines[match.supplier], by_key) for match in found}


def _drawn_from(line: Mapping[str, Any], by_key: Mapping[int, CapabilityRevision]) -> Drawn:
    """What was known of one candidate; its texts are read where they stand."""
    revisions = [by_key[capability[0]] for capability in line["capabilities"]]
    facts = [restored(CapabilityFacts, stored) for stored in line["offered"]]
    return Drawn(
        facts=restored(SupplierFacts, line["facts"]),
        capabilities={
            revision.capability_id: replace(known, text=text_of(revision))
            for revision, known in zip(revisions, facts, strict=True)
        },
        dates={
            revision.capability_id: date.fromisoformat(day)
            for revision, day in zip(revisions, line["dates"], strict=True)
        },
        organisations=frozenset(line["organisations"]),
        shown=line["shown"],
        refused=restored(RefusedSupplier, line["refused"]) if line["refused"] else None,
    )


def _need_facts(kept: Kept) -> NeedFacts:
    need = restored(NeedFacts, kept.record.content["need"])
    return replace(need, excluded=replace(need.excluded, terms=tuple(kept.revision.excluded_terms)))


def _requirements(session: ReadSession, record: MatchRecord) -> list[Requirement]:
    keys = [key for key, _, _ in record.content["requirements"]]
    rows = {row.key: row for row in session.exec(select(Requirement).where(col(Requirement.id).in_(keys)))}
    return [rows[key] for key in keys]


def _revisions(session: ReadSession, run_id: str, record: MatchRecord) -> dict[int, CapabilityRevision]:
    """The revisions of every candidate. Raises Conflict for one that was erased."""
    keys = [capability[0] for line in record.content["candidates"] for capability in line["capabilities"]]
    rows = session.exec(select(CapabilityRevision).where(col(CapabilityRevision.id).in_(keys))).all()
    erased = sum(row.erased_at is not None for row in rows) + len(keys) - len(rows)
    if erased:
        raise Conflict("match.revision_erased", run=run_id, count=erased)
    return {row.capability_id: row for row in rows}


def _differences(path: str, recorded: Any, replayed: Any) -> Iterator[DifferencePublic]:
    """Every place where two plain values differ, from the outside in."""
    if isinstance(recorded, dict) and isinstance(replayed, dict):
        for name in sorted(recorded.keys() | replayed.keys()):
            yield from _differences(f"{path}/{name}", recorded.get(name), replayed.get(name))
    elif isinstance(recorded, list) and isinstance(replayed, list) and len(recorded) == len(replayed):
        for number, (one, other) in enumerate(zip(recorded, replayed, strict=True)):
            yield from _differences(f"{path}/{number}", one, other)
    elif canonical(recorded) != canonical(replayed):
        yield DifferencePublic(path=path, recorded=_short(recorded), replayed=_short(replayed))


def _short(value: Any) -> str:
    return canonical(value).decode()[:_LONGEST]
