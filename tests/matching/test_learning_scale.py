"""The scale of scores is fitted to decisions, and has to say later decisions better than the current one."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from scipy.special import expit

from matching.learning.scale import (
    LEAST_EACH,
    STEEPEST,
    JudgedNeed,
    ScaleVerdict,
    hold_scale_trial,
    rescaled,
    scale_shortfalls,
)
from matching.learning.trial import LEAST_NEEDS
from matching.ranker import COLD, FEATURES
from matching.types import Query

START = datetime(2024, 1, 1, tzinfo=UTC)


def decisions(needs: int = 100, *, slope: float = 2.0, intercept: float = -1.0, seed: int = 0) -> list[JudgedNeed]:
    """People who say yes with this chance at each raw value of the cold ranker."""
    rng = np.random.default_rng(seed)
    found = []
    for number in range(needs):
        features = rng.beta(2, 3, size=(len(FEATURES), 8)).astype(np.float32)
        chance = expit(slope * COLD.raw(features) ** COLD.calibration.power + intercept)
        query = Query(f"need {number} {rng.integers(10**12)}")
        found.append(JudgedNeed(query, START + number * timedelta(days=2), features, rng.random(8) < chance))
    return found


def test_a_scale_that_is_wrong_here_is_replaced_by_one_that_is_right_on_later_needs() -> None:
    trial = hold_scale_trial(COLD, decisions())
    assert trial.verdict is ScaleVerdict.better
    assert trial.candidate is not None
    assert trial.current is not None
    assert trial.candidate < trial.current
    assert trial.candidate_error is not None
    assert trial.current_error is not None
    assert trial.candidate_error < trial.current_error
    assert trial.ranker is not None
    assert (trial.ranker.weights, trial.ranker.strong) == (COLD.weights, COLD.strong)


def test_a_scale_that_is_right_stays() -> None:
    right = COLD.calibration
    many = decisions(200, slope=right.slope, intercept=right.intercept + 2, seed=2)
    settled = rescaled(COLD, decisions(2000, slope=right.slope, intercept=right.intercept + 2, seed=1))
    assert settled is not None
    assert hold_scale_trial(settled, many).verdict is ScaleVerdict.not_better


def test_too_little_is_named_with_how_much_there_is() -> None:
    few = decisions(10)
    assert next((one.verdict, one.found, one.least) for one in scale_shortfalls(few)) == (
        ScaleVerdict.too_few_needs,
        10,
        LEAST_NEEDS,
    )
    assert hold_scale_trial(COLD, few).ranker is None
    unanimous = [replace(need, wanted=np.ones_like(need.wanted)) for need in decisions()]
    [short] = scale_shortfalls(unanimous)
    assert (short.verdict, short.found, short.least) == (ScaleVerdict.too_few_declined, 0, LEAST_EACH)
    assert rescaled(COLD, unanimous) is None
    assert rescaled(COLD, []) is None


def test_needs_that_were_held_out_once_are_not_held_out_again() -> None:
    needs = decisions()
    trial = hold_scale_trial(COLD, needs)
    assert trial.compared_on is not None
    again = hold_scale_trial(COLD, needs, tried_until=trial.compared_on.until)
    assert again.verdict is ScaleVerdict.too_few_fresh


@pytest.mark.parametrize("wanted", [True, False])
def test_where_all_early_decisions_are_alike_no_scale_is_made_up(wanted: bool) -> None:
    needs = decisions()
    early = [replace(need, wanted=np.full_like(need.wanted, wanted)) for need in needs[:60]]
    late = [replace(need, wanted=np.full_like(need.wanted, not wanted)) for need in needs[60:]]
    expected = ScaleVerdict.too_few_declined if wanted else ScaleVerdict.too_few_accepted
    assert hold_scale_trial(COLD, [*early, *late]).verdict is expected


def test_no_scale_is_so_steep_that_the_best_cannot_be_told_apart() -> None:
    needs = decisions()
    sharp = [replace(need, wanted=COLD.raw(need.features) > 0.9) for need in needs]
    ranker = rescaled(COLD, sharp)
    assert ranker is not None
    assert ranker.calibration.slope == STEEPEST
    scores = [round(ranker.score(raw), 6) for raw in (1.5, 1.8, 2.1, 2.4)]
    assert sorted(set(scores)) == scores
    assert ranker.score(0.9) == pytest.approx(0.5, abs=0.1)


def test_what_is_asked_twice_and_answered_alike_says_nothing_twice() -> None:
    needs = decisions()
    again = [replace(need, at=need.at + timedelta(hours=1)) for need in needs[60:]]
    once, twice = hold_scale_trial(COLD, needs), hold_scale_trial(COLD, [*needs, *again])
    assert (twice.needs, twice.held_out) == (140, once.held_out)
    assert (twice.p, twice.current, twice.ranker) == (once.p, once.current, once.ranker)
    [short] = scale_shortfalls([*needs[60:], *again])
    assert (short.verdict, short.found) == (ScaleVerdict.too_few_needs, 40)


def test_a_need_that_reads_like_a_held_out_one_is_not_fitted_to() -> None:
    needs = decisions()
    copies = [replace(need, at=need.at + timedelta(days=500)) for need in needs[60:]]
    other = [replace(need, wanted=~need.wanted) for need in needs[60:]]
    scales = [hold_scale_trial(COLD, [*needs[:60], *early, *copies]).ranker for early in (needs[60:], other)]
    assert scales[0] == scales[1] is not None
