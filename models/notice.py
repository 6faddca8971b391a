"""How people want to be told: preferences, quiet hours, what is muted, private calendars; and the ways out."""

from datetime import date, datetime, time

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from models.columns import BigInt, Form, Mutable, Row, UtcDateTime, stored
from models.enums import SubjectKind
from models.notice_enums import Channel, NoticeKind, NoticeTiming

WEEKLY_BUDGET = 20
"""Instant messages a week that a person gets who has not said otherwise; what is over goes into the digest."""
ADDRESS_MAX = 300


class NoticePreference(Row, table=True):
    """When a person wants one kind of notification on one channel, where that differs from what is usual."""

    __table_args__ = (UniqueConstraint("person_id", "kind", "channel"),)

    person_id: int = Field(foreign_key="person.id", sa_type=BigInt, index=True)
    kind: NoticeKind = Field(sa_type=stored(NoticeKind))
    channel: Channel = Field(sa_type=stored(Channel))
    timing: NoticeTiming = Field(sa_type=stored(NoticeTiming))


class NoticeHours(Mutable, table=True):
    """When a person is left in peace, by the own clock, and how often a week he or she may be interrupted."""

    person_id: int = Field(foreign_key="person.id", sa_type=BigInt, unique=True)
    quiet_from: time | None = None
    quiet_to: time | None = None
    weekly_budget: int = Field(default=WEEKLY_BUDGET, ge=0)


class Mute(Row, table=True):
    """That a person is not told of one kind, or of one object: for good, or until a day (snoozed)."""

    person_id: int = Field(foreign_key="person.id", sa_type=BigInt, index=True)
    kind: NoticeKind | None = Field(default=None, sa_type=stored(NoticeKind))
    subject_kind: SubjectKind | None = Field(default=None, sa_type=stored(SubjectKind))
    subject_id: int | None = Field(default=None, sa_type=BigInt)
    until: date | None = Field(default=None, description="The day on which messages come again; null: muted.")
    created_at: datetime = Field(sa_type=UtcDateTime)


class CalendarFeed(Row, table=True):
    """The address of a person's private calendar. Only a digest of its token is stored."""

    person_id: int = Field(foreign_key="person.id", sa_type=BigInt, unique=True)
    token_digest: str = Field(max_length=64, unique=True)
    created_at: datetime = Field(sa_type=UtcDateTime)


class ChannelSetting(Mutable, table=True):
    """Where a chat channel leads: an address with a secret in it, which is never shown again."""

    channel: Channel = Field(sa_type=stored(Channel), unique=True)
    address: str = Field(max_length=ADDRESS_MAX)
    set_at: datetime = Field(sa_type=UtcDateTime)


class ChannelState(Row, table=True):
    """How much a channel may send at once, and until when it rests because its receiver does not answer."""

    channel: Channel = Field(sa_type=stored(Channel), unique=True)
    tokens: float
    filled_at: datetime = Field(sa_type=UtcDateTime)
    failures: int = Field(default=0, description="In a row, of the receiver and not of one message.")
    rests_until: datetime | None = Field(default=None, sa_type=UtcDateTime)


class NoticeChoice(Form):
    """When one kind of notification is wanted on one channel."""

    kind: NoticeKind
    channel: Channel
    timing: NoticeTiming


class NoticeHoursForm(Form):
    """Quiet hours (both or neither) and the weekly budget."""

    quiet_from: time | None = None
    quiet_to: time | None = None
    weekly_budget: int = Field(default=WEEKLY_BUDGET, ge=0, le=500)


class MuteForm(Form):
    """What is to be muted, or snoozed until a day: one kind, or one deal."""

    kind: NoticeKind | None = None
    deal: str = Field(default="", max_length=20)
    until: date | None = None


class ChannelAddress(Form):
    """The address of a chat channel, as its service gives it."""

    address: str = Field(min_length=1, max_length=ADDRESS_MAX)
