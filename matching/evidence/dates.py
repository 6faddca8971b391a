"""Calendar deadlines: "before the end of June 2025" against "ready in September 2025"."""

import re
from dataclasses import dataclass
from functools import lru_cache

from matching.evidence.types import KEPT_TEXTS

_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")
_YEAR = r"(?P<year>(?:19|20)[0-9]{2}|二[〇零]二[〇零一二三四五六七八九])\s?年?"
_MONTH = r"(?P<month>1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])\s?月"
_SEASON_SIGNS = {"春": 4.0, "夏": 7.0, "秋": 10.0, "冬": 12.0}
_SEASONS = {
    "年底": 12.9, "年末": 12.9, "年初": 1.5, "上半年": 6.9, "年中": 6.5,
    "下半年": 12.9, "第一季度": 3.9, "一季度": 3.9, "二季度": 6.9, "三季度": 9.9, "四季度": 12.9, "国庆": 9.9,
    "春节": 1.9, **_SEASON_SIGNS,
}  # fmt: skip
_SIGN = f"[{''.join(_SEASON_SIGNS)}]"
_NAMES = "|".join(sorted(_SEASONS.keys() - _SEASON_SIGNS.keys(), key=len, reverse=True))
_SEASON = rf"{_NAMES}|(?<=[年今明后当入开]){_SIGN}|{_SIGN}(?=[季天初末前底后耕播收])"
"""A sign of a season alone is part of names (长春, 宁夏, 冬枣)."""
_CHINESE = re.compile(
    rf"(?:{_YEAR}[^，,。；;]{{0,2}}?)?(?:{_MONTH}(?P<part>[上中下]旬|底|末|初|[0-9]{{1,2}}\s?日)?|(?P<season>{_SEASON}))"
)
_DIGITS_ONLY = re.compile(
    r"(?<![0-9A-Za-z.,/-])(?P<year>20[0-9]{2})(?P<sign>[-/.])"
    r"(?:(?P<month>0?[1-9]|1[0-2])(?P=sign)(?P<day>3[01]|[12][0-9]|0?[1-9])|(?P<only>0[1-9]|1[0-2]))(?![0-9])"
)
_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
           "december")  # fmt: skip
_QUARTER = re.compile(r"\bQ(?P<quarter>[1-4])\s?(?P<year>20[0-9]{2})", re.I)
_DAY_AND_YEAR = r"(?:\s[0-3]?[0-9](?:st|nd|rd|th)?\b)?,?\s?(?P<year>20[0-9]{2})"
_SHORT = "|".join(dict.fromkeys([*(name[:3] for name in _MONTHS), "sept"]))
_VERBS = {"march", "may"}
_SURE = "|".join(
    [*(name for name in _MONTHS if name not in _VERBS), *(f"(?-i:{one.title()})" for one in sorted(_VERBS))]
)
_ENGLISH = re.compile(
    rf"\b(?:(?P<dated>{'|'.join(_MONTHS)}|(?:{_SHORT})\b\.?){_DAY_AND_YEAR}|(?P<name>{_SURE})\b)", re.I
)
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
_SOME_YEAR = re.compile(r"(?<![0-9])(?P<year>20[0-9]{2})\s?年|\bin\s(?P<english>20[0-9]{2})\b", re.I)
_BEFORE = re.compile(r"前|之前|底|末|内|不迟于|不晚于|\b(?:by|before|no later|until|end of)\b", re.I)
_DAYS = 32
"""So many days a month is divided into, so that the last is not the next month."""
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
    """A date of the calendar in `text`: the first in Chinese, else in digits alone, else in English."""
    if found := _CHINESE.search(text):
        return Deadline(_year(found["year"]), _month(found))
    if found := _DIGITS_ONLY.search(text):
        day = int(found["day"]) / _DAYS if found["day"] else 0.5
        return Deadline(int(found["year"]), int(found["month"] or found["only"]) + day)
    if found := _QUARTER.search(text):
        return Deadline(int(found["year"]), int(found["quarter"]) * 3 + 0.9)
    if found := _ENGLISH.search(text):
        return Deadline(_year(found["year"]), _english_month(found["dated"] or found["name"]) + 0.5)
    if found := _ENGLISH_YEAR.search(text):
        return Deadline(int(found["year"]), _ENGLISH_SEASONS[found["part"].lower()])
    if found := _YEAR_ALONE.search(text):
        return Deadline(int(found["year"]), 12.9)
    return None


@lru_cache(maxsize=KEPT_TEXTS)
def told_date(text: str) -> Deadline | None:
    """The date that a clause of a document tells; of a year that stands alone, its beginning."""
    dated = date_in(text)
    if dated is None and (found := _SOME_YEAR.search(text)):
        return Deadline(int(found["year"] or found["english"]), 1.0)
    return dated


def kept(asked: Deadline, offered: Deadline) -> bool:
    """Whether `offered` is not later than `asked`; a year that only one of them names is that of both."""
    year = asked.year or offered.year or 0
    return offered.months(year) <= asked.months(year)


def _year(written: str | None) -> int | None:
    return int(written.translate(_DIGITS)) if written else None


def _english_month(written: str) -> int:
    return 1 + next(number for number, name in enumerate(_MONTHS) if name[:3] == written[:3].lower())


def _month(found: re.Match[str]) -> float:
    if found["season"]:
        return _SEASONS[found["season"]]
    written = found["month"]
    number = 10 + "十一二".index(written[1:] or "十") if written.startswith("十") else int(written.translate(_DIGITS))
    part = found["part"] or ""
    day = re.match("[0-9]+", part)
    return number + (int(day[0]) / _DAYS if day else _PARTS.get(part, 0.5))
