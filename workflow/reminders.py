"""Reminders and the outbox: what becomes due, and what leaves the system because of it.

Rules a maintainer must keep: a reminder fires in the same transaction as its messages are written, once, guarded by
its unique key and theirs; a message is claimed (its next attempt moved into the future) and committed before it is
sent, and marked after. So a crash loses nothing, and repeats at most the one message that was being sent. Nobody is
told of a deal that is not (any more) theirs to work on: a reminder reaches its person only while that person works on
the deal and is not disabled; else the lead who has led longest of those who are; else nobody.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import col, or_, select, update

from core.database import ReadSession, WriteSession
from core.settings import get_settings
from models.access import Viewer, viewer_of, works_on
from models.deal import Deal
from models.enums import Channel, DealStatus, ReminderKind, Role, SubjectKind
from models.person import Person
from models.user import Membership, User
from models.work import OutboxMessage, Reminder
from tracking.notifier import Message, Recipient
from tracking.reminders import due_instant, next_step_key, retry_delay

CHANNELS = (Channel.IN_APP, Channel.CONSOLE)
"""What each reminder is sent through; an in-app message is delivered by being there."""
_ERROR_MAX = 500


def zone_of(session: ReadSession, person_id: int | None) -> str:
    """The time zone a person works in: the own one, or the installation's."""
    own = session.exec(select(User.time_zone).where(User.person_id == person_id)).first() if person_id else None
    return own or get_settings().time_zone


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
    session.add_all(_message(reminder, person_id, deal, channel, now) for channel in CHANNELS)
    session.flush()
    return True


def claim_message(session: WriteSession, *, now: datetime) -> int | None:
    """The id of a message that nobody else will try for a while, because its next attempt now lies in the future."""
    row = session.exec(
        select(OutboxMessage)
        .where(col(OutboxMessage.sent_at).is_(None), col(OutboxMessage.next_attempt_at) <= now)
        .order_by(col(OutboxMessage.next_attempt_at), col(OutboxMessage.id))
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()
    if row is None:
        return None
    row.attempts += 1
    row.next_attempt_at = now + retry_delay(row.attempts)
    session.flush()
    return row.key


def compose_message(session: ReadSession, message_id: int) -> Message:
    """The stored message as a notifier takes it, with what its parameters name filled in."""
    row = session.get_one(OutboxMessage, message_id)
    person = session.get_one(Person, row.person_id)
    user = session.exec(select(User).where(User.person_id == row.person_id)).first()
    language = (user.language if user else None) or get_settings().language
    return Message(
        dedupe_key=row.dedupe_key,
        channel=row.channel,
        recipient=Recipient(person.name, person.email, language),
        code=row.code,
        params=_filled(session, row.params),
    )


def mark_sent(session: WriteSession, message_id: int, *, now: datetime) -> None:
    """The message is delivered and will not be tried again."""
    row = session.get_one(OutboxMessage, message_id)
    row.sent_at, row.error = now, ""


def mark_failed(session: WriteSession, message_id: int, error: str) -> None:
    """Why the attempt failed is kept; the claim has already set when the next one begins."""
    session.get_one(OutboxMessage, message_id).error = error[:_ERROR_MAX]


def list_messages(session: ReadSession, viewer: Viewer, *, limit: int = 20) -> list[Message]:
    """What a page shows the viewer of the deals that the viewer works on now, newest first."""
    ids = session.exec(
        select(OutboxMessage.id)
        .join(Deal, col(Deal.public_id) == col(OutboxMessage.params)["deal"].as_string())
        .where(OutboxMessage.person_id == viewer.person_id, OutboxMessage.channel == Channel.IN_APP, works_on(viewer))
        .order_by(col(OutboxMessage.id).desc())
        .limit(limit)
    ).all()
    return [compose_message(session, key) for key in ids if key is not None]


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


def _message(reminder: Reminder, person_id: int, deal: Deal, channel: Channel, now: datetime) -> OutboxMessage:
    return OutboxMessage(
        dedupe_key=f"{reminder.unique_key}:{channel}",
        channel=channel,
        person_id=person_id,
        code=f"reminder.{reminder.kind}",
        params={"deal": deal.public_id, "due": deal.next_step_due.isoformat() if deal.next_step_due else ""},
        created_at=now,
        next_attempt_at=now,
        sent_at=now if channel is Channel.IN_APP else None,
    )


def _filled(session: ReadSession, params: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters with what people wrote of the deal, which is stored with the deal alone."""
    deal = session.exec(select(Deal).where(Deal.public_id == params.get("deal"))).first()
    return {**params, "title": deal.title if deal else "", "next_step": deal.next_step if deal else ""}
