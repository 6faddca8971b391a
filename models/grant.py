"""Grants: who may see how much of one object, by whom and until when."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field

from models.columns import BigInt, Mutable, UtcDateTime, stored
from models.enums import SubjectKind


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
