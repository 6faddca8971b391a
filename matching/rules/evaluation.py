"""All rules of a set held against one candidate, and what that does to its score and band.

Order of use: `adjusted_score`, then the ranker's band of that score, then `apply`. So a hard rule has the last word,
whatever the score was, and nothing soft can undo it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from math import copysign, fsum, isfinite
from typing import Final, NamedTuple

from matching.rules.facts import CapabilityFacts, NeedFacts, SupplierFacts
from matching.rules.findings import NOTHING_DEMANDED, AskOf, Case, Finding, Param, Verdict
from matching.rules.kinds import DEMANDS, UNKNOWN_EXCLUDES
from matching.rules.ruleset import Rule, RuleSet
from matching.types import Band


class RuleResult(NamedTuple):
    """What one rule said of one candidate.

    `reason_key` and `question_key` name messages of the catalogue, filled with `params`. `adjustment`, in units of the
    score, is what a soft rule moved it by; 0 for a hard one.
    """

    rule: str
    is_hard: bool
    verdict: Verdict
    code: str
    params: Mapping[str, Param]
    ask: AskOf | None = None
    adjustment: float = 0.0

    @property
    def excludes(self) -> bool:
        """Whether this alone takes the candidate out."""
        fails = self.verdict is Verdict.FAIL
        return self.is_hard and (fails or (self.verdict is Verdict.UNKNOWN and self.rule in UNKNOWN_EXCLUDES))

    @property
    def lowers(self) -> bool:
        """Whether this keeps the candidate one band lower until the question is answered."""
        return self.is_hard and self.verdict is Verdict.UNKNOWN and not self.excludes

    @property
    def reason_key(self) -> str:
        """The message that says why."""
        return f"rule.{self.rule}.{self.code}"

    @property
    def question_key(self) -> str | None:
        """The message that asks `ask` for what is not known; None when everything is."""
        return f"rule.ask.{self.rule}.{self.code}" if self.ask is not None else None


@dataclass(frozen=True, slots=True)
class RuleOutcome:
    """What all rules said, hard ones first, each in the set's order; `rules` is the set's id.

    `adjustment` is the sum over the results, within the set's bound.
    """

    rules: str
    results: tuple[RuleResult, ...]
    adjustment: float

    @property
    def exclusions(self) -> tuple[RuleResult, ...]:
        """The hard rules that take the candidate out."""
        return tuple(result for result in self.not_passed if result.excludes)

    @property
    def is_excluded(self) -> bool:
        """Whether any hard rule takes the candidate out."""
        return any(result.excludes for result in self.not_passed)

    @property
    def is_lowered(self) -> bool:
        """Whether something a hard rule needs is not known."""
        return any(result.lowers for result in self.not_passed)

    @property
    def questions(self) -> tuple[RuleResult, ...]:
        """The results that have something to ask, hard ones first."""
        return tuple(result for result in self.results if result.ask is not None)

    @property
    def not_passed(self) -> list[RuleResult]:
        """The results of rules that fail or know too little."""
        return [result for result in self.results if result.verdict is not Verdict.PASS]


def evaluate(
    rules: RuleSet, need: NeedFacts, supplier: SupplierFacts, capability: CapabilityFacts, now: datetime
) -> RuleOutcome:
    """Every enabled rule's verdict on one candidate. Pure: equal arguments give equal outcomes.

    The soft rules' moves are weight · signal each, and add up; where the sum would pass the bound, all are scaled by
    the same factor so that it meets it. Days are counted in the time zone of `now`.

    Raises:
        ValueError: `now` has no time zone.

    """
    return NeedRules(rules, need, now).outcome(supplier, capability)


class NeedRules:
    """A rule set read for one need at one time, for many candidates: what it says of all of them is said once."""

    def __init__(self, rules: RuleSet, need: NeedFacts, now: datetime) -> None:
        self._id, self._bound = rules.id, rules.bound
        self._need, self._today = need, _day(now)
        self._hard = [(rule, _hard_of_all(rule, need)) for rule in rules.hard if rule.enabled]
        self._soft = [(rule, _demands(rule, need)) for rule in rules.soft if rule.enabled]

    def outcome(self, supplier: SupplierFacts, capability: CapabilityFacts) -> RuleOutcome:
        """What `evaluate` says of one candidate."""
        case = Case(self._need, supplier, capability, self._today)
        hard = [of_all or _hard_result(rule, rule.kind.find(case)) for rule, of_all in self._hard]
        found = [rule.kind.find(case) if demands else NOTHING_DEMANDED for rule, demands in self._soft]
        moves = [rule.weight * finding.signal for (rule, _), finding in zip(self._soft, found, strict=True)]
        moves, total = _bounded(moves, self._bound)
        soft = [_soft(rule, finding, move) for (rule, _), finding, move in zip(self._soft, found, moves, strict=True)]
        return RuleOutcome(self._id, (*hard, *soft), total)


def _demands(rule: Rule, need: NeedFacts) -> bool:
    return rule.name not in DEMANDS or DEMANDS[rule.name](need)


def _hard_of_all(rule: Rule, need: NeedFacts) -> RuleResult | None:
    """What the rule says of every candidate of a need that demands nothing of it."""
    return None if _demands(rule, need) else _hard_result(rule, NOTHING_DEMANDED)


def excluded_by(
    rules: RuleSet, need: NeedFacts, supplier: SupplierFacts, capability: CapabilityFacts, now: datetime
) -> RuleResult | None:
    """The first hard rule that takes the candidate out, None if none does: `evaluate` for a long list of candidates.

    Raises:
        ValueError: `now` has no time zone.

    """
    case = Case(need, supplier, capability, _day(now))
    results = (_hard_result(rule, rule.kind.find(case)) for rule in rules.hard if rule.enabled)
    return next((result for result in results if result.excludes), None)


def _day(now: datetime) -> date:
    if now.tzinfo is None:
        raise ValueError(f"now {now.isoformat()} has no time zone")
    return now.date()


def _hard_result(rule: Rule, finding: Finding) -> RuleResult:
    verdict, code, params, ask, _ = finding
    return RuleResult(rule.name, True, verdict, code, params, ask)


def _soft(rule: Rule, finding: Finding, adjustment: float) -> RuleResult:
    verdict, code, params, ask, _ = finding
    return RuleResult(rule.name, False, verdict, code, params, ask, adjustment)


def _bounded(moves: list[float], bound: float) -> tuple[list[float], float]:
    """The moves, scaled down together where their sum would pass `bound`, and their sum."""
    total = fsum(moves)
    if abs(total) <= bound:
        return moves, total
    factor = bound / abs(total)
    return [move * factor for move in moves], copysign(bound, total)


_LOWER: Final = {Band.strong: Band.worth_a_look, Band.worth_a_look: Band.weak}


def apply(band: Band, outcome: RuleOutcome) -> Band:
    """The band after the rules: excluded where a hard rule says so, one lower where one knows too little.

    One lower in all, however much is unknown, and never below weak: a question is no reason to drop somebody. A
    candidate that is already excluded stays so.
    """
    doubts = outcome.not_passed
    if band is Band.excluded or any(result.excludes for result in doubts):
        return Band.excluded
    return _LOWER.get(band, band) if any(result.lowers for result in doubts) else band


def adjusted_score(score: float, outcome: RuleOutcome) -> float:
    """`score`, from 0 to 1, moved by the soft rules and kept from 0 to 1.

    A score of 0 stays 0: nothing soft makes a match of what has no likeness at all. Excluded candidates are moved like
    others; that they are out is for `apply` to say.

    Raises:
        ValueError: `score` is not a number from 0 to 1.

    """
    if not isfinite(score) or not 0.0 <= score <= 1.0:
        raise ValueError(f"score {score} is not between 0 and 1")
    return min(1.0, max(0.0, score + outcome.adjustment)) if score else 0.0
