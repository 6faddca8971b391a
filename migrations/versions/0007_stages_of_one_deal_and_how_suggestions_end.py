"""stages of one deal, and how suggestions end.

Revision: 0007, after 0006.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_ENDED_SILENTLY = """
UPDATE "match" SET ended_at = CURRENT_TIMESTAMP, end_reason = '{reason}'
WHERE status <> 'declined' AND ended_at IS NULL
AND need_id IN (SELECT id FROM need WHERE {needs})
AND id NOT IN (SELECT match_id FROM deal WHERE match_id IS NOT NULL)
"""


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "extrastage",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("deal_id", _BIG, nullable=False),
        sa.Column("contract_id", _BIG, nullable=True),
        sa.Column("after", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("usual_from", sa.Integer(), nullable=False),
        sa.Column("usual_to", sa.Integer(), nullable=False),
        sa.Column("opened_by", sa.String(length=40), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name=op.f("fk_extrastage_contract_id")),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name=op.f("fk_extrastage_deal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extrastage")),
    )
    op.create_index(op.f("ix_extrastage_deal_id"), "extrastage", ["deal_id"], unique=False)
    # Columns are added in place: SQLite's way round, a new table with a copy, would drop one that others refer to.
    op.add_column("match", sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("match", sa.Column("end_reason", sa.String(length=40), nullable=True))
    _end_what_ended_silently()


def _end_what_ended_silently() -> None:
    """Suggestions of needs that are met or archived ended without a word; now they say why."""
    for needs, reason in (("status = 'closed'", "need_met"), ("archived_at IS NOT NULL", "need_withdrawn")):
        op.execute(_ENDED_SILENTLY.format(needs=needs, reason=reason))


def downgrade() -> None:
    """Take back."""
    op.drop_column("match", "end_reason")
    op.drop_column("match", "ended_at")
    op.drop_table("extrastage")
