"""Column types and base tables that every table is built from.

Rules a maintainer must keep: `from __future__ import annotations` breaks relationships, so no module in `models` uses
it; personal data is declared with `info={"personal": True}`, so that erasure and exports can find it.
"""

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Any, TypeVar
from unicodedata import category

from pydantic import ConfigDict, StringConstraints, field_validator
from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, String, TypeDecorator
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import declared_attr
from sqlalchemy.types import TypeEngine
from sqlmodel import Field, SQLModel

from core.ids import LENGTH, new_public_id

SQLModel.metadata.naming_convention = {  # SQLite can only alter a constraint that has a name
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
}
BigInt = BigInteger().with_variant(Integer(), "sqlite")
Json = JSON().with_variant(JSONB(), "postgresql")
MONEY_MAX = 10**15
"""分: ten million million 元, beyond any budget and far within 64 bits."""
KEYWORD_MAX = 60
Keyword = Annotated[str, StringConstraints(max_length=KEYWORD_MAX)]
PERSONAL: dict[str, Any] = {"info": {"personal": True}}


class UtcDateTime(TypeDecorator[datetime]):
    """An instant. Stored in UTC; comes back aware, also from SQLite, which drops time zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Naive instants are refused: they mean different things on different machines."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r}: give it a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The stored instant, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


E = TypeVar("E", bound=StrEnum)


class EnumString(TypeDecorator[E]):
    """A StrEnum stored as its value in a plain string column, so that a new member needs no ALTER TYPE."""

    impl = String(40)
    cache_ok = True

    def __init__(self, enum: type[E]) -> None:
        super().__init__(40)
        self.enum = enum

    def process_bind_param(self, value: E | str | None, dialect: Dialect) -> str | None:
        """Only members go in."""
        return None if value is None else self.enum(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> E | None:
        """The member."""
        return None if value is None else self.enum(value)


class EnumList(TypeDecorator[list[E]]):
    """Members of a StrEnum stored as a JSON list of their values; they come back as members."""

    impl = JSON
    cache_ok = True

    def __init__(self, enum: type[E]) -> None:
        super().__init__()
        self.enum = enum

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """JSONB where there is such a type, as in every other JSON column."""
        return dialect.type_descriptor(JSONB() if dialect.name == "postgresql" else JSON())

    def process_bind_param(self, value: list[E] | None, dialect: Dialect) -> list[str] | None:
        """Only members go in."""
        return None if value is None else [self.enum(member).value for member in value]

    def process_result_value(self, value: list[str] | None, dialect: Dialect) -> list[E] | None:
        """The members."""
        return None if value is None else [self.enum(member) for member in value]


class Row(SQLModel):
    """A table row with an int64 id."""

    id: int | None = Field(default=None, primary_key=True, sa_type=BigInt)

    @property
    def key(self) -> int:
        """The id of a row that has been flushed."""
        if self.id is None:
            raise RuntimeError(f"{type(self).__name__} has no id before flush()")
        return self.id


class Mutable(Row):
    """A row that people change: two changes of the same version collide instead of one being lost."""

    version: int = Field(default=1, nullable=False)

    @declared_attr.directive
    @classmethod
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.__table__.c.version}  # type: ignore[attr-defined]  # set by SQLModel's metaclass


class Published(Mutable):
    """A row that the outside can name, by an opaque id."""

    public_id: str = Field(default_factory=new_public_id, max_length=LENGTH, unique=True, nullable=False)


def stored_list(enum: type[StrEnum]) -> Any:
    """The column type of a list of enum members, for `Field(sa_type=stored_list(CooperationMode))`."""
    return EnumList(enum)


def stored(enum: type[StrEnum]) -> Any:
    """The column type of an enum field, for `Field(sa_type=stored(Role))`."""
    return EnumString(enum)


FIRST_YEAR, LAST_YEAR = 1900, 2199
"""Between which years the days lie that people may hand in."""
_CONTROLS = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 127))
"""What neither ends a line nor indents it; the byte 0 is refused before."""


class Form(SQLModel):
    """What people hand in: unknown fields are refused instead of silently dropped, texts are trimmed.

    A text of which nothing can be seen is none.
    """

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, validate_default=True)  # type: ignore[assignment]  # SQLModel declares its own config type

    @field_validator("*", mode="before")
    @classmethod
    def _can_be_stored(cls, value: Any) -> Any:
        """PostgreSQL takes no NUL in a text, and files for others no other control characters."""
        if isinstance(value, list):
            return [cls._can_be_stored(one) for one in value]
        if not isinstance(value, str):
            return value
        if "\0" in value:
            raise ValueError("not_writable")
        text = value.translate(_CONTROLS)
        return text if any(category(sign)[0] not in "CZ" for sign in text) else ""

    @field_validator("*", mode="after")
    @classmethod
    def _is_near(cls, value: Any) -> Any:
        """Days so far off that reckoning with them leaves the calendar are slips of the pen."""
        if isinstance(value, date) and not FIRST_YEAR <= value.year <= LAST_YEAR:
            raise ValueError("year_out_of_range")
        return value
