"""Reminders that wait: exactly those that their subject asks for as it stands now.

Rules a maintainer must keep: this is the only place that writes reminders, by their unique keys, and it may be called
as often as anybody likes. What is no longer asked for is cancelled; what was told is not told again; a rung of the
ladder waits only when the one below was told. Days that were computed beyond the known calendar are computed anew.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from sqlmodel import select

from core.database import WriteSession
from core.settings import get_settings
from models.deal import Deal
from models.notice_enums import ReminderRung
from models.work import Reminder
from tracking.occasions import Occasion
from tracking.reminders import RULES, climbs_on, due_instant, is_at, reminded_on
from tracking.working_days import Due
from workflow.days import day_of
from workflow.notifications import zone_of
from workflow.reminders.subjects import Subject, deal_subject, waits

Rows = Mapping[str, Reminder]
"""The reminders of a subject by their keys."""
_ABOVE: Final = ((ReminderRung.OWNER, ReminderRung.LEAD), (ReminderRung.LEAD, ReminderRung.BRANCH))
"""Each rung of the ladder with the one above it."""


def schedule_reminders(session: WriteSession, deal: Deal, *, now: datetime) -> None:
    """Exactly the reminders that the deal, locked by the caller, asks for wait."""
    session.flush()
    bring_up_to_date(session, deal_subject(session, deal), now=now)


def bring_up_to_date(session: WriteSession, subject: Subject, *, now: datetime) -> None:
    """Exactly the reminders that the subject asks for wait."""
    rows, asked = _rows(session, subject), set()
    zones = {person_id: zone_of(session, person_id) for person_id in {one.person_id for one in subject.occasions}}
    for occasion in subject.occasions:
        for rung, due in _rungs(subject, occasion, rows, now):
            key = occasion.key(subject.kind, subject.key, rung)
            asked.add(key)
            _write(session, subject, occasion, rung, due, zones[occasion.person_id], rows.get(key))
    for key, row in rows.items():
        if key not in asked and row.fired_at is None and row.cancelled_at is None:
            row.cancelled_at = now
    session.flush()


def _rows(session: WriteSession, subject: Subject) -> Rows:
    statement = select(Reminder).where(Reminder.subject_kind == subject.kind, Reminder.subject_id == subject.key)
    return {row.unique_key: row for row in session.exec(statement)}


def _rungs(subject: Subject, occasion: Occasion, rows: Rows, now: datetime) -> Iterator[tuple[ReminderRung, Due]]:
    """The rungs that may be told of the occasion by now, with the day of each."""
    yield ReminderRung.OWNER, reminded_on(occasion.kind, occasion.due_on, day_of(now))
    if not RULES[occasion.kind].climbs:
        return
    for below, above in _ABOVE:
        told = rows.get(occasion.key(subject.kind, subject.key, below))
        if told is None or told.fired_at is None:
            return
        yield above, climbs_on(occasion.due_on, day_of(told.fired_at), subject.acted_on, waits().before(above))


def _write(
    session: WriteSession,
    subject: Subject,
    occasion: Occasion,
    rung: ReminderRung,
    due: Due,
    zone: str,
    row: Reminder | None,
) -> None:
    if row is not None and row.fired_at is not None:
        return
    if row is not None and _stands(row, occasion, zone):
        row.cancelled_at = None
        return
    due_at = due_instant(due.day, zone, get_settings().remind_at)
    row = row or Reminder(
        unique_key=occasion.key(subject.kind, subject.key, rung),
        kind=occasion.kind,
        rung=rung,
        subject_kind=subject.kind,
        subject_id=subject.key,
        person_id=occasion.person_id,
        due_on=occasion.due_on,
        due_at=due_at,
    )
    row.due_on, row.due_at = occasion.due_on, due_at
    row.params, row.cancelled_at = dict(occasion.params), None
    row.is_provisional = due.is_provisional or occasion.is_provisional
    session.add(row)


def _stands(row: Reminder, occasion: Occasion, zone: str) -> bool:
    """Whether nothing of what its instant was computed from can have changed."""
    same = (row.due_on, row.params) == (occasion.due_on, dict(occasion.params))
    same = same and is_at(row.due_at, zone, get_settings().remind_at)
    return same and not row.is_provisional and row.rung is ReminderRung.OWNER
