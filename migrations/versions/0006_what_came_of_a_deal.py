"""what came of a deal, and what was done to get there.

Revision: 0006, after 0005.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "actiontaken",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("deal_id", _BIG, nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("because", sa.String(length=40), nullable=False),
        sa.Column("stage", sa.String(length=40), nullable=False),
        sa.Column("not_now", sa.String(length=40), nullable=True),
        sa.Column("decided_by_id", _BIG, nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name=op.f("fk_actiontaken_deal_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name=op.f("fk_actiontaken_decided_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_actiontaken")),
    )
    op.create_index(op.f("ix_actiontaken_deal_id"), "actiontaken", ["deal_id"], unique=False)
    op.create_table(
        "returnvisit",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("deal_id", _BIG, nullable=False),
        sa.Column("contract_id", _BIG, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("accepted_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("text", sa.String(length=4000), nullable=False),
        sa.Column("revenue", _BIG, nullable=True),
        sa.Column("jobs", sa.Integer(), nullable=True),
        sa.Column("satisfaction_demand", sa.Integer(), nullable=True),
        sa.Column("satisfaction_supply", sa.Integer(), nullable=True),
        sa.Column("recorded_by_id", _BIG, nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name=op.f("fk_returnvisit_contract_id")),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name=op.f("fk_returnvisit_deal_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_returnvisit_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_returnvisit")),
        sa.UniqueConstraint("contract_id", "number", name=op.f("uq_returnvisit_contract_id_number")),
    )
    op.create_index(op.f("ix_returnvisit_deal_id"), "returnvisit", ["deal_id"], unique=False)
    op.create_index(op.f("ix_returnvisit_due_on"), "returnvisit", ["due_on"], unique=False)
    # Columns are added in place: SQLite's way round, a new table with a copy, would drop one that others refer to.
    op.add_column("contract", sa.Column("technical_amount", _BIG, nullable=True))
    number = sa.Column("registration_number", sa.String(length=40), nullable=False, server_default="")
    op.add_column("contract", number)
    op.add_column("outcome", sa.Column("technical_sum", _BIG, nullable=True))


def downgrade() -> None:
    """Take back."""
    op.drop_column("outcome", "technical_sum")
    op.drop_column("contract", "registration_number")
    op.drop_column("contract", "technical_amount")
    op.drop_table("returnvisit")
    op.drop_table("actiontaken")
