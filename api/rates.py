"""How often somebody may do something: one token bucket per rate class and caller, in this process."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from threading import Lock
from typing import Final

from core.errors import TooMany


class RateClass(StrEnum):
    """What a route costs, and so how often it may be called."""

    READ = "read"
    WRITE = "write"
    SEARCH = "search"
    SIGN_IN = "sign_in"
    EXPORT = "export"


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `burst` calls at once, and `per_minute` in the long run."""

    burst: int
    per_minute: float


RATES: Final = {
    RateClass.READ: Rate(600, 3000),
    RateClass.WRITE: Rate(600, 1200),
    RateClass.SEARCH: Rate(30, 60),
    RateClass.SIGN_IN: Rate(10, 10),
    RateClass.EXPORT: Rate(10, 10),
}
_CALLERS_MAX = 10_000


class RateLimiter:
    """The buckets of one process; the longest unused are forgotten when there are too many callers."""

    def __init__(self, rates: dict[RateClass, Rate] | None = None) -> None:
        self._rates = RATES if rates is None else rates
        self._buckets: dict[tuple[RateClass, str], tuple[float, datetime]] = {}
        self._lock = Lock()

    def spend(self, rate_class: RateClass, caller: str, now: datetime) -> None:
        """One call of `caller` is counted. Raises TooMany when none is left, saying in how many seconds one will be."""
        rate = self._rates[rate_class]
        with self._lock:
            left, since = self._buckets.pop((rate_class, caller), (float(rate.burst), now))
            seconds = max(0.0, (now - since).total_seconds())
            left = min(float(rate.burst), left + seconds * rate.per_minute / 60)
            self._buckets[rate_class, caller] = (max(left - 1, 0) if left >= 1 else left, now)
            if len(self._buckets) > _CALLERS_MAX:
                self._buckets.pop(next(iter(self._buckets)))
        if left < 1:
            raise TooMany("too_many", seconds=max(1, round((1 - left) * 60 / rate.per_minute)))
