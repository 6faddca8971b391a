import numpy as np
import pytest

from benchmarks.demo_set import demo_benchmark
from matching.evaluation.findings import agreement, signal_worths, worst_misses
from matching.evaluation.folder import BenchmarkFolder
from matching.ranker import COLD, FEATURES
from matching.ranking.examples import Examples
from matching.suppliers import Aggregation
from matching.types import Document, Query
from tests.matching.test_ranking_fitting import examples


def test_the_signal_that_decides_is_worth_most() -> None:
    worths = {worth.signal: worth for worth in signal_worths(examples(), COLD)}
    assert list(worths) == list(FEATURES[:6])
    assert worths["titles"].alone == 1.0
    assert worths["titles"].gain > max(worth.gain for name, worth in worths.items() if name != "titles")
    assert worths["titles"].p < 0.05


def benchmark(titles: list[str], levels: list[float]) -> BenchmarkFolder:
    documents = [Document(i, i, title) for i, title in enumerate(titles)]
    judged = [(0, i, level) for i, level in enumerate(levels)]
    items = [f"c{i}" for i in range(len(titles))]
    return BenchmarkFolder(["n0"], [Query("需要")], documents, items, judged, Aggregation.exact)


def test_a_miss_names_the_best_item_and_what_stands_before_it() -> None:
    folder = benchmark(list("甲乙丙丁戊"), [1, 1, 1, 1, 4])
    features = np.zeros((len(FEATURES), 5), dtype=np.float32)
    features[0] = [0.5, 0.4, 0.3, 0.2, 0.1]
    pairs = Examples(features, np.zeros(5, dtype=np.int64), np.arange(5), np.array([1.0, 1, 1, 1, 4]))
    [miss] = worst_misses(folder, pairs, COLD)
    assert (miss.need, miss.item, miss.rank, miss.first, miss.first_level) == ("n0", "c4", 5, "c0", 1.0)
    assert not miss.shares_words


def test_judges_agree_as_far_as_the_same_words_got_the_same_level() -> None:
    found = agreement(benchmark(["甲", "甲", "乙", "乙", "丙"], [4, 4, 2, 1, 3]))
    assert found is not None
    assert (found.pairs, found.equal) == (2, 0.5)
    assert found.correlation == pytest.approx(23 / 27)
    assert agreement(benchmark(["甲", "乙"], [4, 1])) is None


def test_the_demo_catalogue_is_a_set_to_measure_on() -> None:
    demo = demo_benchmark()
    assert len(demo.need_ids) > 50
    assert {level for _, _, level in demo.judged} == {1.0, 4.0}
    assert len({(need, item) for need, item, _ in demo.judged}) == len(demo.judged)
