"""The database that commands work on."""

from collections.abc import Iterator
from contextlib import contextmanager

from core.database import Database
from core.errors import Unavailable
from core.settings import get_settings
from models.migrate import newest_revision, schema_revision


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
