"""What a run keeps, so that it can be done again to the last byte. No text and no name is in it.

Stored JSON, version 1:
- `at`, `need` (its facts but the excluded terms, which stand in the revision), `requirements` (row, kind, confirmed),
  `left_out` (suppliers that were not looked at), `matcher` (digests of ranker, rules and weights), `evidence_model`
  (the name of the model with which evidence was looked for; older records have none);
- `candidates`: every supplier of the pool with its raw value, its capabilities as [revision, score, features…] (the
  names of the features stand once in `features`), the facts that were known of it and of what it offers, the dates of
  its documents, the organisations whose share of the list it takes, how often it was shown and who refused it;
- `passed_over`, and `notes` about the list as a whole.

The output of a run is what the matcher made: scores of the candidates, the list (which stands in the matches), whom it
passed over. Its digest is kept beside it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from matching.proposals.rounding import rounded
from matching.rules import NeedFacts
from models.match import Match, MatchRecord
from workflow.matches.evidence import Quoted, evidence_of, passed_over_of
from workflow.matches.matcher import Digests, Matcher
from workflow.matches.plain import digest, plain

if TYPE_CHECKING:
    from matching.proposals.types import Proposal
    from matching.types import CapabilityScore, SupplierMatch
    from models.capability import CapabilityRevision
    from workflow.matches.offers import Drawn
    from workflow.matches.step import Step

VERSION = 1
SCORED = ("supplier", "raw", "capabilities")
"""What of a candidate the matcher makes; the rest it is given."""


def record_of(step: "Step", run_id: int, *, matcher: Matcher, digests: Digests, left_out: Iterable[int]) -> MatchRecord:
    """What is kept of a run; `digests` are of the parts of its matcher."""
    output = output_of(step.pool.found, step.pool.revisions, step.proposal, step.quoted)
    names = _feature_names(step.pool.found)
    scored = {line["supplier"]: line for line in output["candidates"]}
    content = {
        "version": VERSION,
        "at": step.proposal.at.isoformat(),
        "need": plain(_without_terms(step.pool.need)),
        "requirements": [
            [row.key, asked.kind.value, asked.confirmed]
            for row, asked in zip(step.requirements, step.asked, strict=True)
        ],
        "left_out": sorted(left_out),
        "matcher": dict(digests),
        "evidence_model": matcher.evidence_embedder.name,
        "features": names,
        "candidates": [
            scored[match.supplier] | given(match, step.pool.drawn[match.supplier]) for match in step.pool.found
        ],
        "passed_over": output["passed_over"],
        "notes": [{"code": note.code, "params": plain(note.params)} for note in step.notes],
    }
    return MatchRecord(run_id=run_id, content=content, digest=digest(output))


def output_of(
    found: "Sequence[SupplierMatch]",
    revisions: "Mapping[int, CapabilityRevision]",
    proposal: "Proposal",
    quoted: Quoted,
) -> dict[str, Any]:
    """What the matcher made, as plain JSON."""
    return {
        "candidates": [_scored(match, revisions) for match in found],
        "proposed": [{"supplier": match.supplier, **evidence_of(match, quoted)} for match in proposal.proposed],
        "passed_over": [passed_over_of(passed, quoted) for passed in proposal.passed_over],
    }


def recorded_output(record: MatchRecord, matches: Iterable[Match]) -> dict[str, Any]:
    """The output that a record and the matches of its run hold."""
    content = record.content
    return {
        "candidates": [{name: line[name] for name in SCORED} for line in content["candidates"]],
        "proposed": [
            {"supplier": match.supplier_id, **match.evidence} for match in sorted(matches, key=lambda m: m.rank or 0)
        ],
        "passed_over": content["passed_over"],
    }


def _scored(match: "SupplierMatch", revisions: "Mapping[int, CapabilityRevision]") -> dict[str, Any]:
    capabilities = [_capability(scored, revisions) for scored in (match.best, *match.others)]
    return {"supplier": match.supplier, "raw": plain(rounded(match.raw)), "capabilities": capabilities}


def _capability(scored: "CapabilityScore", revisions: "Mapping[int, CapabilityRevision]") -> list[Any]:
    values = [plain(rounded(value)) for value in scored.features.values()]
    return [revisions[scored.document].key, plain(rounded(scored.score)), *values]


def given(match: "SupplierMatch", drawn: "Drawn") -> dict[str, Any]:
    """What the matcher was told of a candidate."""
    documents = (match.best, *match.others)
    return {
        "facts": plain(drawn.facts),
        "offered": [plain(replace(drawn.capabilities[scored.document], text=None)) for scored in documents],
        "dates": [plain(drawn.dates[scored.document]) for scored in documents],
        "organisations": plain(drawn.organisations),
        "shown": drawn.shown,
        "refused": plain(drawn.refused) if drawn.refused else None,
    }


def _without_terms(need: NeedFacts) -> NeedFacts:
    return replace(need, excluded=replace(need.excluded, terms=()))


def _feature_names(found: "Sequence[SupplierMatch]") -> list[str]:
    return list(found[0].best.features) if found else []
