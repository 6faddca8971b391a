"""Which days people in China work: weekends, public holidays and the days worked in their stead (调休).

The State Council announces each year's holidays late in the year before, so the calendar always ends somewhere. Beyond
that a day is provisional: weekends are all that is known of it, and what was computed from it is to be computed again
when a newer calendar is installed.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import chinese_calendar

_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Due:
    """A day that was computed, and whether it may still move when the next year's holidays are announced."""

    day: date
    is_provisional: bool = False


def is_known(day: date) -> bool:
    """Whether the holidays of the day's year have been announced and are in the calendar."""
    try:
        chinese_calendar.is_workday(day)
    except NotImplementedError:
        return False
    return True


def is_working_day(day: date) -> bool:
    """Whether people work on that day; beyond the calendar every day from Monday to Friday counts as one."""
    return bool(chinese_calendar.is_workday(day)) if is_known(day) else day.weekday() < _SATURDAY


def on_or_after(day: date) -> Due:
    """The day itself if people work on it, else the next one on which they do."""
    return add_working_days(day, 0)


def on_or_before(day: date) -> Due:
    """The day itself if people work on it, else the last one before on which they did."""
    at, provisional = day, not is_known(day)
    while not is_working_day(at):
        at -= timedelta(days=1)
        provisional = provisional or not is_known(at)
    return Due(at, provisional)


def add_working_days(day: date, count: int) -> Due:
    """The `count`-th working day after `day`; for 0 as `on_or_after`.

    Raises:
        ValueError: `count` is negative.

    """
    if count < 0:
        raise ValueError(f"{count} working days cannot be added")
    at, left, provisional = day, count, not is_known(day)
    while left or not is_working_day(at):
        at += timedelta(days=1)
        left -= left > 0 and is_working_day(at)
        provisional = provisional or not is_known(at)
    return Due(at, provisional)


def anniversary(day: date, years: int) -> date:
    """The same day so many years later; of 29 February the 28th where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
