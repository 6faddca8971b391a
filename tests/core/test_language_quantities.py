import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.language.quantities import Quantity, quantities

# One case a line: text => what is read, as [low,high] unit | name; ~ marks an "about", a round bracket an open end.
CASES = [
    tuple(line.split(" =>", 1))
    for line in (Path(__file__).parent / "language_quantities.txt").read_text(encoding="utf-8").splitlines()
]


def _shown(quantity: Quantity) -> str:
    low = "" if quantity.low is None else f"{quantity.low:.10g}"
    high = "" if quantity.high is None else f"{quantity.high:.10g}"
    opening, closing = "[" if quantity.low_inclusive else "(", "]" if quantity.high_inclusive else ")"
    hedge = "~" if quantity.approximate else ""
    return f"{hedge}{opening}{low},{high}{closing} {quantity.unit} | {quantity.name}".rstrip()


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_figures_are_read_as_a_person_would_read_them(text: str, expected: str) -> None:
    assert " ; ".join(_shown(q) for q in quantities(text)).rstrip() == expected.strip()


@pytest.mark.parametrize("text", [text for text, _ in CASES])
def test_offsets_give_the_very_text(text: str) -> None:
    found = quantities(f"前文：{text}。")
    assert all(f"前文：{text}。"[q.start : q.end] == q.text for q in found)
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))


_TECHNICAL = st.text(
    alphabet="0123456789.,-~±≥≤<>%℃/×^·()（）一二三百万亿半点约至到不低于超过以上内mMPakgh年个月度转 \n×⁻³²"
)


@given(st.one_of(st.text(), _TECHNICAL))
def test_no_text_whatever_makes_reading_fail(text: str) -> None:
    for quantity in quantities(text):
        assert text[quantity.start : quantity.end] == quantity.text != ""
        assert quantity.low is not None or quantity.high is not None
        if quantity.low is not None and quantity.high is not None:
            assert quantity.low <= quantity.high


def test_a_long_text_of_figures_is_read_in_reasonable_time() -> None:
    text = "抗拉强度≥500MPa，延伸率≥12%，" * 500 + "9" * 5_000 + "一" * 5_000 + "(" * 5_000
    assert len(quantities(text)) == 1_000


def test_a_full_width_text_is_read_like_a_half_width_one() -> None:
    (wide,), (narrow,) = quantities("厚度≤３．５ｍｍ"), quantities("厚度≤3.5mm")
    assert (wide.low, wide.high, wide.unit, wide.name) == (narrow.low, narrow.high, narrow.unit, narrow.name)


def test_a_plain_value_is_no_bound_and_a_tolerance_is_one() -> None:
    plain, tolerance = quantities("电压24V，误差±1%")
    assert (plain.is_bound, tolerance.is_bound) == (False, True)


def test_dimensions_have_names_a_person_can_read() -> None:
    text = "强度5MPa，温度3℃，转速9r/min，价格3元/kg，周期3个月，合格率9%，论文3篇"
    assert [q.dimension for q in quantities(text)] == [
        "pressure", "temperature", "rotational speed", "price by mass", "time", "ratio", "count",
    ]  # fmt: skip
