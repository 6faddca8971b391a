"""不再推荐: that a supplier is never proposed again, for one need or for everything one enterprise asks."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from models.columns import BigInt, Form, Published, UtcDateTime, stored
from models.enums import ReasonCode

COMMENT_MAX = 2000
_IN_FORCE = text("lifted_at IS NULL")


class Refusal(Published, table=True):
    """A standing decision against a supplier, with its reason; it is lifted, never deleted."""

    __table_args__ = (
        CheckConstraint("(need_id IS NULL) <> (organisation_id IS NULL)", name="ck_refusal_need_or_organisation"),
        Index(
            "one_refusal_for_a_need",
            "need_id",
            "supplier_id",
            unique=True,
            sqlite_where=_IN_FORCE,
            postgresql_where=_IN_FORCE,
        ),
        Index(
            "one_refusal_for_an_organisation",
            "organisation_id",
            "supplier_id",
            unique=True,
            sqlite_where=_IN_FORCE,
            postgresql_where=_IN_FORCE,
        ),
    )

    supplier_id: int = Field(foreign_key="supplier.id", sa_type=BigInt, index=True)
    need_id: int | None = Field(default=None, foreign_key="need.id", sa_type=BigInt, index=True)
    organisation_id: int | None = Field(default=None, foreign_key="organisation.id", sa_type=BigInt, index=True)
    reason: ReasonCode = Field(sa_type=stored(ReasonCode))
    comment: str = Field(default="", max_length=COMMENT_MAX)
    decided_at: datetime = Field(sa_type=UtcDateTime)
    decided_by_id: int | None = Field(default=None, foreign_key="person.id", sa_type=BigInt)
    lifted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    lifted_by_id: int | None = Field(default=None, foreign_key="person.id", sa_type=BigInt)


class RefusalCreate(Form):
    """Never propose this supplier again; `everywhere` for whatever the enterprise asks, not for this need alone."""

    supplier: str
    reason: ReasonCode
    comment: str = Field(default="", max_length=COMMENT_MAX)
    everywhere: bool = False


class RefusalPublic(SQLModel):
    """A refusal as the API shows it to those who may lift it."""

    public_id: str
    version: int
    supplier: str
    supplier_name: str
    everywhere: bool
    reason: ReasonCode
    comment: str
    decided_at: datetime
    decided_by: str | None = None
