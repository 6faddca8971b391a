"""What suppliers' documents say of each clause of a free text. Nobody asks, so nothing binds: each is a wish."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from core.language.clauses import RequirementKind, split_clauses
from core.language.demands import demanded_clauses
from matching.embedding.static import shipped_embedder
from matching.evidence.assess import assess_many
from matching.evidence.types import Finding, Requirement, Source
from matching.lexical.statistics import shipped_statistics
from models.capability import CapabilityRevision
from models.match_public import FindingPublic, ProofPublic, ReasonPublic
from workflow.days import day_of
from workflow.matches.explaining import TEXT, SeenRevision
from workflow.matches.offers import documents_of

if TYPE_CHECKING:
    from matching.types import SupplierMatch

CLAUSES_MAX = 20
"""More than anybody types into a search; of a pasted document the first ones."""


def findings_for_text(
    text: str,
    found: "Sequence[SupplierMatch]",
    revisions: Mapping[int, CapabilityRevision],
    seen: Mapping[int, SeenRevision],
) -> list[list[FindingPublic]]:
    """For each supplier found the findings on the clauses that ask for something; none where it is a single phrase.

    Evidence is looked for in what the reader may read. `revisions` are by the capability's id, `seen` by the revision's
    and hold all of them.
    """
    if len(split_clauses(text)) < 2:  # a phrase is what was searched for, and every supplier found speaks of it
        return [[] for _ in found]
    wanted, _ = demanded_clauses(text, "")
    asked = [Requirement(clause.text, RequirementKind.SHOULD) for clause in wanted[:CLAUSES_MAX]]
    readable = {key: seen[revision.key] for key, revision in revisions.items()}
    sources = [[_source(readable[key]) for key in documents_of(match) if key in readable] for match in found]
    assessed = assess_many(text, asked, sources, shipped_embedder(), statistics=shipped_statistics())
    return [
        [_public(number, asked[number], finding, readable) for number, finding in enumerate(findings)]
        for findings in assessed
    ]


def _source(seen: SeenRevision) -> Source:
    revision = seen.revision
    return Source(revision.capability_id, day_of(revision.valid_from), revision.title, seen.text)


def _public(
    number: int,
    asked: Requirement,
    finding: Finding,
    readable: Mapping[int, SeenRevision],
) -> FindingPublic:
    passage = None
    if finding.proof:
        source = readable[finding.proof.source]
        passage = ProofPublic(
            field=TEXT,
            start=finding.proof.start,
            end=finding.proof.end,
            text=source.text[finding.proof.start : finding.proof.end],
            capability=source.public_id,
            capability_title=source.revision.title,
            date=finding.proof.date,
        )
    return FindingPublic(
        requirement=number,
        kind=asked.kind,
        confirmed=False,
        text=asked.text,
        verdict=finding.verdict.value,
        reason=ReasonPublic(code=finding.reason.code, params=dict(finding.reason.params)),
        passage=passage,
    )
