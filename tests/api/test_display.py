"""Values as people of both languages read them."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from api.web.display import Display
from core.i18n import Language, translator
from models.enums import Currency, Precision, Role

SHANGHAI = ZoneInfo("Asia/Shanghai")
ZH = Display(translator(Language.ZH), SHANGHAI)
EN = Display(translator(Language.EN), SHANGHAI)
WAN = 1_000_000
"""分 in 万元."""


@pytest.mark.parametrize(
    ("low", "high", "zh", "en"),
    [
        (None, None, "面议", "to be discussed"),
        (30 * WAN, None, "30 万元以上", "from CNY 300,000"),
        (None, 50 * WAN, "50 万元以内", "up to CNY 500,000"),
        (30 * WAN, 50 * WAN, "30–50 万元", "CNY 300,000–500,000"),
        (30 * WAN, 30 * WAN, "30 万元", "CNY 300,000"),
        (150, None, "0.0002 万元以上", "from CNY 1.5"),
        (12345 * WAN, None, "12,345 万元以上", "from CNY 123,450,000"),
    ],
)
def test_a_budget(low: int | None, high: int | None, zh: str, en: str) -> None:
    assert ZH.budget(low, high) == zh
    assert EN.budget(low, high) == en


def test_a_sum_in_another_currency_names_it() -> None:
    assert ZH.money(30 * WAN, Currency.USD) == "30 万美元"
    assert EN.money(30 * WAN, Currency.USD) == "USD 300,000"


def test_instants_are_shown_in_the_readers_zone() -> None:
    instant = datetime(2026, 3, 1, 17, 30, tzinfo=UTC)
    assert ZH.instant(instant) == "2026年3月2日 01:30"
    assert EN.instant(instant) == "Mar 2, 2026, 1:30\u202fAM"
    assert ZH.day(instant) == "2026年3月2日"
    assert Display(translator(Language.ZH), ZoneInfo("UTC")).day(instant) == "2026年3月1日"


def test_a_time_is_shown_as_exactly_as_it_is_known() -> None:
    instant = datetime(2026, 3, 1, 17, 30, tzinfo=UTC)
    assert ZH.when(instant, Precision.DAY) == "2026年3月2日"
    assert ZH.when(instant, Precision.MONTH) == "2026年3月"
    assert EN.when(instant, Precision.MONTH) == "Mar 2026"


def test_a_day_that_was_told_is_the_same_day_for_who_reads_in_another_zone() -> None:
    midnight = datetime(2025, 12, 31, 16, tzinfo=UTC)
    for zone in ("Europe/London", "Asia/Tokyo", "America/New_York"):
        there = Display(translator(Language.ZH), ZoneInfo(zone))
        assert there.when(midnight, Precision.DAY) == "2026年1月1日"
        assert there.when(midnight, Precision.MONTH) == "2026年1月"


def test_nothing_is_a_dash() -> None:
    assert [ZH.date(None), ZH.instant(None), ZH.enum(None), ZH.code("region", ""), ZH.enums([])] == ["–"] * 5


def test_codes_and_members_have_names_in_both_languages() -> None:
    assert (ZH.enum(Role.STAFF), EN.enum(Role.STAFF)) == ("学会工作人员", "Society staff")
    assert ZH.code("region", "330000") == "浙江省"
    assert ZH.code("region", "999999") == "999999"


@pytest.mark.parametrize(
    ("low", "high", "shown"),
    [(67, None, "≥ 67 %"), (None, 5, "≤ 5 %"), (3, 5, "3–5 %"), (4, 4, "4 %"), (None, None, "–")],
)
def test_the_bounds_of_an_indicator(low: float | None, high: float | None, shown: str) -> None:
    assert ZH.range(low, high, "%") == shown


def test_dates() -> None:
    assert (ZH.date(date(2026, 3, 2)), EN.date(date(2026, 3, 2))) == ("2026年3月2日", "Mar 2, 2026")


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        (1.0, "95% 以上", "over 95%"),
        (0.96, "95% 以上", "over 95%"),
        (0.5, "50%", "50%"),
        (0.01, "不到 5%", "under 5%"),
        (0.0, "不到 5%", "under 5%"),
    ],
)
def test_no_chance_is_told_as_sure_or_excluded(value: float, zh: str, en: str) -> None:
    assert (ZH.chance(value), EN.chance(value)) == (zh, en)
