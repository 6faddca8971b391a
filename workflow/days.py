"""Days as the society counts them: those of the installation's time zone, not of UTC."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from core.clock import local_day
from core.settings import get_settings


def day_of(instant: datetime) -> date:
    """The day it is here."""
    return local_day(instant, get_settings().time_zone)


def start_of(day: date) -> datetime:
    """The instant at which a day begins here."""
    return datetime.combine(day, time(0), ZoneInfo(get_settings().time_zone))


def here(instant: datetime) -> datetime:
    """The same instant by the clock that is here."""
    return instant.astimezone(ZoneInfo(get_settings().time_zone))
