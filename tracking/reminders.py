"""When people are reminded, and when a message that did not get out is tried again: pure rules.

Rules a maintainer must keep:
- What is to be done *by* a day is reminded of on the working day before, when that day is a holiday: after it, it would
  be late. What has waited *long enough* is reminded of on the working day after: nothing is lost by it, and nobody is
  asked to press others on a holiday.
- A notice that would lie in the past, because the day was set late, is given on the day itself.
- The ladder goes up only from somebody who was told: owner, then lead, then the branch, each after some working days in
  which nobody did anything. Whatever is done begins the wait anew; what is settled has no ladder any more.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from models.notice_enums import ReminderKind, ReminderRung
from tracking.working_days import Due, add_working_days, on_or_after, on_or_before

LATE_AFTER: Final = timedelta(days=1)
"""What fires later than this after it was due, because nothing ran, is told in a digest."""
_FIRST_RETRY = timedelta(seconds=20)
_LAST_RETRY = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Rule:
    """How a kind is reminded of: how many days ahead, on which side of a holiday, and whether others are told later."""

    notice_days: int = 0
    by_the_day: bool = True
    """Whether it is to be done by its day; else its day is when it has waited long enough."""
    climbs: bool = True
    in_digest: bool = False
    """Whether it is told in a digest, because many of a kind may come on one day."""


RULES: Final[dict[ReminderKind, Rule]] = {
    ReminderKind.NEXT_STEP: Rule(),
    ReminderKind.STAGE: Rule(by_the_day=False),
    ReminderKind.MILESTONE: Rule(notice_days=7),
    ReminderKind.PAYMENT: Rule(notice_days=7),
    ReminderKind.CONTRACT_EXPIRY: Rule(notice_days=30, climbs=False),  # nothing that is done undoes it
    ReminderKind.PAUSE: Rule(by_the_day=False),
    ReminderKind.FEEDBACK: Rule(by_the_day=False),
    ReminderKind.REPLY: Rule(by_the_day=False),
    ReminderKind.REVIEW: Rule(by_the_day=False),
    ReminderKind.RETURN_VISIT: Rule(notice_days=14, by_the_day=False),
    ReminderKind.PROFILE: Rule(notice_days=14, climbs=False, in_digest=True),
    ReminderKind.NEED_EXPIRY: Rule(notice_days=14, climbs=False, in_digest=True),
}


@dataclass(frozen=True, slots=True)
class Waits:
    """Working days without an answer before it is asked for, and without an act before others are told.

    `pause` are calendar days without an act after which a paused deal is looked at again.
    """

    feedback: int
    lead: int
    branch: int
    pause: int

    def before(self, rung: ReminderRung) -> int:
        """The wait before a rung of the ladder above the owner."""
        return self.lead if rung is ReminderRung.LEAD else self.branch


def reminded_on(kind: ReminderKind, due_on: date, today: date) -> Due:
    """The day on which the owner is reminded of what is due on `due_on`; a day long past stays as it is."""
    rule = RULES[kind]
    for day in (due_on - timedelta(days=rule.notice_days), due_on):
        moved = on_or_before(day) if rule.by_the_day else on_or_after(day)
        if moved.day >= today:
            return moved
    return Due(due_on)


def climbs_on(due_on: date, told_on: date, acted_on: date, wait: int) -> Due:
    """The day on which the next rung is told, when the one below was told on `told_on` and nobody acts any more."""
    return add_working_days(max(due_on, told_on, acted_on), wait)


def due_instant(day: date, zone: str, at: time) -> datetime:
    """The instant, in UTC, at which a person in `zone` is reminded of something on `day`: when it is `at` there."""
    return datetime.combine(day, at, ZoneInfo(zone)).astimezone(UTC)


def is_at(instant: datetime, zone: str, at: time) -> bool:
    """Whether it is `at` in `zone` then."""
    return instant.astimezone(ZoneInfo(zone)).time() == at


def is_late(due_at: datetime, now: datetime) -> bool:
    """Whether it is too late to tell this by itself."""
    return now - due_at > LATE_AFTER


def retry_delay(attempts: int) -> timedelta:
    """How long after the beginning of attempt number `attempts` (from 1) the next one may begin.

    Twenty seconds, doubled each time, six hours at most. It also covers a sender that died during the attempt.
    """
    return min(_FIRST_RETRY * (1 << min(attempts - 1, 20)), _LAST_RETRY)
