import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr
from sklearn.metrics import ndcg_score

from matching.evaluation.metrics import Values, is_rankable, ndcg, recall, reciprocal_rank, spearman


def values(*numbers: float) -> Values:
    return np.array(numbers, dtype=np.float64)


def test_ndcg_by_hand() -> None:
    # order of scores: levels 1, 4, 2 -> gains 0, 7, 1; best order 7, 1, 0
    gained = 0 / 1 + 7 / np.log2(3) + 1 / 2
    best = 7 / 1 + 1 / np.log2(3)
    assert ndcg(values(0.9, 0.5, 0.1), values(1, 4, 2)) == pytest.approx(gained / best)


def test_tied_scores_share_their_gain() -> None:
    # both items tied: each place gets (7 + 0) / 2
    expected = 3.5 * (1 + 1 / np.log2(3)) / 7
    assert ndcg(values(0.5, 0.5), values(4, 1)) == pytest.approx(expected)


@given(st.lists(st.tuples(st.integers(0, 8), st.integers(1, 4)), min_size=2, max_size=30))
def test_ndcg_agrees_with_scikit_learn_ties_included(pairs: list[tuple[int, int]]) -> None:
    scores, levels = np.array(pairs, dtype=np.float64).T
    gains = 2 ** (levels - 1) - 1
    if gains.max() > 0:
        assert ndcg(scores, levels) == pytest.approx(ndcg_score([gains], [scores], k=10))


@given(st.lists(st.integers(1, 4), min_size=1, max_size=20).filter(lambda levels: max(levels) > 1))
def test_a_perfect_ranking_scores_one(levels: list[int]) -> None:
    assert ndcg(values(*levels), values(*levels)) == pytest.approx(1.0)


def test_ndcg_refuses_what_has_no_gain() -> None:
    with pytest.raises(ValueError, match="gain"):
        ndcg(values(1, 2), values(1, 1))


def test_reciprocal_rank_by_hand() -> None:
    assert reciprocal_rank(values(0.1, 0.9, 0.5, 0.4), [2, 3]) == pytest.approx(1 / 2)


def test_a_tie_counts_against_the_reciprocal_rank() -> None:
    assert reciprocal_rank(values(0.5, 0.5), [0]) == pytest.approx(1 / 2)


def test_nothing_relevant_has_reciprocal_rank_zero() -> None:
    assert reciprocal_rank(values(0.5), []) == 0.0


def test_recall_by_hand() -> None:
    assert recall(values(0.1, 0.9, 0.5, 0.4), [0, 1, 2], k=2) == pytest.approx(2 / 3)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 4)), min_size=3, max_size=40))
def test_spearman_agrees_with_scipy(pairs: list[tuple[int, int]]) -> None:
    scores, levels = np.array(pairs, dtype=np.float64).T
    if len(set(scores)) > 1 and len(set(levels)) > 1:
        assert spearman(scores, levels) == pytest.approx(spearmanr(scores, levels)[0])


def test_spearman_of_a_constant_is_not_a_number() -> None:
    assert np.isnan(spearman(values(1, 1), values(1, 2)))


@pytest.mark.parametrize(
    ("levels", "rankable"),
    [((1, 1, 1, 3), False), ((1, 1, 1, 1, 2), False), ((3, 3, 3, 3, 3), False), ((1, 1, 1, 1, 3), True)],
)
def test_which_needs_can_be_ranked(levels: tuple[int, ...], rankable: bool) -> None:
    assert is_rankable(values(*levels)) is rankable
