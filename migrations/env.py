"""Alembic's entry: migrates the database of the settings, or the connection that a caller hands in."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection
from sqlmodel import SQLModel

import models  # noqa: F401  # registers every table
from core.database import Database
from core.settings import get_settings


def _render_item(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Own column types are written as what they are in the database, so that old migrations stand on their own."""
    if kind != "type":
        return False
    plain = {"EnumString": "sa.String(length=40)", "UtcDateTime": "sa.DateTime(timezone=True)"}
    name = type(item).__name__
    if name == "AutoString":
        return f"sa.String(length={item.length})" if item.length else "sa.String()"
    if name in ("JSON", "EnumList"):
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    return plain.get(name, False)


def _migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        render_item=_render_item,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def _run() -> None:
    given = context.config.attributes.get("connection")
    if given is not None:
        _migrate(given)
        return
    database = Database(get_settings().effective_database_url)
    with database.write_engine.begin() as connection:
        _migrate(connection)
    database.dispose()


_run()
