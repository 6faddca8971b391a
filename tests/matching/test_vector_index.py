"""One contract for every vector index, compared by value with the exact one."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.types import AllowedIds, Floats, Ids
from matching.vectors.exact import ExactIndex
from matching.vectors.faiss_index import SUBSET, FlatIndex, HnswIndex
from matching.vectors.planner import PlannedIndex
from matching.vectors.protocol import NOTHING, VectorIndex

DIM = 16
KINDS: dict[str, Callable[[], VectorIndex]] = {
    "exact": lambda: ExactIndex(DIM),
    "flat": lambda: FlatIndex(DIM),
    "hnsw": lambda: HnswIndex(DIM),
    "planned": lambda: PlannedIndex(DIM),
    "planned-graph": lambda: PlannedIndex(DIM, flat_up_to=50),
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
    np.testing.assert_allclose(found[0], expected[0], atol=1e-5)


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


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_any_history_of_changes_gives_the_answers_of_the_exact_index(data: st.DataObject) -> None:
    flat, exact = FlatIndex(DIM), ExactIndex(DIM)
    for step in range(data.draw(st.integers(1, 6))):
        numbers = np.array(sorted(data.draw(st.sets(st.integers(0, 30), min_size=1, max_size=12))), dtype=np.int64)
        if data.draw(st.booleans()):
            for one in (flat, exact):
                one.add(numbers, unit(len(numbers), seed=step))
        else:
            for one in (flat, exact):
                one.remove(numbers)
        assert_same(flat.search(unit(2, seed=99), 5), exact.search(unit(2, seed=99), 5))


def test_faiss_itself_filters_when_more_is_allowed_than_is_compared_row_by_row() -> None:
    count = SUBSET + 3000
    numbers, vectors, queries = np.arange(count, dtype=np.int64), unit(count), unit(4, seed=7)
    allowed = AllowedIds(numbers[numbers % 20 != 0])
    exact = ExactIndex(DIM)
    flat = FlatIndex(DIM)
    for one in (exact, flat):
        one.add(numbers, vectors)
        one.remove(ids(1, 2, 3))
    assert_same(flat.search(queries, 20, allowed), exact.search(queries, 20, allowed))
    assert_same(flat.search(queries, 20), exact.search(queries, 20))


@pytest.mark.parametrize("kind", [FlatIndex, HnswIndex])
def test_what_was_added_late_is_found_among_what_faiss_holds(kind: type[FlatIndex]) -> None:
    count = SUBSET + 2000
    exact, late = ExactIndex(DIM), kind(DIM)
    for one in (exact, late):
        one.add(np.arange(count, dtype=np.int64), unit(count))
        for start in (count, count + 40):
            one.add(np.arange(start, start + 40, dtype=np.int64), unit(40, seed=start))
        one.remove(ids(5, count + 1))
    queries = unit(40, seed=count)
    assert_same(late.search(queries, 1), exact.search(queries, 1))
    allowed = AllowedIds([1, 2, 5, count, count + 1, count + 79])
    assert_same(late.search(queries, 4, allowed), exact.search(queries, 4, allowed))
    np.testing.assert_array_equal(late.contents()[0], np.delete(np.arange(count + 80), [5, count + 1]))
    for number in (0, count, count + 60):
        vector = late.contents()[1][np.searchsorted(late.contents()[0], number)]
        assert exact.search(vector[None], 1)[1][0, 0] == number


def test_the_graph_keeps_its_recall_under_a_filter() -> None:
    count = SUBSET + 3000
    numbers, vectors, queries = np.arange(count, dtype=np.int64), unit(count), unit(20, seed=7)
    exact, graph = ExactIndex(DIM), HnswIndex(DIM)
    for one in (exact, graph):
        one.add(numbers, vectors)
    for allowed in (AllowedIds(numbers[::100]), AllowedIds(numbers[: SUBSET + 1000])):
        found, wanted = graph.search(queries, 50, allowed)[1], exact.search(queries, 50, allowed)[1]
        kept = [len(set(a) & set(b)) / 50 for a, b in zip(found, wanted, strict=True)]
        assert np.mean(kept) >= 0.98


def test_one_document_more_never_changes_the_kind_of_index() -> None:
    index = PlannedIndex(DIM, flat_up_to=50)
    index.add(np.arange(50, dtype=np.int64), unit(50))
    index.add(ids(99), unit(1, seed=5))
    assert index.name == "faiss-flat"
    index.compact()
    assert (index.name, len(index)) == ("faiss-hnsw", 51)


def test_compacting_keeps_what_counts_and_drops_the_rest() -> None:
    index = PlannedIndex(DIM)
    filled(index)
    index.remove(ids(0, 10))
    before = index.search(unit(3, seed=8), 5)
    index.compact()
    assert_same(index.search(unit(3, seed=8), 5), before)
    assert list(index.contents()[0][:2]) == [20, 30]
