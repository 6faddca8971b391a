"""When a mail was sent, as the head says it that a mail program shows: in Chinese or English, in the reader's zone."""

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import Final

_NUMBERS: Final = re.compile(
    r"(?P<year>\d{4})[-/年.]\s*(?P<month>\d{1,2})[-/月.]\s*(?P<day>\d{1,2})日?"
    r"(?:\D{0,20}?(?P<hour>\d{1,2})[:：时](?P<minute>\d{2}))?"
)
_NAMED: Final = re.compile(
    r"(?:(?P<before>\d{1,2})\s+)?\b(?P<month>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?\s+"
    r"(?:(?P<after>\d{1,2})(?:st|nd|rd|th)?,?\s+)?(?P<year>\d{4})(?:,?\s+(?:at\s+)?(?P<hour>\d{1,2}):(?P<minute>\d{2}))?",
    re.IGNORECASE,
)
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ZONE: Final = re.compile(r"[+-]\d{4}\b|\b(?:GMT|UTC|UT|[ECMP][SD]T)\b")
_BEFORE_OFFSET: Final = re.compile(r"\s+(?=[+-]\d\d:?\d\d$)")
_MORNING: Final = re.compile(r"上午|早上|凌晨|(?<![a-z])a\.?m(?![a-z])", re.IGNORECASE)
_LATER: Final = re.compile(r"下午|晚上|傍晚|中午|(?<![a-z])p\.?m(?![a-z])", re.IGNORECASE)
_NOON: Final = 12


def read_sent(value: str, utc_offset: timedelta) -> datetime | None:
    """The instant, in UTC; None where the text tells no day.

    A day that says no zone, or says it in a way that is not known, is one of the reader's, `utc_offset` from UTC.
    """
    return _with_zone(value) or _without_zone(value, utc_offset)


def _with_zone(value: str) -> datetime | None:
    if _ZONE.search(value) and (sent_at := read_header_day(value)):
        return sent_at
    try:
        sent_at = datetime.fromisoformat(_BEFORE_OFFSET.sub("", value.strip()))
        return sent_at.astimezone(UTC) if sent_at.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _without_zone(value: str, utc_offset: timedelta) -> datetime | None:
    found = _NUMBERS.search(value) or _NAMED.search(value)
    if found is None:
        return None
    if found.re is _NUMBERS:
        month, day = int(found["month"]), int(found["day"])
    else:
        month, day = _MONTHS.index(found["month"].lower()) + 1, int(found["after"] or found["before"] or 0)
    try:
        hour, minute = _hour(value, int(found["hour"] or 0)), int(found["minute"] or 0)
        return datetime(int(found["year"]), month, day, hour, minute, tzinfo=timezone(utc_offset)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def read_header_day(value: object) -> datetime | None:
    """The instant of a `Date` header, in UTC; one without a zone is UTC's. None for anything else."""
    if value is None:
        return None
    try:
        sent_at = parsedate_to_datetime(str(value)[:200])
        return (sent_at if sent_at.tzinfo else sent_at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):  # no date, or one beyond the calendar
        return None


def _hour(value: str, hour: int) -> int:
    """Of the day's 24: 12 in the morning is midnight, and what is later than noon comes after it."""
    if hour == _NOON and _MORNING.search(value):
        return 0
    return hour + _NOON if 0 < hour < _NOON and _LATER.search(value) else hour
