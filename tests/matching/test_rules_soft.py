"""Soft rules: signals worked by hand."""

from datetime import date, timedelta

import pytest

from core.taxonomy import Maturity
from matching.rules import AskOf, CapabilityFacts, Grade, NeedFacts, SupplierFacts, Verdict
from matching.rules.findings import Case, Finding, Kind
from matching.rules.soft import (
    BudgetGap,
    FieldDistance,
    Freshness,
    GradeRule,
    IndustryDistance,
    MaturityGap,
    ModeFit,
    RegionNearness,
)

TODAY = date(2026, 3, 2)


def judged(
    kind: Kind,
    need: NeedFacts | None = None,
    supplier: SupplierFacts | None = None,
    capability: CapabilityFacts | None = None,
) -> Finding:
    case = Case(need or NeedFacts(), supplier or SupplierFacts(), capability or CapabilityFacts(), TODAY)
    return kind.find(case)


def days_ago(days: int) -> date:
    return TODAY - timedelta(days=days)


@pytest.mark.parametrize(
    ("confirmed", "evidence", "code", "signal"),
    [
        (0, None, "fresh", 1.0),
        (100, None, "fresh", 0.0),
        (200, None, "stale", -0.5),
        (None, 300, "stale", -0.75),
        (200, 0, "fresh", 1.0),
        (-5, 100, "fresh", 0.0),
        (-5, None, "undated", 0.0),
        (None, None, "undated", 0.0),
    ],
)
def test_freshness_halves_with_the_half_life(
    confirmed: int | None, evidence: int | None, code: str, signal: float
) -> None:
    offer = CapabilityFacts(
        confirmed_on=None if confirmed is None else days_ago(confirmed),
        evidence_on=None if evidence is None else days_ago(evidence),
    )
    found = judged(Freshness(half_life_days=100), capability=offer)
    assert found.code == code
    assert found.signal == pytest.approx(signal)


@pytest.mark.parametrize(
    ("need", "offer", "code", "signal"),
    [
        (NeedFacts(), CapabilityFacts(trl=2), "not_demanded", 0.0),
        (NeedFacts(wanted_trl=6), CapabilityFacts(), "maturity_unknown", 0.0),
        (NeedFacts(wanted_trl=6), CapabilityFacts(trl=6), "reached", 1.0),
        (NeedFacts(wanted_trl=6), CapabilityFacts(trl=5), "short", -0.25),
        (NeedFacts(wanted_trl=9), CapabilityFacts(trl=1), "short", -1.0),
        (NeedFacts(wanted_trl=6, least_trl=3), CapabilityFacts(trl=4), "short", -0.5),
        (NeedFacts(least_trl=4, least_maturity=Maturity.PILOT_TEST), CapabilityFacts(trl=5), "short", -0.25),
        (NeedFacts(wanted_trl=5), CapabilityFacts(maturity=Maturity.PROTOTYPE), "short", -0.125),
        (NeedFacts(wanted_trl=7), CapabilityFacts(maturity=Maturity.PILOT_TEST), "reached", 1.0),
    ],
)
def test_missing_readiness_levels_count_in_quarters(
    need: NeedFacts, offer: CapabilityFacts, code: str, signal: float
) -> None:
    found = judged(MaturityGap(full_gap=4), need, capability=offer)
    assert (found.code, found.signal) == (code, signal)


@pytest.mark.parametrize(
    ("budget", "least", "code", "signal"),
    [
        ((None, 100), 100, "enough", 1.0),
        ((100, 300), 250, "enough", 1.0),
        ((100, None), 100, "enough", 1.0),
        ((100, None), 101, "budget_unknown", 0.0),
        ((None, None), 100, "budget_unknown", 0.0),
        ((None, None), 0, "enough", 1.0),
        ((None, 90), 100, "short", -0.2),
        ((None, 50), 100, "short", -1.0),
        ((0, 0), 100, "short", -1.0),
        ((None, 100), None, "least_unknown", 0.0),
    ],
)
def test_a_budget_below_the_least_counts_by_its_share(
    budget: tuple[int | None, int | None], least: int | None, code: str, signal: float
) -> None:
    need = NeedFacts(budget_from=budget[0], budget_to=budget[1])
    found = judged(BudgetGap(full_gap=0.5), need, SupplierFacts(min_budget=least))
    assert found.code == code
    assert found.signal == pytest.approx(signal)


def test_sums_in_two_currencies_are_not_compared() -> None:
    found = judged(BudgetGap(full_gap=0.5), NeedFacts(budget_to=1, currency="EUR"), SupplierFacts(min_budget=9))
    assert (found.code, found.ask) == ("currencies_differ", AskOf.STAFF)


def test_a_tiny_shortage_is_still_named() -> None:
    found = judged(BudgetGap(full_gap=0.5), NeedFacts(budget_to=999), SupplierFacts(min_budget=1000))
    assert found.params == {"percent": 1}


@pytest.mark.parametrize(
    ("demanded", "of_capability", "of_supplier", "signal", "verdict"),
    [
        (set(), {"licence"}, None, 0.0, Verdict.PASS),
        ({"licence"}, None, None, 0.0, Verdict.UNKNOWN),
        ({"licence", "transfer"}, {"transfer"}, None, 1.0, Verdict.PASS),
        ({"licence"}, None, {"licence"}, 1.0, Verdict.PASS),
        ({"licence"}, {"service"}, {"licence"}, -1.0, Verdict.FAIL),
    ],
)
def test_a_shared_way_of_working_together_counts(
    demanded: set[str],
    of_capability: set[str] | None,
    of_supplier: set[str] | None,
    signal: float,
    verdict: Verdict,
) -> None:
    supplier = SupplierFacts(modes=None if of_supplier is None else frozenset(of_supplier))
    offer = CapabilityFacts(modes=None if of_capability is None else frozenset(of_capability))
    found = judged(ModeFit(), NeedFacts(modes=frozenset(demanded)), supplier, offer)
    assert (found.signal, found.verdict) == (signal, verdict)


@pytest.mark.parametrize(
    ("ours", "theirs", "signal", "ask"),
    [
        ("330000", "330100", 1.0, None),
        ("330000", "310000", 0.0, None),
        ("330000", "110000", -1.0, None),
        ("330000", "overseas", -1.0, None),
        ("330000", None, 0.0, AskOf.SUPPLIER),
        (None, "330000", 0.0, AskOf.ASKER),
    ],
)
def test_nearness_goes_by_province_and_part_of_the_country(
    ours: str | None, theirs: str | None, signal: float, ask: AskOf | None
) -> None:
    found = judged(RegionNearness(), NeedFacts(region=ours), SupplierFacts(region=theirs))
    assert (found.signal, found.ask) == (signal, ask)


def test_grades_go_down_in_equal_steps_and_none_is_in_the_middle() -> None:
    signals = [judged(GradeRule(), capability=CapabilityFacts(grade=grade)).signal for grade in (*Grade, None)]
    assert signals == pytest.approx([1, 1 / 3, -1 / 3, -1, 0])


@pytest.mark.parametrize(
    ("demanded", "offered", "code", "signal"),
    [
        ("energy", "energy", "near", 1.0),
        ("energy", "materials", "far", -1.0),
        ("energy", None, "supplier_field_unknown", 0.0),
        ("energy", "alchemy", "supplier_field_unknown", 0.0),
        (None, "energy", "asker_field_unknown", 0.0),
        ("alchemy", "alchemy", "asker_field_unknown", 0.0),
    ],
)
def test_fields_are_the_same_or_not(demanded: str | None, offered: str | None, code: str, signal: float) -> None:
    found = judged(FieldDistance(), NeedFacts(field=demanded), capability=CapabilityFacts(field=offered))
    assert (found.code, found.signal) == (code, signal)


@pytest.mark.parametrize(
    ("demanded", "offered", "signal"),
    [
        ("C38", {"A01", "C38"}, 1.0),
        ("C38", {"C39"}, 0.0),
        ("C38", {"A01"}, -1.0),
        ("C38", {"nothing"}, 0.0),
        ("C38", None, 0.0),
        (None, {"C38"}, 0.0),
    ],
)
def test_the_nearest_industry_counts(demanded: str | None, offered: set[str] | None, signal: float) -> None:
    offer = CapabilityFacts(industries=None if offered is None else frozenset(offered))
    assert judged(IndustryDistance(), NeedFacts(industry=demanded), capability=offer).signal == pytest.approx(signal)


@pytest.mark.parametrize("make", [lambda: NeedFacts(least_trl=0), lambda: NeedFacts(wanted_trl=10)])
def test_levels_outside_one_to_nine_are_refused(make: type[NeedFacts]) -> None:
    with pytest.raises(ValueError, match="between 1 and 9"):
        make()


def test_facts_that_cannot_be_are_refused() -> None:
    with pytest.raises(ValueError, match="budget_from 2 is above budget_to 1"):
        NeedFacts(budget_from=2, budget_to=1)
    with pytest.raises(ValueError, match="open_deals -1 is negative"):
        SupplierFacts(open_deals=-1)
    with pytest.raises(ValueError, match="valid_days -1 is negative"):
        CapabilityFacts(valid_days=-1)
    with pytest.raises(ValueError, match="trl 0"):
        CapabilityFacts(trl=0)
