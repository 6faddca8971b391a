"""Grants: who may see how much of one object, by whom and until when."""

from datetime import datetime

from pydantic import model_validator
from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from models.columns import BigInt, Form, Mutable, UtcDateTime, stored
from models.enums import DisclosureLevel, SubjectKind


class Grant(Mutable, table=True):
    """That a person may see an object, or one field of it, at a disclosure level."""

    __table_args__ = (Index("grant_of_person", "person_id", "object_kind"),)

    object_kind: SubjectKind = Field(sa_type=stored(SubjectKind))
    object_id: int = Field(sa_type=BigInt, index=True)
    field: str = Field(default="", max_length=40, description="Empty means the whole object.")
    level: int = Field(ge=0, le=3)
    person_id: int = Field(foreign_key="person.id", sa_type=BigInt)
    granted_by_id: int = Field(foreign_key="person.id", sa_type=BigInt)
    granted_at: datetime = Field(sa_type=UtcDateTime)
    valid_to: datetime | None = Field(default=None, sa_type=UtcDateTime)


class GrantCreate(Form):
    """That a person (a login or an id) is to see one object at a level, until an instant or until it is taken back."""

    person: str = Field(min_length=1, max_length=60)
    level: DisclosureLevel
    valid_to: datetime | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "GrantCreate":
        if self.level is DisclosureLevel.STATISTICS:
            raise ValueError("not_a_choice")
        if self.valid_to is not None and self.valid_to.tzinfo is None:
            raise ValueError("not_a_date")
        return self


class GrantPublic(SQLModel):
    """Who may see an object at which level, given by whom."""

    person: str
    name: str
    level: DisclosureLevel
    granted_by: str
    granted_at: datetime
    valid_to: datetime | None
