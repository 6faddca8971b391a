"""Numbers that are summed are on a grid, so that no order of summing and no neighbour changes their last bit."""

from datetime import date

import numpy as np
import pytest

from benchmarks.evidence_cases import Case, CaseSet, read_cases
from benchmarks.evidence_examples import requirements_of, sources_of
from matching.embedding.static import shipped_embedder, unit_rows
from matching.evidence.exact import SHARE, VECTOR, WEIGHT, cosines, even_rows, on_grid
from matching.evidence.features import Board, board_of
from matching.evidence.types import Source
from matching.evidence.weights import shipped_weights
from matching.lexical.statistics import shipped_statistics


@pytest.fixture(scope="module")
def cases() -> tuple[Case, ...]:
    return read_cases(CaseSet.second)[:30]


def board(case: Case, suppliers: list[list[Source]]) -> Board:
    made = board_of(case.need, requirements_of(case), suppliers, shipped_statistics(), shipped_embedder())
    assert made is not None
    return made


def test_numbers_and_utilities_are_the_same_alone_and_beside_others(cases: tuple[Case, ...]) -> None:
    suppliers = [sources_of(case) for case in cases]
    for asked in cases[:8]:
        together = board(asked, suppliers)
        utilities = shipped_weights().utilities(together)
        for some in (slice(0, 1), slice(3, 4), slice(5, 7), slice(9, 20)):
            fewer = board(asked, suppliers[some])
            own = slice(together.bench.slices[some.start].start, together.bench.slices[some.stop - 1].stop)
            np.testing.assert_array_equal(fewer.numbers, together.numbers[:, :, own])
            np.testing.assert_array_equal(shipped_weights().utilities(fewer), utilities[:, own])


def test_the_words_of_a_requirement_count_the_same_whatever_else_is_asked(cases: tuple[Case, ...]) -> None:
    case = cases[0]
    asked, own = requirements_of(case), [sources_of(case)]
    whole = board(case, own)
    first = board_of(case.need, asked[:1], own, shipped_statistics(), shipped_embedder())
    assert first is not None
    np.testing.assert_array_equal(first.bench.alike.aligned.words[0], whole.bench.alike.aligned.words[0])
    np.testing.assert_array_equal(first.bench.alike.literal.words[0], whole.bench.alike.literal.words[0])


@pytest.mark.parametrize("dim", [64, 256, 1024])
def test_no_order_of_summing_changes_a_cosine_or_a_weighted_sum(dim: int) -> None:
    rng = np.random.default_rng(7)
    rows = even_rows(unit_rows(rng.normal(size=(40, dim)).astype(np.float32)))
    near, order = cosines(rows, rows), rng.permutation(dim)
    np.testing.assert_array_equal(near, cosines(rows[:, order], rows[:, order]))
    np.testing.assert_array_equal(near[3:4, 5:6], cosines(rows[3:4], rows[5:6]))
    np.testing.assert_allclose(near, rows.astype(np.float64) @ rows.T, atol=2.0**-SHARE)
    weights = on_grid(rng.uniform(0.0, 15.0, size=40), WEIGHT)
    assert {float((weights[some] * near[0, some]).sum()) for some in map(rng.permutation, [40] * 50)} == {
        float(weights @ near[0])
    }


def test_a_vector_of_one_large_part_stays_what_it_is() -> None:
    rows = np.eye(3, 8, dtype=np.float32)
    np.testing.assert_array_equal(even_rows(rows), rows)
    np.testing.assert_array_equal(cosines(rows, rows), np.eye(3))


def test_the_grid_is_met_and_nothing_moves_farther_than_half_of_it() -> None:
    values = np.random.default_rng(5).uniform(-10.0, 10.0, size=1000)
    for bits in (SHARE, WEIGHT, VECTOR):
        met = on_grid(values, bits)
        assert np.abs(met - values).max() <= 2.0 ** -(bits + 1)
        np.testing.assert_array_equal(met * 2.0**bits, np.rint(values * 2.0**bits))


def test_documents_without_pieces_change_nothing_for_others(cases: tuple[Case, ...]) -> None:
    case = cases[1]
    empty = Source(99, date(2024, 1, 1), "", "，。")
    plain, beside = board(case, [sources_of(case)]), board(case, [[empty], sources_of(case), []])
    np.testing.assert_array_equal(plain.numbers, beside.numbers)
