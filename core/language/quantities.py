"""Quantities in Chinese and English technical text: figures with their bounds, units and the thing they are about.

以上, 以下 and 以内 include the figure, 超过 does not (Civil Code, article 1259); 达到 and "reaches" are
at least; ±0.02 mm alone is the range −0.02 to 0.02. Years and days of the calendar, ordinals, numbers of standards,
patents and steel grades, and bare numbers with neither unit nor comparison are not quantities.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from core.language.comparatives import (
    Bound,
    BoundWord,
    comparison_after,
    comparison_before,
    hedge_after,
    hedge_before,
)
from core.language.figure_names import name_around
from core.language.figures import BARE, Figure, next_figure, unit_in
from core.language.look_alikes import without_look_alikes
from core.language.normalise import same_width
from core.language.spans import Span, span_at
from core.language.units import UnitName, named_unit


@dataclass(frozen=True, slots=True)
class Quantity:
    """A figure with its bounds; `text` is exactly what stands at start:end of the text it was found in.

    `low` and `high` are in `unit`, None where nothing bounds that side; a plain figure has both the same. `unit` is in
    pint's long form ("megapascal", "meter ** 3 / hour"), "" for a bare number; `dimension` names what kind of thing it
    measures ("pressure"). `name` is the noun phrase the figure is about, "" if none was found.
    """

    start: int
    end: int
    text: str
    low: float | None
    high: float | None
    low_inclusive: bool
    high_inclusive: bool
    unit: str
    dimension: str
    name: str
    approximate: bool

    @property
    def is_bound(self) -> bool:
        """Whether it limits something: a comparison, a range or a tolerance, not a plain value."""
        return self.low != self.high


_BRACKETED_UNIT = r"[(\[]\s?(?P<bracket>[^()\[\]]{1,12}|dB\([Aa]\))\s?[)\]]"
_SCALE_IN_FRONT = r"(?P<plain>HRC|HRB|HRA|HB[WS]?|HV|dB\([Aa]\)|dB|p[Hh]值?)"
_UNIT_IN_FRONT = re.compile(rf"(?:{_BRACKETED_UNIT}|{_SCALE_IN_FRONT})\s?[:=]?\s?$")
_HAN = re.compile("[\u4e00-\u9fff]")
_SAME_THING = re.compile(r"\s?(?:或者?|/)?\s?")
_LEAST_IN_WORDS = 100.0
"""A number in Chinese signs below this and without a unit is mostly a word: 一般以上, 三以内."""
_MONEY = re.compile(r"预算|投资|投入|资金|经费|费用|成本|价|budget|cost|invest", re.I)


def quantities(text: str) -> tuple[Quantity, ...]:
    """The quantities of `text` in order, without overlaps. Never raises; offsets are into `text` as given."""
    plain = same_width(text.replace("，", "；"))  # a Chinese comma never stands inside a number: 强度35，120℃
    return tuple(_quantities(text, without_look_alikes(plain)))


def _quantities(text: str, plain: str) -> Iterator[Quantity]:
    position, name = 0, ""
    while figure := next_figure(plain, position):
        span = span_at(plain, figure)
        quantity = _quantity(text, plain, position, span)
        if quantity is not None:
            if not quantity.name and position and _SAME_THING.fullmatch(plain, position, quantity.start):
                quantity = replace(quantity, name=name)
            yield quantity
            name = quantity.name
            position = max(quantity.end, figure.start + 1)
        else:
            position = max(figure.start + 1, _end_of_digits(plain, figure))


def _end_of_digits(plain: str, figure: Figure) -> int:
    return figure.end if figure.unit is None else figure.start + 1


def _quantity(text: str, plain: str, begin: int, span: Span) -> Quantity | None:
    before = comparison_before(plain, span.start)
    after = comparison_after(plain, span.end)
    if before is not None and before.start < begin:
        before = None
    start, end, hedged = _hedges(plain, span, begin)
    low, high, low_inclusive, high_inclusive = span.low, span.high, span.low_inclusive, span.high_inclusive
    sides: tuple[float | None, float | None] = (low, high)
    comparison = _stronger(before, after)
    if comparison is not None:
        start, end = (before.start if before else start), (after.end if after else end)
        if not span.two_sided:
            sides, low_inclusive, high_inclusive = _open_side(comparison.bound, low)
    start, unit = _unit_of(plain, span, start, begin)
    if (unit is None or unit is BARE) and not _is_bare_figure(plain, span, comparison):
        return None
    name = name_around(plain, begin, start, end)
    unit = unit or BARE
    return Quantity(start, end, text[start:end], *sides, low_inclusive, high_inclusive, unit.canonical, unit.dimension,
                    name, hedged)  # fmt: skip


def _is_bare_figure(plain: str, span: Span, comparison: BoundWord | None) -> bool:
    """Whether a number without a unit is a figure: with a comparison or a scale (3万); in Chinese signs with both."""
    if _HAN.search(plain[span.start : span.start + 1]):
        return comparison is not None and min(abs(span.low), abs(span.high)) >= _LEAST_IN_WORDS
    return comparison is not None or span.scaled


def _hedges(plain: str, span: Span, begin: int) -> tuple[int, int, bool]:
    """The span with an "about" before and a 左右 behind it, and whether there was any."""
    before, after = hedge_before(plain, span.start), hedge_after(plain, span.end)
    if before is not None and before < begin:
        before = None
    start = span.start if before is None else before
    end = span.end if after is None else after
    return start, end, span.hedged or before is not None or after is not None


def _stronger(before: BoundWord | None, after: BoundWord | None) -> BoundWord | None:
    if before is not None and (not before.weak or after is None):
        return before
    return after


def _open_side(bound: Bound, value: float) -> tuple[tuple[float | None, float | None], bool, bool]:
    """The two ends that a comparison with `value` leaves, and whether each is included."""
    match bound:
        case Bound.AT_LEAST:
            return (value, None), True, False
        case Bound.MORE_THAN:
            return (value, None), False, False
        case Bound.AT_MOST:
            return (None, value), False, True
        case Bound.LESS_THAN:
            return (None, value), False, False


def _unit_of(plain: str, span: Span, start: int, begin: int) -> tuple[int, UnitName | None]:
    """The unit, also one written in front (硬度HRC≥60, 强度(MPa)≥500) or left out (预算150万), and the start."""
    if span.unit is not None:
        return start, span.unit
    window = plain[max(begin, start - 16) : start]
    if (found := _UNIT_IN_FRONT.search(window)) and (unit := unit_in(found["bracket"] or found["plain"])):
        return start if found["bracket"] else start - len(found[0]), unit
    if span.scaled and _MONEY.search(plain[max(begin, start - 12) : start]):
        return start, named_unit("CNY")
    return start, BARE if span.scaled else None
