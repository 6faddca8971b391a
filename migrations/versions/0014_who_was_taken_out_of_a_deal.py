"""who was taken out of a deal.

Revision: 0014, after 0013.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_OWN = ("organisation", "supplier")
"""By what people find that they were taken out."""


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "formerparty",
        sa.Column("id", _ID, nullable=False),
        sa.Column("deal_id", _ID, nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("organisation_id", _ID, nullable=True),
        sa.Column("supplier_id", _ID, nullable=True),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_formerparty")),
        *(
            sa.ForeignKeyConstraint([f"{name}_id"], [f"{name}.id"], name=op.f(f"fk_formerparty_{name}_id"))
            for name in ("deal", *_OWN)
        ),
    )
    for name in _OWN:
        op.create_index(op.f(f"ix_formerparty_{name}_id"), "formerparty", [f"{name}_id"], unique=False)


def downgrade() -> None:
    """Take back."""
    op.drop_table("formerparty")
