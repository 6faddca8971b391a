"""When something is due, and when a message that did not get out is tried again: pure rules."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

REMIND_AT = time(9)
"""When people are reminded, in their own time zone."""
_FIRST_RETRY = timedelta(minutes=1)
_LAST_RETRY = timedelta(hours=6)


def due_instant(day: date, zone: str) -> datetime:
    """The instant, in UTC, at which a person in `zone` is reminded of something due on `day`."""
    return datetime.combine(day, REMIND_AT, ZoneInfo(zone)).astimezone(UTC)


def next_step_key(deal_id: int, day: date) -> str:
    """The unique key of the reminder of a deal's next step."""
    return f"deal:{deal_id}:next_step:{day.isoformat()}"


def retry_delay(attempts: int) -> timedelta:
    """How long after the beginning of attempt number `attempts` (from 1) the next one may begin.

    One minute, doubled each time, six hours at most. It also covers a sender that died during the attempt.
    """
    return min(_FIRST_RETRY * (1 << min(attempts - 1, 20)), _LAST_RETRY)
