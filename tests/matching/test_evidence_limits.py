"""Whatever was written, only so much of it is read."""

from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest

from core.language.clauses import RequirementKind
from matching.embedding.static import shipped_embedder
from matching.evidence.assess import assess
from matching.evidence.demands import MOST_BESIDE, conditions_of, demand_of
from matching.evidence.figures import figures_of
from matching.evidence.pieces import LONGEST_OPENING, LONGEST_PIECE, LONGEST_READ, pieces_of
from matching.evidence.types import LONGEST_REQUIREMENT, LONGEST_SOURCE, Finding, Requirement, Source, Verdict

OFFER = "薄板激光焊接变形量0.3mm，抗拉强度达到320MPa。"
SOURCE = Source(1, date(2025, 3, 4), "薄板激光焊接", OFFER)


def found(asked: str, source: Source = SOURCE, need: str = "薄板激光焊接变形大") -> Finding:
    return assess(need, [Requirement(asked, RequirementKind.MUST)], [source], shipped_embedder())[0]


@pytest.mark.parametrize("tail", ["，抗拉强度不低于300MPa", "焊" * 20_000, "1," * 2_000])
def test_a_requirement_is_read_by_its_first_characters(tail: str) -> None:
    asked = ("薄板焊接的变形要小" * 200)[:LONGEST_REQUIREMENT]
    assert found(asked + tail) == found(asked)


def test_a_source_and_the_need_are_read_by_their_first_characters() -> None:
    whole = (OFFER * 2_000)[:LONGEST_SOURCE]
    longer = replace(SOURCE, text=whole + "水稻育种与栽培。" * 2_000)
    assert found("抗拉强度不低于300MPa", longer) == found("抗拉强度不低于300MPa", replace(SOURCE, text=whole))
    need = ("铝合金薄板焊接。" * 3_000)[:LONGEST_SOURCE]
    assert found("变形要小", need=need + "水稻育种。" * 5_000) == found("变形要小", need=need)


def test_a_long_stretch_without_punctuation_is_cut_into_pieces_but_no_figure_is() -> None:
    written = "焊" * (LONGEST_PIECE - 3) + "抗拉强度不低于1000MPa" + "焊" * 3 * LONGEST_PIECE
    pieces = pieces_of(written)
    assert "".join(piece.text for piece in pieces) == written
    assert all(len(piece.text) <= LONGEST_PIECE for piece in pieces)
    assert [figure.low for piece in pieces for figure in piece.figures] == [1000.0]
    assert [piece.opens_sentence for piece in pieces] == [True] + [False] * (len(pieces) - 1)
    assert all(one.end == following.start for one, following in pairwise(pieces))


@pytest.mark.parametrize("written", ["焊，", "焊" * 700 + "，", "1,", "1个", "5MPa，"])
def test_what_is_compared_of_a_sentence_is_bounded(written: str) -> None:
    pieces = pieces_of(written * 20_000)
    assert pieces
    assert pieces[-1].end <= LONGEST_READ
    assert max(len(piece.opening) for piece in pieces) <= LONGEST_OPENING
    assert max(len(piece.text) for piece in pieces) <= LONGEST_PIECE


def test_a_bare_number_is_read_beside_quantities_but_never_twice() -> None:
    figures = figures_of("编号7的样件强度500MPa，另有3件，一台样机，壁厚2mm，共12")
    assert [figure.text for figure in figures] == ["7", "500MPa", "3件", "一", "2mm", "12"]


def test_of_many_figures_in_one_requirement_only_the_first_are_judged() -> None:
    source = replace(SOURCE, text="灭菌耐受121℃。")
    near, far = (found("灭菌耐受" + row, source).verdict for row in ("150℃ 121℃", "121℃ " * 9 + "150℃ 121℃"))
    assert (near, far) == (Verdict.contradicted, Verdict.met)


def test_of_many_figures_in_one_requirement_only_the_first_are_conditions() -> None:
    text = "在" + "、".join(f"{degrees}℃" for degrees in range(10, 400, 10)) + "下强度≥5 MPa"
    assert [one.figure.low for one in conditions_of(text, demand_of(text))] == [
        10.0 * n for n in range(1, MOST_BESIDE + 1)
    ]
