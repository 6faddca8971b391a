import numpy as np
import pytest

from matching.proposals.exposure import shown_over
from matching.proposals.types import Policy
from matching.ranker import COLD

NOBODYS = [frozenset[int]()] * 30
SCORES = np.tile(np.linspace(0.9, 0.3, 30), (8, 1))


def test_plain_lists_show_the_best_every_time_and_nobody_else() -> None:
    shown = shown_over(SCORES, NOBODYS, Policy(varied=False), COLD)
    assert shown.tolist() == [8] * 10 + [0] * 20


def test_varied_lists_show_more_suppliers_in_as_many_places() -> None:
    shown = shown_over(SCORES, NOBODYS, Policy(), COLD)
    assert shown.sum() == 80
    assert (shown > 0).sum() > 10
    assert shown[:9].tolist() == [8] * 9


def test_who_is_not_found_is_never_shown() -> None:
    scores = np.where(np.arange(30) < 4, SCORES, 0.0)
    assert shown_over(scores, NOBODYS, Policy(), COLD).tolist() == [8] * 4 + [0] * 26


def test_as_many_organisations_as_suppliers_are_wanted() -> None:
    with pytest.raises(ValueError, match="shorter"):
        shown_over(SCORES, NOBODYS[:3], Policy(), COLD)
