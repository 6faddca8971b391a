"""Numbers written in Chinese characters."""

import re

CHINESE_NUMERAL = "[零〇一二两三四五六七八九十百千万亿]{1,16}(?:点[零〇一二三四五六七八九]{1,16})?"

_NUMERAL = re.compile(CHINESE_NUMERAL)
_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_STEPS = {"十": 10, "百": 100, "千": 1_000}
_GROUPS = (("亿", 100_000_000), ("万", 10_000))


def chinese_number(numeral: str) -> float:
    """The value of a Chinese numeral such as 三百二十, 两千万 or 一点五.

    Digits in a row (二〇三五) are read one by one. Raises ValueError for anything else, and for more than 16 signs on
    a side of the point.
    """
    if not _NUMERAL.fullmatch(numeral):
        raise ValueError(f"not a Chinese numeral: {numeral!r}")
    whole, _, decimals = numeral.partition("点")
    return float(f"{_whole(whole)}.{''.join(str(_DIGITS[sign]) for sign in decimals) or 0}")


def _whole(numeral: str) -> int:
    for sign, size in _GROUPS:
        high, found, low = numeral.rpartition(sign)
        if found:
            return (_whole(high) if high else 1) * size + _whole(low)
    return _below_ten_thousand(numeral)


def _below_ten_thousand(numeral: str) -> int:
    total = digit = 0
    for sign in numeral:
        if sign in _STEPS:
            total += (digit or 1) * _STEPS[sign]
            digit = 0
        else:
            digit = digit * 10 + _DIGITS[sign]
    return total + digit
