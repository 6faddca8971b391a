"""What commands work on: the database, the audit log, and arguments that are members of a closed set."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from core.database import Database, WriteSession
from core.errors import Invalid, Unavailable
from core.logs import configure_logs
from core.settings import get_settings
from models.enums import AuditOutcome
from models.migrate import newest_revision, schema_revision
from workflow.audit import record_audit

AT_THE_MACHINE = "keqiao"
"""Stands in the audit log where an act over the network has its address."""


@contextmanager
def open_database(*, migrated: bool = True) -> Iterator[Database]:
    """The database of the settings; with `migrated`, one whose schema this version needs.

    From then on log lines go to standard error, so that a report on standard output stays whole.
    """
    configure_logs(get_settings())
    database = Database(get_settings().effective_database_url)
    try:
        if migrated and schema_revision(database) != newest_revision():
            raise Unavailable("not_migrated")
        yield database
    finally:
        database.dispose()


def audit(session: WriteSession, action: str, subject: str, now: datetime) -> None:
    """What was done at the machine itself is in the audit log, in the transaction that does it."""
    record_audit(session, action, AuditOutcome.DONE, user_id=None, now=now, subject=subject, address=AT_THE_MACHINE)


E = TypeVar("E", bound=StrEnum)


def choice(members: type[E], value: str) -> E:
    """The member that an argument names; `Invalid` lists them all."""
    try:
        return members(value)
    except ValueError:
        raise Invalid("unknown_choice", value=value, choices=", ".join(members)) from None
