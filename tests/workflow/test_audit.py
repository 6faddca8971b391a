from datetime import datetime, timedelta

import pytest

from core.database import WriteSession
from core.errors import Refused
from models.access import Viewer
from models.enums import AuditOutcome, Role
from workflow.audit import list_audit, record_audit


def test_auditors_read_the_newest_first_and_by_kind_of_act(session: WriteSession, now: datetime) -> None:
    for minute, action in enumerate(("need.read", "import", "need.read")):
        at = now + timedelta(minutes=minute)
        record_audit(session, action, AuditOutcome.DONE, user_id=None, now=at, subject=str(minute))
    session.flush()
    auditor = Viewer(roles=frozenset({Role.AUDITOR}))

    assert [entry.subject for entry in list_audit(session, auditor).items] == ["2", "1", "0"]
    assert [entry.subject for entry in list_audit(session, auditor, action="import").items] == ["1"]


def test_an_overlong_subject_is_shortened_and_never_stops_the_act(session: WriteSession, now: datetime) -> None:
    entry = record_audit(
        session, "need.read", AuditOutcome.REFUSED, user_id=None, now=now, subject="x" * 999, address="y" * 99
    )
    session.flush()

    assert (len(entry.subject), len(entry.address)) == (200, 60)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.AUDITOR, Role.SYSTEM_ADMIN}))
def test_nobody_else_reads_the_audit_log(session: WriteSession, role: Role) -> None:
    with pytest.raises(Refused):
        list_audit(session, Viewer(roles=frozenset({role})))
