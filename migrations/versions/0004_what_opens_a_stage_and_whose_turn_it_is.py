"""what opens a stage, and whose turn it is.

Revision: 0004, after 0003.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "stageevidence",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("deal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("dated_on", sa.Date(), nullable=False),
        sa.Column("note", sa.String(length=1000), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name=op.f("fk_stageevidence_contract_id")),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name=op.f("fk_stageevidence_deal_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_stageevidence_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stageevidence")),
    )
    op.create_index(op.f("ix_stageevidence_deal_id"), "stageevidence", ["deal_id"], unique=False)
    # Columns are added in place: SQLite's way round, a new table with a copy, would drop one that others refer to.
    op.add_column("contract", sa.Column("cooperative", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("deal", sa.Column("no_step_reason", sa.String(length=500), nullable=False, server_default=""))
    op.add_column("deal", sa.Column("waiting_for", sa.String(length=40), nullable=True))
    op.add_column("deal", sa.Column("waiting_since", sa.Date(), nullable=True))
    op.add_column("dealparty", sa.Column("answered_on", sa.Date(), nullable=True))
    op.add_column("dealstage", sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Take back."""
    op.drop_column("dealstage", "undone_at")
    op.drop_column("dealparty", "answered_on")
    op.drop_column("deal", "waiting_since")
    op.drop_column("deal", "waiting_for")
    op.drop_column("deal", "no_step_reason")
    op.drop_column("contract", "cooperative")
    op.drop_table("stageevidence")
