from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.notice_enums import Channel, NoticeKind, NoticeTiming
from tracking.notices import after_quiet_hours, digest_value, next_digest, usual_timing, week_start
from tracking.sending_rate import RATES, tokens_at

SHANGHAI = "Asia/Shanghai"
START = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
"""Monday half past nine in Shanghai."""


def shanghai(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC) - timedelta(hours=8)


@pytest.mark.parametrize(
    ("timing", "now", "expected"),
    [
        (NoticeTiming.DAILY, shanghai(2, 8, 29), shanghai(2, 8, 30)),
        (NoticeTiming.DAILY, shanghai(2, 8, 30), shanghai(3, 8, 30)),
        (NoticeTiming.WEEKLY, shanghai(2, 8, 29), shanghai(2, 8, 30)),
        (NoticeTiming.WEEKLY, shanghai(2, 9), shanghai(9, 8, 30)),
        (NoticeTiming.WEEKLY, shanghai(8, 23), shanghai(9, 8, 30)),
    ],
)
def test_the_next_digest_is_in_the_morning_weekly_on_monday(
    timing: NoticeTiming, now: datetime, expected: datetime
) -> None:
    assert next_digest(timing, now, SHANGHAI) == expected


@pytest.mark.parametrize(
    ("instant", "start", "end", "expected"),
    [
        (shanghai(2, 22), time(21), time(7, 30), shanghai(3, 7, 30)),
        (shanghai(2, 6), time(21), time(7, 30), shanghai(2, 7, 30)),
        (shanghai(2, 7, 30), time(21), time(7, 30), shanghai(2, 7, 30)),
        (shanghai(2, 12, 30), time(12), time(14), shanghai(2, 14)),
        (shanghai(2, 9), time(21), time(7, 30), shanghai(2, 9)),
        (shanghai(2, 9), None, None, shanghai(2, 9)),
        (shanghai(2, 9), time(9), time(9), shanghai(2, 9)),
    ],
)
def test_what_falls_into_quiet_hours_waits_for_their_end(
    instant: datetime, start: time | None, end: time | None, expected: datetime
) -> None:
    assert after_quiet_hours(instant, SHANGHAI, start, end) == expected


def test_quiet_hours_end_by_the_clock_also_in_the_night_it_is_set_forward() -> None:
    night = datetime(2026, 3, 28, 23, tzinfo=UTC)  # midnight in Berlin, where 2:00 becomes 3:00
    assert after_quiet_hours(night, "Europe/Berlin", time(22), time(7)) == datetime(2026, 3, 29, 5, tzinfo=UTC)


def test_the_week_begins_on_monday_by_the_persons_clock() -> None:
    assert week_start(shanghai(8, 23, 59), SHANGHAI) == shanghai(2, 0)
    assert week_start(shanghai(9, 0), SHANGHAI) == shanghai(9, 0)


def test_a_digest_is_ordered_by_worth_times_urgency() -> None:
    today, wan = date(2026, 3, 16), 10_000 * 100
    assert digest_value(None, None, today) == 1
    assert digest_value(999 * wan, today, today) == pytest.approx(4)
    assert digest_value(9 * wan, date(2026, 3, 2), today) == pytest.approx(2 * 2)  # two weeks overdue: doubled
    assert digest_value(9 * wan, date(1900, 1, 1), today) == pytest.approx(2 * 2)  # and not more
    assert digest_value(None, date(2026, 3, 30), today) == pytest.approx(0.5)  # two weeks to go: halved
    assert digest_value(None, None, today, NoticeKind.ENDED) == 0  # asks for nothing


def test_what_asks_for_nothing_interrupts_nobody_who_has_not_said_so() -> None:
    assert usual_timing(Channel.MAIL, NoticeKind.ENDED) is NoticeTiming.DAILY
    assert usual_timing(Channel.MAIL, NoticeKind.REPLY) is NoticeTiming.INSTANT
    assert usual_timing(Channel.WECOM, NoticeKind.REPLY) is NoticeTiming.OFF


@pytest.mark.parametrize(("channel", "most"), [(Channel.WECOM, 20), (Channel.DINGTALK, 20), (Channel.FEISHU, 100)])
@given(pauses=st.lists(st.integers(0, 9_000), min_size=1, max_size=300))
def test_no_minute_holds_more_messages_than_the_service_takes(channel: Channel, most: int, pauses: list[int]) -> None:
    rate, tokens, since, now = RATES[channel], float(RATES[channel].burst), START, START
    sent: list[datetime] = []
    for pause in pauses:
        now += timedelta(milliseconds=pause)
        tokens, since = tokens_at(rate, tokens, since, now), now
        while tokens >= 1:
            tokens -= 1
            sent.append(now)
    for first in sent:
        assert sum(first <= instant < first + timedelta(minutes=1) for instant in sent) <= most


def test_a_clock_that_is_set_back_gives_no_tokens() -> None:
    assert tokens_at(RATES[Channel.WECOM], 2.0, START, START - timedelta(hours=1)) == 2.0
