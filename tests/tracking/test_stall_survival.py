import numpy as np
import pytest

from tracking.stall.spells import Exit, Group, Spell, sum_band
from tracking.stall.survival import kaplan_meier, stage_curve
from tracking.stall.usual import usual_of


def spells(days: list[float], ended: list[bool]) -> list[Spell]:
    return [
        Spell(i, Group("contact"), day, Exit.advanced if over else Exit.open)
        for i, (day, over) in enumerate(zip(days, ended, strict=True))
    ]


def test_without_censoring_the_curve_is_the_share_still_there() -> None:
    curve = kaplan_meier([10, 20, 30, 40], [True] * 4, [1.0] * 4)
    assert [curve.at(day) for day in (5, 10, 25, 40)] == pytest.approx([1.0, 0.75, 0.5, 0.0])


def test_what_is_cut_off_counts_until_then_and_no_longer() -> None:
    # The textbook example of six: two cut off; shares by hand: 5/6, then 3/4 of it, then 1/2 of that.
    curve = kaplan_meier([1, 2, 3, 4, 5, 6], [True, False, True, False, True, False], [1.0] * 6)
    assert curve.share.tolist() == pytest.approx([5 / 6, 5 / 6 * 3 / 4, 5 / 6 * 3 / 4 / 2])


def test_greenwoods_error_without_censoring_is_that_of_a_share() -> None:
    curve = kaplan_meier(list(range(1, 101)), [True] * 100, [1.0] * 100)
    assert curve.error[49] == pytest.approx(np.sqrt(0.5 * 0.5 / 100))


def test_an_interval_holds_the_share_and_stays_between_0_and_1() -> None:
    curve = kaplan_meier(list(range(1, 21)), [True] * 20, [1.0] * 20)
    for day in range(25):
        low, high = curve.interval(day)
        assert 0 <= low <= curve.at(day) <= high <= 1


def test_without_history_a_stage_takes_its_usual_time_and_says_that_it_rests_on_nothing() -> None:
    usual = usual_of((60, 90))
    curve = stage_curve([], usual)
    assert curve.own == 0
    assert curve.quantile(0.5) == pytest.approx(usual.median, rel=0.05)


def test_a_long_history_outweighs_the_usual_time_and_a_short_one_does_not() -> None:
    usual = usual_of((60, 90))
    slow = [300.0 + i for i in range(100)]
    few = stage_curve(spells(slow[:2], [True] * 2), usual).quantile(0.5)
    many = stage_curve(spells(slow, [True] * 100), usual).quantile(0.5)
    assert few is not None
    assert many is not None
    assert few < 120
    assert many > 290


def test_the_middle_half_of_a_usual_time_is_its_range() -> None:
    usual = usual_of((90, 365))
    assert [usual.left_by(90), usual.left_by(365)] == pytest.approx([0.25, 0.75])


def test_a_usual_time_may_begin_at_no_day_at_all() -> None:
    assert 0 < usual_of((0, 30)).median < 30


@pytest.mark.parametrize("days", [-1.0, float("inf"), float("nan")])
def test_an_impossible_length_is_refused(days: float) -> None:
    with pytest.raises(ValueError, match="not possible"):
        Spell(1, Group("contact"), days, Exit.open)


def test_sums_fall_into_bands_and_an_unknown_one_into_none() -> None:
    assert [sum_band(yuan * 100) for yuan in (500_000, 500_001, 5_000_000, 5_000_001)] == [
        "small",
        "medium",
        "medium",
        "large",
    ]
    assert sum_band(None) == ""


def test_what_came_to_be_watched_late_says_nothing_of_the_days_before() -> None:
    # By hand: day 2: one of the two that are there leaves; day 6: one of three, with the two that came on day 4.
    curve = kaplan_meier([2, 9, 6, 8], [True, False, True, False], [1.0] * 4, [0, 0, 4, 4])
    assert curve.share.tolist() == pytest.approx([1 / 2, 1 / 2 * 2 / 3])
    at_once = kaplan_meier([0, 3], [True, True], [1.0] * 2)
    assert at_once.share.tolist() == pytest.approx([1 / 2, 0])


@pytest.mark.parametrize("since", [-1.0, 11.0])
def test_a_spell_is_watched_while_it_lasts(since: float) -> None:
    with pytest.raises(ValueError, match="watched"):
        Spell(1, Group("contact"), 10.0, Exit.open, since=since)
