"""Capabilities 能力/成果: one thing a supplier offers, in immutable revisions."""

from datetime import date, datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from core.settings import Language
from models.columns import BigInt, Form, Json, Keyword, Published, Row, UtcDateTime, stored, stored_list
from models.enums import CapabilityKind, CooperationMode, DisclosureLevel, IprState, Maturity

TITLE_MAX = 200
PROSE = ("summary", "advantage", "economics")
"""The fields of prose as they follow each other in `full_text`; what fewer people may read stands last."""


class CapabilityText(SQLModel):
    """What a revision of a capability says."""

    title: str = Field(min_length=1, max_length=TITLE_MAX)
    language: Language = Field(default=Language.ZH, sa_type=stored(Language))
    kind: CapabilityKind = Field(default=CapabilityKind.ACHIEVEMENT, sa_type=stored(CapabilityKind))
    summary: str = Field(default="", max_length=20_000)
    advantage: str = Field(default="", max_length=2000)
    economics: str = Field(default="", max_length=2000)
    maturity: Maturity | None = Field(default=None, sa_type=stored(Maturity))
    trl: int | None = Field(default=None, ge=1, le=9)
    ipr: IprState | None = Field(default=None, sa_type=stored(IprState))
    keywords: list[Keyword] = Field(default_factory=list, sa_type=Json, max_length=20)
    technical_field: str = Field(default="", max_length=20)
    industries: list[str] = Field(default_factory=list, sa_type=Json, max_length=20)
    disciplines: list[str] = Field(default_factory=list, sa_type=Json, max_length=20)
    cooperation_modes: list[CooperationMode] = Field(default_factory=list, sa_type=stored_list(CooperationMode))

    @property
    def full_text(self) -> str:
        """What the matcher reads beside the title: every field of prose, one a line."""
        return "\n".join(part for name in PROSE if (part := getattr(self, name)))


class Capability(Published, table=True):
    """One thing a supplier offers; what it says is in its current revision (the one with `valid_to` null)."""

    __table_args__ = (UniqueConstraint("source", "external_id"),)

    supplier_id: int = Field(foreign_key="supplier.id", sa_type=BigInt, index=True)
    disclosure: int = Field(default=DisclosureLevel.SUMMARY, ge=0, le=3)
    confirmed_on: date | None = None
    source: str = Field(default="local", max_length=60)
    external_id: str | None = Field(default=None, max_length=120)
    branch_id: int | None = Field(default=None, foreign_key="organisation.id", sa_type=BigInt, index=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    archived_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class CapabilityRevision(CapabilityText, Row, table=True):
    """What a capability said between two instants; never changed after it is written."""

    __table_args__ = (
        UniqueConstraint("capability_id", "number"),
        Index(
            "one_current_capability_revision",
            "capability_id",
            unique=True,
            sqlite_where=text("valid_to IS NULL"),
            postgresql_where=text("valid_to IS NULL"),
        ),
    )

    capability_id: int = Field(foreign_key="capability.id", sa_type=BigInt, index=True)
    number: int
    valid_from: datetime = Field(sa_type=UtcDateTime)
    valid_to: datetime | None = Field(default=None, sa_type=UtcDateTime)
    author_id: int | None = Field(default=None, foreign_key="person.id", sa_type=BigInt)
    erased_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class CapabilityCreate(CapabilityText, Form):
    """A new capability, or the whole text of its next revision."""

    disclosure: DisclosureLevel = DisclosureLevel.SUMMARY


class CapabilityPublic(CapabilityText):
    """A capability as the API shows it, at `level`: what is above it is left empty."""

    public_id: str
    version: int
    revision: int
    level: DisclosureLevel
    supplier: str
    supplier_name: str
    confirmed_on: date | None = None
    archived: bool = False
