"""The schema as a whole: what every table must keep to, and that migrations and models agree."""

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect
from sqlmodel import SQLModel

import models  # noqa: F401  # registers every table
from core.database import Database
from core.i18n import ROOT
from models.columns import Mutable, UtcDateTime


def test_migrations_lead_to_the_tables_of_the_models(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_the_first_migration_can_be_taken_back(database: Database) -> None:
    config = Config(ROOT / "alembic.ini")
    with database.write_engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
    assert inspect(database.engine).get_table_names() == ["alembic_version"]


def test_every_changeable_table_collides_instead_of_losing_a_change() -> None:
    for mapper in (m for m in SQLModel._sa_registry.mappers if issubclass(m.class_, Mutable)):
        assert mapper.version_id_col is mapper.local_table.c.version, mapper.class_.__name__


def test_every_instant_is_stored_with_its_zone() -> None:
    for table in SQLModel.metadata.tables.values():
        for column in table.columns:
            if column.name.endswith("_at") or column.name in {"valid_from", "valid_to", "at"}:
                is_date = table.name == "affiliation"  # dates, by design
                assert isinstance(column.type, UtcDateTime) or is_date, f"{table.name}.{column.name}"


def test_personal_columns_are_tagged() -> None:
    personal = {
        f"{table.name}.{column.name}"
        for table in SQLModel.metadata.tables.values()
        for column in table.columns
        if column.info.get("personal")
    }
    assert {"person.name", "person.email", "person.phone", "user.login", "auditentry.address"} <= personal
