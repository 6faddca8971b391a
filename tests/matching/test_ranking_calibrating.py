import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression

from matching.ranker import Ranker
from matching.ranking.calibrating import brier_skill, expected_error, fit_calibration, reliability, shares_of

RNG = np.random.default_rng(0)
RAW = RNG.uniform(0, 2, 500)
RELEVANT = RNG.uniform(size=500) < 1 / (1 + np.exp(-(3 * RAW - 4)))


def test_the_scale_is_the_one_scikit_learn_finds() -> None:
    scale = fit_calibration(RAW, RELEVANT)
    other = LogisticRegression(C=1e6).fit(RAW[:, None], RELEVANT)
    assert scale.slope == pytest.approx(other.coef_[0, 0], rel=1e-3)
    assert scale.intercept == pytest.approx(other.intercept_[0], rel=1e-3)


def test_a_bent_scale_is_fitted_to_bent_values() -> None:
    scale = fit_calibration(np.sqrt(RAW), RELEVANT, power=2.0)
    straight = fit_calibration(RAW, RELEVANT)
    assert (scale.slope, scale.intercept) == pytest.approx((straight.slope, straight.intercept), rel=1e-3)


def test_a_fitted_scale_says_what_was_found() -> None:
    shares = shares_of(Ranker(calibration=fit_calibration(RAW, RELEVANT)), RAW)
    assert shares.mean() == pytest.approx(RELEVANT.mean(), abs=1e-4)
    assert expected_error(shares, RELEVANT) < 0.06
    assert brier_skill(shares, RELEVANT) > 0.2


def test_a_scale_that_would_turn_the_order_round_is_flat_instead() -> None:
    assert fit_calibration(RAW, ~RELEVANT).slope > 0


@pytest.mark.parametrize("relevant", [np.ones(3, dtype=bool), np.zeros(3, dtype=bool)])
def test_one_kind_of_pair_gives_no_scale(relevant: np.ndarray) -> None:
    with pytest.raises(ValueError, match="worth introducing"):
        fit_calibration(np.array([0.1, 0.2, 0.3]), relevant)


def test_the_error_of_four_pairs_in_two_bins_by_hand() -> None:
    shares, relevant = np.array([0.1, 0.3, 0.6, 0.8]), np.array([False, True, True, True])
    bins = reliability(shares, relevant, 2)
    assert [(one.pairs, one.said, one.found) for one in bins] == [(2, 0.2, 0.5), (2, pytest.approx(0.7), 1.0)]
    assert expected_error(shares, relevant, 2) == pytest.approx(0.3)
    assert brier_skill(shares, relevant) == pytest.approx(1 - (0.01 + 0.49 + 0.16 + 0.04) / 0.75)


def test_the_base_rate_has_no_skill() -> None:
    assert brier_skill(np.full(4, 0.25), np.array([True, False, False, False])) == pytest.approx(0)
    assert np.isnan(brier_skill(np.full(2, 0.5), np.array([True, True])))


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=50))
def test_the_error_is_a_share(pairs: list[tuple[float, bool]]) -> None:
    shares, relevant = np.array([share for share, _ in pairs]), np.array([flag for _, flag in pairs])
    assert 0 <= expected_error(shares, relevant) <= 1
