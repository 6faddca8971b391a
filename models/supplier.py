"""Suppliers 供给方."""

from datetime import date, datetime

from pydantic import model_validator
from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from models.columns import MONEY_MAX, BigInt, Form, Json, Published, UtcDateTime, stored, stored_list
from models.enums import CooperationMode, IprStance, SupplierKind

PROFILE_VALID_DAYS = 365
"""How long a confirmed profile counts as current (Enterprise Europe Network)."""
LOAD_MAX = 1000
"""Open deals of one supplier: far beyond any."""


class SupplierBase(SQLModel):
    """What a supplier says of itself."""

    name: str = Field(min_length=1, max_length=120, index=True)
    kind: SupplierKind = Field(sa_type=stored(SupplierKind))
    intro: str = Field(default="", max_length=1000)
    cooperation_modes: list[CooperationMode] = Field(default_factory=list, sa_type=stored_list(CooperationMode))
    min_budget: int | None = Field(
        default=None, ge=0, le=MONEY_MAX, sa_type=BigInt, description="Lowest budget taken on, in 分."
    )
    regions: list[str] = Field(default_factory=list, sa_type=Json, description="Where it works; empty means anywhere.")
    load_limit: int | None = Field(
        default=None, ge=0, le=LOAD_MAX, description="Open deals at a time; null: as the rules say for its kind."
    )
    ipr_stances: list[IprStance] = Field(
        default_factory=list, sa_type=stored_list(IprStance), description="What it agrees to; empty: not said."
    )
    technical_fields: list[str] = Field(
        default_factory=list, sa_type=Json, description="Fields it wants needs in; empty: any."
    )


class Supplier(SupplierBase, Published, table=True):
    """Who offers: a person, a team or an organisation."""

    __table_args__ = (UniqueConstraint("source", "external_id"),)

    person_id: int | None = Field(default=None, foreign_key="person.id", sa_type=BigInt, index=True)
    organisation_id: int | None = Field(default=None, foreign_key="organisation.id", sa_type=BigInt, index=True)
    source: str = Field(default="local", max_length=60)
    external_id: str | None = Field(default=None, max_length=120)
    branch_id: int | None = Field(default=None, foreign_key="organisation.id", sa_type=BigInt, index=True)
    confirmed_on: date | None = None
    created_at: datetime = Field(sa_type=UtcDateTime)
    archived_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class SupplierCreate(SupplierBase, Form):
    """A new supplier; a person or an organisation is named by its public id, a team by its lead's, if known."""

    person: str | None = None
    organisation: str | None = None


class SupplierUpdate(Form):
    """What may be changed of a supplier; what is left out stays."""

    name: str | None = Field(default=None, min_length=1, max_length=120)
    intro: str | None = Field(default=None, max_length=1000)
    cooperation_modes: list[CooperationMode] | None = None
    min_budget: int | None = Field(default=None, ge=0, le=MONEY_MAX)
    regions: list[str] | None = None
    load_limit: int | None = Field(default=None, ge=0, le=LOAD_MAX)
    ipr_stances: list[IprStance] | None = None
    technical_fields: list[str] | None = None

    @model_validator(mode="after")
    def _no_explicit_nulls(self) -> "SupplierUpdate":
        for name in ("name", "intro", "cooperation_modes", "regions", "ipr_stances", "technical_fields"):
            if name in self.model_fields_set and getattr(self, name) is None:
                raise ValueError(f"{name} cannot be null")
        return self


class SupplierPublic(SupplierBase):
    """A supplier as the API shows it."""

    public_id: str
    version: int
    organisation: str | None = None
    organisation_name: str = ""
    confirmed_on: date | None = None
    archived: bool = False
    capability_count: int = 0
