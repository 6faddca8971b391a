"""Numbers written in Chinese characters."""

import re

CHINESE_NUMERAL = "[零〇一二两三四五六七八九十百千万亿]{1,16}(?:点[零〇一二三四五六七八九]{1,16})?"

_NUMERAL = re.compile(CHINESE_NUMERAL)
_DIGITS = {sign: float(value) for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0.0, "两": 2.0}
_STEPS = {"十": 10, "百": 100, "千": 1_000}
_GROUPS = (("亿", 100_000_000), ("万", 10_000))
_SIGN = "[零〇一二两三四五六七八九]"
_NEIGHBOURS = re.compile(f"(?<!{_SIGN})(?:一二|二三|两三|三四|三五|四五|五六|六七|七八|八九)(?!{_SIGN})")


def chinese_number(numeral: str) -> float:
    """The value of a Chinese numeral such as 三百二十, 两千万 or 一点五.

    Of two neighbours (七八, 十一二, 二三十) it is the middle; other digits in a row (二〇三五) are read one by one.
    Raises ValueError for anything else, and for more than 16 signs on a side of the point.
    """
    if not _NUMERAL.fullmatch(numeral):
        raise ValueError(f"not a Chinese numeral: {numeral!r}")
    whole, _, decimals = numeral.partition("点")
    value, digits = _whole(whole), "".join(f"{_DIGITS[sign]:.0f}" for sign in decimals) or "0"
    if not value.is_integer():
        return value + float(f"0.{digits}")
    return float(f"{value:.0f}.{digits}")  # as the figure would be written: 1 + 0.14 is not quite 1.14


def is_loose(numeral: str) -> bool:
    """Whether a numeral says "seven or eight" (七八), which is no exact figure."""
    return _NEIGHBOURS.search(numeral) is not None


def _whole(numeral: str) -> float:
    for sign, size in _GROUPS:
        high, found, low = numeral.rpartition(sign)
        if found:
            return (_whole(high) if high else 1) * size + _whole(low)
    return _below_ten_thousand(numeral)


def _below_ten_thousand(numeral: str) -> float:
    total = digit = 0.0
    signs = list(numeral)
    if (pair := _NEIGHBOURS.search(numeral)) is not None:
        signs[pair.start() : pair.end()] = [pair[0]]
    for sign in signs:
        if sign in _STEPS:
            total += (digit or 1) * _STEPS[sign]
            digit = 0.0
        else:
            digit = sum(map(_DIGITS.__getitem__, sign)) / 2 if len(sign) == 2 else digit * 10 + _DIGITS[sign]
    return total + digit
