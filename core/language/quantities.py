"""Quantities in Chinese and English technical text: figures with their bounds, units and the thing they are about.

Read so: 以上, 以下 and 以内 include the figure, 超过 does not (Civil Code of the PRC, article 1259); 达到 ("reaches") is
at least; ±0.02 mm alone is the range −0.02 to 0.02. Years and dates of the calendar, ordinals, numbers of standards,
patents and steel grades, and bare numbers without unit or comparison are not quantities.
"""

import math
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from core.language.comparatives import Bound, bound_after, bound_before, hedged_after, hedged_before
from core.language.figure_names import name_around
from core.language.numerals import CHINESE_NUMERAL, chinese_number
from core.language.units import UNIT, UnitName, read_unit


@dataclass(frozen=True, slots=True)
class Quantity:
    """A figure with its bounds; `text` is exactly what stands at start:end of the text it was found in.

    `low` and `high` are in `unit`, None where nothing bounds that side; a plain figure has both the same. `unit` is
    in pint's long form ("megapascal", "meter ** 3 / hour"), "" for a bare number; `dimension` names what kind of thing
    it measures ("pressure"). `name` is the noun phrase the figure is about, "" if none was found.
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
        """Whether the figure limits something: a comparison, a range or a tolerance, not a plain value."""
        return self.low != self.high


@dataclass(frozen=True, slots=True)
class _Value:
    """One number with its scale (万) and the unit behind it."""

    start: int
    end: int
    number: float
    scale: float
    unit: str
    plus: bool = False

    @property
    def value(self) -> float:
        return self.number * self.scale


_DIGITS = r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]{1,30})(?:\.[0-9]{1,30})?"
_POWER_SIGNS = "⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹"
_TEN = rf"10(?:\s?\^\s?[({{]?\s?(?P<caret>[-−+]?[0-9]{{1,3}})[)}}]?|(?P<raised>[⁺⁻]?[{_POWER_SIGNS[2:]}]{{1,3}}))"
_LOST = r"10(?P<lost>[-−][1-9][0-9]?|[1-9][0-9]?)(?![0-9.,]|\s?(?:mm|cm|m\b|毫米|厘米|米))"
_EXPONENT = rf"(?:\s?[×xX*·]\s?(?:{_TEN}|{_LOST})|[eE](?P<e>[-+]?[0-9]{{1,3}})(?![0-9A-Za-z]))"
_SIGN = r"(?:(?<![0-9A-Za-z%℃°)）\u4e00-\u9fff])[-−–—+]\s?|(?<=[寒零冷温至到~])[-−–—+])"
_SCALES = {"万亿": 1e12, "千亿": 1e11, "百亿": 1e10, "十亿": 1e9, "亿": 1e8, "千万": 1e7, "百万": 1e6, "十万": 1e5, "万": 1e4,
           "千": 1e3, "百": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9}  # fmt: skip
_SCALE = rf"(?:\s?(?P<hedge>余|多|几|来)?\s?(?P<scale>{'|'.join(_SCALES)})(?![克瓦米帕伏卡牛焦赫欧安]))?"
_CURRENCY = r"(?:(?P<currency>[¥$€]|RMB|CNY|USD|EUR|HRC|HRB|HRA|HB[WS]?|HV|pH值?)\s?)?"
_UNIT = rf"(?:\s?(?P<plus>\+|余|多)?\s?(?P<unit>{UNIT})(?![A-Za-z]))?"
_ARABIC = re.compile(
    rf"{_CURRENCY}(?:(?P<sign>{_SIGN})?(?P<digits>{_DIGITS}){_EXPONENT}?|(?P<power>{_TEN.replace('caret', 'caret2').replace('raised', 'raised2')})){_SCALE}{_UNIT}"
)
