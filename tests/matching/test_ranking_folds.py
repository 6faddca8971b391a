import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.evaluation.folds import clusters_of, folds_of
from matching.types import Query

FORGING = "我公司生产的锻件在加热过程中产生大量氧化皮，希望采用无氧化加热的锻造新工艺，降低生产成本。"
WATER = "印染废水色度高、盐分高，现有膜组件容易污堵，需要寿命更长的纳滤膜以及清洗方案。"


def test_needs_that_differ_in_a_few_words_are_one_cluster() -> None:
    clusters = clusters_of([Query("锻造", FORGING), Query("印染", WATER), Query("锻造工艺", FORGING + "急。")])
    assert clusters[0] == clusters[2] != clusters[1]


def test_likeness_is_passed_on() -> None:
    parts = [FORGING[:30], FORGING[10:], FORGING]
    assert len(set(clusters_of([Query("", part) for part in parts]).tolist())) == 1


def test_needs_without_text_are_clusters_of_their_own() -> None:
    assert clusters_of([Query(""), Query("")]).tolist() == [0, 1]


@given(st.lists(st.integers(0, 30), min_size=5, max_size=60), st.integers(0, 5))
def test_a_cluster_is_never_split_and_folds_are_even(clusters: list[int], seed: int) -> None:
    numbers = np.array(clusters)
    distinct = len(set(clusters))
    if distinct < 5:
        with pytest.raises(ValueError, match="too few"):
            folds_of(numbers, 5, seed)
        return
    folds = folds_of(numbers, 5, seed)
    assert all(len(set(folds[numbers == cluster])) == 1 for cluster in set(clusters))
    sizes = [len(set(numbers[folds == fold].tolist())) for fold in range(5)]
    assert max(sizes) - min(sizes) <= 1


def test_another_seed_gives_other_folds_and_the_same_seed_the_same() -> None:
    clusters = np.arange(50)
    assert folds_of(clusters, 5, 1).tolist() == folds_of(clusters, 5, 1).tolist() != folds_of(clusters, 5, 2).tolist()
