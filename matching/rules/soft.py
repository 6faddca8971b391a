"""Soft rules: each gives a signal from -1 to 1, which its weight turns into a move of the score.

Rules a maintainer must keep:
- 0 is what is unknown: saying nothing is never worth more than a good fact, nor less than a bad one.
- Better facts never lower a signal. A signal below 0 is a FAIL, any other known one a PASS.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar, Final

from core.taxonomy import Taxonomy, industries, technical_fields, trl_range
from matching.rules.facts import CapabilityFacts, Grade, NeedFacts
from matching.rules.findings import (
    NOT_DEMANDED,
    NOTHING_DEMANDED,
    AskOf,
    Case,
    Finding,
    Range,
    Verdict,
    failed,
    passed,
    unknown,
)
from matching.rules.hard import possible_levels

_GRADES: Final = {Grade.A: 1.0, Grade.B: 1 / 3, Grade.C: -1 / 3, Grade.D: -1.0}
_ENOUGH: Final = passed("enough", 1.0)
_SAME_PROVINCE: Final = passed("same_province", 1.0)
_SAME_PART: Final = passed("same_part")
_FAR: Final = failed("far", -1.0)


@dataclass(frozen=True, slots=True)
class Freshness:
    """How lately the capability was confirmed or got evidence: 2 · 2^(-age / half_life_days) - 1, age in days.

    1 on the day itself, 0 after the half-life, towards -1 with age. Days after today are not counted.
    """

    codes: ClassVar[Mapping[str, Verdict]] = {
        "fresh": Verdict.PASS,
        "stale": Verdict.FAIL,
        "undated": Verdict.UNKNOWN,
    }
    half_life_days: Annotated[int, Range(1, 36_600)]

    def find(self, case: Case) -> Finding:
        """See the class."""
        latest = _latest(case.capability, case.today)
        if latest is None:
            return unknown("undated", AskOf.SUPPLIER)
        days = (case.today - latest).days
        signal = 2.0 * 2.0 ** (-days / self.half_life_days) - 1.0
        return _by_sign("fresh", "stale", signal, days=days)


def _latest(offer: CapabilityFacts, today: date) -> date | None:
    return max([day for day in (offer.confirmed_on, offer.evidence_on) if day and day <= today], default=None)


def _by_sign(good: str, bad: str, signal: float, **params: str | int | float) -> Finding:
    return passed(good, signal, **params) if signal >= 0 else failed(bad, signal, **params)


@dataclass(frozen=True, slots=True)
class MaturityGap:
    """How far below the wanted readiness the offer is: 1 when reached, else -min(1, missing levels / full_gap).

    Wanted is what the need would like best, else the least it takes. A word of maturity counts as the middle of its
    levels.
    """

    codes: ClassVar[Mapping[str, Verdict]] = {
        NOT_DEMANDED: Verdict.PASS,
        "reached": Verdict.PASS,
        "short": Verdict.FAIL,
        "maturity_unknown": Verdict.UNKNOWN,
    }
    full_gap: Annotated[float, Range(0.5, 8)]

    def find(self, case: Case) -> Finding:
        """See the class."""
        wanted = wanted_level(case.need)
        if wanted is None:
            return NOTHING_DEMANDED
        if case.capability.trl is None and case.capability.maturity is None:
            return unknown("maturity_unknown", AskOf.SUPPLIER, wanted=wanted)
        levels = possible_levels(case.capability)
        missing = wanted - (levels[0] + levels[-1]) / 2
        if missing <= 0:
            return passed("reached", 1.0, wanted=wanted)
        return failed("short", -min(1.0, missing / self.full_gap), wanted=wanted, missing=missing)


def wanted_level(need: NeedFacts) -> int | None:
    """The readiness level that the need would like best, else the least it takes; None where it says neither."""
    if need.wanted_trl is not None:
        return need.wanted_trl
    from_word = trl_range(need.least_maturity)[0] if need.least_maturity is not None else None
    return max((level for level in (need.least_trl, from_word) if level is not None), default=None)


@dataclass(frozen=True, slots=True)
class BudgetGap:
    """How far the budget is below the least the supplier takes on: 1 when enough, else -min(1, short / full_gap).

    short = (least - budget) / least, with the upper end of the budget; one that is open above is enough when its lower
    end is.
    """

    codes: ClassVar[Mapping[str, Verdict]] = {
        "enough": Verdict.PASS,
        "short": Verdict.FAIL,
        "budget_unknown": Verdict.UNKNOWN,
        "least_unknown": Verdict.UNKNOWN,
        "currencies_differ": Verdict.UNKNOWN,
    }
    full_gap: Annotated[float, Range(0.01, 1)]

    def find(self, case: Case) -> Finding:
        """See the class."""
        need, least = case.need, case.supplier.min_budget
        if least is None:
            return unknown("least_unknown", AskOf.SUPPLIER)
        if least == 0:
            return _ENOUGH
        if need.budget_from is None and need.budget_to is None:
            return unknown("budget_unknown", AskOf.ASKER)
        if need.currency != case.supplier.currency:
            return unknown("currencies_differ", AskOf.STAFF)
        if max(need.budget_from or 0, need.budget_to or 0) >= least:
            return _ENOUGH
        if need.budget_to is None:
            return unknown("budget_unknown", AskOf.ASKER)
        short = (least - need.budget_to) / least
        return failed("short", -min(1.0, short / self.full_gap), percent=max(1, round(100 * short)))


@dataclass(frozen=True, slots=True)
class ModeFit:
    """Whether both sides name a way of working together: 1, or -1 when none is shared."""

    codes: ClassVar[Mapping[str, Verdict]] = {
        NOT_DEMANDED: Verdict.PASS,
        "shared": Verdict.PASS,
        "none_shared": Verdict.FAIL,
        "modes_unknown": Verdict.UNKNOWN,
    }

    def find(self, case: Case) -> Finding:
        """See the class. What the capability says comes before what its supplier says in general."""
        demanded, offered = case.need.modes, case.capability.modes
        if offered is None:
            offered = case.supplier.modes
        if not demanded:
            return NOTHING_DEMANDED
        if offered is None:
            return unknown("modes_unknown", AskOf.SUPPLIER)
        shared = demanded & offered
        return passed("shared", 1.0, modes=",".join(sorted(shared))) if shared else failed("none_shared", -1.0)


@dataclass(frozen=True, slots=True)
class RegionNearness:
    """How near the two sides are: 1 in one province, 0 in one part of the country, else -1.

    The first digit of a code of GB/T 2260 is the part of the country (1 north … 6 north-west), the first two the
    province.
    """

    codes: ClassVar[Mapping[str, Verdict]] = {
        "same_province": Verdict.PASS,
        "same_part": Verdict.PASS,
        "far": Verdict.FAIL,
        "region_unknown": Verdict.UNKNOWN,
    }

    def find(self, case: Case) -> Finding:
        """See the class."""
        ours, theirs = case.need.region, case.supplier.region
        if not ours or not theirs:
            return unknown("region_unknown", AskOf.SUPPLIER if ours else AskOf.ASKER)
        if ours[:2] == theirs[:2]:
            return _SAME_PROVINCE
        return _SAME_PART if ours[:1] == theirs[:1] else _FAR


@dataclass(frozen=True, slots=True)
class GradeRule:
    """The capability's grade: A 1, B 1/3, C -1/3, D -1; 0 as long as it has none."""

    codes: ClassVar[Mapping[str, Verdict]] = {
        "good": Verdict.PASS,
        "low": Verdict.FAIL,
        "ungraded": Verdict.UNKNOWN,
    }

    def find(self, case: Case) -> Finding:
        """See the class."""
        grade = case.capability.grade
        if grade is None:
            return unknown("ungraded", AskOf.STAFF)
        return _by_sign("good", "low", _GRADES[grade], grade=grade.value)


@dataclass(frozen=True, slots=True)
class FieldDistance:
    """How near the technical fields are: 1 - 2 · distance in the list of eleven (see `Taxonomy.distance`)."""

    codes: ClassVar[Mapping[str, Verdict]] = {
        "near": Verdict.PASS,
        "far": Verdict.FAIL,
        "asker_field_unknown": Verdict.UNKNOWN,
        "supplier_field_unknown": Verdict.UNKNOWN,
    }

    def find(self, case: Case) -> Finding:
        """See the class. A code that is not in the list counts as unknown."""
        offered = case.capability.field
        signal = _nearness(technical_fields(), case.need.field, frozenset([offered] if offered else ()))
        if isinstance(signal, AskOf):
            return unknown(f"{signal}_field_unknown", signal)
        return _by_sign("near", "far", signal)


@dataclass(frozen=True, slots=True)
class IndustryDistance:
    """How near the need's industry is to the nearest the capability serves: 1 - 2 · distance in GB/T 4754."""

    codes: ClassVar[Mapping[str, Verdict]] = {
        "near": Verdict.PASS,
        "far": Verdict.FAIL,
        "asker_industry_unknown": Verdict.UNKNOWN,
        "supplier_industry_unknown": Verdict.UNKNOWN,
    }

    def find(self, case: Case) -> Finding:
        """See the class. Codes that are not in the list count as unknown."""
        signal = _nearness(industries(), case.need.industry, case.capability.industries or frozenset())
        if isinstance(signal, AskOf):
            return unknown(f"{signal}_industry_unknown", signal)
        return _by_sign("near", "far", signal)


def _nearness(taxonomy: Taxonomy, demanded: str | None, offered: frozenset[str]) -> float | AskOf:
    """1 - 2 · the least distance, or whose codes are not known."""
    if demanded is None or demanded not in taxonomy:
        return AskOf.ASKER
    known = [code for code in offered if code in taxonomy]
    if not known:
        return AskOf.SUPPLIER
    return 1.0 - 2.0 * min(taxonomy.distance(demanded, code) for code in known)
