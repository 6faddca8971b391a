"""The timeline: what happened to a need, a supplier or a deal, one appended line each.

A line is a code with parameters and is rendered in the reader's language; `text` holds only what a person wrote.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from core.database import WriteSession
from models.deal_enums import Visibility
from models.enums import Precision, SubjectKind
from models.history import Event


def record_event(
    session: WriteSession,
    subject_kind: SubjectKind,
    subject_id: int,
    code: str,
    *,
    actor_id: int | None,
    now: datetime,
    params: Mapping[str, Any] | None = None,
    text: str = "",
    visibility: Visibility = Visibility.STAFF,
    occurred_at: datetime | None = None,
    precision: Precision = Precision.INSTANT,
) -> Event:
    """The event is part of the transaction; `occurred_at` may lie before `now`, when it is told later."""
    event = Event(
        subject_kind=subject_kind,
        subject_id=subject_id,
        code=code,
        params=dict(params or {}),
        text=text,
        visibility=visibility,
        occurred_at=occurred_at or now,
        precision=precision,
        recorded_at=now,
        actor_id=actor_id,
    )
    session.add(event)
    return event
