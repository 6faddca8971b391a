from decimal import Decimal, InvalidOperation

import pytest

from core.decimals import read_decimal


@pytest.mark.parametrize(
    ("written", "number"),
    [("1,234,567.89", "1234567.89"), ("-12,000", "-12000"), ("1，000", "1000"), (" 1234.5 ", "1234.5"), ("２０", "20")],
)
def test_commas_may_part_thousands(written: str, number: str) -> None:
    assert read_decimal(written) == Decimal(number)


@pytest.mark.parametrize(
    "written", ["1,5", "1，5", "1,23,456", "1234,567", ",500", "1,000.5,0", "1_000", "1,2345", "二十", ""]
)
def test_any_other_comma_makes_it_no_number(written: str) -> None:
    with pytest.raises(InvalidOperation):
        read_decimal(written)
