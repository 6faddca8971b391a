from dataclasses import asdict, replace
from datetime import timedelta

import numpy as np
import pytest

from benchmarks.learning import PLANTED, draw
from matching.learning.alike import HELD_OUT, one_sided_p
from matching.learning.labels import LEVELS, Reached, furthest
from matching.learning.trial import (
    ALPHA,
    LEAST_HELD_OUT,
    LEAST_NEEDS,
    MOST_WEIGHT,
    LabelledNeed,
    Verdict,
    gain_of,
    hold_trial,
    shortfalls,
)
from matching.ranker import COLD, Ranker


def needs(count: int, *, planted: bool = False, seed: int = 0) -> list[LabelledNeed]:
    return draw(np.random.default_rng(seed), count, replace(COLD, weights=PLANTED) if planted else None)


def test_the_further_a_match_went_the_higher_its_level() -> None:
    assert [LEVELS[reached] for reached in Reached] == [1, 2, 3, 4, 5]
    assert furthest([Reached.met, Reached.signed, Reached.nda]) is Reached.signed


def test_a_real_gain_is_found_on_needs_that_the_candidate_has_not_seen() -> None:
    trial = hold_trial(COLD, needs(300, planted=True, seed=3))
    assert trial.verdict is Verdict.better
    assert trial.held_out == round(300 * HELD_OUT)
    assert trial.gain is not None
    assert trial.gain > 0
    assert trial.p is not None
    assert trial.p < ALPHA
    assert trial.ranker is not None
    assert trial.ranker.weights.dense > COLD.weights.dense


def test_the_order_in_which_needs_are_handed_in_does_not_matter() -> None:
    labelled = needs(80, planted=True)
    assert hold_trial(COLD, labelled) == hold_trial(COLD, labelled[::-1])


def test_the_latest_needs_are_the_ones_held_out() -> None:
    early, late = needs(60, planted=True), needs(60, seed=1)
    first, last = early[0].at, early[-1].at
    shifted = [replace(need, at=need.at + (last - first) + timedelta(days=30)) for need in late]
    trial = hold_trial(COLD, [*shifted, *early])
    # 72 are fitted to, the 48 held out are all from the late ones, in which nothing is to be learned.
    assert trial.held_out == 48
    assert trial.verdict is Verdict.not_better


def test_too_few_needs_and_too_short_a_time_are_refused_before_anything_is_fitted() -> None:
    assert hold_trial(COLD, needs(LEAST_NEEDS - 1)).verdict is Verdict.too_few_needs
    hurried = [replace(need, at=need.at.replace(year=2024, month=1, day=1)) for need in needs(LEAST_NEEDS)]
    trial = hold_trial(COLD, hurried)
    assert (trial.verdict, trial.ranker) == (Verdict.too_short, None)


def test_needs_whose_order_cannot_be_told_good_from_bad_do_not_count() -> None:
    alike = [replace(need, levels=np.ones_like(need.levels)) for need in needs(LEAST_NEEDS)]
    assert hold_trial(COLD, alike).needs == 0


def test_a_label_of_somebody_rarely_shown_counts_more_but_not_without_bound() -> None:
    [need] = needs(1)
    rare = replace(need, shown_with=np.full_like(need.shown_with, 1e-6))
    assert rare.weights.tolist() == [MOST_WEIGHT] * len(rare.levels)
    assert gain_of(COLD, rare) == pytest.approx(gain_of(COLD, replace(need, shown_with=np.ones_like(need.shown_with))))


def test_the_best_order_gains_one() -> None:
    [need] = needs(1)
    features = np.zeros_like(need.features)
    features[0] = need.levels / 5
    assert gain_of(COLD, replace(need, features=features, shown_with=np.ones_like(need.shown_with))) == pytest.approx(
        1.0
    )


def test_p_is_small_for_a_gain_and_large_for_a_loss() -> None:
    rng = np.random.default_rng(0)
    differences = rng.normal(0.05, 0.1, size=100)
    assert one_sided_p(differences) < 0.001
    assert one_sided_p(-differences) > 0.99
    assert one_sided_p(np.zeros(10)) == 1.0


def test_needs_that_were_held_out_once_are_only_fitted_to_from_then_on() -> None:
    labelled = needs(100, planted=True)
    first = hold_trial(COLD, labelled)
    assert first.compared_on is not None
    again = hold_trial(COLD, labelled, tried_until=first.compared_on.until)
    assert (again.verdict, again.ranker) == (Verdict.too_few_fresh, None)
    [short] = again.shortfalls
    assert (short.found, short.least) == (0, LEAST_HELD_OUT)
    later = [replace(need, at=need.at + timedelta(days=400)) for need in needs(30, seed=7)]
    third = hold_trial(COLD, [*labelled, *later], tried_until=first.compared_on.until)
    assert third.compared_on is not None
    assert (third.held_out, third.compared_on.since) == (30, later[0].at)


def test_a_need_that_reads_like_a_held_out_one_is_not_fitted_to() -> None:
    labelled = needs(80)
    copies = [replace(need, at=need.at + timedelta(days=500)) for need in labelled]
    # Of eighty that read differently the last 32 are held out, which are copies: their originals may say anything.
    trial = hold_trial(COLD, [*labelled, *copies])
    assert (trial.needs, trial.held_out) == (160, 32)
    other = [replace(need, levels=need.levels[::-1]) for need in labelled[48:]]
    assert hold_trial(COLD, [*labelled[:48], *other, *copies]) == trial


def test_what_is_asked_twice_and_answered_alike_says_nothing_twice() -> None:
    labelled = needs(80)
    again = [replace(need, at=need.at + timedelta(hours=1)) for need in labelled[48:]]
    once, twice = hold_trial(COLD, labelled), hold_trial(COLD, [*labelled, *again])
    assert once.held_out == 32
    assert twice == replace(once, needs=112, labels=112 * 12, compared_on=twice.compared_on)
    few = {one.verdict: one.found for one in shortfalls([*labelled[48:], *again])}
    assert few[Verdict.too_few_needs] == 32


def test_every_minimum_that_is_not_reached_is_named() -> None:
    short = hold_trial(COLD, needs(10)).shortfalls
    assert [one.verdict for one in short] == [
        Verdict.too_few_needs,
        Verdict.too_few_labels,
        Verdict.too_short,
        Verdict.too_few_fresh,
    ]
    assert all(one.found < one.least for one in short)
    assert hold_trial(COLD, []).needs == 0


def test_the_interval_of_the_gain_holds_the_gain() -> None:
    trial = hold_trial(COLD, needs(100, planted=True))
    assert trial.low is not None
    assert trial.high is not None
    assert trial.gain is not None
    assert trial.low < trial.gain < trial.high


def test_the_numbers_of_a_candidate_survive_being_written_down() -> None:
    ranker = hold_trial(COLD, needs(70)).ranker
    assert ranker is not None
    assert Ranker.from_json(ranker.to_json()) == ranker
    assert all(round(value, 6) == value for value in asdict(ranker.weights).values())


def test_a_candidate_speaks_on_the_scale_of_the_current_ranker() -> None:
    labelled = needs(100, planted=True)
    ranker = hold_trial(COLD, labelled).ranker
    assert ranker is not None
    features = np.concatenate([need.features for need in labelled], axis=1)
    assert float(ranker.raw(features).mean()) == pytest.approx(float(COLD.raw(features).mean()), rel=0.05)
