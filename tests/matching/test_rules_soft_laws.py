"""Laws of soft rules and of better facts, for any facts: bounded, additive, and never against who improves."""

from collections.abc import Callable
from dataclasses import replace
from math import fsum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.rules import (
    CapabilityFacts,
    Exclusions,
    Grade,
    IprStance,
    SupplierFacts,
    Verdict,
    adjusted_score,
    apply,
)
from matching.rules.facts import NO_CODES
from matching.rules.findings import Case
from matching.rules.kinds import HARD, SOFT
from matching.types import Band
from tests.matching.rules_world import BANDS, RULES, TODAY, WISHED, Facts, bands, cases, law, outcome_of, scores

# --- soft rules ----------------------------------------------------------------------------------------------------


@law
@given(cases, st.floats(0, 0.5))
def test_the_moves_add_up_and_stay_within_the_bound(facts: Facts, bound: float) -> None:
    outcome = outcome_of(facts, replace(RULES, bound=bound))
    moves = [result.adjustment for result in outcome.results]
    assert abs(outcome.adjustment) <= bound
    assert fsum(moves) == pytest.approx(outcome.adjustment, abs=1e-12)


@law
@given(cases)
def test_no_rule_moves_a_score_by_more_than_its_weight(facts: Facts) -> None:
    weights = {rule.name: rule.weight for rule in RULES.soft}
    for result in outcome_of(facts).results:
        assert abs(result.adjustment) <= weights.get(result.rule, 0.0) + 1e-15


@law
@given(cases, scores)
def test_an_adjusted_score_stays_a_score_and_nought_stays_nought(facts: Facts, score: float) -> None:
    outcome = outcome_of(facts)
    adjusted = adjusted_score(score, outcome)
    assert 0 <= adjusted <= 1
    assert abs(adjusted - score) <= RULES.bound + 1e-15
    assert adjusted_score(0.0, outcome) == 0.0


@pytest.mark.parametrize("score", [float("nan"), float("inf"), -0.1, 1.1])
def test_what_is_no_score_is_refused(score: float) -> None:
    with pytest.raises(ValueError, match="not between 0 and 1"):
        adjusted_score(score, outcome_of(WISHED))


def test_moves_past_the_bound_are_scaled_down_together() -> None:
    free = outcome_of(WISHED, replace(RULES, bound=0.5))
    tight = outcome_of(WISHED, replace(RULES, bound=free.adjustment / 2))
    assert tight.adjustment == pytest.approx(free.adjustment / 2)
    for whole, half in zip(free.results, tight.results, strict=True):
        assert half.adjustment == pytest.approx(whole.adjustment / 2)


@law
@given(cases)
def test_every_rule_answers_as_declared_and_a_soft_sign_agrees_with_its_verdict(facts: Facts) -> None:
    case = Case(*facts, TODAY)
    for name, kind in {**HARD, **SOFT}.items():
        rule = next(rule for rule in (*RULES.hard, *RULES.soft) if rule.name == name)
        found = rule.kind.find(case)
        assert kind.codes[found.code] is found.verdict
        assert (found.ask is not None) == (found.verdict is Verdict.UNKNOWN)
        assert -1 <= found.signal <= 1
        if name in HARD or found.verdict is Verdict.UNKNOWN:
            assert found.signal == 0
        else:
            assert (found.signal < 0) == (found.verdict is Verdict.FAIL)


# --- better facts never hurt ---------------------------------------------------------------------------------------


Pair = tuple[Facts, Facts]


def offers(facts: Facts, worse: CapabilityFacts, better: CapabilityFacts) -> Pair:
    return (*facts[:2], worse), (*facts[:2], better)


def suppliers(facts: Facts, worse: SupplierFacts, better: SupplierFacts) -> Pair:
    return (facts[0], worse, facts[2]), (facts[0], better, facts[2])


def higher_trl(facts: Facts) -> Pair:
    worse = replace(facts[2], trl=min(facts[2].trl or 4, 8))
    return offers(facts, worse, replace(worse, trl=(worse.trl or 0) + 1))


def confirmed_later(facts: Facts) -> Pair:
    worse = replace(facts[2], confirmed_on=min(facts[2].confirmed_on or TODAY, TODAY))
    return offers(facts, worse, replace(worse, confirmed_on=TODAY))


def newer_evidence(facts: Facts) -> Pair:
    worse = replace(facts[2], evidence_on=min(facts[2].evidence_on or TODAY, TODAY))
    return offers(facts, worse, replace(worse, evidence_on=TODAY))


def best_grade(facts: Facts) -> Pair:
    worse = replace(facts[2], grade=facts[2].grade or Grade.D)
    return offers(facts, worse, replace(worse, grade=Grade.A))


def more_modes_and_stances(facts: Facts) -> Pair:
    worse = replace(facts[2], modes=facts[2].modes or NO_CODES, ipr_stances=facts[2].ipr_stances or frozenset())
    every = frozenset({"licence", "transfer", "service"})
    return offers(facts, worse, replace(worse, modes=every, ipr_stances=frozenset(IprStance)))


def more_industries(facts: Facts) -> Pair:
    worse = replace(facts[2], industries=(facts[2].industries or NO_CODES) | {"A01"})
    return offers(facts, worse, replace(worse, industries=(worse.industries or NO_CODES) | {"C38"}))


def fewer_deals(facts: Facts) -> Pair:
    worse = replace(facts[1], open_deals=facts[1].open_deals or 3)
    return suppliers(facts, worse, replace(worse, open_deals=(worse.open_deals or 1) - 1))


def more_regions(facts: Facts) -> Pair:
    worse = replace(facts[1], regions=facts[1].regions or frozenset({"110000"}))
    return suppliers(facts, worse, replace(worse, regions=(worse.regions or NO_CODES) | {"330000"}))


def larger_budget(facts: Facts) -> Pair:
    worse = replace(facts[0], budget_to=facts[0].budget_to or facts[0].budget_from or 1000)
    better = replace(worse, budget_to=(worse.budget_to or 0) + 50_000)
    return (worse, *facts[1:]), (better, *facts[1:])


def fewer_demands(facts: Facts) -> Pair:
    nothing = replace(facts[0], excluded=Exclusions(), regions=NO_CODES, ipr_stances=frozenset(), ipr_states=NO_CODES)
    return facts, (nothing, *facts[1:])


BETTER: list[Callable[[Facts], Pair]] = [
    higher_trl,
    confirmed_later,
    newer_evidence,
    best_grade,
    more_modes_and_stances,
    more_industries,
    fewer_deals,
    more_regions,
    larger_budget,
    fewer_demands,
]


@pytest.mark.parametrize("better", BETTER)
@law
@given(facts=cases, band=bands)
def test_better_facts_never_lower_band_or_score(better: Callable[[Facts], Pair], facts: Facts, band: Band) -> None:
    before, after = map(outcome_of, better(facts))
    assert BANDS.index(apply(band, after)) >= BANDS.index(apply(band, before))
    assert after.adjustment >= before.adjustment - 1e-15


@law
@given(cases, bands, bands)
def test_rules_keep_the_order_of_bands_and_never_raise_one(facts: Facts, one: Band, other: Band) -> None:
    outcome = outcome_of(facts)
    low, high = sorted((one, other), key=BANDS.index)
    assert BANDS.index(apply(low, outcome)) <= BANDS.index(apply(high, outcome))
    assert BANDS.index(apply(high, outcome)) <= BANDS.index(high)
