"""Units as people read them."""

import pytest

from core.language.quantities import quantities
from core.language.unit_symbols import symbol_of


@pytest.mark.parametrize(
    ("written", "symbol"),
    [
        ("温升不超过 30 摄氏度", "℃"),
        ("比能量≥300 Wh/kg", "Wh/kg"),
        ("面积不小于 5 平方米", "㎡"),
        ("导热系数不低于 5 W/(m·K)", "W/K/m"),
        ("强度≥300 兆帕", "MPa"),
        ("合格率≥99%", "%"),
    ],
)
def test_a_unit_is_shown_by_its_symbol(written: str, symbol: str) -> None:
    [quantity] = quantities(written)
    assert symbol_of(quantity.unit) == symbol


@pytest.mark.parametrize(
    ("written", "symbol"),
    [
        ("模具寿命不少于5000件", "件"),
        ("寿命≥10万次", "次"),
        ("产能不低于 200 套/天", "套/d"),
        ("at least 25 wafers", "wafers"),
        ("at most 3 people", "people"),
    ],
)
def test_what_is_counted_is_shown_by_the_word_it_was_written_with(written: str, symbol: str) -> None:
    [quantity] = quantities(written)
    assert symbol_of(quantity.unit, quantity.text) == symbol


def test_what_is_counted_without_a_word_is_pieces_and_no_ions() -> None:
    assert symbol_of("item") == "pcs"


def test_a_unit_without_a_symbol_keeps_its_name() -> None:
    assert symbol_of("quarter_of_something**2") == "quarter_of_something²"
    assert symbol_of("") == ""
