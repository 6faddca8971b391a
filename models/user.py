"""Sign-in: users, what they may do, and their sessions."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field

from core.settings import Language
from models.columns import PERSONAL, BigInt, Form, Mutable, Published, Row, UtcDateTime, stored
from models.enums import Role

PASSWORD_MIN, PASSWORD_MAX = 10, 200
_HELD_IN = text("valid_to IS NULL AND organisation_id IS NOT NULL")
_HELD_IN_SOCIETY = text("valid_to IS NULL AND organisation_id IS NULL")


class User(Published, table=True):
    """A person's way in."""

    person_id: int = Field(foreign_key="person.id", sa_type=BigInt, unique=True)
    login: str = Field(max_length=60, unique=True, sa_column_kwargs=PERSONAL)
    password_hash: str = Field(max_length=200)
    language: Language | None = Field(default=None, sa_type=stored(Language))
    time_zone: str = Field(default="", max_length=60)
    failed_attempts: int = 0
    locked_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)
    disabled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class UserCreate(Form):
    """A new user with a new person behind it."""

    login: str = Field(min_length=2, max_length=60, regex=r"^[\w.@+-]+$")
    name: str = Field(min_length=1, max_length=60)
    password: str = Field(min_length=PASSWORD_MIN, max_length=PASSWORD_MAX)
    role: Role
    language: Language | None = None


class ReadingForm(Form):
    """How a user reads and is told; nothing chosen: by the browser and the installation."""

    language: Language | None = None
    time_zone: str = Field(default="", max_length=60)


class Membership(Mutable, table=True):
    """A role a person holds: in an organisation (enterprise roles, branch staff) or in the whole society (null).

    A row is ended, never reopened, so that who held what when can be read later; one at most is current.
    """

    __table_args__ = (  # two, because a unique index takes every null for another value
        Index(
            "membership_held_in",
            "person_id",
            "role",
            "organisation_id",
            unique=True,
            sqlite_where=_HELD_IN,
            postgresql_where=_HELD_IN,
        ),
        Index(
            "membership_held_in_society",
            "person_id",
            "role",
            unique=True,
            sqlite_where=_HELD_IN_SOCIETY,
            postgresql_where=_HELD_IN_SOCIETY,
        ),
    )

    person_id: int = Field(foreign_key="person.id", sa_type=BigInt, index=True)
    role: Role = Field(sa_type=stored(Role))
    organisation_id: int | None = Field(default=None, foreign_key="organisation.id", sa_type=BigInt, index=True)
    valid_from: datetime = Field(sa_type=UtcDateTime)
    valid_to: datetime | None = Field(default=None, sa_type=UtcDateTime)


class UserSession(Row, table=True):
    """A sign-in. Only a digest of its token is stored: a stolen database opens no session."""

    user_id: int = Field(foreign_key="user.id", sa_type=BigInt, index=True)
    token_digest: str = Field(max_length=64, unique=True)
    csrf_token: str = Field(max_length=64)
    created_at: datetime = Field(sa_type=UtcDateTime)
    last_seen_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime, index=True)
