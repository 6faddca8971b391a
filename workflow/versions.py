"""Optimistic locking as people meet it: a form that was filled in before somebody else saved is not saved over it."""

from core.errors import Conflict
from models.columns import Mutable


def expect_version(row: Mutable, version: int | None) -> None:
    """The row still has the version the person looked at; None says that nobody looked (imports, the command line).

    Raises Conflict otherwise.
    """
    if version is not None and row.version != version:
        raise Conflict("conflict.changed_meanwhile", version=row.version, seen=version)
