"""Finding a person by what people type: a login, an id, or the name of one of the society's people."""

from datetime import datetime

from sqlmodel import col, or_, select

from catalog.supply.suppliers import find_person
from core.database import ReadSession
from core.errors import Conflict, NotFound
from models.access import SOCIETY, Viewer
from models.person import Person
from models.user import Membership, User
from workflow.users import fold_login


def person_named(session: ReadSession, reference: str) -> Person:
    """The person who signs in with this login, has this id, or is or was one of the society's by this name.

    Raises NotFound, and Conflict for a name that several of the society's people have.
    """
    signs_in = select(Person).join(User).where(User.login == fold_login(reference))
    person = session.exec(signs_in).first() or find_person(session, reference)
    if person is not None:
        return person
    named = _named(session, reference.strip())
    if len(named) > 1:
        raise Conflict("person.ambiguous_name", name=reference.strip(), n=len(named))
    if not named:
        raise NotFound("person.not_found", id=reference)
    return named[0]


def list_colleagues(session: ReadSession, viewer: Viewer, *, now: datetime) -> list[tuple[str, str]]:
    """Login and name of whoever works for the society now and can sign in, by name; nobody to others."""
    if not viewer.is_society:
        return []
    holds = or_(col(Membership.valid_to).is_(None), col(Membership.valid_to) > now)
    of_society = select(Membership.person_id).where(
        col(Membership.role).in_(SOCIETY), col(Membership.valid_from) <= now, holds
    )
    statement = (
        select(User.login, Person.name)
        .join(Person, col(Person.id) == col(User.person_id))
        .where(col(Person.id).in_(of_society), col(User.disabled_at).is_(None))
        .order_by(col(Person.name), col(User.login))
    )
    return [(login, name) for login, name in session.exec(statement)]


def _named(session: ReadSession, name: str) -> list[Person]:
    """Whoever holds or held a role of the society: also who leaves is named when the deals are handed over."""
    of_society = select(Membership.person_id).where(col(Membership.role).in_(SOCIETY))
    statement = select(Person).where(
        Person.name == name, col(Person.id).in_(of_society), col(Person.erased_at).is_(None)
    )
    return list(session.exec(statement.order_by(col(Person.id))))
