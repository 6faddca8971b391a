"""The other direction: does the need fit what the supplier wants, and which side holds a match back."""

from dataclasses import replace
from datetime import date
from math import fsum
from typing import Final

from core.taxonomy import technical_fields
from matching.evidence.caps import worst
from matching.proposals.rounding import rounded, rounded_params
from matching.proposals.types import Aspect, FitPart, Side, SideFit
from matching.rules import AskOf, CapabilityFacts, NeedFacts, RuleSet, SupplierFacts, Verdict
from matching.rules.findings import Case, Finding, Kind, passed, unknown
from matching.rules.hard import RequiredRegion
from matching.rules.soft import ModeFit
from matching.types import Band

STRONG: Final = 0.75
"""Least mean of `Band.strong`, where no known part is 0: at most one of four parts is missing by much."""
WORTH_A_LOOK: Final = 0.5
"""Least mean of `Band.worth_a_look`; by judgement, like the other."""
_ANY_DAY: Final = date.min
"""None of the rules asked here looks at the day."""


def need_side(need: NeedFacts, supplier: SupplierFacts, capability: CapabilityFacts, rules: RuleSet) -> SideFit:
    """How well `need` fits what `supplier` wants; figures of rules (load limits, full gap of a budget) are `rules`'.

    budget: 1 where it reaches the least the supplier takes on, else 1 - short / full_gap, at least 0. field: 1 - the
    least distance to a wanted one (see `Taxonomy.distance`). region: 1 where the supplier works where the asker is,
    else 0. mode: 1 where a way of working together is shared, else 0. load: the share of the supplier's limit that is
    free. Unknown parts count nowhere; a part that fits not at all leaves at most worth a look.
    """
    case = Case(need, supplier, capability, _ANY_DAY)
    parts = (_budget(case, rules), _field(case), _region(case), _mode(case), _load(case, rules))
    known = [part.fit for part in parts if part.fit is not None]
    if not known:
        return SideFit(None, None, parts)
    score = rounded(fsum(known) / len(known))
    band = Band.strong if score >= STRONG else Band.worth_a_look if score >= WORTH_A_LOOK else Band.weak
    return SideFit(score, band if min(known) > 0 else worst(band, Band.worth_a_look), parts)


NO_SIDE: Final = SideFit(None, None, ())
"""Where nobody asks."""


def bottleneck(band: Band, side: SideFit) -> Side:
    """The side with the lower band: `supplier` where it fits the need less well than the need fits it."""
    if side.band is None or side.band is band:
        return Side.even
    return Side.supplier if worst(band, side.band) is band else Side.need


def _part(aspect: Aspect, fit: float | None, finding: Finding) -> FitPart:
    return FitPart(aspect, finding.code, None if fit is None else rounded(fit), rounded_params(finding.params))


def _budget(case: Case, rules: RuleSet) -> FitPart:
    finding = _kind(rules, "budget_gap").find(case)
    return _part(Aspect.budget, None if finding.verdict is Verdict.UNKNOWN else min(1.0, 1.0 + finding.signal), finding)


def _field(case: Case) -> FitPart:
    wanted, asked, fields = case.supplier.fields, case.need.field, technical_fields()
    if wanted is None:
        return _part(Aspect.field, None, unknown("fields_unknown", AskOf.SUPPLIER))
    if not wanted:
        return _part(Aspect.field, 1.0, passed("any"))
    known = [code for code in wanted if code in fields]
    if asked is None or asked not in fields or not known:
        return _part(Aspect.field, None, unknown("field_unknown", AskOf.ASKER))
    fit = 1.0 - min(fields.distance(asked, code) for code in known)
    code = "wanted" if fit == 1.0 else "near" if fit > 0 else "not_wanted"
    return _part(Aspect.field, fit, passed(code, field=asked))


def _region(case: Case) -> FitPart:
    if case.need.region is None:
        return _part(Aspect.region, None, unknown("region_unknown", AskOf.ASKER))
    where = replace(case, need=NeedFacts(regions=frozenset({case.need.region})))
    finding = RequiredRegion().find(where)
    return _part(Aspect.region, _BY_VERDICT[finding.verdict], finding)


def _mode(case: Case) -> FitPart:
    finding = ModeFit().find(case)
    return _part(Aspect.mode, _BY_VERDICT[finding.verdict], finding)


def _load(case: Case, rules: RuleSet) -> FitPart:
    finding = _kind(rules, "capacity").find(case)
    if finding.code == "free":
        return _part(Aspect.load, 1.0 - int(finding.params["open"]) / int(finding.params["limit"]), finding)
    return _part(Aspect.load, _BY_VERDICT[finding.verdict], finding)


_BY_VERDICT: Final = {Verdict.PASS: 1.0, Verdict.FAIL: 0.0, Verdict.UNKNOWN: None}


def _kind(rules: RuleSet, name: str) -> Kind:
    """The rule `name` with its parameters, enabled or not: every set holds every kind."""
    return next(rule.kind for rule in (*rules.hard, *rules.soft) if rule.name == name)
