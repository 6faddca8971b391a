"""Organisations 机构."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from models.columns import BigInt, Form, Published, UtcDateTime, stored
from models.enums import OrganisationKind


class OrganisationBase(SQLModel):
    """What is known of an organisation."""

    name: str = Field(min_length=1, max_length=120, index=True)
    name_en: str = Field(default="", max_length=200)
    kind: OrganisationKind = Field(sa_type=stored(OrganisationKind))
    region: str = Field(default="", max_length=12)
    city: str = Field(default="", max_length=60)
    industry: str = Field(default="", max_length=12)
    intro: str = Field(default="", max_length=1000)


class Organisation(OrganisationBase, Published, table=True):
    """An organisation; a branch of the society is one of kind society_branch."""

    __table_args__ = (UniqueConstraint("source", "external_id"),)

    source: str = Field(default="local", max_length=60)
    external_id: str | None = Field(default=None, max_length=120)
    branch_id: int | None = Field(default=None, foreign_key="organisation.id", sa_type=BigInt, index=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    archived_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class OrganisationCreate(OrganisationBase, Form):
    """A new organisation."""


class OrganisationUpdate(Form):
    """What may be changed of an organisation; what is left out stays."""

    name: str | None = Field(default=None, min_length=1, max_length=120)
    name_en: str | None = Field(default=None, max_length=200)
    kind: OrganisationKind | None = None
    region: str | None = Field(default=None, max_length=12)
    city: str | None = Field(default=None, max_length=60)
    industry: str | None = Field(default=None, max_length=12)
    intro: str | None = Field(default=None, max_length=1000)


class OrganisationPublic(OrganisationBase):
    """An organisation as the API shows it."""

    public_id: str
    version: int
