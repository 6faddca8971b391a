import pytest

from core.language.numerals import chinese_number


@pytest.mark.parametrize(
    ("numeral", "value"),
    [("零", 0), ("两", 2), ("十", 10), ("十五", 15), ("三百二十", 320), ("一千零五十", 1050), ("两千万", 2e7),
     ("一亿二千万", 1.2e8), ("三千八百万", 3.8e7), ("一点五", 1.5), ("零点零二", 0.02), ("二〇三五", 2035),
     ("百", 100), ("七八", 7.5), ("十一二", 11.5), ("二三十", 25), ("三百五六十", 355), ("一二三", 123)],
)  # fmt: skip
def test_chinese_numerals_have_their_value(numeral: str, value: float) -> None:
    assert chinese_number(numeral) == pytest.approx(value)


def test_a_decimal_is_the_figure_that_its_digits_write() -> None:
    assert (chinese_number("一点一四"), chinese_number("三十二点零七")) == (1.14, 32.07)


@pytest.mark.parametrize("text", ["", "abc", "点五", "三点", "5", "亿" * 5_000])
def test_anything_else_is_refused_by_name(text: str) -> None:
    with pytest.raises(ValueError, match="not a Chinese numeral"):
        chinese_number(text)
