from itertools import product

import numpy as np
import pytest

from matching.evaluation.comparison import paired
from matching.evaluation.significance import paired_p


def exact_p(differences: list[float]) -> float:
    signs = np.array(list(product([-1, 1], repeat=len(differences))))
    return float((np.abs(signs @ np.array(differences)) >= abs(sum(differences)) - 1e-12).mean())


@pytest.mark.parametrize("differences", [[0.1, 0.2, 0.3, 0.1, 0.05, 0.2], [0.1, -0.2, 0.3, 0.0, -0.1], [0.4, 0.4]])
def test_the_drawn_p_is_near_the_exact_one(differences: list[float]) -> None:
    assert paired_p(np.array(differences)) == pytest.approx(exact_p(differences), abs=0.01)


def test_no_difference_is_no_evidence() -> None:
    assert paired_p(np.zeros(10), draws=100) == 1.0


def test_p_is_never_zero_and_the_same_seed_gives_the_same() -> None:
    differences = np.full(60, 0.1)
    assert paired_p(differences, draws=1000) == paired_p(differences, draws=1000) == pytest.approx(1 / 1001)


def test_nothing_cannot_be_compared() -> None:
    with pytest.raises(ValueError, match="nothing"):
        paired_p(np.array([]))
    assert paired({}, {}) is None


def test_two_rankings_are_compared_need_by_need() -> None:
    found = paired({"a": 0.9, "b": 0.5, "c": 0.4}, {"a": 0.5, "b": 0.6, "c": 0.4})
    assert found is not None
    assert (found.better, found.worse) == (1, 1)
    assert found.gain == pytest.approx(0.1)
    assert found.by_need["b"] == (0.5, 0.6)


def test_other_needs_are_not_compared() -> None:
    with pytest.raises(ValueError, match="same needs"):
        paired({"a": 1.0}, {"b": 1.0})
