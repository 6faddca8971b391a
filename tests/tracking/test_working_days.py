from datetime import date, timedelta

import pytest

from tracking.working_days import Due, add_working_days, anniversary, is_known, is_working_day, on_or_after

NATIONAL_DAY = date(2025, 10, 1)
BEYOND = date(2090, 5, 1)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2025, 1, 27), True),  # the Monday before the Spring Festival
        (date(2025, 1, 28), False),  # the Spring Festival
        (date(2025, 1, 26), True),  # a Sunday worked in its stead
        (date(2025, 2, 8), True),  # a Saturday worked in its stead
        (date(2025, 2, 9), False),  # a Sunday like any other
        (NATIONAL_DAY, False),
        (date(2025, 10, 9), True),
        (date(2025, 10, 11), True),  # a Saturday worked in its stead
    ],
)
def test_holidays_and_the_days_worked_in_their_stead_are_known(day: date, works: bool) -> None:
    assert is_working_day(day) is works


def test_what_falls_on_a_holiday_moves_to_the_first_day_people_work_again() -> None:
    assert on_or_after(NATIONAL_DAY) == Due(date(2025, 10, 9))
    assert on_or_after(date(2025, 10, 9)) == Due(date(2025, 10, 9))


def test_working_days_are_counted_over_a_holiday_with_the_saturday_worked_for_it() -> None:
    assert add_working_days(date(2025, 9, 30), 3) == Due(date(2025, 10, 11))


def test_beyond_the_calendar_weekends_are_all_that_is_known_and_the_answer_says_so() -> None:
    assert not is_known(BEYOND)
    assert is_working_day(BEYOND) is (BEYOND.weekday() < 5)
    assert add_working_days(BEYOND, 10).is_provisional
    assert not add_working_days(date(2025, 3, 3), 10).is_provisional


def test_an_answer_that_crosses_the_end_of_the_calendar_is_provisional() -> None:
    day = date(2025, 12, 31)
    while is_known(day + timedelta(days=1)):
        day += timedelta(days=1)
    assert is_known(day)
    assert add_working_days(day, 5).is_provisional


def test_days_cannot_be_counted_backwards() -> None:
    with pytest.raises(ValueError, match="-1"):
        add_working_days(NATIONAL_DAY, -1)


def test_the_anniversary_of_a_leap_day_is_the_day_before_march() -> None:
    assert anniversary(date(2024, 2, 29), 1) == date(2025, 2, 28)
    assert anniversary(date(2024, 2, 29), 4) == date(2028, 2, 29)
    assert anniversary(date(2025, 6, 1), 3) == date(2028, 6, 1)
