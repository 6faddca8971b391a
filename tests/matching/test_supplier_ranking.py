import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from matching.suppliers import Aggregation, RankedSuppliers, rank_suppliers


def ranked(pairs: list[tuple[int, float]], aggregation: Aggregation = Aggregation.exact) -> RankedSuppliers:
    suppliers = np.array([supplier for supplier, _ in pairs], dtype=np.int64)
    raw = np.array([score for _, score in pairs], dtype=np.float32)
    return rank_suppliers(suppliers, raw, aggregation=aggregation, breadth=0.05, k=10)


def test_the_best_capability_decides() -> None:
    assert ranked([(1, 0.5), (2, 0.6), (1, 0.5), (1, 0.5)]).suppliers.tolist() == [2, 1]


def test_breadth_settles_a_tie() -> None:
    assert ranked([(1, 0.5), (2, 0.5), (2, 0.4)]).suppliers.tolist() == [2, 1]


def test_a_complete_tie_goes_to_the_smaller_id() -> None:
    assert ranked([(2, 0.5), (1, 0.5)]).suppliers.tolist() == [1, 2]


def test_documents_come_best_first() -> None:
    assert [places.tolist() for places in ranked([(1, 0.1), (1, 0.9), (2, 0.2), (1, 0.5)]).documents] == [
        [1, 3, 0],
        [2],
    ]


def test_documents_without_likeness_speak_for_nobody() -> None:
    assert ranked([(1, 0.0), (2, -0.5)]).suppliers.tolist() == []


def test_the_mean_of_the_best_five_where_breadth_is_asked_for() -> None:
    found = ranked([(1, 0.9), (1, 0.1), (2, 0.6), (2, 0.6)], Aggregation.breadth)
    assert found.suppliers.tolist() == [2, 1]
    np.testing.assert_allclose(found.raw, [0.6, 0.5], rtol=1e-6)


def test_a_sixth_document_adds_nothing() -> None:
    five = ranked([(1, 0.5)] * 5)
    six = ranked([(1, 0.5)] * 6)
    assert five.raw.tolist() == six.raw.tolist()


@given(st.lists(st.tuples(st.integers(0, 5), st.floats(0.0625, 1, width=32)), min_size=1, max_size=40))
def test_no_crowd_beats_a_clearly_better_capability(pairs: list[tuple[int, float]]) -> None:
    found = ranked([*pairs, (99, 1.1)])
    assert found.suppliers[0] == 99
