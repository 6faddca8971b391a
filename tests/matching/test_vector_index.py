"""One contract for every vector index, compared by value with the exact one."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.types import AllowedIds, Floats, Ids
from matching.vectors.exact import ExactIndex
from matching.vectors.planner import PlannedIndex
from matching.vectors.protocol import NOTHING, VectorIndex
from matching.vectors.sketches import EDGE, LEVELS, rotated, sketched

DIM = 16
KINDS: dict[str, Callable[[], VectorIndex]] = {
    "exact": lambda: ExactIndex(DIM),
    "one-by-one": lambda: PlannedIndex(DIM),
    "sketched": lambda: PlannedIndex(DIM, subset=0, tail=0),
    "sketched-late": lambda: PlannedIndex(DIM, subset=40, tail=20),
}


def unit(count: int, seed: int = 0) -> Floats:
    values = np.random.default_rng(seed).standard_normal((count, DIM)).astype(np.float32)
    return np.asarray(values / np.linalg.norm(values, axis=1, keepdims=True), dtype=np.float32)


def ids(*values: int) -> Ids:
    return np.array(values, dtype=np.int64)


@pytest.fixture(params=KINDS)
def index(request: pytest.FixtureRequest) -> VectorIndex:
    return KINDS[request.param]()


def filled(index: VectorIndex, count: int = 300) -> VectorIndex:
    index.add(np.arange(count, dtype=np.int64) * 10, unit(count))
    return index


def reference(count: int = 300) -> VectorIndex:
    return filled(ExactIndex(DIM), count)


def assert_same(found: tuple[Floats, Ids], expected: tuple[Floats, Ids]) -> None:
    np.testing.assert_array_equal(found[1], expected[1])
    np.testing.assert_allclose(found[0], expected[0], atol=5e-5)  # 16 bits a component


def test_every_index_finds_what_the_exact_one_finds(index: VectorIndex) -> None:
    queries = unit(5, seed=1)
    assert_same(filled(index).search(queries, 10), reference().search(queries, 10))


def test_the_filter_works_before_the_search(index: VectorIndex) -> None:
    allowed = AllowedIds([20, 30, 2990, 777])
    found = filled(index).search(unit(3, seed=2), 3, allowed)
    assert_same(found, reference().search(unit(3, seed=2), 3, allowed))
    assert set(found[1].ravel()) <= {20, 30, 2990}


def test_missing_results_are_padded_with_nothing(index: VectorIndex) -> None:
    scores, found = filled(index, 2).search(unit(1), 4)
    assert list(found[0, 2:]) == [NOTHING, NOTHING]
    assert np.isneginf(scores[0, 2:]).all()


def test_an_empty_index_finds_nothing(index: VectorIndex) -> None:
    scores, found = index.search(unit(2), 3)
    assert (found == NOTHING).all()
    assert scores.shape == (2, 3)


def test_nobody_allowed_means_nothing_found(index: VectorIndex) -> None:
    assert (filled(index).search(unit(1), 3, AllowedIds([]))[1] == NOTHING).all()


def test_what_was_removed_is_never_found_again(index: VectorIndex) -> None:
    filled(index)
    first = index.search(unit(1, seed=3), 1)[1][0, 0]
    index.remove(ids(first, 123456))
    assert first not in index.search(unit(1, seed=3), 299)[1]
    assert len(index) == 299


def test_adding_an_id_again_replaces_its_vector(index: VectorIndex) -> None:
    filled(index)
    replaced = unit(1, seed=9)
    index.add(ids(50), replaced)
    scores, found = index.search(replaced, 1)
    assert (found[0, 0], len(index)) == (50, 300)
    assert scores[0, 0] == pytest.approx(1.0, abs=1e-5)


def test_the_same_allowed_ids_are_read_anew_after_a_change(index: VectorIndex) -> None:
    filled(index)
    allowed = AllowedIds([10, 5])
    index.search(unit(1), 2, allowed)
    index.add(ids(5), unit(1, seed=4))
    assert set(index.search(unit(1), 2, allowed)[1][0]) == {10, 5}


@pytest.mark.parametrize(
    ("numbers", "vectors", "said"),
    [
        (ids(1), np.zeros((1, 3), np.float32), "shape"),
        (ids(1, 1), np.zeros((2, DIM), np.float32), "twice"),
        (ids(1), np.full((1, DIM), np.nan, np.float32), "not finite"),
    ],
)
def test_wrong_vectors_are_refused(index: VectorIndex, numbers: Ids, vectors: Floats, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        index.add(numbers, vectors)


def test_a_query_of_another_dimension_is_refused(index: VectorIndex) -> None:
    with pytest.raises(ValueError, match="queries have shape"):
        filled(index).search(np.zeros((1, 3), np.float32), 1)


def test_a_query_that_is_not_finite_is_refused(index: VectorIndex) -> None:
    with pytest.raises(ValueError, match="not finite"):
        filled(index).search(np.full((1, DIM), np.nan, np.float32), 1)


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_any_history_of_changes_gives_the_answers_of_the_exact_index(data: st.DataObject) -> None:
    sketched, exact = PlannedIndex(DIM, subset=5, tail=3), ExactIndex(DIM)
    for step in range(data.draw(st.integers(1, 6))):
        numbers = np.array(sorted(data.draw(st.sets(st.integers(0, 30), min_size=1, max_size=12))), dtype=np.int64)
        if data.draw(st.booleans()):
            for one in (sketched, exact):
                one.add(numbers, unit(len(numbers), seed=step))
        else:
            for one in (sketched, exact):
                one.remove(numbers)
        if data.draw(st.booleans()):
            sketched.compact()
        assert_same(sketched.search(unit(2, seed=99), 5), exact.search(unit(2, seed=99), 5))


@pytest.fixture(scope="module")
def many() -> tuple[PlannedIndex, ExactIndex]:
    """30,000 vectors of 64 components, sketched, and the same compared exactly."""
    count, wide = 30_000, 64
    values = np.random.default_rng(5).standard_normal((count, wide)).astype(np.float32)
    values /= np.linalg.norm(values, axis=1, keepdims=True)
    sketched, exact = PlannedIndex(wide), ExactIndex(wide)
    for one in (sketched, exact):
        one.add(np.arange(count, dtype=np.int64), np.asarray(values, dtype=np.float32))
        one.remove(ids(1, 2, 3))
    return sketched, exact


def recall(found: Ids, wanted: Ids) -> float:
    return float(np.mean([len(set(a) & set(b)) / len(b) for a, b in zip(found, wanted, strict=True)]))


@pytest.mark.parametrize("share", [1, 1.25, 20])
def test_sketches_lose_nearly_nothing_whatever_is_allowed(many: tuple[PlannedIndex, ExactIndex], share: float) -> None:
    sketched, exact = many
    wanted = np.random.default_rng(1).standard_normal((10, 64)).astype(np.float32)
    allowed = AllowedIds(np.unique((np.arange(30_000) * share).astype(np.int64)))
    assert recall(sketched.search(wanted, 100, allowed)[1], exact.search(wanted, 100, allowed)[1]) >= 0.98


def test_a_filter_against_the_query_still_finds_the_best_of_what_it_allows(
    many: tuple[PlannedIndex, ExactIndex],
) -> None:
    sketched, exact = many
    query = np.eye(64, dtype=np.float32)[:1]
    farthest = AllowedIds(np.sort(exact.search(-query, 25_000)[1][0]))
    found, wanted = (one.search(query, 100, farthest)[1] for one in (sketched, exact))
    assert recall(found, wanted) >= 0.98


def test_which_of_equal_vectors_come_back_depends_on_their_ids_only() -> None:
    same = np.repeat(unit(1, seed=3), 3000, axis=0)
    orders = [np.arange(3000, dtype=np.int64), np.random.default_rng(0).permutation(3000).astype(np.int64)]
    for order in orders:
        index = PlannedIndex(DIM, subset=0, tail=0)
        index.add(order, same)
        index.add(np.arange(3000, 3500, dtype=np.int64), unit(500, seed=4))
        assert index.search(same[:1], 20)[1][0].tolist() == list(range(20))


def test_products_are_the_same_whatever_is_computed_beside_them() -> None:
    index = filled(PlannedIndex(DIM))
    assert isinstance(index, PlannedIndex)
    queries = unit(3, seed=6)
    together = index.products(queries, ids(10, 500, 2990))
    assert index.products(queries[1:2], ids(500))[0, 0] == together[1, 1]
    assert index.products(queries[:1], ids(2990, 10))[0].tolist() == [together[0, 2], together[0, 0]]
    with pytest.raises(ValueError, match="1 of 2 ids are not stored"):
        index.products(queries, ids(10, 11))


def test_compacting_keeps_what_counts_and_drops_the_rest() -> None:
    index = PlannedIndex(DIM, subset=0, tail=10)
    filled(index)
    index.remove(ids(0, 10))
    before = index.search(unit(3, seed=8), 5)
    index.compact()
    assert_same(index.search(unit(3, seed=8), 5), before)
    assert list(index.contents()[0][:2]) == [20, 30]


@pytest.mark.parametrize("dim", [1, 3, 16, 384])
def test_a_saved_index_answers_the_same_at_any_dimension(tmp_path: Path, dim: int) -> None:
    values = np.random.default_rng(2).standard_normal((50, dim)).astype(np.float32)
    index = PlannedIndex(dim)
    index.add(np.arange(50, dtype=np.int64), values)
    index.remove(ids(7))
    index.save(tmp_path)
    loaded = PlannedIndex.load(tmp_path, dim)
    np.testing.assert_array_equal(loaded.search(values[:5], 3)[1], index.search(values[:5], 3)[1])
    loaded.add(ids(99), values[:1])
    assert len(loaded) == 50
    with pytest.raises(ValueError, match="stored vectors have shape"):
        PlannedIndex.load(tmp_path, dim + 1)


def test_a_rotation_keeps_lengths_and_a_sketch_keeps_directions() -> None:
    values = unit(20, seed=12)
    turned = rotated(values)
    np.testing.assert_allclose(turned @ turned.T, values @ values.T, atol=1e-5)
    assert sketched(values).shape == (20, DIM // 4)
    np.testing.assert_array_equal(sketched(values)[3:4], sketched(values[3:4]))


def test_the_levels_of_a_sketch_are_the_best_for_a_normal_distribution() -> None:
    values = np.random.default_rng(0).standard_normal(1_000_000)
    edges = [-EDGE, 0.0, EDGE]
    means = [values[np.digitize(values, edges) == level].mean() for level in range(4)]
    np.testing.assert_allclose(means, LEVELS, atol=0.01)
    np.testing.assert_allclose(edges, (np.array(LEVELS)[1:] + np.array(LEVELS)[:-1]) / 2, atol=1e-3)
