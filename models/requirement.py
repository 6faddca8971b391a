"""Requirements 需求要点 and indicators 技术指标 of a need's revision: drafted by the engine, decided by people."""

from datetime import datetime
from enum import StrEnum

from pydantic import model_validator
from sqlmodel import Field, SQLModel

from core.language.clauses import RequirementKind
from models.columns import BigInt, Form, Row, UtcDateTime, stored
from models.enums import Origin

WORDING_MAX = 1000
"""Characters of a requirement that a person wrote: one clause."""
REQUIREMENTS_MAX = 200
"""More than anybody would go through."""


class QuotedField(StrEnum):
    """The fields of a need that requirements quote."""

    PROBLEM = "problem"
    INDICATORS = "indicators"
    GOAL = "goal"


class Requirement(Row, table=True):
    """One clause of a need's revision: a piece of one of its fields, or a person's wording of it, or both.

    What it says never changes: an edit writes a new row and ends this one, so that a match record can name the rows it
    was made with. A row that a person took out stays too, and what it quotes is not drafted again.
    """

    need_revision_id: int = Field(foreign_key="needrevision.id", sa_type=BigInt, index=True)
    position: int
    kind: RequirementKind = Field(sa_type=stored(RequirementKind))
    field: str = Field(max_length=20, description="The field quoted from; empty when nothing is quoted.")
    start: int
    end: int
    origin: Origin = Field(sa_type=stored(Origin))
    wording: str = Field(default="", max_length=WORDING_MAX, description="Instead of the quoted words; empty: those.")
    confirmed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    confirmed_by_id: int | None = Field(default=None, foreign_key="person.id", sa_type=BigInt)
    unsettled: bool = Field(default=False, description="To be looked at: the text under people's decisions changed.")
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime, description="Null while it holds.")
    removed: bool = Field(default=False, description="Ended because a person took it out.")


class Indicator(Row, table=True):
    """A requirement with a quantity, a bound and a unit, as offsets into the same field."""

    requirement_id: int = Field(foreign_key="requirement.id", sa_type=BigInt, index=True)
    name: str = Field(default="", max_length=200)
    low: float | None = None
    high: float | None = None
    unit: str = Field(default="", max_length=60)
    start: int
    end: int


class RequirementEdit(Form):
    """One line of the list of requirements as a person leaves it."""

    number: int | None = Field(default=None, description="Of the requirement that the line was; null: a new one.")
    kind: RequirementKind
    wording: str = Field(default="", max_length=WORDING_MAX, description="Empty: the quoted words stand.")
    field: QuotedField | None = Field(
        default=None, description="What start:end quote; null keeps the quote of a line that was there."
    )
    start: int = Field(default=0, ge=0)
    end: int = Field(default=0, ge=0)
    confirmed: bool = False

    @model_validator(mode="after")
    def _says_something(self) -> "RequirementEdit":
        if self.field is not None and self.start >= self.end:
            raise ValueError("empty_quote")
        if self.number is None and self.field is None and not self.wording:
            raise ValueError("required")
        if self.wording and not any(char.isalnum() for char in self.wording):
            raise ValueError("no_words")
        return self


class RequirementsUpdate(Form):
    """The whole list, in order; what is not in it is taken out."""

    requirements: list[RequirementEdit] = Field(max_length=REQUIREMENTS_MAX)
    version: int = Field(description="The need's version that was looked at.")


class IndicatorPublic(SQLModel):
    """An indicator as the API shows it."""

    name: str
    low: float | None
    high: float | None
    unit: str
    text: str


class RequirementPublic(SQLModel):
    """A requirement as the API shows it; its `number` names it in the list that was read.

    `text` is a person's wording, or else `quote`: what stands at start:end of `field`.
    """

    number: int = 0
    kind: RequirementKind
    field: str
    start: int
    end: int
    text: str
    quote: str = ""
    origin: Origin
    confirmed: bool = False
    unsettled: bool = False
    indicators: list[IndicatorPublic] = Field(default_factory=list)
