"""An installation that is set up: the society and the first person who may add others."""

from datetime import datetime

from sqlmodel import select

from core.database import ReadSession, WriteSession
from core.errors import Conflict
from models.enums import OrganisationKind, Role
from models.organisation import Organisation
from models.person import Person
from models.user import User, UserCreate
from models.work import Installation
from workflow.users import OPERATOR, add_user, grant_role


def installation(session: ReadSession) -> Installation | None:
    """What this installation is; None before it is set up."""
    return session.exec(select(Installation)).first()


def holds_demo(session: ReadSession) -> bool:
    """Whether the demo is here, with users whose password everybody knows."""
    row = installation(session)
    return row is not None and row.demo_loaded_at is not None


def set_up(session: WriteSession, *, society: str, login: str, name: str, password: str, now: datetime) -> User:
    """The society exists, with a first user who administers the system and leads the society.

    Raises Conflict when that was done before.
    """
    found_society(session, society, now=now)
    form = UserCreate(login=login, name=name, password=password, role=Role.SYSTEM_ADMIN)
    user = add_user(session, OPERATOR, form, now=now)
    grant_role(session, OPERATOR, session.get_one(Person, user.person_id), Role.LEAD, now=now)
    return user


def found_society(session: WriteSession, name: str, *, now: datetime) -> Installation:
    """The one row that says what this installation is, and the society it serves."""
    if installation(session) is not None or session.exec(select(User)).first() is not None:
        raise Conflict("already_set_up")
    society = Organisation(name=name, kind=OrganisationKind.SERVICE_BODY, created_at=now)
    session.add(society)
    session.flush()
    row = Installation(society=society.key, created_at=now)
    session.add(row)
    session.flush()
    return row
