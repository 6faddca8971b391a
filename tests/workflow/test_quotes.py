"""Quoted words found again in a changed text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.requirements.quotes import find_again, places_of


@pytest.mark.parametrize(
    ("quote", "text", "found"),
    [
        ("≥60", "硬度≥60，韧性≥600", [2]),
        ("60", "160 60 60.5 0.60 60% 60,5 60。", [4, 26]),
        ("韧性", "韧性与抗冲击韧性", [0, 6]),
        ("PEEK", "PEEKK PEEK材料 CF-PEEK", [6, 16]),
        ("", "任何文字", []),
    ],
)
def test_words_stand_where_they_are_not_part_of_a_longer_figure_or_word(
    quote: str, text: str, found: list[int]
) -> None:
    assert list(places_of(quote, text)) == found


def test_the_place_in_the_same_clause_comes_before_a_nearer_one() -> None:
    before = {"problem": "表面硬度不低于60。"}
    now = {"problem": "芯部硬度不低于60时报废。表面硬度不低于60。"}

    place = find_again(("problem", 2, 9), before, now)

    assert place is not None
    assert place.as_before
    assert now["problem"][: place.start].endswith("表面")


def test_words_moved_to_another_field_are_found_there() -> None:
    words = "硬度不低于60"

    place = find_again(("problem", 0, 7), {"problem": words, "goal": ""}, {"problem": "", "goal": words})

    assert place is not None
    assert (place.field, place.start, place.as_before) == ("goal", 0, True)


@given(st.text(max_size=60), st.text(max_size=60), st.integers(0, 60), st.integers(0, 60))
def test_what_is_found_is_always_the_same_words(before: str, now: str, start: int, end: int) -> None:
    place = find_again(("problem", start, end), {"problem": before}, {"problem": now})

    assert place is None or now[place.start : place.end] == before[start:end]
