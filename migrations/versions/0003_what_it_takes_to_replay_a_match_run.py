"""what it takes to replay a match run.

Revision: 0003, after 0002.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "matcherversion",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("part", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", _JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matcherversion")),
        sa.UniqueConstraint("part", "digest", name=op.f("uq_matcherversion_part_digest")),
    )
    op.create_table(
        "matchrecord",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("content", _JSON, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["matchrun.id"], name=op.f("fk_matchrecord_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matchrecord")),
        sa.UniqueConstraint("run_id", name=op.f("uq_matchrecord_run_id")),
    )
    # Columns are added in place: SQLite's way round, a new table with a copy, would drop one that others refer to.
    op.add_column("matchrun", sa.Column("rules", sa.String(length=80), nullable=False, server_default=""))
    op.add_column("matchrun", sa.Column("weights", sa.String(length=80), nullable=False, server_default=""))
    op.add_column("matchrun", sa.Column("policy", _JSON, nullable=False, server_default=sa.text("'{}'")))


def downgrade() -> None:
    """Take back."""
    op.drop_column("matchrun", "policy")
    op.drop_column("matchrun", "weights")
    op.drop_column("matchrun", "rules")
    op.drop_table("matchrecord")
    op.drop_table("matcherversion")
