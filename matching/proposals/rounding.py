"""The one place where figures of a proposal are rounded, so that equal input gives equal bytes on every machine."""

from collections.abc import Mapping
from typing import Final

from matching.evidence.types import Finding
from matching.rules import RuleOutcome, RuleResult
from matching.types import CapabilityScore, Reason

DECIMALS: Final = 6

Params = Mapping[str, str | float | int]


def rounded(value: float) -> float:
    """`value` to `DECIMALS` decimals; never -0.0."""
    return round(float(value), DECIMALS) + 0.0


def rounded_params(params: Params) -> dict[str, str | float | int]:
    """Parameters of a message, their floats rounded."""
    return {name: rounded(value) if isinstance(value, float) else value for name, value in params.items()}


def rounded_capability(scored: CapabilityScore) -> CapabilityScore:
    """Score and features rounded."""
    features = {name: rounded(value) for name, value in scored.features.items()}
    return CapabilityScore(scored.document, rounded(scored.score), features)


def rounded_outcome(outcome: RuleOutcome) -> RuleOutcome:
    """What the rules said, moves and parameters rounded."""
    return RuleOutcome(outcome.rules, tuple(map(_rounded_result, outcome.results)), rounded(outcome.adjustment))


def _rounded_result(result: RuleResult) -> RuleResult:
    if result.is_hard and not result.params:
        return result
    return result._replace(params=rounded_params(result.params), adjustment=rounded(result.adjustment))


def rounded_finding(finding: Finding) -> Finding:
    """Support and parameters rounded; what is rounded already stays as it is."""
    reason, support = finding.reason, rounded(finding.support)
    if reason.params:
        reason = Reason(reason.code, rounded_params(reason.params))
    elif support == finding.support > 0:
        return finding
    return Finding(finding.verdict, reason, finding.proof, support)
