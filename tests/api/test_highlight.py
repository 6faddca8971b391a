"""Pieces of text: nothing is ever lost or doubled, whatever the offsets."""

from hypothesis import given
from hypothesis import strategies as st

from api.web.highlight import Piece, pieces, quote, requirement_pieces
from core.language.clauses import RequirementKind
from models.enums import Origin
from models.requirement import IndicatorPublic, RequirementPublic

_SPANS = st.lists(st.tuples(st.integers(-3, 20), st.integers(-3, 20), st.just("must")), max_size=6)


@given(st.text(max_size=15), _SPANS)
def test_the_pieces_are_the_text(text: str, spans: list[tuple[int, int, str]]) -> None:
    assert "".join(piece.text for piece in pieces(text, [s for s in spans if s[0] >= 0])) == text


def test_what_stands_out_is_marked_and_the_rest_is_not() -> None:
    assert pieces("抗冲击韧性≥67%", [(0, 5, "must")]) == (Piece("抗冲击韧性", "must"), Piece("≥67%"))


def test_of_two_spans_that_overlap_the_first_counts() -> None:
    assert pieces("abcdef", [(0, 4, "must"), (2, 6, "should")]) == (Piece("abcd", "must"), Piece("ef"))


def test_figures_are_marked_inside_their_requirement() -> None:
    text = "温升不超过 40 ℃。寿命 5 年"
    requirement = RequirementPublic(
        kind=RequirementKind.MUST,
        field="indicators",
        start=0,
        end=10,
        text=text[:10],
        origin=Origin.ENGINE,
        indicators=[IndicatorPublic(name="温升", low=None, high=40, unit="℃", text="40 ℃")],
    )
    [marked, rest] = requirement_pieces(text, "indicators", [requirement])
    assert marked.mark == "must"
    assert [part.text for part in marked.inner if part.mark] == ["40 ℃"]
    assert marked.text + rest.text == text


def test_a_quote_has_some_of_what_stands_around_it() -> None:
    text = "一" * 100 + "高温轴承" + "二" * 100
    shown = quote(text, 100, 104, around=5)
    assert [piece.text for piece in shown] == ["…" + "一" * 5, "高温轴承", "二" * 5 + "…"]
    assert shown[1].mark


def test_a_quote_of_a_text_that_got_shorter_does_not_fail() -> None:
    assert "".join(piece.text for piece in quote("短", 10, 20)) == "短"
