"""One number with its scale word and unit, at a place in a text: 3.5 MPa, 1.2×10⁻³ Pa, 两百万元, 百分之五, HRC58.

Works on text already brought to one width (`same_width`).
"""

import math
import re
from dataclasses import dataclass

from core.language.numerals import CHINESE_NUMERAL, chinese_number, is_loose
from core.language.units import UNIT, UnitName, named_unit, read_unit


@dataclass(frozen=True, slots=True)
class Figure:
    """A number; `value` includes `scale`, the factor of a word such as 万. `hedged` by 余 or 多 behind it.

    A unit in front (HRC55, ¥300) holds for the other end of a range too.
    """

    start: int
    end: int
    value: float
    scale: float
    unit: UnitName | None
    hedged: bool
    unit_in_front: bool = False


BARE = UnitName("", "")

_DIGITS = r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]{1,30})(?:\.[0-9]{1,30})?"
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_CARET = r"\s?\^\s?[({]?\s?(?P<caret>[-−+]?[0-9]{1,3})[)}]?"
# A raised exponent often arrives flattened: 1×106 CFU, 2×10-3 Pa. A length behind it means two sizes instead: 5×10 mm.
_FLAT = r"(?P<flat>[-−][1-9][0-9]?|[1-9][0-9]?)(?![0-9.,]|\s?(?:mm|cm|m(?![A-Za-z]|ol)|毫米|厘米|米))"
_EXPONENT = (
    rf"(?:\s?[×xX*·]\s?10(?:{_CARET}|(?P<raised>[⁺⁻]?[{_RAISED}]{{1,3}})|{_FLAT})"
    r"|[eE](?P<e>[-+]?[0-9]{1,3})(?![0-9A-Za-z]))"
)
_ALONE = rf"10(?:{_CARET.replace('caret', 'caret_alone')}|(?P<raised_alone>[⁺⁻]?[{_RAISED}]{{1,3}}))"
# A dash behind a word is a minus (温度-20℃); a long one only where the word speaks of cold or heat (耐寒—15度).
_MINUS = r"(?<![0-9A-Za-z%℃°)–—-])[-−+]|(?<![0-9A-Za-z%℃°)–—\u4e00-\u9fff-])[–—]"
_SIGN = rf"(?:{_MINUS}|(?<=[寒零冷温至到度])[-−–—+]{{1,2}}|零下)\s?"
_SCALES = {
    "万亿": 1e12, "千亿": 1e11, "百亿": 1e10, "十亿": 1e9, "亿": 1e8, "千万": 1e7, "百万": 1e6, "十万": 1e5,
    "万": 1e4, "千": 1e3, "百": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9,
}  # fmt: skip
_SCALE = rf"(?:\s?(?P<scale>{'|'.join(_SCALES)})(?![克瓦米帕伏卡牛焦赫欧安分]))?"
_HEDGE = r"(?:\s?(?P<hedge{0}>余|多|来)(?=[^\s，。,；]))?"
_MONEY = {
    "¥": "CNY", "￥": "CNY", "RMB": "CNY", "CNY": "CNY", "$": "USD", "US$": "USD", "US $": "USD", "USD": "USD",
    "€": "EUR", "EUR": "EUR", "£": "GBP", "￡": "GBP", "GBP": "GBP", "HK$": "HKD", "HKD": "HKD",
}  # fmt: skip
CURRENCIES = frozenset(_MONEY.values())
_FRONT = {
    "HRC": "hardness_hrc", "HRB": "hardness_hrb", "HRA": "hardness_hra", "HB": "hardness_brinell",
    "HBW": "hardness_brinell", "HV": "hardness_vickers", "pH": "acidity", "PH": "acidity", "pH值": "acidity",
    "PH值": "acidity",
}  # fmt: skip


def _any_of(forms: dict[str, str]) -> str:
    return "|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True))


# Letters for thousands, millions and billions, of money only: US$ 2.5m, £40k, 3bn euros, not 20 m USD 300.
_LETTERS = {"k": 1e3, "m": 1e6, "mn": 1e6, "mln": 1e6, "mio": 1e6, "b": 1e9, "bn": 1e9}
_MONEY_WORD = r"\s?(?:USD|US dollars|dollars|EUR|euros?|GBP|pounds sterling|CNY|RMB|yuan)(?![A-Za-z]|\s?[0-9])"
_LETTER_FORMS = "bn|mn|mln|mio|[mMkK]|(?<=[0-9])[bB]"
_LETTER = rf"(?:\s?(?P<letter>{_LETTER_FORMS})(?:(?={_MONEY_WORD})|(?(money)(?![A-Za-z0-9²³^])|(?!))))?"
_LETTERED = re.compile(rf"(?P<digits>{_DIGITS})\s?(?P<letter>{_LETTER_FORMS})(?![A-Za-z0-9²³^/])")
_UNIT = rf"(?:\s?(?P<unit>{UNIT}))?"
_ARABIC = (
    rf"(?:(?<![A-Za-z])(?:(?P<money>{_any_of(_MONEY)})|(?P<front>{_any_of(_FRONT)}))\s?[:=]?\s?|(?<![0-9A-Za-z_.]))"
    rf"(?:{_ALONE}|(?P<sign>{_SIGN})?(?P<digits>{_DIGITS}){_EXPONENT}?)(?![0-9])"
    rf"{_HEDGE.format('_1')}{_SCALE}{_LETTER}{_HEDGE.format('_2')}{_UNIT}"
)
_SHARES = {"百分之": "percent", "千分之": "permille", "万分之": ""}
_SHARE = (
    rf"(?P<share>{'|'.join(_SHARES)}|(?P<parts>[二三四五六七八九十])分之)\s?"
    rf"(?P<of>{CHINESE_NUMERAL}|[0-9]{{1,9}}(?:\.[0-9]{{1,9}})?)"
)
_KILO = "(?<!千(?=[克瓦米帕伏卡牛焦赫欧安]))"
_CHINESE = (
    rf"(?P<han>{CHINESE_NUMERAL}{_KILO}|半){_HEDGE.format('_3')}"
    rf"(?:\s?(?P<han_unit>{UNIT}))?(?P<half>(?<=[年天月时])半)?"
)
_FIGURE = re.compile(f"{_SHARE}|{_ARABIC}|{_CHINESE}")

_PER = re.compile(rf"\s?(?:/|每|per\s)\s?(?P<unit>{UNIT})")

_TEMPERATURE = re.compile(r"[温热冷寒冻烘烧火炉凉]|零下")
_CYCLES = re.compile(r"循环|次数|CD")
_MAGNETIC = re.compile(r"磁|场强|magnet")
_ELECTRIC = re.compile(r"[用耗]电|电[量耗费]|年用|电力")
_CONTEXT = 14


def figure_at(text: str, position: int) -> Figure | None:
    """The figure that begins exactly at `position`."""
    found = _FIGURE.match(text, position)
    return _figure(text, found) if found else None


def money_at(text: str, position: int) -> Figure | None:
    """The number with a letter at `position`, where a range of money ends (£5-10m): elsewhere that is a length."""
    found = _LETTERED.match(text, position)
    if found is None:
        return None
    scale = _LETTERS[found["letter"].lower()]
    return Figure(position, found.end(), float(found["digits"].replace(",", "")) * scale, scale, None, hedged=False)


def next_figure(text: str, position: int) -> Figure | None:
    """The first figure that begins at `position` or behind it."""
    while found := _FIGURE.search(text, position):
        if figure := _figure(text, found):
            return figure
        position = max(found.end() if not found["digits"] else found.end("digits"), position + 1)
    return None


def _figure(text: str, found: re.Match[str]) -> Figure | None:
    if found["share"]:
        return _share(found)
    if found["han"]:
        return _chinese(text, found)
    return _arabic(text, found)


def _share(found: re.Match[str]) -> Figure:
    number = float(found["of"]) if found["of"][0].isascii() else chinese_number(found["of"])
    if found["parts"]:
        share = 100.0 * number / chinese_number(found["parts"])
        return Figure(found.start(), found.end(), share, 1.0, named_unit("percent"), hedged=False)
    unit = _SHARES[found["share"]]
    value, name = (number, named_unit(unit)) if unit else (number / 100, named_unit("percent"))
    return Figure(found.start(), found.end(), value, 1.0, name, hedged=False)


def _chinese(text: str, found: re.Match[str]) -> Figure | None:
    numeral, written = found["han"], found["han_unit"]
    if numeral == "半":
        number = 0.5
    elif not set(numeral) & set("零〇一二两三四五六七八九十"):
        return None
    else:
        number = chinese_number(numeral)
    unit = _unit_in_context(text, found.start(), written) if written else None
    if (unit is None and numeral == "半") or (unit is not None and not _trusted(numeral, number, unit)):
        return None
    value = number + (0.5 if found["half"] else 0)
    scale = _SCALES.get(numeral[-1], 1.0)
    return Figure(found.start(), found.end(), value, scale, unit, hedged=bool(found["hedge_3"]) or is_loose(numeral))


def _trusted(numeral: str, number: float, unit: UnitName) -> bool:
    """Whether a Chinese numeral means a figure here: 一次, 二次, 三元 and 一度 are mostly words."""
    if unit.dimension == "count":
        return number > 1 and numeral != "二"
    if numeral == "半":
        return unit.dimension == "time"
    return not ((unit.canonical == "CNY" and number < 10) or unit.canonical == "arc_degree")


def _arabic(text: str, found: re.Match[str]) -> Figure | None:
    value = _number(found)
    if value is None or not math.isfinite(value):
        return None
    in_front = _in_front(found)
    unit, end = _arabic_unit(text, found), found.end()
    if in_front and not found["unit"] and (below := _PER.match(text, end)):
        unit, end = named_unit(f"({in_front})/({read_unit(below['unit']).canonical})"), below.end()
    if unit is None and text[found.end() : found.end() + 1].isalpha() and text[found.end()].isascii():
        return None
    scale = _SCALES[found["scale"]] if found["scale"] else 1.0
    if found["letter"]:
        scale *= _LETTERS[found["letter"].lower()]
    hedged = bool(found["hedge_1"] or found["hedge_2"])
    return Figure(found.start(), end, value * scale, scale, unit, hedged, bool(in_front) and not found["unit"])


def _in_front(found: re.Match[str]) -> str | None:
    """The unit written in front, in pint's notation."""
    return _MONEY[found["money"]] if found["money"] else _FRONT.get(found["front"])


def _arabic_unit(text: str, found: re.Match[str]) -> UnitName | None:
    if found["unit"]:
        return _unit_in_context(text, found.start(), found["unit"])
    in_front = _in_front(found)
    return named_unit(in_front) if in_front else None


def _number(found: re.Match[str]) -> float | None:
    exponent = found["caret_alone"] or found["raised_alone"]
    mantissa = "1" if exponent else found["digits"].replace(",", "")
    exponent = exponent or found["caret"] or found["raised"] or found["flat"] or found["e"] or "0"
    negative = bool(found["sign"]) and "+" not in found["sign"]
    return float(f"{'-' if negative else ''}{mantissa}e{_plain_exponent(exponent)}")


def _plain_exponent(exponent: str) -> str:
    return exponent.translate(str.maketrans(_RAISED + "⁺⁻−", "0123456789+--"))


def _unit_in_context(text: str, start: int, written: str) -> UnitName:
    """The unit; one of two meanings is read by what stands before: 60度 of heat or of an angle, T of load or field."""
    before = text[max(0, start - _CONTEXT) : start + 2]
    if written == "度" and _TEMPERATURE.search(before):
        return named_unit("degree_Celsius")
    if written == "度" and _ELECTRIC.search(before):
        return named_unit("kilowatt_hour")
    if written == "周" and _CYCLES.search(before):
        return named_unit("item")
    if written == "T" and not _MAGNETIC.search(before):
        return named_unit("metric_ton")
    return read_unit(written)


def unit_in(text: str) -> UnitName | None:
    """The unit that `text` consists of; None if it is no unit."""
    if front := _MONEY.get(text) or _FRONT.get(text):
        return named_unit(front)
    return read_unit(text) if re.fullmatch(UNIT, text) else None
