"""When a notification goes out, and what stands first in a digest: pure rules (ADR 0022)."""

from datetime import UTC, date, datetime, time, timedelta
from math import exp2, log10
from typing import Final
from zoneinfo import ZoneInfo

from models.notice_enums import Channel, NoticeKind, NoticeTiming

DIGEST_AT = time(8, 30)
"""When digests are told, by the clock of the person."""
ASKS_FOR_NOTHING: Final = frozenset({NoticeKind.NEED_PROGRESS, NoticeKind.DEAL_PROGRESS, NoticeKind.ENDED})
"""What is only to be known."""
_DAY = timedelta(days=1)
_FEN_IN_WAN = 10_000 * 100
_DOUBLINGS_MAX = 1.0
_DOUBLES_IN_DAYS = 14


def usual_timing(channel: Channel, kind: NoticeKind) -> NoticeTiming:
    """When somebody who has not said otherwise is told: by mail at once, in a group that others read never.

    What asks for nothing interrupts nobody: it stands in the daily digest.
    """
    if channel is not Channel.MAIL:
        return NoticeTiming.OFF
    return NoticeTiming.DAILY if kind in ASKS_FOR_NOTHING else NoticeTiming.INSTANT


def next_digest(timing: NoticeTiming, now: datetime, zone: str) -> datetime:
    """When the next daily digest, or the next weekly one (on Mondays), is told after `now`."""
    here = now.astimezone(ZoneInfo(zone))
    day = here.date() if here.time() < DIGEST_AT else here.date() + _DAY
    if timing is NoticeTiming.WEEKLY:
        day += _DAY * (-day.weekday() % 7)
    return digest_on(day, zone)


def digest_on(day: date, zone: str) -> datetime:
    """When a digest is told on this day."""
    return datetime.combine(day, DIGEST_AT, ZoneInfo(zone)).astimezone(UTC)


def after_quiet_hours(instant: datetime, zone: str, start: time | None, end: time | None) -> datetime:
    """The first instant from `instant` on that is not between `start` and `end`, which may lie across midnight."""
    if start is None or end is None or start == end:
        return instant
    here = instant.astimezone(ZoneInfo(zone))
    clock = here.time()
    if not (start <= clock < end if start < end else clock >= start or clock < end):
        return instant
    day = here.date() if clock < end else here.date() + _DAY
    return datetime.combine(day, end, ZoneInfo(zone)).astimezone(UTC)


def week_start(now: datetime, zone: str) -> datetime:
    """When the week of `now` began, by the clock of the person."""
    here = now.astimezone(ZoneInfo(zone))
    return datetime.combine(here.date() - _DAY * here.weekday(), time(), ZoneInfo(zone)).astimezone(UTC)


def urgency(due: date | None, today: date) -> float:
    """1 for what is due today; doubled (at most) by two weeks overdue, halved by two weeks still to go."""
    if due is None:
        return 1.0
    return exp2(min((today - due).days / _DOUBLES_IN_DAYS, _DOUBLINGS_MAX))


def digest_value(amount: int | None, due: date | None, today: date, kind: NoticeKind | None = None) -> float:
    """By what digests are ordered, the largest first: worth × urgency; 0 for what asks for nothing.

    The worth of a deal with contracts over `amount` 分 is 1 + log10(1 + 万元), so that a deal of 1,000 万元 counts four
    times one without a contract, and what is small but long overdue is still seen.
    """
    if kind in ASKS_FOR_NOTHING:
        return 0.0
    return (1.0 + log10(1.0 + max(amount or 0, 0) / _FEN_IN_WAN)) * urgency(due, today)
