"""how people are told.

Revision: 0008, after 0007.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TABLES = ("channelsetting", "channelstate", "calendarfeed", "mute", "noticehours", "noticepreference")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "channelsetting",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channelsetting")),
        sa.UniqueConstraint("channel", name=op.f("uq_channelsetting_channel")),
    )
    op.create_table(
        "channelstate",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("tokens", sa.Float(), nullable=False),
        sa.Column("filled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("rests_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channelstate")),
        sa.UniqueConstraint("channel", name=op.f("uq_channelstate_channel")),
    )
    op.create_table(
        "calendarfeed",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("person_id", _BIG, nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_calendarfeed_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendarfeed")),
        sa.UniqueConstraint("person_id", name=op.f("uq_calendarfeed_person_id")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_calendarfeed_token_digest")),
    )
    op.create_table(
        "mute",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("person_id", _BIG, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=True),
        sa.Column("subject_kind", sa.String(length=40), nullable=True),
        sa.Column("subject_id", _BIG, nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_mute_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mute")),
    )
    op.create_index(op.f("ix_mute_person_id"), "mute", ["person_id"], unique=False)

    op.create_table(
        "noticehours",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("person_id", _BIG, nullable=False),
        sa.Column("quiet_from", sa.Time(), nullable=True),
        sa.Column("quiet_to", sa.Time(), nullable=True),
        sa.Column("weekly_budget", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_noticehours_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_noticehours")),
        sa.UniqueConstraint("person_id", name=op.f("uq_noticehours_person_id")),
    )
    op.create_table(
        "noticepreference",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("person_id", _BIG, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("timing", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_noticepreference_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_noticepreference")),
        sa.UniqueConstraint("person_id", "kind", "channel", name=op.f("uq_noticepreference_person_id_kind_channel")),
    )
    op.create_index(op.f("ix_noticepreference_person_id"), "noticepreference", ["person_id"], unique=False)
    # Columns are added in place: SQLite's way round, a new table with a copy, would drop one that others refer to.
    for column in _columns():
        op.add_column("outboxmessage", column, inline_references=True)
    op.create_index(op.f("ix_outboxmessage_told_in_id"), "outboxmessage", ["told_in_id"], unique=False)
    op.create_index("outbox_of_person", "outboxmessage", ["person_id", "channel", "created_at"], unique=False)
    _say_what_old_messages_are_about()


def _columns() -> list[sa.Column[object]]:
    digest = sa.ForeignKey("outboxmessage.id", name=op.f("fk_outboxmessage_told_in_id"))
    return [
        sa.Column("kind", sa.String(length=40), nullable=True),
        sa.Column("subject_kind", sa.String(length=40), nullable=True),
        sa.Column("subject_id", _BIG, nullable=True),
        sa.Column("for_digest", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("told_in_id", _BIG, digest, nullable=True),
        *(
            sa.Column(name, sa.DateTime(timezone=True), nullable=True)
            for name in ("read_at", "withdrawn_at", "dead_at")
        ),
    ]


def _say_what_old_messages_are_about() -> None:
    """So far there were reminders of next steps of deals alone, which name the deal by its public id."""
    messages = sa.table(
        "outboxmessage",
        sa.column("code", sa.String),
        sa.column("params", sa.JSON),
        sa.column("kind"),
        sa.column("subject_kind"),
        sa.column("subject_id"),
    )
    deals = sa.table("deal", sa.column("id"), sa.column("public_id", sa.String))
    named = messages.c.params["deal"].as_string()
    deal = sa.select(deals.c.id).where(deals.c.public_id == named).scalar_subquery()
    op.execute(
        messages.update()
        .where(messages.c.code == "reminder.next_step")
        .values(kind="next_step", subject_kind="deal", subject_id=deal)
    )


def downgrade() -> None:
    """Take back."""
    op.drop_index("outbox_of_person", "outboxmessage")
    op.drop_index(op.f("ix_outboxmessage_told_in_id"), "outboxmessage")
    for column in reversed(_columns()):
        op.drop_column("outboxmessage", column.name)
    for name in reversed(_TABLES):
        op.drop_table(name)
