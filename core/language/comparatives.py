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


class Comparison(NamedTuple):
    """A comparison found beside a figure; `start` and `end` are its offsets, `weak` yields to one on the other side."""

    bound: Bound
    start: int
    end: int
    weak: bool = False


_NOT = r"(?:不|勿|未)(?:得|应|能|可|要|宜|会)?"
# Tried in this order, so that 不低于 is found before 低于; each is a pattern that ends where the figure begins.
_BEFORE: tuple[tuple[Bound, str], ...] = (
    (Bound.AT_LEAST, rf"{_NOT}(?:低|小|少|短|弱|亚)于|(?:大|高|多|长)于(?:或)?等于|[≥⩾≧]|>=|=>|至少(?:要|应|需|能)?(?:达到|达|为|有)?"
                     r"|最少|最低|最小值?|起码|不亚于|不下"
                     r"|(?:at least|(?:no|not) (?:be )?(?:less|lower|fewer|smaller|shorter|under) than|(?:a )?minimum(?: of)?|min\."
                     r"|(?:greater|more|higher|larger) than or equal to|from)"),
    (Bound.AT_MOST, rf"{_NOT}(?:高|大|多|长|晚|迟|强)于|{_NOT}超过|{_NOT}超出|{_NOT}超|(?:小|低|少|短)于(?:或)?等于|[≤⩽≦]|<=|=<|至多|最多"
                    r"|最高|最大值?|最迟|最长|上限"
                    r"|(?:up to|at most|(?:no|not) (?:be )?(?:more|higher|greater|larger|longer|later|above|over) than"
                    r"|(?:must |shall |should |may |can |do |does |to )?not (?:to )?exceed(?:ing)?|(?:a )?maximum(?: of)?|max\."
                    r"|(?:less|lower|fewer|smaller) than or equal to|within)"),
    (Bound.MORE_THAN, r">|(?:大|高|多|长|优|强)于|超过|超出|突破|逾"
                      r"|(?:more|greater|higher|larger|longer|better) than|over|above|exceeds?|exceeding"),
    (Bound.LESS_THAN, r"<|(?:小|低|少|短)于|不足|不到|不满|(?:less|lower|fewer|smaller|shorter) than|below|under"),
)  # fmt: skip
_WEAK_BEFORE = r"达到|可达到?|高达|达|reach(?:es|ing)?(?: to)?|achiev(?:e|es|ing)|提(?:高|升)(?:到|至)|增(?:加|大)(?:到|至)"
_WEAK_BELOW = r"(?:降低|降|减少|减小|缩短|压缩|下降)(?:到|至)|(?:reduced?|lowered|cut|shortened|decreased?) to"
_LINK = r"(?:[:=]|为|在|到|至|达到|达|being|is)?"
HEDGE_BEFORE = r"(?:大约|大概|约为|约|将近|接近|近|≈|about|around|approximately|approx\.?|roughly|nearly|circa|(?<![0-9%℃)a-zA-Z])~)?"
_TAIL = rf"\s{{0,2}}{_LINK}\s{{0,2}}(?P<hedge>{HEDGE_BEFORE})\s{{0,2}}$"
_BEFORE_PATTERNS = [(bound, re.compile(rf"(?P<word>(?<![A-Za-z])(?:{words})){_TAIL}", re.I)) for bound, words in _BEFORE]
_WEAK_PATTERNS = [
    (Bound.AT_LEAST, re.compile(rf"(?P<word>(?<![A-Za-z])(?:{_WEAK_BEFORE})){_TAIL}", re.I)),
    (Bound.AT_MOST, re.compile(rf"(?P<word>(?<![A-Za-z])(?:{_WEAK_BELOW})){_TAIL}", re.I)),
]
_HEDGED_BEFORE = re.compile(rf"(?P<word>{HEDGE_BEFORE.removesuffix('?')})\s{{0,2}}$", re.I)
_HEDGED_AFTER = re.compile(r"\s?(?:左右|上下|许|or so)", re.I)
_AFTER = (
    (Bound.AT_LEAST, re.compile(
        r"\s?(?:及其?|或|和|或者)?(?:以上|之上|及以上|起步|\+(?![0-9/])|(?:or|and) (?:more|higher|above|greater|better|longer|over|up)\b|(?:as a )?minimum\b)", re.I)),
    (Bound.AT_MOST, re.compile(
        r"\s?(?:及其?|或|和|或者)?(?:以下|以内|之内|之下|之前|内(?=[，,。；;、)\s将需要完把实]|$)|(?:or|and) (?:less|lower|below|fewer|under|shorter)\b"
        r"|(?:as a )?maximum\b|max\b|at most\b)", re.I)),
)  # fmt: skip
_WINDOW = 32


def comparison_before(text: str, position: int) -> Comparison | None:
    """The comparison that ends where a figure begins at `position`, with a hedge between them at most."""
    window = text[max(0, position - _WINDOW) : position]
    offset = position - len(window)
    for weak, patterns in ((False, _BEFORE_PATTERNS), (True, _WEAK_PATTERNS)):
        for bound, pattern in patterns:
            if found := pattern.search(window):
                return Comparison(bound, offset + found.start(), position, weak)
    return None


def comparison_after(text: str, position: int) -> Comparison | None:
    """The comparison that begins where a figure ends at `position`."""
    for bound, pattern in _AFTER:
        if found := pattern.match(text, position):
            return Comparison(bound, position, found.end())
    return None


def hedge_before(text: str, position: int) -> int | None:
    """Where the "about" begins that ends at `position`; None if there is none."""
    window = text[max(0, position - _WINDOW) : position]
    found = _HEDGED_BEFORE.search(window)
    return position - len(window) + found.start() if found else None


def hedge_after(text: str, position: int) -> int | None:
    """Where the 左右 ("or so") ends that begins at `position`; None if there is none."""
    found = _HEDGED_AFTER.match(text, position)
    return found.end() if found else None
