"""The change log that search indexes follow, readable in the order of commits.

An index asks for the changes after the last id it has seen. That is only right if ids become visible in their order.
On SQLite one writer at a time makes it so; on PostgreSQL a transaction takes an advisory lock before it draws its id
and holds it until it commits, so that a smaller id can never appear after a larger one was read.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from core.database import WriteSession
from models.enums import ChangeOperation
from models.vector import Change

_TURN = 0x6B65716961  # "keqia": any number no other turn of this database uses


def record_change(session: WriteSession, capability_id: int, operation: ChangeOperation, now: datetime) -> None:
    """Let every index look at this capability again once the transaction has committed."""
    record_changes(session, [capability_id], operation, now)


def record_changes(
    session: WriteSession, capability_ids: Iterable[int], operation: ChangeOperation, now: datetime
) -> None:
    """Let every index look at these capabilities again once the transaction has committed."""
    changes = [Change(capability_id=key, operation=operation, recorded_at=now) for key in capability_ids]
    if not changes:
        return
    queue_for_the_log(session)
    session.add_all(changes)
    session.flush()


def queue_for_the_log(session: WriteSession) -> None:
    """No other transaction writes changes until this one has ended; what it reads from now on is what they left."""
    session.take_turn(_TURN)


def changes_after(session: Session, last_seen: int, *, limit: int = 10_000) -> Sequence[Change]:
    """The changes an index has not seen, oldest first."""
    return session.exec(select(Change).where(col(Change.id) > last_seen).order_by(col(Change.id)).limit(limit)).all()


def last_change(session: Session) -> int:
    """The id of the newest change; 0 when there is none."""
    return session.exec(select(func.max(Change.id))).one() or 0
