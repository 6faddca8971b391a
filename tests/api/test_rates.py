"""How often somebody may do something."""

from datetime import timedelta

import pytest

from api.rates import Rate, RateClass, RateLimiter
from core.errors import TooMany
from tests.conftest import NOW

LIMITS = {RateClass.SEARCH: Rate(burst=3, per_minute=6)}


def _spend(limiter: RateLimiter, seconds: float = 0, caller: str = "a") -> bool:
    try:
        limiter.spend(RateClass.SEARCH, caller, NOW + timedelta(seconds=seconds))
    except TooMany:
        return False
    return True


def test_a_burst_is_allowed_and_no_more() -> None:
    limiter = RateLimiter(LIMITS)
    assert [_spend(limiter) for _ in range(4)] == [True, True, True, False]


def test_one_caller_does_not_use_up_anothers() -> None:
    limiter = RateLimiter(LIMITS)
    for _ in range(4):
        _spend(limiter)
    assert _spend(limiter, caller="b")


def test_waiting_as_long_as_told_is_enough_and_refusals_cost_nothing() -> None:
    limiter = RateLimiter(LIMITS)
    for _ in range(3):
        _spend(limiter)
    with pytest.raises(TooMany) as refusal:
        limiter.spend(RateClass.SEARCH, "a", NOW)
    wait = float(refusal.value.params["seconds"])
    assert not _spend(limiter, wait / 2)
    assert _spend(limiter, wait)
    assert not _spend(limiter, wait)


def test_a_clock_that_goes_back_gives_nothing_away() -> None:
    limiter = RateLimiter(LIMITS)
    assert [_spend(limiter, -n) for n in range(4)] == [True, True, True, False]
