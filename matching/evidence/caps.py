"""How the findings on requirements limit a match's band. Bands are never raised by evidence, only kept or lowered.

- no evidence for a must asks the supplier a question and lowers the band by one, once however many are open: profiles
  are thin, and silence is no refusal;
- a contradiction of a must that a person confirmed caps the match at the lowest band that is still shown, if the engine
  is sure that the words speak of it; any other lowers the match by one and asks;
- an exclusion is a must not: shown to be present, it counts as a contradiction; silence about it asks, no more;
- wishes (should) never change the band, neither kept nor missed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from core.language.clauses import RequirementKind
from matching.evidence.types import Finding, Requirement, Verdict
from matching.types import Band

ORDER: Final = (Band.strong, Band.worth_a_look, Band.weak, Band.excluded)
"""Bands, best first."""
SURE: Final = 2 / 3
"""Least support of a contradiction that caps; one that was not measured against a stated bound never has so much. Of
those that do 0.97 are true on the open cases of the first two sets, cross-validated, and 0.95 on the reserved ones."""
LOWEST: Final = Band.weak
"""The lowest band that evidence alone can lead to; only rules exclude."""


class Limit(StrEnum):
    """How one finding limits the band, the gravest first. Labels are `lowered.<value>`."""

    CONTRADICTED = "contradicted"
    """Leaves `LOWEST` at most."""
    DOUBTED = "doubted"
    """A contradiction that was not confirmed or is not sure: one band lower."""
    SILENT = "silent"
    """No evidence for a must: one band lower."""


@dataclass(frozen=True, slots=True)
class Capped:
    """The band that remains, and the positions of the requirements to ask the supplier about."""

    band: Band
    questions: tuple[int, ...]


def capped(band: Band, requirements: Sequence[Requirement], findings: Sequence[Finding]) -> Capped:
    """`band` under the rules of this module; `findings` are those of `requirements`, in order.

    Raises:
        ValueError: there are not as many findings as requirements.

    """
    limits = [_limit(requirement, finding) for requirement, finding in zip(requirements, findings, strict=True)]
    known = zip(requirements, findings, limits, strict=True)
    questions = tuple(i for i, one in enumerate(known) if _asks(*one))
    if Limit.CONTRADICTED in limits:
        return Capped(worst(band, LOWEST), questions)
    if any(limits):
        return Capped(lowered(band), questions)
    return Capped(band, questions)


def lowered(band: Band) -> Band:
    """The next band below, at least `LOWEST`; what is below that already stays."""
    return worst(band, min(ORDER[min(ORDER.index(band) + 1, len(ORDER) - 1)], LOWEST, key=ORDER.index))


def worst(first: Band, second: Band) -> Band:
    """The lower of two bands."""
    return max(first, second, key=ORDER.index)


def rank_key(band: Band, score: float) -> tuple[int, float]:
    """Sorts matches best first: by band, then by score, so that no score lifts a match over its band."""
    return ORDER.index(band), -score


def limit_of(kind: RequirementKind | str, verdict: Verdict | str, support: float, *, confirmed: bool) -> Limit | None:
    """How a finding with this verdict and support in [0, 1] limits the band; None where it does not.

    Raises:
        ValueError: there is no such kind or verdict.

    """
    kind, verdict = RequirementKind(kind), Verdict(verdict)
    if kind is not RequirementKind.SHOULD and verdict is Verdict.contradicted:
        return Limit.CONTRADICTED if confirmed and support >= SURE else Limit.DOUBTED
    return Limit.SILENT if kind is RequirementKind.MUST and verdict is Verdict.no_evidence else None


def _asks(requirement: Requirement, finding: Finding, limit: Limit | None) -> bool:
    if requirement.kind is RequirementKind.SHOULD:
        return False
    return finding.verdict is Verdict.no_evidence or limit is Limit.DOUBTED


def _limit(requirement: Requirement, finding: Finding) -> Limit | None:
    return limit_of(requirement.kind, finding.verdict, finding.support, confirmed=requirement.confirmed)
