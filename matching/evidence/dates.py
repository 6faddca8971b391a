"""Calendar deadlines: "before the end of June 2025" against "ready in September 2025"."""

import re
from dataclasses import dataclass
from functools import lru_cache

from matching.evidence.types import KEPT_TEXTS

_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")
_YEAR = r"(?P<year>(?:19|20)[0-9]{2}|二[〇零]二[〇零一二三四五六七八九])\s?年?"
_MONTH = r"(?P<month>1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])\s?月"
_SEASONS = {
    "春": 4.0, "夏": 7.0, "秋": 10.0, "冬": 12.0, "年底": 12.9, "年末": 12.9, "年初": 1.5, "上半年": 6.9, "年中": 6.5,
    "下半年": 12.9, "第一季度": 3.9, "一季度": 3.9, "二季度": 6.9, "三季度": 9.9, "四季度": 12.9, "国庆": 9.9,
    "春节": 1.9,
}  # fmt: skip
_NAMES = "|".join(sorted(_SEASONS, key=len, reverse=True))
_CHINESE = re.compile(
    rf"(?:{_YEAR}[^，,。；;]{{0,2}}?)?(?:{_MONTH}(?P<part>[上中下]旬|底|末|初|[0-9]{{1,2}}\s?日)?|(?P<season>{_NAMES}))"
)
_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
           "december")  # fmt: skip
_QUARTER = re.compile(r"\bQ(?P<quarter>[1-4])\s?(?P<year>20[0-9]{2})", re.I)
_ENGLISH = re.compile(rf"\b(?P<name>{'|'.join(_MONTHS)})\b,?\s?(?P<year>20[0-9]{{2}})?", re.I)
_ENGLISH_SEASONS = {
    "spring": 4.0,
    "summer": 7.0,
    "autumn": 10.0,
    "winter": 12.0,
    "end of": 12.9,
    "by": 1.0,
    "before": 1.0,
}
_ENGLISH_YEAR = re.compile(rf"\b(?P<part>{'|'.join(_ENGLISH_SEASONS)})\s(?:the\s)?(?P<year>20[0-9]{{2}})\b", re.I)
_YEAR_ALONE = re.compile(r"(?<![0-9])(?P<year>20[0-9]{2})\s?年(?:内|前|底|末)")
_BEFORE = re.compile(r"前|之前|底|末|内|不迟于|不晚于|\b(?:by|before|no later|until|end of)\b", re.I)
_PARTS = {"上旬": 0.3, "中旬": 0.6, "下旬": 0.9, "底": 0.95, "末": 0.95, "初": 0.1}


@dataclass(frozen=True, slots=True)
class Deadline:
    """A point of the calendar as months since year 0, with a fraction; `year` None where the text names none."""

    year: int | None
    month: float

    def months(self, year: int) -> float:
        """Months since year 0; `year` stands in where none is named."""
        return (self.year if self.year is not None else year) * 12 + self.month


@lru_cache(maxsize=KEPT_TEXTS)
def deadline_in(text: str) -> Deadline | None:
    """The deadline that a requirement sets: a date together with a word such as 前 or "by"."""
    return date_in(text) if _BEFORE.search(text) else None


@lru_cache(maxsize=KEPT_TEXTS)
def date_in(text: str) -> Deadline | None:
    """The first date of the calendar in `text` that names a month, a season or a quarter."""
    if found := _CHINESE.search(text):
        return Deadline(_year(found["year"]), _month(found))
    if found := _QUARTER.search(text):
        return Deadline(int(found["year"]), int(found["quarter"]) * 3 + 0.9)
    if found := _ENGLISH.search(text):
        month = _MONTHS.index(found["name"].lower()) + 1
        return Deadline(_year(found["year"]), month + 0.5)
    if found := _ENGLISH_YEAR.search(text):
        return Deadline(int(found["year"]), _ENGLISH_SEASONS[found["part"].lower()])
    if found := _YEAR_ALONE.search(text):
        return Deadline(int(found["year"]), 12.9)
    return None


def kept(asked: Deadline, offered: Deadline) -> bool | None:
    """Whether `offered` is not later than `asked`; None if neither names a year."""
    year = asked.year if asked.year is not None else offered.year
    if year is None and (asked.year or offered.year) is None:
        year = 0
    return offered.months(year or 0) <= asked.months(year or 0)


def _year(written: str | None) -> int | None:
    return int(written.translate(_DIGITS)) if written else None


def _month(found: re.Match[str]) -> float:
    if found["season"]:
        return _SEASONS[found["season"]]
    written = found["month"]
    number = 10 + "十一二".index(written[1:] or "十") if written.startswith("十") else int(written.translate(_DIGITS))
    part = found["part"] or ""
    day = re.match("[0-9]+", part)
    return number + (int(day[0]) / 32 if day else _PARTS.get(part, 0.5))
