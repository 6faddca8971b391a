"""what rules need to know of needs and suppliers, requirements decided by people, refusals.

Revision: 0002, after 0001.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_LIST = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_EMPTY = sa.text("'[]'")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "refusal",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("supplier_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("need_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("comment", sa.String(length=2000), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("(need_id IS NULL) <> (organisation_id IS NULL)", name="ck_refusal_need_or_organisation"),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name=op.f("fk_refusal_decided_by_id")),
        sa.ForeignKeyConstraint(["lifted_by_id"], ["person.id"], name=op.f("fk_refusal_lifted_by_id")),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_refusal_need_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_refusal_organisation_id")),
        sa.ForeignKeyConstraint(["supplier_id"], ["supplier.id"], name=op.f("fk_refusal_supplier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refusal")),
        sa.UniqueConstraint("public_id", name=op.f("uq_refusal_public_id")),
    )
    with op.batch_alter_table("refusal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_refusal_need_id"), ["need_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_refusal_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_refusal_supplier_id"), ["supplier_id"], unique=False)
        batch_op.create_index(
            "one_refusal_for_a_need",
            ["need_id", "supplier_id"],
            unique=True,
            sqlite_where=sa.text("lifted_at IS NULL"),
            postgresql_where=sa.text("lifted_at IS NULL"),
        )
        batch_op.create_index(
            "one_refusal_for_an_organisation",
            ["organisation_id", "supplier_id"],
            unique=True,
            sqlite_where=sa.text("lifted_at IS NULL"),
            postgresql_where=sa.text("lifted_at IS NULL"),
        )

    # Columns are added in place: SQLite's way round, a new table with a copy, would drop one that others refer to.
    op.add_column("needrevision", sa.Column("regions", _LIST, nullable=False, server_default=_EMPTY))
    op.add_column("needrevision", sa.Column("least_trl", sa.Integer(), nullable=True))
    op.add_column("needrevision", sa.Column("wanted_trl", sa.Integer(), nullable=True))
    op.add_column("needrevision", sa.Column("ipr_stances", _LIST, nullable=False, server_default=_EMPTY))
    op.add_column("needrevision", sa.Column("modes", _LIST, nullable=False, server_default=_EMPTY))
    op.add_column("needrevision", sa.Column("excluded_names", _LIST, nullable=False, server_default=_EMPTY))
    op.add_column("needrevision", sa.Column("excluded_terms", _LIST, nullable=False, server_default=_EMPTY))
    op.add_column("requirement", sa.Column("wording", sa.String(length=1000), nullable=False, server_default=""))
    op.add_column("requirement", sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True))
    person = sa.ForeignKey("person.id", name=op.f("fk_requirement_confirmed_by_id"))
    person_id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.add_column("requirement", sa.Column("confirmed_by_id", person_id, person, nullable=True), inline_references=True)
    op.add_column("requirement", sa.Column("unsettled", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("requirement", sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("requirement", sa.Column("removed", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("supplier", sa.Column("load_limit", sa.Integer(), nullable=True))
    op.add_column("supplier", sa.Column("ipr_stances", _LIST, nullable=False, server_default=_EMPTY))
    op.add_column("supplier", sa.Column("technical_fields", _LIST, nullable=False, server_default=_EMPTY))


def downgrade() -> None:
    """Take back."""
    op.execute(
        "DELETE FROM indicator WHERE requirement_id IN (SELECT id FROM requirement WHERE ended_at IS NOT NULL OR field = '')"
    )
    op.execute("DELETE FROM requirement WHERE ended_at IS NOT NULL OR field = ''")
    op.drop_column("supplier", "technical_fields")
    op.drop_column("supplier", "ipr_stances")
    op.drop_column("supplier", "load_limit")
    op.drop_column("requirement", "removed")
    op.drop_column("requirement", "ended_at")
    op.drop_column("requirement", "unsettled")
    op.drop_column("requirement", "confirmed_by_id")
    op.drop_column("requirement", "confirmed_at")
    op.drop_column("requirement", "wording")
    op.drop_column("needrevision", "excluded_terms")
    op.drop_column("needrevision", "excluded_names")
    op.drop_column("needrevision", "modes")
    op.drop_column("needrevision", "ipr_stances")
    op.drop_column("needrevision", "wanted_trl")
    op.drop_column("needrevision", "least_trl")
    op.drop_column("needrevision", "regions")

    with op.batch_alter_table("refusal", schema=None) as batch_op:
        batch_op.drop_index(
            "one_refusal_for_an_organisation",
            sqlite_where=sa.text("lifted_at IS NULL"),
            postgresql_where=sa.text("lifted_at IS NULL"),
        )
        batch_op.drop_index(
            "one_refusal_for_a_need",
            sqlite_where=sa.text("lifted_at IS NULL"),
            postgresql_where=sa.text("lifted_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_refusal_supplier_id"))
        batch_op.drop_index(batch_op.f("ix_refusal_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_refusal_need_id"))

    op.drop_table("refusal")
