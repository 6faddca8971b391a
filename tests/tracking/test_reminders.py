from datetime import UTC, date, datetime, time, timedelta

import pytest

from core.clock import local_day
from models.notice_enums import ReminderKind as Kind
from tracking.reminders import RULES, climbs_on, due_instant, is_late, reminded_on, retry_delay
from tracking.working_days import Due

NINE = time(9)
LONG_AGO = date(2020, 1, 1)


def test_people_are_reminded_in_their_own_morning() -> None:
    day = date(2026, 7, 1)
    assert due_instant(day, "Asia/Shanghai", NINE) == datetime(2026, 7, 1, 1, tzinfo=UTC)
    assert due_instant(day, "Europe/Berlin", NINE) == datetime(2026, 7, 1, 7, tzinfo=UTC)
    assert due_instant(date(2026, 1, 1), "Europe/Berlin", NINE) == datetime(2026, 1, 1, 8, tzinfo=UTC)


def test_the_day_is_the_one_where_the_person_is() -> None:
    late = datetime(2026, 6, 30, 18, tzinfo=UTC)
    assert (local_day(late, "Asia/Shanghai"), local_day(late, "UTC")) == (date(2026, 7, 1), date(2026, 6, 30))


@pytest.mark.parametrize(
    ("kind", "due_on", "day"),
    [
        (Kind.NEXT_STEP, date(2026, 3, 10), date(2026, 3, 10)),
        (Kind.NEXT_STEP, date(2026, 10, 5), date(2026, 9, 30)),  # in the National Day week: the last day before
        (Kind.NEXT_STEP, date(2026, 2, 28), date(2026, 2, 28)),  # a Saturday worked instead of a holiday
        (Kind.FEEDBACK, date(2026, 10, 5), date(2026, 10, 8)),  # has waited long enough: the first day after
        (Kind.STAGE, date(2026, 2, 17), date(2026, 2, 24)),
        (Kind.MILESTONE, date(2026, 3, 17), date(2026, 3, 10)),  # a week ahead
        (Kind.CONTRACT_EXPIRY, date(2026, 4, 9), date(2026, 3, 10)),
        (Kind.PROFILE, date(2026, 3, 24), date(2026, 3, 10)),
    ],
)
def test_a_day_on_a_holiday_moves_to_the_side_that_serves_it(kind: Kind, due_on: date, day: date) -> None:
    assert reminded_on(kind, due_on, LONG_AGO) == Due(day)


def test_a_notice_that_is_past_is_given_on_the_day_itself_and_a_day_past_stays() -> None:
    milestone = date(2026, 3, 17)
    assert reminded_on(Kind.MILESTONE, milestone, date(2026, 3, 12)) == Due(milestone)
    assert reminded_on(Kind.MILESTONE, milestone, date(2026, 5, 1)) == Due(milestone)
    sunday = date(2026, 3, 15)
    assert reminded_on(Kind.NEXT_STEP, sunday, date(2026, 3, 14)) == Due(sunday)  # set on the Saturday for the Sunday


def test_days_beyond_the_calendar_are_provisional() -> None:
    assert reminded_on(Kind.RETURN_VISIT, date(2035, 6, 20), LONG_AGO).is_provisional


def test_the_ladder_waits_some_working_days_from_the_last_act_or_telling() -> None:
    due, friday, monday = date(2026, 3, 10), date(2026, 3, 13), date(2026, 3, 16)
    assert climbs_on(due, due, LONG_AGO, 3) == Due(friday)
    assert climbs_on(due, due, friday, 1) == Due(monday)
    assert climbs_on(date(2026, 3, 20), due, LONG_AGO, 1) == Due(date(2026, 3, 23))


def test_every_kind_has_its_rule() -> None:
    assert set(RULES) == set(Kind)


def test_what_is_told_a_day_after_it_was_due_is_late() -> None:
    due = datetime(2026, 3, 10, 1, tzinfo=UTC)
    assert not is_late(due, due + timedelta(days=1))
    assert is_late(due, due + timedelta(days=1, seconds=1))


def test_attempts_come_further_apart_but_at_least_every_six_hours() -> None:
    delays = [retry_delay(attempt) for attempt in range(1, 2000)]
    assert delays[:3] == [timedelta(seconds=20), timedelta(seconds=40), timedelta(seconds=80)]
    assert delays == sorted(delays)
    assert delays[-1] == timedelta(hours=6)
