"""Values, ranges and tolerances: the figures that belong together, before any comparison around them is read."""

import re
from dataclasses import dataclass, replace

from core.language.figures import CURRENCIES, Figure, figure_at, money_at, unit_in
from core.language.units import UNIT, UnitName, registry


@dataclass(frozen=True, slots=True)
class Span:
    """Both ends of a value or a range in `unit`; `scaled` by a word such as 万, `hedged` by 余 or 多."""

    start: int
    end: int
    low: float
    high: float
    unit: UnitName | None
    two_sided: bool = False
    low_inclusive: bool = True
    high_inclusive: bool = True
    hedged: bool = False
    scaled: bool = False


_RANGE = re.compile(r"\s?(?:~|∼|〜|-{1,4}|–|—{1,2}|−|至|到|to(?![A-Za-z])|/(?=[-−+][0-9]))\s?")
_BETWEEN = re.compile(r"\s?(?:与|和|and)\s?")
_BETWEEN_BEFORE = re.compile(r"(?:between|介于|在)\s?$", re.I)
_BETWEEN_AFTER = re.compile(r"\s?之?间")
_FROM = re.compile(r"(?<![A-Za-z])(?:from|between|介于)\s?$", re.I)
_TOLERANCE = re.compile(r"\s?(?:±|\+/-|\+-)\s?")
_TOLERANCE_BEFORE = re.compile(r"(?:±|\+/-|正负)\s?$")
_MIDDLE = re.compile(r"\s?(?P<low><=|<|≤|⩽)\s?[^\s0-9<>≤≥,，。;；][^\s<>≤≥,，。;；]{0,11}\s?(?P<high><=|<|≤|⩽)\s?")
_UNIT_BEHIND_BRACKET = re.compile(rf"\s?\)\s?(?P<unit>{UNIT})")


def span_at(plain: str, first: Figure) -> Span:
    """The value, range or tolerance that begins with the figure `first` (a bracket or a ± may stand before it)."""
    for read in (_range, _tolerance, _two_sided):
        if span := read(plain, first):
            return _bracketed(plain, span)
    if before := _TOLERANCE_BEFORE.search(plain, max(0, first.start - 5), first.start):
        size = abs(first.value)
        return _bracketed(plain, Span(before.start(), first.end, -size, size, first.unit, two_sided=True))
    single = Span(
        first.start,
        first.end,
        first.value,
        first.value,
        first.unit,
        hedged=first.hedged,
        scaled=first.scale > 1,
    )
    return _bracketed(plain, single)


def _range(plain: str, first: Figure) -> Span | None:
    link = _RANGE.match(plain, first.end)
    between = (
        _BETWEEN.match(plain, first.end)
        if not link and _BETWEEN_BEFORE.search(plain[max(0, first.start - 10) : first.start])
        else None
    )
    found = link or between
    second = _other_end(plain, first, found.end()) if found else None
    if found is None or second is None:
        return None
    if (
        between
        and not _FROM.search(plain[max(0, first.start - 10) : first.start])
        and not _BETWEEN_AFTER.match(plain, second.end)
    ):
        return None
    if _is_flat_power(plain, first, found, second):
        return Span(first.start, second.end, 10.0**-second.value, 10.0**-second.value, second.unit)
    pair = _in_one_unit(first, second)
    if pair is None:
        return None
    opening = _FROM.search(plain[max(0, first.start - 10) : first.start])
    start = first.start if opening is None else first.start - len(opening[0])
    closing = _BETWEEN_AFTER.match(plain, second.end)
    end = closing.end() if closing else second.end
    return Span(start, end, min(pair), max(pair), second.unit or first.unit, two_sided=True, scaled=second.scale > 1)


def _other_end(plain: str, first: Figure, position: int) -> Figure | None:
    money = first.unit_in_front and first.unit is not None and first.unit.canonical in CURRENCIES
    return (money_at(plain, position) if money else None) or figure_at(plain, position)


def _is_flat_power(plain: str, first: Figure, link: re.Match[str], second: Figure) -> bool:
    """Whether this is a power of ten whose raised figure was lost (10-6 Pa): a range would not run downwards so."""
    written = plain[first.start : first.end] == "10" and link[0] == "-"
    return written and second.unit is not None and 1 <= second.value < 10 and second.value.is_integer()


def _in_one_unit(first: Figure, second: Figure) -> tuple[float, float] | None:
    """Both ends in the second's unit: 1~2万元, 500 m~2 km; None if they measure different things."""
    if first.unit is None or (second.unit is None and first.unit_in_front):
        scale = second.scale if first.scale == 1 and first.value * second.scale <= second.value else 1.0
        return first.value * scale, second.value
    if second.unit is None or first.unit.dimension != second.unit.dimension:
        return None
    units = registry()
    converted = units.Quantity(first.value, first.unit.canonical).to(second.unit.canonical).magnitude
    return float(converted), second.value


def _tolerance(plain: str, first: Figure) -> Span | None:
    sign = _TOLERANCE.match(plain, first.end)
    second = figure_at(plain, sign.end()) if sign else None
    if second is None:
        return None
    percent = second.unit is not None and second.unit.canonical == "percent"
    relative = percent and first.unit is not None and first.unit != second.unit
    width = abs(first.value * second.value / 100 if relative else second.value)
    unit = first.unit or second.unit
    return Span(first.start, second.end, first.value - width, first.value + width, unit, two_sided=True)


def _two_sided(plain: str, first: Figure) -> Span | None:
    """180≤HB<240 and 5 μm<粒径≤20 μm."""
    middle = _MIDDLE.match(plain, first.end)
    second = figure_at(plain, middle.end()) if middle else None
    pair = _in_one_unit(first, second) if second and (second.unit or not first.unit) else None
    if middle is None or second is None or pair is None:
        return None
    closed = ("<=", "≤", "⩽")
    unit = second.unit or unit_in(re.sub(r"[<>=≤⩽\s]", "", middle[0]))
    return Span(first.start, second.end, *pair, unit, two_sided=True, low_inclusive=middle["low"] in closed,
                 high_inclusive=middle["high"] in closed)  # fmt: skip


def _bracketed(plain: str, span: Span) -> Span:
    """(0.02~0.06) mm: a unit behind the closing bracket belongs to the figures inside."""
    opened = span.unit is None and plain[span.start - 1 : span.start] == "("
    behind = _UNIT_BEHIND_BRACKET.match(plain, span.end) if opened else None
    if behind is None:
        return span
    return replace(span, start=span.start - 1, end=behind.end(), unit=unit_in(behind["unit"]))
