"""The only place that reads the clock; entry points call `now` and hand the instant down."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """The present instant, in UTC."""
    return datetime.now(UTC)


def local_day(instant: datetime, zone: str) -> date:
    """The day it is in `zone`."""
    return instant.astimezone(ZoneInfo(zone)).date()
