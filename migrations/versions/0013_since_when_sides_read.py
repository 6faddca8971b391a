"""since when a side takes part, and since when what it reads is for it.

Revision: 0013, after 0012.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_COLUMNS = {"dealparty": "joined_at", "event": "shown_at", "attachment": "shown_at"}
"""Sides of before take part from the opening; a document is shown since it came, a line since it was recorded."""


def upgrade() -> None:
    """Apply."""
    for table, column in _COLUMNS.items():
        op.add_column(table, sa.Column(column, sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "UPDATE attachment SET shown_at = "
        "(SELECT min(uploaded_at) FROM attachment_version WHERE attachment_id = attachment.id)"
    )


def downgrade() -> None:
    """Take back."""
    for table, column in _COLUMNS.items():
        op.drop_column(table, column)
