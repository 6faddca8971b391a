from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.candidates import likest
from matching.types import Floats, Ids


def plainly(values: Floats, ids: Ids, k: int) -> list[int]:
    """The same by sorting everything."""
    order = sorted((place for place in range(len(values)) if values[place] > 0), key=lambda p: (-values[p], ids[p]))
    return sorted(order[:k])


@given(st.lists(st.integers(0, 5), max_size=300), st.integers(1, 20), st.randoms())
def test_the_likest_are_those_that_sorting_finds(levels: list[int], k: int, random: Random) -> None:
    values = np.array([level / 5 for level in levels], dtype=np.float32)
    ids = np.array(random.sample(range(1000), len(levels)), dtype=np.int64)
    assert likest(values, ids, k).tolist() == plainly(values, ids, k)


@pytest.mark.parametrize("ties", [1, 50, 5000])
def test_among_many_the_likest_are_found_by_blocks(ties: int) -> None:
    values = np.random.default_rng(0).integers(0, 20_000 // ties, 20_000).astype(np.float32)
    ids = np.random.default_rng(1).permutation(20_000).astype(np.int64)
    assert likest(values, ids, 200).tolist() == plainly(values, ids, 200)


def test_what_has_no_likeness_is_no_candidate() -> None:
    assert likest(np.zeros(10_000, np.float32), np.arange(10_000), 5).tolist() == []
    assert likest(np.zeros(0, np.float32), np.arange(0), 5).tolist() == []
