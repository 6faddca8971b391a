"""What commands work on: the database, and arguments that are members of a closed set."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import TypeVar

from core.database import Database
from core.errors import Invalid, Unavailable
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


E = TypeVar("E", bound=StrEnum)


def choice(members: type[E], value: str) -> E:
    """The member that an argument names; `Invalid` lists them all."""
    try:
        return members(value)
    except ValueError:
        raise Invalid("unknown_choice", value=value, choices=", ".join(members)) from None
