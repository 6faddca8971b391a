"""Reminders that are due: each is told once, in the transaction that writes its messages.

Rules a maintainer must keep: before a reminder fires it is brought to what its subject asks for now, so that what was
settled, moved or closed meanwhile is told nobody; and what is told much too late is told in a digest.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import col, select

from core.database import ReadSession, WriteSession
from models.deal_enums import Visibility
from models.enums import SubjectKind
from models.notice_enums import NoticeKind, ReminderRung
from models.work import Reminder
from tracking.occasions import Occasion
from tracking.reminders import RULES, is_late
from workflow.history import record_event
from workflow.notifications import notify
from workflow.reminders.ladder import people_to_tell
from workflow.reminders.scheduling import bring_up_to_date
from workflow.reminders.subjects import Subject, find_subject, is_there


def due_reminders(session: ReadSession, *, now: datetime) -> Sequence[int]:
    """Ids of the reminders that are due and have not fired, the longest overdue first."""
    statement = select(Reminder.id).where(*waiting(), col(Reminder.due_at) <= now)
    found = session.exec(statement.order_by(col(Reminder.due_at), col(Reminder.id)))
    return [key for key in found if key is not None]


def fire_reminder(session: WriteSession, reminder_id: int, *, now: datetime) -> bool:
    """The reminder has fired, its messages are in the outbox, and the next rung of its ladder waits.

    False when somebody else was faster or is changing its subject, and when there is nothing to remind of any more, or
    nobody to remind.
    """
    row = session.exec(select(Reminder).where(Reminder.id == reminder_id, *waiting())).first()
    if row is None:
        return False
    subject = find_subject(session, row.subject_kind, row.subject_id, now=now)
    if subject is None:
        if not is_there(session, row.subject_kind, row.subject_id):
            row.cancelled_at = now
        return False
    bring_up_to_date(session, subject, now=now)
    due = select(Reminder).where(Reminder.id == reminder_id, *waiting(), col(Reminder.due_at) <= now)
    reminder = session.exec(due.execution_options(populate_existing=True)).first()
    if reminder is None:
        return False
    [occasion] = [
        one for one in subject.occasions if one.key(subject.kind, subject.key, reminder.rung) == row.unique_key
    ]
    return _tell(session, subject, occasion, reminder, now)


def waiting() -> tuple[Any, Any]:
    """What holds of a reminder that has neither fired nor been cancelled."""
    return col(Reminder.fired_at).is_(None), col(Reminder.cancelled_at).is_(None)


def _tell(session: WriteSession, subject: Subject, occasion: Occasion, reminder: Reminder, now: datetime) -> bool:
    climbed = reminder.rung is not ReminderRung.OWNER
    people = people_to_tell(session, subject, occasion, reminder.rung, now=now)
    if not people:
        reminder.cancelled_at = now
        return False
    for person_id in people:
        notify(
            session,
            person_id,
            f"{'escalation' if climbed else 'reminder'}.{reminder.kind}",
            kind=NoticeKind.ESCALATION if climbed else NoticeKind(reminder.kind.value),
            params=_params(subject, reminder),
            subject_kind=subject.kind,
            subject_id=subject.key,
            dedupe_key=f"{reminder.unique_key}:{person_id}",
            now=now,
            for_digest=RULES[reminder.kind].in_digest or is_late(reminder.due_at, now),
        )
    reminder.fired_at, reminder.person_id = now, people[0]
    _note(session, subject, reminder, now)
    bring_up_to_date(session, subject, now=now)
    return True


def _params(subject: Subject, reminder: Reminder) -> dict[str, Any]:
    return {**subject.named, **reminder.params, "due": reminder.due_on.isoformat(), "rung": reminder.rung.value}


def _note(session: WriteSession, subject: Subject, reminder: Reminder, now: datetime) -> None:
    """That somebody was reminded stands in a deal's history, for the staff."""
    if subject.kind is SubjectKind.DEAL:
        params = {"reminder": reminder.kind.value, "due": reminder.due_on.isoformat()}
        record_event(
            session,
            subject.kind,
            subject.key,
            "deal.reminder_fired",
            actor_id=None,
            now=now,
            params=params,
            visibility=Visibility.STAFF,
        )
