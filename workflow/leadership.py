"""The lease by which one process at a time does the scheduled work.

It spares doubled effort; that nothing is done twice rests on the reminders' and messages' own keys, so a leader that
was asleep for longer than its lease does no harm.
"""

from datetime import datetime, timedelta

from sqlmodel import select

from core.database import ReadSession, WriteSession
from models.work import Lease


def take_lease(session: WriteSession, name: str, holder: str, *, now: datetime, lasting: timedelta) -> bool:
    """The holder leads until `lasting` from now; False when somebody else does."""
    session.add_new(Lease, [{"name": name, "holder": holder, "expires_at": now, "version": 1}])
    lease = session.exec(select(Lease).where(Lease.name == name).with_for_update()).one()
    if lease.holder != holder and lease.expires_at > now:
        return False
    lease.holder, lease.expires_at = holder, now + lasting
    session.flush()
    return True


def release_lease(session: WriteSession, name: str, holder: str, *, now: datetime) -> None:
    """The holder leads no longer, so that the next one need not wait."""
    lease = session.exec(select(Lease).where(Lease.name == name).with_for_update()).first()
    if lease is not None and lease.holder == holder:
        lease.expires_at = now


def holds_until(session: ReadSession, name: str) -> datetime | None:
    """Until when a lease is held; None for one that nobody ever took."""
    return session.exec(select(Lease.expires_at).where(Lease.name == name)).first()
