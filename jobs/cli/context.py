"""What commands work on: settings, database, the operator's view, the present instant."""

from collections.abc import Iterator
from contextlib import contextmanager

from core.database import Database
from core.errors import Unavailable
from core.settings import get_settings
from models.access import Viewer
from models.enums import Role
from models.migrate import newest_revision, schema_revision

OPERATOR = Viewer(roles=frozenset({Role.LEAD, Role.SYSTEM_ADMIN}), central=frozenset({Role.LEAD}))
"""Whoever has a shell on the machine holds the database: the command line acts for the whole society."""


@contextmanager
def open_database(*, migrated: bool = True) -> Iterator[Database]:
    """The database of the settings; with `migrated`, one whose schema this version needs."""
    database = Database(get_settings().effective_database_url)
    try:
        if migrated and schema_revision(database) != newest_revision():
            raise Unavailable("not_migrated")
        yield database
    finally:
        database.dispose()
