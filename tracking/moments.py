"""When something happened, as people type it in passing: a day, a month, a time, or yesterday; pure."""

import re
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from models.enums import Precision

_DAYS_AGO: Final = {"今天": 0, "today": 0, "昨天": 1, "yesterday": 1, "前天": 2}
_DATE: Final = r"(?:(?P<year>\d{4})\s*[-/.年]\s*)?(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})\s*[日号]?"
_TIME: Final = r"(?P<hour>\d{1,2})\s*[:：点时]\s*(?P<minute>\d{2})?\s*分?"
_MONTH: Final = re.compile(r"(?P<year>\d{4})\s*[-/.年]\s*(?P<month>\d{1,2})\s*月?")
_MOMENT: Final = re.compile(rf"(?:(?P<word>{'|'.join(_DAYS_AGO)})|{_DATE})?\s*(?:{_TIME})?", re.IGNORECASE)


def read_moment(text: str, now: datetime, zone: ZoneInfo, days: ZoneInfo) -> tuple[datetime, Precision]:
    """The instant that is meant, in the zone of who types, and how exactly it is known.

    Nothing is now. Without a year it is the last such day; without a time it is the day, without a day the month. A day
    is its beginning in the zone `days`, in which all read days, but today is now. Raises ValueError for anything else;
    what is to come is the caller's to judge.
    """
    typed, here = text.strip(), now.astimezone(zone)
    if not typed:
        return now, Precision.INSTANT
    month = _MONTH.fullmatch(typed)
    if month:
        first = date(int(month["year"]), int(month["month"]), 1)
        return datetime.combine(first, time(0), days), Precision.MONTH
    found = _MOMENT.fullmatch(typed)
    if not found:
        raise ValueError("not_a_moment")
    day = _day(found, here.date())
    if found["hour"] is not None:
        return datetime.combine(day, time(int(found["hour"]), int(found["minute"] or 0)), zone), Precision.INSTANT
    return (now, Precision.INSTANT) if day == here.date() else (datetime.combine(day, time(0), days), Precision.DAY)


def _day(found: re.Match[str], today: date) -> date:
    if found["word"] is not None:
        return today - timedelta(days=_DAYS_AGO[found["word"].lower()])
    if found["day"] is None:
        return today
    month, day = int(found["month"]), int(found["day"])
    if found["year"] is not None:
        return date(int(found["year"]), month, day)
    years = (today.year, today.year - 1) if (month, day) != (2, 29) else range(today.year, today.year - 8, -1)
    return next(meant for year in years if (meant := _real(year, month, day)) is not None and meant <= today)


def _real(year: int, month: int, day: int) -> date | None:
    """The day, but for 29 February in most years. Raises ValueError for a day that no year has."""
    if (month, day) == (2, 29) and year % 4:
        return None
    return date(year, month, day)
