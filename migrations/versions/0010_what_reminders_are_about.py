"""what reminders are about, and who is told next.

Revision: 0010, after 0009.
"""

from datetime import date

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Apply."""
    for column in _columns():
        op.add_column("reminder", column)
    op.create_index(op.f("ix_reminder_person_id"), "reminder", ["person_id"], unique=False)
    _say_of_which_day_old_reminders_are()


def _columns() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("rung", sa.String(length=40), nullable=False, server_default="owner"),
        sa.Column("due_on", sa.Date(), nullable=False, server_default="1970-01-01"),
        sa.Column("params", _JSON, nullable=False, server_default="{}"),
        sa.Column("is_provisional", sa.Boolean(), nullable=False, server_default=sa.false()),
    )


def _say_of_which_day_old_reminders_are() -> None:
    """So far there were reminders of next steps alone, whose key ends with the day."""
    reminder = sa.table("reminder", sa.column("id"), sa.column("unique_key", sa.String), sa.column("due_on", sa.Date))
    connection = op.get_bind()
    for key, name in connection.execute(sa.select(reminder.c.id, reminder.c.unique_key)).all():
        day = date.fromisoformat(name[-10:])
        connection.execute(reminder.update().where(reminder.c.id == key).values(due_on=day))


def downgrade() -> None:
    """Take back."""
    op.drop_index(op.f("ix_reminder_person_id"), "reminder")
    for column in reversed(_columns()):
        op.drop_column("reminder", column.name)
