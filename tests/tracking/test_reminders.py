from datetime import UTC, date, datetime, timedelta

from core.clock import local_day
from tracking.reminders import due_instant, next_step_key, retry_delay


def test_people_are_reminded_at_nine_in_their_own_morning() -> None:
    day = date(2026, 7, 1)
    assert due_instant(day, "Asia/Shanghai") == datetime(2026, 7, 1, 1, tzinfo=UTC)
    assert due_instant(day, "Europe/Berlin") == datetime(2026, 7, 1, 7, tzinfo=UTC)
    assert due_instant(date(2026, 1, 1), "Europe/Berlin") == datetime(2026, 1, 1, 8, tzinfo=UTC)


def test_the_day_is_the_one_where_the_person_is() -> None:
    late = datetime(2026, 6, 30, 18, tzinfo=UTC)
    assert (local_day(late, "Asia/Shanghai"), local_day(late, "UTC")) == (date(2026, 7, 1), date(2026, 6, 30))


def test_two_days_of_one_deal_are_two_reminders() -> None:
    assert next_step_key(7, date(2026, 7, 1)) != next_step_key(7, date(2026, 7, 2))


def test_attempts_come_further_apart_but_at_least_every_six_hours() -> None:
    delays = [retry_delay(attempt) for attempt in range(1, 2000)]
    assert delays[:3] == [timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=4)]
    assert delays == sorted(delays)
    assert delays[-1] == timedelta(hours=6)
