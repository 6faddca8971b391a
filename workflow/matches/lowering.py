"""Why a match's band is lower than its score alone would have it, read from what was stored of the match."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from models.match_public import FindingPublic, ReasonPublic, RulePublic


def why_lowered(
    evidence: Mapping[str, Any], rules: Sequence[RulePublic], findings: Sequence[FindingPublic]
) -> list[ReasonPublic]:
    """What took the band down, the gravest first; nothing where it is the score's, or where a record tells neither.

    `rules` and `findings` are as the reader, who is of the staff, may know of them: what words prove that are not for
    that reader counts as not proved. Where nothing that may be known explains it, that is said.
    """
    band, by_score = evidence.get("band"), evidence.get("text_band")
    if band is None or by_score is None or band == by_score:
        return []
    return [*_of_rules(rules), *_of_findings(findings)] or [ReasonPublic(code="lowered.not_shown")]


def _of_rules(rules: Sequence[RulePublic]) -> Iterator[ReasonPublic]:
    for rule in rules:
        if rule.excludes or rule.lowers:
            code = "lowered.rule_excludes" if rule.excludes else "lowered.rule_unknown"
            yield ReasonPublic(code=code, params={"rule": rule.rule})


def _of_findings(findings: Sequence[FindingPublic]) -> list[ReasonPublic]:
    """The gravest effect that findings have: lesser ones change nothing beside it, but doubts and silence do alike."""
    from matching.evidence.caps import Limit, limit_of

    effects = [limit_of(one.kind, one.verdict, one.support or 0.0, confirmed=one.confirmed) for one in findings]
    counts = {effect: effects.count(effect) for effect in Limit if effect in effects}
    if Limit.CONTRADICTED in counts:
        counts = {Limit.CONTRADICTED: counts[Limit.CONTRADICTED]}
    return [ReasonPublic(code=f"lowered.{effect.value}", params={"n": count}) for effect, count in counts.items()]
