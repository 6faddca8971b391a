"""Rules apart from scores: hard ones that never bend, soft ones that say by how much they moved a score.

`evaluate` holds a `RuleSet` against the facts of one candidate; `adjusted_score` and `apply` carry the outcome over to
score and band.
"""

from matching.rules.evaluation import (
    NeedRules,
    RuleOutcome,
    RuleResult,
    adjusted_score,
    apply,
    evaluate,
    excluded_by,
)
from matching.rules.facts import (
    Affiliation,
    CapabilityFacts,
    Exclusions,
    Grade,
    IprStance,
    NeedFacts,
    Party,
    Person,
    SupplierFacts,
)
from matching.rules.faults import RulesError, RulesFault
from matching.rules.findings import AskOf, Verdict
from matching.rules.loading import load_rules, shipped_rules
from matching.rules.ruleset import Rule, RuleSet

__all__ = [
    "Affiliation",
    "AskOf",
    "CapabilityFacts",
    "Exclusions",
    "Grade",
    "IprStance",
    "NeedFacts",
    "NeedRules",
    "Party",
    "Person",
    "Rule",
    "RuleOutcome",
    "RuleResult",
    "RuleSet",
    "RulesError",
    "RulesFault",
    "SupplierFacts",
    "Verdict",
    "adjusted_score",
    "apply",
    "evaluate",
    "excluded_by",
    "load_rules",
    "shipped_rules",
]
