"""Figures as evidence: quantities, and beyond them bare numbers, English number words, and a "per what" apart.

A bound word behind an unknown unit (0.5 ng-TEQ/m³以下) counts too; 4年8个月 and "five minutes and ten seconds" are one
duration each, and 四秒三 is 4.3 s.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace

from core.language.comparatives import Bound, comparison_after, comparison_before
from core.language.look_alikes import without_look_alikes
from core.language.normalise import same_width
from core.language.numerals import chinese_number
from core.language.quantities import Quantity, quantities
from core.language.units import UNIT, UnitName, named_unit, read_unit, registry

_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁻"
_POWER = rf"(?:\s?[×xX*·]\s?10(?:\^?[({{]?(?P<flat>[-−]?[0-9]{{1,2}})[)}}]?|(?P<raised>[{_RAISED}]{{1,3}})))?"
_BARE = re.compile(
    rf"(?<![A-Za-z0-9_.,/-])(?P<digits>[-−]?(?:[0-9]{{1,3}}(?:,[0-9]{{3}})+|[0-9]+)(?:\.[0-9]+)?){_POWER}(?![0-9A-Za-z_级]|[.,/-][0-9])"
)
_NUMBER_WORDS = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11,
    "twelve": 12, "fifteen": 15, "eighteen": 18, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60,
    "ninety": 90,
}  # fmt: skip
_NUMBER_WORD = re.compile(
    rf"\b(?:{'|'.join(_NUMBER_WORDS)})\b(?![-\s](?:thousand|hundred|million|axis|stage|step))", re.I
)
_JOINED = re.compile(
    r"(?<=[0-9])-(?=(?:inch|mm|cm|m|km|kg|g|t|tonne|ton|hour|day|week|month|year|minute|second|kW|MW|W|kV|V|A|Hz|litre|liter|bar)"
    r"(?![A-Za-z0-9]))"
)
_GROUPED = re.compile(
    r"(?<![0-9A-Za-z.,/-])[1-9][0-9]{0,2}(?:[ \u00a0\u2009\u202f][0-9]{3})*"
    r"(?: [0-9]00|[\u00a0\u2009\u202f][0-9]{3})(?=\s?[A-Za-z%°\u4e00-\u9fff])"
)
_DECIMAL_COMMA = re.compile(r"(?<![0-9A-Za-z.,(（\[])0,(?=[0-9]+(?![0-9,]))")
_OF_FULL_SCALE = re.compile(r"(?<=[%‰％])\s?F\.?(?:S\.?)?(?![A-Za-z])")
_DIAMETER = re.compile(r"[ΦφØø∅](?=\s?[0-9])")
_BY_WEIGHT = re.compile(r"(?<=[0-9])\s?(?:wt|vol|mol)\.\s?%")
_TWO_SIZES = re.compile(r"(?<![0-9.])[0-9]{3,4}\s?[×xX*](?=\s?10[0-9]{2}(?![0-9]))")
_NTH = re.compile("(?<=后)第|(?<=在)第(?=[0-9]+ ?(?:天|个月|周|小时)(?:内|前|交))")
_PER_HUNDRED = re.compile(r"(?<![A-Za-z])g\s?/\s?100\s?g(?![A-Za-z])")
_ONE = re.compile(
    "(?<![第统进唯之同另某每])[一单](?=[台套家座条艘架枚项例层道轮季头只名对组])|一(?=个(?!月|半|小时|季|星期|工作))"
)
_ONE_WORD = re.compile(r"\b(?:one|single)\b(?=\s(?!of\b|another|that|or\b|side|to\b|day\b)[a-z])", re.I)
_SCALES = (
    (re.compile(r"维氏|Vickers", re.I), "hardness_vickers"),
    (re.compile(r"布氏|Brinell", re.I), "hardness_brinell"),
    (re.compile(r"洛氏|Rockwell", re.I), "hardness_hrc"),
    (re.compile(r"(?<![A-Za-z])pH(?![A-Za-z])", re.I), "acidity"),
    (re.compile(r"氧指数|oxygen index", re.I), "percent"),
)
_LAST_LETTERS = re.compile(r"[A-Za-z]{1,8}$")
_AND = re.compile(r"\s*(?:零|又|and)?\s*")
_NUMBER = "[0-9]{1,3}|[一二两三四五六七八九十]{1,3}"
_CLOCK = re.compile(rf"(?:(?P<hours>{_NUMBER})小时)?(?P<minutes>{_NUMBER})分钟?(?!之)(?:(?P<seconds>{_NUMBER})秒)?")
_AND_A_HALF = re.compile(rf"(?P<number>{_NUMBER})(?:(?P<minutes>分)半钟?|个?半(?P<unit>小时|月|年|天|星期))")
_ENGLISH_HALF = re.compile(
    rf"\b(?:half\s(?:an?|of\san)|(?P<number>[0-9]{{1,3}}|one|{'|'.join(_NUMBER_WORDS)})\sand\sa\shalf)[\s-]"
    r"(?P<unit>minute|hour|day|week|month|year)s?\b",
    re.I,
)
_UNITS_OF_HALVES = {"分": "minute", "小时": "hour", "天": "day", "星期": "week", "月": "month", "年": "year"}
_TENTH = re.compile(r"(?P<tenth>[一二三四五六七八九])(?=$|[\s,，。;；、:：)）的以就左内])")
_WITH_TENTHS = re.compile(r"[一二两三四五六七八九十]+(?:秒|米|成|倍|吨|元)")
_ONCE = re.compile("(?:(?<=超过)|(?<=多于)|(?<=大于)|(?<=低于)|(?<=少于))一(?=[次处起])")
_SMALL_WORD = re.compile(r"(?<=below )(?:one|1)\b|(?<=under )one\b|(?<=every )one\b", re.I)
_UNIT_WORDS = {
    "cubic metre": "meter**3", "cubic meter": "meter**3", "square metre": "meter**2", "square meter": "meter**2",
    "revolution": "shaft_turn", "metre": "meter",
}  # fmt: skip
_PER = re.compile(
    rf"(?:每|\b(?i:per|an?|one|each|every)\s)\s?(?:(?P<words>(?i:{'|'.join(_UNIT_WORDS)}))|(?P<unit>{UNIT}))"
)
_FRONT_PER = re.compile("(?P<unit>亩|吨|日|月|年)(?=产|施|处理|均|鱼|水|电池|能耗|产量|用|投|吞)")
_TRAIL = re.compile(r"[^\s,，、。;；:：(（)）]{0,14}?(?=以[上下内]|之内|or (?:less|more|better|faster))")
CURRENCIES = frozenset({"CNY", "USD", "EUR"})
_MONEY_SCALES = {"k": 1e3, "m": 1e6, "mn": 1e6, "bn": 1e9}
_MONEY_SCALE = re.compile(r"\s?(?:[kK]|[mM]n?|bn)(?![A-Za-z0-9²³])")
_BELOW_ZERO = ("零下", "minus ")
_MINUS = str.maketrans("−⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "--0123456789")


def figures_of(text: str) -> tuple[Quantity, ...]:
    """The quantities of `text`, and numbers with neither unit nor comparison as plain bare figures, in order."""
    readable = _readable(text)
    found = _clocked(text, _tenths(text, _durations(readable, quantities(readable))))
    plain = without_look_alikes(same_width(readable.replace("，", "；")))
    taken = [(figure.start, figure.end) for figure in found]
    bare = [_bare(text, match) for match in _free(_BARE.finditer(plain), taken)]
    bare += [_one(text, match) for pattern in (_ONE, _ONCE) for match in _free(pattern.finditer(text), taken)]
    figures = sorted((*found, *bare), key=lambda figure: figure.start)
    figures = [_scaled_money(_below_zero(_written(figure, text, readable), text), text) for figure in figures]
    return tuple(_bounded(_scaled(figure, text), text) for figure in figures)


def _readable(text: str) -> str:
    """`text` with number words as digits and figures apart from their units, every character at its place."""
    for pattern, by in ((_NUMBER_WORD, _in_digits), (_SMALL_WORD, _one_digit), (_ONE_WORD, _one_digit),
                        (_JOINED, _blank), (_NTH, _blank), (_PER_HUNDRED, _percent), (_BY_WEIGHT, _percent),
                        (_GROUPED, _with_commas), (_DECIMAL_COMMA, _with_point), (_OF_FULL_SCALE, _blank),
                        (_DIAMETER, _blank), (_TWO_SIZES, _apart)):  # fmt: skip
        text = pattern.sub(by, text)
    return text


def _one_digit(word: re.Match[str]) -> str:
    return "1".rjust(len(word[0]))


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])


def _with_commas(number: re.Match[str]) -> str:
    return re.sub(r"[^0-9]", ",", number[0])


def _with_point(number: re.Match[str]) -> str:
    return number[0].replace(",", ".")


def _apart(size: re.Match[str]) -> str:
    return f"{size[0][:-1]};"


def _percent(found: re.Match[str]) -> str:
    return "%".ljust(len(found[0]))


def _one(text: str, match: re.Match[str]) -> Quantity:
    """一台, 单层, 一个: one of a counted thing."""
    name = text[match.end() : match.end() + 6]
    one = Quantity(*match.span(), match[0], 1.0, 1.0, True, True, "item", "count", name, False)
    return _compared(one, text) if match.re is _ONCE else one


def _scaled(figure: Quantity, text: str) -> Quantity:
    """A bare figure in the unit of the scale that is named shortly before it: 维氏硬度2450, 表层pH为8.1."""
    before = text[max(0, figure.start - 14) : figure.start + len(figure.text)]
    unit = next((unit for pattern, unit in _SCALES if pattern.search(before)), None) if not figure.unit else None
    if unit is None:
        return figure
    name = named_unit(unit)
    return replace(figure, unit=name.canonical, dimension=name.dimension)


def _written(figure: Quantity, text: str, readable: str) -> Quantity:
    """The figure as `text` has it: with all of a number word, whose digits end it, and what was left out behind it."""
    begin = max(0, figure.start - 9)  # eight letters, and a line's end behind them
    word = _LAST_LETTERS.search(text[begin : figure.start]) if text[figure.start].isalpha() else None
    start, end = begin + word.start() if word else figure.start, figure.end
    while end < len(text) and readable[end] == " " and not text[end].isspace():
        end += 1
    end -= text[end - 1] == "."  # which may end the sentence
    return replace(figure, start=start, end=end, text=text[start:end])


def _below_zero(figure: Quantity, text: str) -> Quantity:
    if (
        not text.lower().endswith(_BELOW_ZERO, 0, figure.start)
        or figure.low is None
        or figure.low <= 0
        or figure.low != figure.high
    ):
        return figure
    return replace(figure, low=-figure.low, high=-figure.low)


def _scaled_money(figure: Quantity, text: str) -> Quantity:
    """A price in thousands or millions: €1.2M, $40k."""
    scale = _MONEY_SCALE.match(text, figure.end) if figure.unit in CURRENCIES else None
    if scale is None:
        return figure
    factor = _MONEY_SCALES[scale[0].strip().lower()]
    low, high = (None if end is None else end * factor for end in (figure.low, figure.high))
    return replace(figure, end=scale.end(), text=text[figure.start : scale.end()], low=low, high=high)


def _in_digits(word: re.Match[str]) -> str:
    return str(_NUMBER_WORDS[word[0].lower()]).rjust(len(word[0]))


def _durations(text: str, found: Sequence[Quantity]) -> list[Quantity]:
    """4年8个月 as one figure in the unit of its last part."""
    joined: list[Quantity] = []
    for figure in found:
        last = joined[-1] if joined else None
        if last is not None and figure.low is not None and _continues(text, last, figure):
            factor = float(registry().Quantity(1.0, last.unit).to(figure.unit).magnitude)
            value = (last.low or 0.0) * factor + figure.low
            whole = text[last.start : figure.end]
            joined[-1] = replace(figure, start=last.start, text=whole, low=value, high=value, name=last.name)
        else:
            joined.append(figure)
    return joined


def _continues(text: str, last: Quantity, figure: Quantity) -> bool:
    timed = last.dimension == figure.dimension == "time" and last.unit != figure.unit
    return timed and last.low == last.high and bool(_AND.fullmatch(text, last.end, figure.start))


def _tenths(text: str, found: Sequence[Quantity]) -> list[Quantity]:
    """四秒三 as 4.3 s, 六成六 as 66 %."""
    return [_with_tenth(text, figure) if _WITH_TENTHS.fullmatch(figure.text) else figure for figure in found]


def _with_tenth(text: str, figure: Quantity) -> Quantity:
    tenth = _TENTH.match(text, figure.end)
    if tenth is None or figure.low is None or figure.is_bound:
        return figure
    value = figure.low + chinese_number(tenth["tenth"]) / 10
    return replace(figure, end=figure.end + 1, text=text[figure.start : figure.end + 1], low=value, high=value)


def _clocked(text: str, found: Sequence[Quantity]) -> list[Quantity]:
    """七小时二十八分, 4分20秒 and 一个半小时 as one figure each, in place of whatever overlaps it."""
    clocks = [_clock(text, match) for match in _CLOCK.finditer(text) if match["hours"] or match["seconds"]]
    halves = [_and_a_half(text, match) for match in _AND_A_HALF.finditer(text)]
    english = [_half(text, match) for match in _ENGLISH_HALF.finditer(text)]
    times = [*clocks, *halves, *english]
    rest = [one for one in found if not any(one.start < time.end and time.start < one.end for time in times)]
    return sorted((*rest, *times), key=lambda figure: figure.start)


def _clock(text: str, match: re.Match[str]) -> Quantity:
    hours, minutes, seconds = (_value(match[part]) for part in ("hours", "minutes", "seconds"))
    return _time(text, match, 3_600 * hours + 60 * minutes + seconds, "second")


def _and_a_half(text: str, match: re.Match[str]) -> Quantity:
    return _time(text, match, _value(match["number"]) + 0.5, _UNITS_OF_HALVES[match["unit"] or match["minutes"]])


def _half(text: str, match: re.Match[str]) -> Quantity:
    """As half an hour, two and a half years."""
    number = (match["number"] or "0").lower()
    whole = float(number) if number.isdigit() else float(_NUMBER_WORDS.get(number, 1))
    return _time(text, match, whole + 0.5, match["unit"].lower())


def _time(text: str, match: re.Match[str], value: float, unit: str) -> Quantity:
    name = re.split(r"[,，。;；:：、]", text[max(0, match.start() - 30) : match.start()])[-1].strip()
    return _compared(Quantity(*match.span(), match[0], value, value, True, True, unit, "time", name, False), text)


def _compared(figure: Quantity, text: str) -> Quantity:
    """A figure that was read here with the comparison around it: 不超过4分20秒, 不多于一次."""
    before, after = comparison_before(text, figure.start), comparison_after(text, figure.end)
    comparison = before or after
    if comparison is None:
        return figure
    start, end = min(figure.start, comparison.start), max(figure.end, comparison.end)
    return _one_sided(replace(figure, start=start, end=end, text=text[start:end]), comparison.bound)


def _one_sided(figure: Quantity, bound: Bound) -> Quantity:
    if bound in (Bound.AT_LEAST, Bound.MORE_THAN):
        return replace(figure, high=None, low_inclusive=bound is Bound.AT_LEAST)
    return replace(figure, low=None, high_inclusive=bound is Bound.AT_MOST)


def _value(number: str | None) -> float:
    if number is None:
        return 0.0
    return float(number) if number.isascii() else chinese_number(number)


def _bare(text: str, match: re.Match[str]) -> Quantity:
    power = (match["flat"] or match["raised"] or "0").translate(_MINUS)
    value = float(f"{match['digits'].translate(_MINUS).replace(',', '')}e{power}")
    name = re.split(r"[,，。;；:：、]", text[max(0, match.start() - 30) : match.start()])[-1].strip()
    return Quantity(*match.span(), text[match.start() : match.end()], value, value, True, True, "", "", name, False)


def _bounded(figure: Quantity, text: str) -> Quantity:
    """`figure` with the comparison that stands behind a unit nobody knows."""
    trail = _TRAIL.match(text, figure.end) if not figure.is_bound and figure.low is not None else None
    after = comparison_after(text, trail.end()) if trail and trail[0] else None
    if after is None:
        return figure
    return _one_sided(figure, after.bound)


def _free(matches: Iterator[re.Match[str]], taken: Sequence[tuple[int, int]]) -> Iterator[re.Match[str]]:
    """The `matches` that overlap nothing that is `taken`; both in order, each without overlaps."""
    ends = [end for _, end in taken]
    for match in matches:
        index = bisect_right(ends, match.start())
        if index == len(taken) or taken[index][0] >= match.end():
            yield match


def readings(figure: Quantity, around: str) -> Iterator[Quantity]:
    """`figure`, and then as it reads divided by what `around` says it is per: 每小时 before 2.8吨 makes t/h."""
    yield figure
    for unit in per_units(around):
        if figure.unit and unit != figure.unit:
            name = _divided(figure.unit, unit)
            if name is not None:
                yield replace(figure, unit=name.canonical, dimension=name.dimension)


def per_units(around: str) -> list[str]:
    """The units that `around` divides by: 每小时, 亩产, per day."""
    behind = [_UNIT_WORDS.get((m["words"] or "").lower()) or _unit(m["unit"]) for m in _PER.finditer(around)]
    before = [_unit(match["unit"]) for match in _FRONT_PER.finditer(around)]
    return list(dict.fromkeys([*behind, *before]))


def _unit(written: str) -> str:
    return {"年": "year", "月": "month"}.get(written) or read_unit(written).canonical


def _divided(unit: str, below: str) -> UnitName | None:
    if "degree" in unit or "degree" in below:
        return None
    try:
        return named_unit(f"({unit})/({below})")
    except ValueError:
        return None
