"""Finding a person by what people type: a login or an id."""

from sqlmodel import select

from catalog.supply.suppliers import find_person
from core.database import ReadSession
from core.errors import NotFound
from models.person import Person
from models.user import User
from workflow.users import fold_login


def person_named(session: ReadSession, reference: str) -> Person:
    """The person who signs in with this login, or has this id. Raises NotFound."""
    signs_in = select(Person).join(User).where(User.login == fold_login(reference))
    person = session.exec(signs_in).first() or find_person(session, reference)
    if person is None:
        raise NotFound("person.not_found", id=reference)
    return person
