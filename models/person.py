"""People 人员 and the organisations they belong to 任职."""

from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from models.columns import PERSONAL, BigInt, Form, Mutable, Published, UtcDateTime, stored
from models.enums import PersonTitle

PERSON_NAME_MAX = 60


class PersonBase(SQLModel):
    """What is known of a person."""

    name: str = Field(min_length=1, max_length=PERSON_NAME_MAX, index=True, sa_column_kwargs=PERSONAL)
    name_en: str = Field(default="", max_length=80, sa_column_kwargs=PERSONAL)
    title: PersonTitle | None = Field(default=None, sa_type=stored(PersonTitle))
    email: str = Field(default="", max_length=200, sa_column_kwargs=PERSONAL)
    phone: str = Field(default="", max_length=40, sa_column_kwargs=PERSONAL)
    expertise: str = Field(default="", max_length=300)


class Person(PersonBase, Published, table=True):
    """A human being: user, contact, supplier or party of a deal all refer to this row."""

    __table_args__ = (UniqueConstraint("source", "external_id"),)

    source: str = Field(default="local", max_length=60)
    external_id: str | None = Field(default=None, max_length=120)
    created_at: datetime = Field(sa_type=UtcDateTime)
    erased_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class PersonCreate(PersonBase, Form):
    """A new person."""


class Affiliation(Mutable, table=True):
    """That a person belongs to an organisation, from when to when, as what."""

    person_id: int = Field(foreign_key="person.id", sa_type=BigInt, index=True)
    organisation_id: int = Field(foreign_key="organisation.id", sa_type=BigInt, index=True)
    role: str = Field(default="", max_length=120)
    valid_from: date | None = None
    valid_to: date | None = None
