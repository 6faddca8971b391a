"""Where one candidate stands: score moved by soft rules, band of that score, what rules and then evidence leave of it.

This is the one step from facts to a band: `propose` takes it for every offer, and the search for what would help takes
it again on changed facts.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from matching.evidence.caps import capped
from matching.evidence.types import Finding, Requirement
from matching.evidence.types import Verdict as Proves
from matching.proposals.rounding import rounded
from matching.ranker import Ranker
from matching.rules import (
    CapabilityFacts,
    NeedFacts,
    NeedRules,
    RuleOutcome,
    RuleSet,
    SupplierFacts,
    Verdict,
    adjusted_score,
    apply,
)
from matching.types import Band, Reason


@dataclass(frozen=True, slots=True)
class Judges:
    """What decides, and when: the scale of scores, the rules, the moment."""

    ranker: Ranker
    rules: RuleSet
    now: datetime

    def rules_for(self, need: NeedFacts | None) -> NeedRules:
        """The rules read for `need`, or for nobody who asks."""
        return NeedRules(self.rules, need or NeedFacts(), self.now)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One supplier with one capability for one need; `findings` None: evidence was not looked for (yet)."""

    need: NeedFacts | None
    requirements: tuple[Requirement, ...]
    supplier: SupplierFacts
    capability: CapabilityFacts
    text_score: float
    findings: tuple[Finding, ...] | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Score and bands of a candidate with what the rules said; `questions` are positions of requirements."""

    score: float
    text_band: Band
    band: Band
    outcome: RuleOutcome
    questions: tuple[int, ...] = ()


def stand(candidate: Candidate, judges: Judges) -> Standing:
    """Where `candidate` stands. Without findings its band is the highest that evidence can leave.

    Raises:
        ValueError: the text score is not from 0 to 1, or `now` has no time zone.

    """
    return stand_by(judges.rules_for(candidate.need), candidate, judges)


def stand_by(rules: NeedRules, candidate: Candidate, judges: Judges) -> Standing:
    """`stand`, with the rules read for the candidate's need: once for many candidates."""
    outcome = _outcome(rules, candidate)
    score = rounded(adjusted_score(candidate.text_score, outcome))
    text_band = judges.ranker.band(score)
    standing = Standing(score, text_band, apply(text_band, outcome), outcome)
    return standing if candidate.findings is None else limited(standing, candidate.requirements, candidate.findings)


def limited(standing: Standing, requirements: tuple[Requirement, ...], findings: tuple[Finding, ...]) -> Standing:
    """`standing`, its band kept or lowered by the findings on the requirements."""
    cap = capped(standing.band, requirements, findings)
    return replace(standing, band=cap.band, questions=cap.questions)


def least_band(band: Band, requirements: tuple[Requirement, ...]) -> Band:
    """The lowest band that evidence may leave of `band`: that of a sure contradiction of every requirement."""
    return capped(band, requirements, [_CONTRADICTED] * len(requirements)).band


_CONTRADICTED: Final = Finding(Proves.contradicted, Reason("evidence.denied"), None, 1.0)


def _outcome(rules: NeedRules, candidate: Candidate) -> RuleOutcome:
    """What the rules say. Where nobody asks, what they do not know is left out: it can neither exclude nor lower."""
    outcome = rules.outcome(candidate.supplier, candidate.capability)
    if candidate.need is not None:
        return outcome
    known = tuple(result for result in outcome.results if result.verdict is not Verdict.UNKNOWN)
    return replace(outcome, results=known)
