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
from models.deal import Deal
from models.enums import ReminderRung
from models.work import Reminder
from tracking.occasions import Occasion
from tracking.reminders import RULES, climbs_on, due_instant, reminded_on
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
    rows = _rows(session, subject)
    asked = set()
    for occasion in subject.occasions:
        for rung, due in _rungs(subject, occasion, rows, now):
            key = occasion.key(subject.kind, subject.key, rung)
            asked.add(key)
            _write(session, subject, occasion, rung, due, rows.get(key), key)
    for key, row in rows.items():
        if key not in asked and row.fired_at is None and row.cancelled_at is None:
            row.cancelled_at = now
    session.flush()


def told_below(session: WriteSession, subject: Subject, occasion: Occasion) -> set[int]:
    """Who was told of the occasion before."""
    rows = _rows(session, subject)
    below = [rows.get(occasion.key(subject.kind, subject.key, rung)) for rung in ReminderRung]
    return {row.person_id for row in below if row is not None and row.fired_at is not None}


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
    row: Reminder | None,
    key: str,
) -> None:
    if row is not None and row.fired_at is not None:
        return
    if row is not None and _stands(row, occasion):
        row.cancelled_at = None
        return
    due_at = due_instant(due.day, zone_of(session, occasion.person_id))
    row = row or Reminder(
        unique_key=key,
        kind=occasion.kind,
        rung=rung,
        subject_kind=subject.kind,
        subject_id=subject.key,
        person_id=occasion.person_id,
        due_on=occasion.due_on,
        due_at=due_at,
    )
    row.person_id, row.due_on, row.due_at = occasion.person_id, occasion.due_on, due_at
    row.params, row.cancelled_at = dict(occasion.params), None
    row.is_provisional = due.is_provisional or occasion.is_provisional
    session.add(row)


def _stands(row: Reminder, occasion: Occasion) -> bool:
    """Whether nothing of what its instant was computed from can have changed."""
    same = (row.person_id, row.due_on, row.params) == (occasion.person_id, occasion.due_on, dict(occasion.params))
    return same and not row.is_provisional and row.rung is ReminderRung.OWNER
