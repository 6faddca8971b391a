"""When something happened, as people type it in passing."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from models.enums import Precision
from tracking.moments import read_moment

NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
HERE = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("typed", "meant", "precision"),
    [
        ("", "2026-03-02 09:30", Precision.INSTANT),
        ("今天", "2026-03-02 09:30", Precision.INSTANT),
        ("2026-03-02", "2026-03-02 09:30", Precision.INSTANT),
        ("昨天", "2026-03-01 00:00", Precision.DAY),
        ("Yesterday", "2026-03-01 00:00", Precision.DAY),
        ("前天 16:05", "2026-02-28 16:05", Precision.INSTANT),
        ("9:15", "2026-03-02 09:15", Precision.INSTANT),
        ("下午", None, Precision.INSTANT),
        ("2026-02-20 14:30", "2026-02-20 14:30", Precision.INSTANT),
        ("2026年2月20日 14点", "2026-02-20 14:00", Precision.INSTANT),
        ("2026/2/20", "2026-02-20 00:00", Precision.DAY),
        ("2-20", "2026-02-20 00:00", Precision.DAY),
        ("11月20日", "2025-11-20 00:00", Precision.DAY),
        ("2-29", "2024-02-29 00:00", Precision.DAY),
        ("2025-11", "2025-11-01 00:00", Precision.MONTH),
        ("2025年11月", "2025-11-01 00:00", Precision.MONTH),
        ("2027-01-01", "2027-01-01 00:00", Precision.DAY),
        ("2026-02-30", None, Precision.DAY),
        ("2-30", None, Precision.DAY),
        ("13-40", None, Precision.DAY),
        ("25:00", None, Precision.DAY),
        ("next week", None, Precision.DAY),
        ("2026-13", None, Precision.MONTH),
        ("0000-01-01", None, Precision.DAY),
    ],
)
def test_what_people_type_is_the_moment_they_mean(typed: str, meant: str | None, precision: Precision) -> None:
    if meant is None:
        with pytest.raises(ValueError, match=r"."):
            read_moment(typed, NOW, HERE, HERE)
        return
    moment, known = read_moment(typed, NOW, HERE, HERE)
    assert (f"{moment.astimezone(HERE):%Y-%m-%d %H:%M}", known) == (meant, precision)


def test_who_types_in_another_zone_means_the_day_that_all_read() -> None:
    there = ZoneInfo("Asia/Tokyo")
    for typed, day in (("昨天", "2026-03-01"), ("2026-02-20", "2026-02-20"), ("2025-11", "2025-11-01")):
        moment, _ = read_moment(typed, NOW, there, HERE)
        assert f"{moment.astimezone(HERE):%Y-%m-%d %H:%M}" == f"{day} 00:00"
    moment, _ = read_moment("9:15", NOW, there, HERE)
    assert f"{moment.astimezone(HERE):%H:%M}" == "08:15"
