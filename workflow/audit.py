"""The audit log: who did, was refused or read what. Its readers are auditors and system administrators."""

from datetime import datetime

from sqlmodel import col, select

from core.database import ReadSession, WriteSession
from core.errors import Refused
from models.access import Viewer
from models.enums import AuditOutcome, Role
from models.history import AuditEntry
from workflow.paging import PAGE_SIZE, Page, read_page

AUDIT_READERS = frozenset({Role.AUDITOR, Role.SYSTEM_ADMIN})
_SUBJECT_MAX, _ADDRESS_MAX = 200, 60


def record_audit(
    session: WriteSession,
    action: str,
    outcome: AuditOutcome,
    *,
    user_id: int | None,
    now: datetime,
    subject: str = "",
    address: str = "",
) -> AuditEntry:
    """The act is in the log; what an outsider sent as subject or address is shortened to fit, never refused."""
    entry = AuditEntry(
        at=now,
        user_id=user_id,
        action=action,
        outcome=outcome,
        subject=subject[:_SUBJECT_MAX],
        address=address[:_ADDRESS_MAX],
    )
    session.add(entry)
    return entry


def list_audit(
    session: ReadSession, viewer: Viewer, *, action: str = "", page: int = 1, size: int = PAGE_SIZE
) -> Page[AuditEntry]:
    """The newest entries first, all or those of one kind of act. Raises Refused."""
    if not viewer.roles & AUDIT_READERS:
        raise Refused("audit.refused")
    statement = select(AuditEntry).order_by(col(AuditEntry.at).desc(), col(AuditEntry.id).desc())
    if action:
        statement = statement.where(AuditEntry.action == action)
    return read_page(session, statement, number=page, size=size)
