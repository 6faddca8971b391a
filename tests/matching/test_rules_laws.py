"""Laws of hard rules and of what is not known, for any facts: they never bend, whatever the score."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from matching.rules import (
    CapabilityFacts,
    NeedFacts,
    NeedRules,
    Party,
    Rule,
    SupplierFacts,
    Verdict,
    adjusted_score,
    apply,
    evaluate,
    excluded_by,
)
from matching.rules.findings import NOTHING_DEMANDED, Case
from matching.rules.kinds import ALWAYS_ON, DEMANDS, HARD, SOFT
from matching.types import Band
from tests.matching.rules_world import (
    NOW,
    RULES,
    TODAY,
    WISHED,
    Facts,
    bands,
    broken,
    capabilities,
    cases,
    law,
    outcome_of,
    scores,
    suppliers,
)


@pytest.mark.parametrize("rule", HARD)
@law
@given(facts=cases, band=bands, score=scores)
@example(facts=WISHED, band=Band.strong, score=1.0)
@example(facts=WISHED, band=Band.weak, score=0.0)
def test_a_broken_hard_rule_excludes_whatever_the_score_and_the_rest(
    rule: str, facts: Facts, band: Band, score: float
) -> None:
    outcome = outcome_of(broken(facts, rule))
    assert outcome.is_excluded
    assert rule in {result.rule for result in outcome.exclusions}
    assert apply(band, outcome) is Band.excluded
    assert apply(Band.strong if adjusted_score(score, outcome) >= 0 else Band.weak, outcome) is Band.excluded


@pytest.mark.parametrize("rule", HARD)
def test_each_hard_rule_excludes_on_its_own(rule: str) -> None:
    assert [result.rule for result in outcome_of(broken(WISHED, rule)).exclusions] == [rule]


@pytest.mark.parametrize("rule", [rule for rule in (*RULES.hard, *RULES.soft) if rule.name in DEMANDS])
@law
@given(facts=cases)
@example(facts=WISHED)
@example(facts=(NeedFacts(), *WISHED[1:]))
def test_a_rule_of_which_nothing_is_demanded_says_so_of_everybody(rule: Rule, facts: Facts) -> None:
    found = rule.kind.find(Case(*facts, TODAY))
    assert (found == NOTHING_DEMANDED) is not DEMANDS[rule.name](facts[0])


@law
@given(cases, suppliers, capabilities)
def test_rules_read_for_a_need_say_of_each_candidate_what_they_say_of_it_alone(
    facts: Facts, supplier: SupplierFacts, capability: CapabilityFacts
) -> None:
    read = NeedRules(RULES, facts[0], NOW)
    for one in (facts[1:], (supplier, capability), facts[1:]):
        assert read.outcome(*one) == evaluate(RULES, facts[0], *one, NOW)


@law
@given(cases, st.floats(0, 0.5))
def test_no_weight_of_soft_rules_bends_a_hard_one(facts: Facts, weight: float) -> None:
    heavy = replace(RULES, bound=0.5, soft=tuple(replace(rule, weight=weight) for rule in RULES.soft))
    assert outcome_of(facts, heavy).exclusions == outcome_of(facts).exclusions


@law
@given(cases)
def test_soft_rules_never_exclude_or_lower(facts: Facts) -> None:
    soft = [result for result in outcome_of(facts).results if not result.is_hard]
    assert not any(result.excludes or result.lowers for result in soft)


@law
@given(cases)
def test_excluded_by_names_the_first_exclusion_of_the_whole_evaluation(facts: Facts) -> None:
    assert excluded_by(RULES, *facts, NOW) == next(iter(outcome_of(facts).exclusions), None)


# --- what is not known ---------------------------------------------------------------------------------------------

UNSAID: Facts = (
    WISHED[0],
    SupplierFacts(kind="person", party=Party(frozenset({2}), ())),
    CapabilityFacts(),
)
"""Of the candidate only the organisation is known: no conflict, everything else open."""


def test_an_unknown_conflict_of_interest_excludes() -> None:
    outcome = outcome_of((WISHED[0], replace(WISHED[1], party=Party()), WISHED[2]))
    (result,) = outcome.exclusions
    assert (result.rule, result.verdict) == ("conflict_of_interest", Verdict.UNKNOWN)
    assert result.question_key == "rule.ask.conflict_of_interest.supplier_unknown"
    assert apply(Band.strong, outcome) is Band.excluded


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (Band.strong, Band.worth_a_look),
        (Band.worth_a_look, Band.weak),
        (Band.weak, Band.weak),
        (Band.excluded, Band.excluded),
    ],
)
def test_however_much_is_unknown_a_candidate_is_kept_one_band_lower(before: Band, after: Band) -> None:
    outcome = outcome_of(UNSAID)
    unknown = {r.rule for r in outcome.results if r.is_hard and r.verdict is Verdict.UNKNOWN}
    assert unknown == set(HARD) - {"conflict_of_interest"}
    assert not outcome.is_excluded
    assert apply(before, outcome) is after


@law
@given(bands)
def test_a_candidate_that_lacks_nothing_keeps_its_band(band: Band) -> None:
    assert apply(band, outcome_of(WISHED)) is band


@law
@given(cases)
def test_whatever_is_unknown_has_a_question_and_nothing_else_does(facts: Facts) -> None:
    outcome = outcome_of(facts)
    assert [r for r in outcome.results if r.verdict is Verdict.UNKNOWN] == list(outcome.questions)
    assert all((r.question_key is None) == (r.ask is None) for r in outcome.results)


def test_what_no_need_demands_is_asked_of_nobody() -> None:
    silent = NeedFacts(asker=WISHED[0].asker)
    outcome = outcome_of((silent, replace(UNSAID[1], open_deals=0), CapabilityFacts(confirmed_on=TODAY)))
    assert not outcome.is_lowered
    assert apply(Band.strong, outcome) is Band.strong


# --- the evaluation itself -----------------------------------------------------------------------------------------


@law
@given(cases)
def test_equal_facts_give_equal_outcomes_that_can_be_stored(facts: Facts) -> None:
    outcome = outcome_of(facts)
    assert outcome == outcome_of(facts)
    stored = json.dumps([result._asdict() for result in outcome.results])
    assert json.loads(stored)[0]["rule"] == "conflict_of_interest"
    assert outcome.rules == RULES.id


def test_rules_answer_in_one_order_and_a_disabled_one_not_at_all() -> None:
    assert [result.rule for result in outcome_of(WISHED).results] == [*HARD, *SOFT]
    off = replace(RULES, hard=tuple(replace(rule, enabled=rule.name in ALWAYS_ON) for rule in RULES.hard), soft=())
    outcome = outcome_of(broken(WISHED, "capacity"), off)
    assert [result.rule for result in outcome.results] == ["conflict_of_interest", "exclusion"]
    assert not outcome.is_excluded
    assert outcome.adjustment == 0


def test_days_are_counted_where_now_is() -> None:
    last_minute = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
    facts = (WISHED[0], WISHED[1], replace(WISHED[2], confirmed_on=TODAY - timedelta(days=7), valid_days=7))
    assert excluded_by(RULES, *facts, last_minute) is None
    in_shanghai = last_minute.astimezone(timezone(timedelta(hours=8)))
    found = excluded_by(RULES, *facts, in_shanghai)
    assert found is not None
    assert found.rule == "expired"


def test_an_instant_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        evaluate(RULES, *WISHED, datetime(2026, 3, 2))
