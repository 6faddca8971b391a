from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from benchmarks.simulated_deals import YEARS, history, simulate
from tracking.stall.forecast import ENOUGH, Forecaster
from tracking.stall.hazard import INTERVAL, chances, columns_of, fit, periods_of
from tracking.stall.spells import Exit, Group, Spell
from tracking.stall.usual import usual_of
from tracking.templates import COMMON

USUAL = {stage.code: usual_of(stage.usual_days) for stage in COMMON.stages}
CONTACT = Group("contact")
LATER = ("exchange", "feasibility", "negotiation")


def open_spell(days: float, **factors: float) -> Spell:
    return Spell(0, CONTACT, days, Exit.open, factors=factors)


@pytest.fixture(scope="module")
def learned() -> Forecaster:
    """From the history of three hundred simulated deals."""
    return Forecaster.learn(history(simulate(np.random.default_rng(1)), YEARS * 365), USUAL)


def test_without_history_the_forecast_is_the_usual_time_and_says_that_it_is_thin() -> None:
    nothing = Forecaster.learn([], USUAL)
    fresh = nothing.forecast(open_spell(0), LATER)
    assert fresh.is_thin
    assert fresh.own_spells == 0
    assert fresh.leaves_within[90] == pytest.approx(USUAL["contact"].left_by(90), abs=0.03)
    assert fresh.ends_well == pytest.approx(0.8**4, abs=0.01)


def test_an_older_deal_has_a_higher_percentile_and_percentiles_end_at_a_hundred(learned: Forecaster) -> None:
    percentiles = [learned.forecast(open_spell(days)).percentile for days in (0, 30, 60, 120, 3000)]
    assert percentiles == sorted(percentiles)
    assert percentiles[0] == 0
    assert percentiles[-1] == pytest.approx(100)


def test_the_interval_holds_most_of_what_happens(learned: Forecaster) -> None:
    stays = [stay for stay in simulate(np.random.default_rng(2)) if stay.stage == "negotiation"]
    inside = 0
    for stay in stays:
        low, high = learned.forecast(Spell(0, Group(stay.stage), 0, Exit.open, factors=stay.factors)).interval
        inside += low <= stay.days <= high
    assert 0.65 < inside / len(stays) < 0.95


def test_a_planted_cause_slows_and_is_named_and_one_without_effect_is_not(learned: Forecaster) -> None:
    plain, slow = learned.forecast(open_spell(60)), learned.forecast(open_spell(60, slow_answers=1.0))
    assert slow.remaining > 1.3 * plain.remaining
    assert [factor.name for factor in slow.factors] == ["slow_answers"]
    assert learned.forecast(open_spell(60, small_firm=1.0)).factors == ()


def test_what_loses_deals_lowers_the_chance_of_a_good_end(learned: Forecaster) -> None:
    plain, disputed = (learned.forecast(one, LATER) for one in (open_spell(60), open_spell(60, price_dispute=1.0)))
    assert disputed.ends_well < plain.ends_well - 0.1
    assert 0 < disputed.ends_well < 1


def test_the_first_curve_with_enough_spells_of_its_own_is_used() -> None:
    many = [Spell(i, Group("contact"), 40.0 + i, Exit.advanced) for i in range(ENOUGH)]
    one = Spell(99, Group("contact", "licence"), 400.0, Exit.advanced)
    forecaster = Forecaster.learn([*many, one], USUAL)
    assert forecaster.forecast(Spell(1, Group("contact", "licence"), 10, Exit.open)).own_spells == ENOUGH + 1


def test_a_stage_that_nobody_was_in_is_judged_by_its_usual_time(learned: Forecaster) -> None:
    alone = Forecaster.learn([open_spell(10)], USUAL)
    assert alone.forecast(Spell(1, Group("negotiation"), 10, Exit.open)).is_thin


def test_a_party_that_is_slow_in_one_deal_is_expected_to_be_slow_in_the_next() -> None:
    quick = [Spell(i, CONTACT, 40.0, Exit.advanced, party=1) for i in range(12)]
    slow = [Spell(50 + i, CONTACT, 200.0, Exit.advanced, party=2) for i in range(12)]
    forecaster = Forecaster.learn([*quick, *slow], USUAL)
    rest = [forecaster.forecast(Spell(99, CONTACT, 0, Exit.open, party=party)).remaining for party in (1, 2)]
    assert rest[0] < rest[1]


def test_a_forecast_goes_on_from_within_an_interval_without_a_jump(learned: Forecaster) -> None:
    left = [learned.forecast(open_spell(days)).leaves_within[30] for days in np.arange(55, 65, 0.5)]
    assert max(abs(a - b) for a, b in pairwise(left)) < 0.02


def test_a_spell_cut_off_within_an_interval_says_nothing_of_that_interval() -> None:
    spells = [Spell(1, CONTACT, 1.5 * INTERVAL, Exit.open), Spell(2, CONTACT, 1.5 * INTERVAL, Exit.lost)]
    periods = periods_of(columns_of(spells), spells, USUAL)
    assert len(periods.party) == 1 + 2
    assert periods.ended[Exit.lost].tolist() == [0, 0, 1]


def test_a_spell_counts_from_the_first_interval_that_was_watched_as_a_whole() -> None:
    spells = [Spell(1, CONTACT, 3.5 * INTERVAL, Exit.lost, since=1.2 * INTERVAL)]
    spells += [Spell(2, CONTACT, 0.9 * INTERVAL, Exit.lost, since=0.5 * INTERVAL)]
    periods = periods_of(columns_of(spells), spells, USUAL)
    assert periods.ended[Exit.lost].tolist() == [0, 1]


def test_the_stages_ahead_of_a_deal_that_was_brought_in_are_forecast_from_their_beginning(learned: Forecaster) -> None:
    known, brought = open_spell(100.0), replace(open_spell(100.0), since=70.0)
    later = [CONTACT.stage]
    assert learned.forecast(brought, later).ends_well == learned.forecast(known, later).ends_well
    assert learned.good_ends([(brought, later)], np.random.default_rng(1)).shape == (1, 200)


def test_the_chances_of_an_interval_add_up_to_those_that_left() -> None:
    spells = [Spell(i, CONTACT, 10.0, Exit.lost if i % 4 else Exit.advanced) for i in range(400)]
    columns = columns_of(spells)
    fitted = {way: fit(columns, periods_of(columns, spells, USUAL), way) for way in (Exit.advanced, Exit.lost)}
    first = {way: values[0] for way, values in chances(columns, fitted, open_spell(0), USUAL["contact"]).items()}
    assert first[Exit.lost] == pytest.approx(0.75, abs=0.02)
    assert first[Exit.advanced] == pytest.approx(0.25, abs=0.02)


def test_a_stage_without_a_usual_time_is_refused() -> None:
    with pytest.raises(KeyError, match="unheard_of"):
        Forecaster.learn([Spell(1, Group("unheard_of"), 10, Exit.open)], USUAL)
