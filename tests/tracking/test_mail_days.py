"""When a pasted mail was sent, as mail programs show it."""

from datetime import timedelta

import pytest

from tracking.mail_days import read_sent

CHINA = timedelta(hours=8)


@pytest.mark.parametrize(
    ("shown", "meant"),
    [
        ("Tuesday, November 24, 2026 12:30 AM", "2026-11-24 00:30"),
        ("Tuesday, November 24, 2026 3:15 PM", "2026-11-24 15:15"),
        ("November 24, 2026 at 12:05:10 PM", "2026-11-24 12:05"),
        ("24 November 2026 08:40", "2026-11-24 08:40"),
        ("Nov 24, 2026, at 3:15 p.m.", "2026-11-24 15:15"),
        ("Nov 24th, 2026", "2026-11-24 00:00"),
        ("Tue, 24 Nov 2026 00:30:15 +0800", "2026-11-24 00:30"),
        ("Mon, 23 Nov 2026 16:30:15 GMT", "2026-11-24 00:30"),
        ("2026-11-23T16:30:15Z", "2026-11-24 00:30"),
        ("2026-11-24 01:30:15 +0900", "2026-11-24 00:30"),
        ("2026-11-24T01:30:15+09:00", "2026-11-24 00:30"),
        ("2026年11月24日 00:30 (GMT+08:00)", "2026-11-24 00:30"),
        ("2026年11月24日 (星期二) 上午 12:30", "2026-11-24 00:30"),
        ("2026年11月24日 星期二 下午 3:15", "2026-11-24 15:15"),
        ("2026年11月24日 中午 1:05", "2026-11-24 13:05"),
        ("2026/11/24 下午12:30", "2026-11-24 12:30"),
        ("2026/11/24 12:30AM", "2026-11-24 00:30"),
        ("2026-11-24 00:30:15", "2026-11-24 00:30"),
        ("2026-11-24", "2026-11-24 00:00"),
        ("2026-02-30 10:00", None),
        ("November 2026", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_what_a_mail_program_shows_is_a_time_of_the_reader(shown: str, meant: str | None) -> None:
    found = read_sent(shown, CHINA)
    assert (f"{found + CHINA:%Y-%m-%d %H:%M}" if found else None) == meant
