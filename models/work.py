"""Work that must survive a crash: reminders, outgoing messages, and the lease of the one leader."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field

from models.columns import BigInt, Json, Mutable, Row, UtcDateTime, stored
from models.enums import SubjectKind
from models.notice_enums import Channel, NoticeKind, ReminderKind, ReminderRung


class Reminder(Row, table=True):
    """Something that becomes due; fired once, in the transaction that writes its messages."""

    __table_args__ = (Index("reminder_due", "fired_at", "due_at"),)

    unique_key: str = Field(max_length=120, unique=True, description="The same reminder is never written twice.")
    kind: ReminderKind = Field(sa_type=stored(ReminderKind))
    subject_kind: SubjectKind = Field(sa_type=stored(SubjectKind))
    subject_id: int = Field(sa_type=BigInt, index=True)
    person_id: int = Field(
        foreign_key="person.id", sa_type=BigInt, index=True, description="Whose task it is; once fired, who was told."
    )
    rung: ReminderRung = Field(default=ReminderRung.OWNER, sa_type=stored(ReminderRung))
    due_on: date = Field(description="The day of what it reminds of.")
    params: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    due_at: datetime = Field(sa_type=UtcDateTime)
    is_provisional: bool = Field(default=False, description="The day may move when next year's holidays are known.")
    fired_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    cancelled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class OutboxMessage(Row, table=True):
    """A message to be sent outside: at least once, with a key by which the receiver can drop a repeat."""

    __table_args__ = (
        Index("outbox_waiting", "sent_at", "next_attempt_at"),
        Index("outbox_of_person", "person_id", "channel", "created_at"),
    )

    dedupe_key: str = Field(max_length=160, unique=True)
    channel: Channel = Field(sa_type=stored(Channel))
    person_id: int = Field(foreign_key="person.id", sa_type=BigInt)
    code: str = Field(max_length=60)
    params: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    created_at: datetime = Field(sa_type=UtcDateTime)
    next_attempt_at: datetime = Field(sa_type=UtcDateTime)
    attempts: int = 0
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    error: str = Field(default="", max_length=500)
    kind: NoticeKind | None = Field(default=None, sa_type=stored(NoticeKind), description="None of a digest.")
    subject_kind: SubjectKind | None = Field(default=None, sa_type=stored(SubjectKind))
    subject_id: int | None = Field(default=None, sa_type=BigInt)
    for_digest: bool = Field(default=False, description="Not sent itself: from `next_attempt_at` on a digest tells it.")
    told_in_id: int | None = Field(default=None, foreign_key="outboxmessage.id", sa_type=BigInt, index=True)
    read_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    withdrawn_at: datetime | None = Field(
        default=None, sa_type=UtcDateTime, description="Not sent: its person may not, or does not want to, read it."
    )
    dead_at: datetime | None = Field(default=None, sa_type=UtcDateTime, description="Given up; `error` says why.")


class Lease(Mutable, table=True):
    """Who leads the scheduled work, until when."""

    name: str = Field(max_length=40, unique=True)
    holder: str = Field(max_length=80)
    expires_at: datetime = Field(sa_type=UtcDateTime)


class Installation(Mutable, table=True):
    """The one row that says what this installation is."""

    demo_loaded_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)
    society: int | None = Field(default=None, foreign_key="organisation.id", sa_type=BigInt)
