"""what a large deal is made of.

Revision: 0005, after 0004.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "dealneed",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("deal_id", _BIG, nullable=False),
        sa.Column("need_id", _BIG, nullable=False),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name=op.f("fk_dealneed_deal_id")),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_dealneed_need_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dealneed")),
        sa.UniqueConstraint("deal_id", "need_id", name=op.f("uq_dealneed_deal_id_need_id")),
    )
    op.create_index(op.f("ix_dealneed_deal_id"), "dealneed", ["deal_id"], unique=False)
    op.create_index(op.f("ix_dealneed_need_id"), "dealneed", ["need_id"], unique=False)
    op.create_table(
        "milestone",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("contract_id", _BIG, nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("reached_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name=op.f("fk_milestone_contract_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_milestone")),
    )
    op.create_index(op.f("ix_milestone_contract_id"), "milestone", ["contract_id"], unique=False)
    op.create_table(
        "payment",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("contract_id", _BIG, nullable=False),
        sa.Column("amount", _BIG, nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name=op.f("fk_payment_contract_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
    )
    op.create_index(op.f("ix_payment_contract_id"), "payment", ["contract_id"], unique=False)
    # Columns are added in place: SQLite's way round, a new table with a copy, would drop one that others refer to.
    op.add_column("contract", sa.Column("payment_plan", sa.String(length=40), nullable=True))
    op.add_column("contract", sa.Column("ends_on", sa.Date(), nullable=True))
    for name in ("merged_into_id", "split_from_id"):
        other = sa.ForeignKey("deal.id", name=op.f(f"fk_deal_{name}"))
        op.add_column("deal", sa.Column(name, _BIG, other, nullable=True), inline_references=True)


def downgrade() -> None:
    """Take back."""
    for name in ("split_from_id", "merged_into_id"):
        op.drop_column("deal", name)
    op.drop_column("contract", "ends_on")
    op.drop_column("contract", "payment_plan")
    op.drop_table("payment")
    op.drop_table("milestone")
    op.drop_table("dealneed")
