"""Technical needs 技术需求, in immutable revisions."""

from datetime import date, datetime
from typing import Annotated

from pydantic import StringConstraints, field_validator, model_validator
from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from core.settings import Language
from models.columns import (
    MONEY_MAX,
    PERSONAL,
    BigInt,
    Form,
    Json,
    Keyword,
    Published,
    Row,
    UtcDateTime,
    stored,
    stored_list,
)
from models.enums import (
    AskerKind,
    CooperationMode,
    Currency,
    DisclosureLevel,
    IprStance,
    NeedStatus,
    SolutionMode,
)
from models.requirement import RequirementPublic

TITLE_MAX, PROSE_MAX, KEYWORDS_MAX = 200, 20_000, 10
"""The provincial form allows 500 characters a field; real needs run to thousands, and nothing is to be lost."""
EXCLUDED_MAX = 30
"""How many names, and how many terms, a need may exclude."""
ExcludedName = Annotated[str, StringConstraints(max_length=120)]


class NeedText(SQLModel):
    """What a revision of a need says: the fields of the provincial need form."""

    title: str = Field(min_length=1, max_length=TITLE_MAX)
    public_title: str = Field(default="", max_length=TITLE_MAX, description="A title that gives nothing away.")
    language: Language = Field(default=Language.ZH, sa_type=stored(Language))
    problem: str = Field(default="", max_length=PROSE_MAX)
    indicators: str = Field(default="", max_length=PROSE_MAX)
    goal: str = Field(default="", max_length=PROSE_MAX)
    keywords: list[Keyword] = Field(default_factory=list, sa_type=Json, max_length=KEYWORDS_MAX)
    budget_from: int | None = Field(
        default=None, ge=0, le=MONEY_MAX, sa_type=BigInt, description="分; null means 面议."
    )
    budget_to: int | None = Field(default=None, ge=0, le=MONEY_MAX, sa_type=BigInt, description="分; null means 面议.")
    currency: Currency = Field(default=Currency.CNY, sa_type=stored(Currency))
    period_months: int | None = Field(default=None, ge=1, le=120)
    deadline: date | None = None
    solution_mode: SolutionMode | None = Field(default=None, sa_type=stored(SolutionMode))
    preferred_partner: str = Field(default="", max_length=500)
    asker: AskerKind | None = Field(default=None, sa_type=stored(AskerKind))
    technical_field: str = Field(default="", max_length=20)
    industry: str = Field(default="", max_length=12)
    regions: list[str] = Field(
        default_factory=list, sa_type=Json, max_length=40, description="Where the supplier must work; empty: anywhere."
    )
    least_trl: int | None = Field(default=None, ge=1, le=9, description="Below this readiness nothing is proposed.")
    wanted_trl: int | None = Field(default=None, ge=1, le=9, description="The readiness that would be best.")
    ipr_stances: list[IprStance] = Field(
        default_factory=list, sa_type=stored_list(IprStance), description="What is accepted; empty: anything."
    )
    modes: list[CooperationMode] = Field(
        default_factory=list, sa_type=stored_list(CooperationMode), description="What is accepted; empty: anything."
    )
    excluded_names: list[ExcludedName] = Field(
        default_factory=list,
        sa_type=Json,
        sa_column_kwargs=PERSONAL,
        max_length=EXCLUDED_MAX,
        description="People and organisations, as written, that are never proposed.",
    )
    excluded_terms: list[Keyword] = Field(
        default_factory=list, sa_type=Json, max_length=EXCLUDED_MAX, description="Processes, materials… not wanted."
    )

    @property
    def full_text(self) -> str:
        """What the matcher reads beside the title: every field of prose, one a line."""
        return "\n".join(part for part in (self.problem, self.indicators, self.goal) if part)


class Need(Published, table=True):
    """What an enterprise or government asks for; what it says is in its current revision (`valid_to` null)."""

    __table_args__ = (UniqueConstraint("source", "external_id"),)

    organisation_id: int = Field(foreign_key="organisation.id", sa_type=BigInt, index=True)
    contact_id: int | None = Field(default=None, foreign_key="person.id", sa_type=BigInt, index=True)
    status: NeedStatus = Field(default=NeedStatus.SUBMITTED, sa_type=stored(NeedStatus), index=True)
    disclosure: int = Field(
        default=DisclosureLevel.CARD, ge=0, le=3, description="How much suppliers and visitors see once it is focused."
    )
    clarity: float | None = Field(default=None, description="0 to 1, of the current revision; null before triage.")
    clarity_kind: str = Field(default="", max_length=20)
    source: str = Field(default="local", max_length=60)
    external_id: str | None = Field(default=None, max_length=120)
    branch_id: int | None = Field(default=None, foreign_key="organisation.id", sa_type=BigInt, index=True)
    submitted_at: datetime = Field(sa_type=UtcDateTime, index=True)
    archived_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class NeedRevision(NeedText, Row, table=True):
    """What a need said between two instants; never changed after it is written."""

    __table_args__ = (
        UniqueConstraint("need_id", "number"),
        Index(
            "one_current_need_revision",
            "need_id",
            unique=True,
            sqlite_where=text("valid_to IS NULL"),
            postgresql_where=text("valid_to IS NULL"),
        ),
    )

    need_id: int = Field(foreign_key="need.id", sa_type=BigInt, index=True)
    number: int
    valid_from: datetime = Field(sa_type=UtcDateTime)
    valid_to: datetime | None = Field(default=None, sa_type=UtcDateTime)
    author_id: int | None = Field(default=None, foreign_key="person.id", sa_type=BigInt)
    erased_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class NeedCreate(NeedText, Form):
    """A new need, or the whole text of its next revision."""

    disclosure: DisclosureLevel = DisclosureLevel.CARD

    @field_validator("keywords", "excluded_names", "excluded_terms")
    @classmethod
    def _words_have_text(cls, words: list[str]) -> list[str]:
        return [word.strip() for word in words if word.strip()]

    @model_validator(mode="after")
    def _budget_in_order(self) -> "NeedCreate":
        if self.budget_from is not None and self.budget_to is not None and self.budget_from > self.budget_to:
            raise ValueError("budget_order")
        return self

    @model_validator(mode="after")
    def _readiness_in_order(self) -> "NeedCreate":
        if self.least_trl is not None and self.wanted_trl is not None and self.least_trl > self.wanted_trl:
            raise ValueError("trl_order")
        return self


class NeedPublic(NeedText):
    """A need as the API shows it, at `level`: what is above it is left empty."""

    title: str = ""
    public_id: str
    version: int
    revision: int
    level: DisclosureLevel
    status: NeedStatus
    disclosure: DisclosureLevel | None = None
    region: str = ""
    organisation: str | None = None
    organisation_name: str | None = None
    contact_name: str | None = None
    clarity: float | None = None
    clarity_kind: str = ""
    submitted_at: datetime
    archived: bool = False
    requirements: list[RequirementPublic] = Field(default_factory=list)


class NeedSummary(SQLModel):
    """A need on a list, at `level`: what it is called and about and, seen in full, who asks.

    It holds none of its texts and sums, so that reading a list is no full read, which would be audited.
    """

    public_id: str
    version: int
    revision: int
    level: DisclosureLevel
    status: NeedStatus
    title: str = ""
    public_title: str = ""
    language: Language = Language.ZH
    technical_field: str = ""
    industry: str = ""
    region: str = ""
    asker: AskerKind | None = None
    organisation: str | None = None
    organisation_name: str | None = None
    clarity: float | None = None
    clarity_kind: str = ""
    submitted_at: datetime
    archived: bool = False
