"""Reminders: what becomes due, and whom it is told.

Rules a maintainer must keep: a reminder fires in the same transaction as its messages are written, once, guarded by
its unique key and theirs. Nobody is told of a deal that is not (any more) theirs to work on: a reminder reaches its
person only while that person works on the deal and is not disabled; else the lead who has led longest of those who
are; else nobody.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import col, or_, select, update

from core.database import ReadSession, WriteSession
from models.access import viewer_of, works_on
from models.deal import Deal
from models.enums import DealStatus, NoticeKind, ReminderKind, Role, SubjectKind
from models.user import Membership, User
from models.work import Reminder
from tracking.reminders import due_instant, next_step_key
from workflow.notifications import notify, zone_of


def schedule_next_step(session: WriteSession, deal: Deal, *, now: datetime) -> None:
    """Exactly the reminder that the deal's next step asks for waits; a paused, closed or archived deal has none."""
    due = deal.next_step_due if _is_awake(deal) else None
    key = next_step_key(deal.key, due) if due else None
    session.exec(
        update(Reminder)
        .where(
            col(Reminder.subject_kind) == SubjectKind.DEAL,
            col(Reminder.subject_id) == deal.key,
            col(Reminder.fired_at).is_(None),
            col(Reminder.unique_key) != (key or ""),
        )
        .values(cancelled_at=now)
    )
    if due is None or key is None:
        return
    reminder = session.exec(select(Reminder).where(Reminder.unique_key == key)).first()
    due_at = due_instant(due, zone_of(session, deal.owner_id))
    if reminder is None:
        reminder = Reminder(
            unique_key=key,
            kind=ReminderKind.NEXT_STEP,
            subject_kind=SubjectKind.DEAL,
            subject_id=deal.key,
            person_id=deal.owner_id,
            due_on=due,
            due_at=due_at,
        )
    elif reminder.fired_at is None:
        reminder.person_id, reminder.due_at, reminder.cancelled_at = deal.owner_id, due_at, None
    session.add(reminder)
    session.flush()


def due_reminders(session: ReadSession, *, now: datetime, limit: int = 200) -> Sequence[int]:
    """Ids of the reminders that are due and have not fired, the longest overdue first."""
    found = session.exec(
        select(Reminder.id).where(*_waiting(), col(Reminder.due_at) <= now).order_by(col(Reminder.due_at)).limit(limit)
    )
    return [key for key in found if key is not None]


def fire_reminder(session: WriteSession, reminder_id: int, *, now: datetime) -> bool:
    """The reminder has fired and its messages are in the outbox.

    False when somebody else was faster, and when there is nothing to remind of or nobody to remind.
    """
    reminder = session.exec(
        select(Reminder).where(Reminder.id == reminder_id, *_waiting()).with_for_update(skip_locked=True)
    ).first()
    if reminder is None:
        return False
    deal = session.get(Deal, reminder.subject_id)
    person_id = _whom_to_remind(session, reminder, deal, now) if deal and _is_awake(deal) else None
    if deal is None or person_id is None:
        reminder.cancelled_at = now
        return False
    reminder.fired_at = now
    notify(
        session,
        person_id,
        f"reminder.{reminder.kind}",
        kind=NoticeKind(reminder.kind.value),
        params={"deal": deal.public_id, "due": deal.next_step_due.isoformat() if deal.next_step_due else ""},
        subject_kind=reminder.subject_kind,
        subject_id=reminder.subject_id,
        dedupe_key=reminder.unique_key,
        now=now,
    )
    return True


def _waiting() -> tuple[Any, Any]:
    return col(Reminder.fired_at).is_(None), col(Reminder.cancelled_at).is_(None)


def _is_awake(deal: Deal) -> bool:
    """Whether something is expected of the deal."""
    return deal.status is DealStatus.OPEN and deal.archived_at is None


def _whom_to_remind(session: ReadSession, reminder: Reminder, deal: Deal, now: datetime) -> int | None:
    leads = session.exec(
        select(Membership.person_id)
        .where(Membership.role == Role.LEAD, *_holds_at(now))
        .order_by(col(Membership.valid_from), col(Membership.id))
    )
    people = dict.fromkeys([reminder.person_id, *leads])
    return next((person for person in people if _can_work_on(session, person, deal, now)), None)


def _can_work_on(session: ReadSession, person_id: int, deal: Deal, now: datetime) -> bool:
    user = session.exec(select(User).where(User.person_id == person_id)).first()
    if user is not None and user.disabled_at is not None:
        return False
    own = works_on(viewer_of(session, person_id, now))
    return session.exec(select(Deal.id).where(Deal.id == deal.key, own)).first() is not None


def _holds_at(now: datetime) -> tuple[Any, Any]:
    return col(Membership.valid_from) <= now, or_(col(Membership.valid_to).is_(None), col(Membership.valid_to) > now)
