"""The words and signs that make a figure a bound: 不低于, ≥, at least, 以上, or less.

以上, 以下, 以内 include the figure and 超过 does not: Civil Code of the PRC, article 1259.
"""

import re
from enum import StrEnum
from typing import NamedTuple


class Bound(StrEnum):
    """Which side of its figure a comparison leaves open, and whether the figure itself is in."""

    AT_LEAST = "at_least"
    MORE_THAN = "more_than"
    AT_MOST = "at_most"
    LESS_THAN = "less_than"


class BoundWord(NamedTuple):
    """A comparison found beside a figure; `start` and `end` are its offsets, `weak` yields to one on the other side."""

    bound: Bound
    start: int
    end: int
    weak: bool = False


_NOT = "(?:不|勿|未|别|莫)(?:得|应|能|可|要|宜|会)?"
_EN = "(?<![A-Za-z])"
# Tried in this order, so that 不低于 is found before 低于.
_BEFORE: tuple[tuple[Bound, tuple[str, ...]], ...] = (
    (
        Bound.AT_LEAST,
        (
            f"{_NOT}(?:低|小|少|短|弱|亚|薄|轻|窄|浅)于",
            "(?:大|高|多|长)于或?等于",
            "[≥⩾≧]|>=|=>",
            "至少(?:要|应|需|能)?(?:达到|达|为|有)?",
            "(?:至少|最少)[\u4e00-\u9fff]{1,4}",
            "最少|最低|最小值?|起码|不下",
            f"{_EN}at least",
            f"{_EN}(?:no|not) (?:be )?(?:less|lower|fewer|smaller|shorter|under) than",
            f"{_EN}(?:no|not) (?:be )?(?:below|under)",
            f"{_EN}(?:greater|more|higher|larger) than or equal to",
            rf"{_EN}(?:(?:a )?minimum(?: of)?|min\.|from)",
            f"{_EN}as (?:long|large|thick|high|heavy|much|many|wide) as",
        ),
    ),
    (
        Bound.AT_MOST,
        (
            f"{_NOT}(?:高|大|多|长|晚|迟|强|重|厚|粗|贵|宽|深)于",
            f"{_NOT}超[过出]?",
            "(?<![,，;；。])不过",
            "(?:小|低|少|短)于或?等于",
            "[≤⩽≦]|<=|=<",
            "(?:至多|最多)[\u4e00-\u9fff]{0,4}",
            "最高|最大值?|最迟|最长|上限",
            f"{_EN}(?:up to|at most|within)",
            f"{_EN}(?:no|not) (?:be )?(?:more|higher|greater|larger|longer|later|above|over) than",
            f"{_EN}(?:no|not) (?:be )?(?:above|over|beyond)",
            f"{_EN}(?:(?:must|shall|should|may|can|do|does|to) )?not (?:to )?exceed(?:ing)?",
            f"{_EN}(?:less|lower|fewer|smaller) than or equal to",
            rf"{_EN}(?:(?:a )?maximum(?: of)?|max\.)",
            f"{_EN}as (?:short|small|thin|low|light|little|narrow|few) as",
        ),
    ),
    (
        Bound.MORE_THAN,
        (
            ">",
            "(?:大|高|多|长|强)于|超过|超出|突破|逾",
            f"{_EN}(?:more|greater|higher|larger|longer|better) than",
            f"{_EN}(?:over|above|exceeds?|exceeding)",
        ),
    ),
    (
        Bound.LESS_THAN,
        (
            "<",
            "(?:小|低|少|短)于|不足|不到|不满",
            f"{_EN}(?:less|lower|fewer|smaller|shorter) than",
            f"{_EN}(?:below|under)",
        ),
    ),
)
# Words that say where a value goes; a comparison behind the figure (降至60%以下) counts for more.
_BEFORE_WEAKLY: tuple[tuple[Bound, tuple[str, ...]], ...] = (
    (
        Bound.AT_LEAST,
        (
            "达到|可达到?|高达|达",
            "(?:提[高升]|增[加大])[到至]",
            rf"{_EN}(?:reach(?:es|ing)?(?: to)?|achiev(?:e|es|ing))",
        ),
    ),
    (
        Bound.AT_MOST,
        (
            "(?:降低|降|减少|减小|缩短|压缩|下降|减|缩)[到至]",
            f"{_EN}(?:reduced?|lowered|cut|shortened|decreased?) to",
        ),
    ),
)
_AFTER: tuple[tuple[Bound, tuple[str, ...]], ...] = (
    (
        Bound.AT_LEAST,
        (
            "(?:及其?|或者?|和)?(?:以上|之上|起步)|起(?=$|[,，。;；、)）])",
            r"\+(?![0-9/])",
            r"(?:or|and) (?:more|higher|above|greater|better|longer|over|up|faster|later)\b",
            r"(?:as a )?minimum\b",
        ),
    ),
    (
        Bound.AT_MOST,
        (
            "(?:及其?|或者?|和)?(?:以下|以内|之内|之下|之前)|封顶|为限",
            "内(?![径部容外在存层腔壁表圈孔衬蒙置])",
            r"(?:or|and) (?:less|lower|below|fewer|under|shorter|earlier|sooner)\b",
            r"(?:as a )?max(?:imum)?\b|at most\b",
        ),
    ),
)
_HEDGES = (
    "大约|大概|约为|约|将近|接近|近|≈",
    r"about|around|approximately|approx\.?|roughly|nearly|circa",
    "(?<![0-9%℃)a-zA-Z])~",
)
_HEDGE = f"(?:{'|'.join(_HEDGES)})"
_TAIL = rf"\s{{0,2}}(?:[:=]|为|在|到|至|达到|达|being|is)?\s{{0,2}}{_HEDGE}?\s{{0,2}}$"
_WINDOW = 32

_Patterns = list[tuple[Bound, re.Pattern[str]]]


def _compiled(table: tuple[tuple[Bound, tuple[str, ...]], ...], before: str, behind: str) -> _Patterns:
    return [(bound, re.compile(f"{before}(?:{'|'.join(words)}){behind}", re.I)) for bound, words in table]


_BEFORE_PATTERNS = _compiled(_BEFORE, "", _TAIL)
_WEAK_PATTERNS = _compiled(_BEFORE_WEAKLY, "", _TAIL)
_AFTER_PATTERNS = _compiled(_AFTER, r"\s?", "")
_SIGNS = "<>=:~."
"""The ASCII characters beside letters that a comparison or a hedge before a figure may end with."""
_HEDGED_BEFORE = re.compile(rf"{_HEDGE}\s{{0,2}}$", re.I)
_HEDGED_AFTER = re.compile(r"\s?(?:左右|上下|许|or so)", re.I)


def comparison_before(text: str, position: int) -> BoundWord | None:
    """The comparison that ends where a figure begins at `position`, with a hedge between them at most."""
    window = text[max(0, position - _WINDOW) : position]
    offset = position - len(window)
    if _ends_nothing(window):
        return None
    for weak, patterns in ((False, _BEFORE_PATTERNS), (True, _WEAK_PATTERNS)):
        for bound, pattern in patterns:
            if found := pattern.search(window):
                return BoundWord(bound, offset + found.start(), position, weak)
    return None


def comparison_after(text: str, position: int) -> BoundWord | None:
    """The comparison that begins where a figure ends at `position`."""
    for bound, pattern in _AFTER_PATTERNS:
        if found := pattern.match(text, position):
            return BoundWord(bound, position, found.end())
    return None


def hedge_before(text: str, position: int) -> int | None:
    """Where the "about" begins that ends at `position`; None if there is none."""
    window = text[max(0, position - _WINDOW) : position]
    found = None if _ends_nothing(window) else _HEDGED_BEFORE.search(window)
    return position - len(window) + found.start() if found else None


def _ends_nothing(window: str) -> bool:
    """Whether no comparison and no hedge can end here, told by one character: long rows of numbers are read fast."""
    last = window.rstrip()[-1:]
    return last.isascii() and not last.isalpha() and last not in _SIGNS


def hedge_after(text: str, position: int) -> int | None:
    """Where the 左右 ("or so") ends that begins at `position`; None if there is none."""
    found = _HEDGED_AFTER.match(text, position)
    return found.end() if found else None
