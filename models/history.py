"""Two histories: the timeline people see (`event`) and the audit log (who did, was refused or read what)."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field

from models.columns import PERSONAL, BigInt, Json, Published, Row, UtcDateTime, stored
from models.deal_enums import Visibility
from models.enums import AuditOutcome, Precision, SubjectKind


class Event(Published, table=True):
    """One line of append-only history: a code with parameters, and perhaps what a person wrote."""

    __table_args__ = (Index("event_of_subject", "subject_kind", "subject_id", "occurred_at"),)

    subject_kind: SubjectKind = Field(sa_type=stored(SubjectKind))
    subject_id: int = Field(sa_type=BigInt)
    code: str = Field(max_length=60)
    params: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    text: str = Field(default="", max_length=20_000)
    visibility: Visibility = Field(default=Visibility.STAFF, sa_type=stored(Visibility))
    occurred_at: datetime = Field(sa_type=UtcDateTime)
    precision: Precision = Field(default=Precision.INSTANT, sa_type=stored(Precision))
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    shown_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """Since when it is for those it is for; null: since it was recorded."""
    actor_id: int | None = Field(default=None, foreign_key="person.id", sa_type=BigInt)


class AuditEntry(Row, table=True):
    """Who did, was refused or read what."""

    at: datetime = Field(sa_type=UtcDateTime, index=True)
    user_id: int | None = Field(default=None, foreign_key="user.id", sa_type=BigInt, index=True)
    action: str = Field(max_length=60)
    outcome: AuditOutcome = Field(sa_type=stored(AuditOutcome))
    subject: str = Field(default="", max_length=200, description="What it was about, as the route names it.")
    address: str = Field(default="", max_length=60, sa_column_kwargs=PERSONAL)
