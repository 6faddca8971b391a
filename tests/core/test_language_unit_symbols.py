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


def test_a_unit_without_a_symbol_keeps_its_name() -> None:
    assert symbol_of("quarter_of_something**2") == "quarter_of_something²"
    assert symbol_of("") == ""
