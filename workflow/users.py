"""Users and what they may do: added, disabled and given a new password by a system administrator."""

from datetime import datetime

from argon2 import PasswordHasher
from sqlmodel import col, delete, select

from catalog.search import holds_words
from core.database import ReadSession, WriteSession
from core.errors import Conflict, Invalid, NotFound, Problem, Refused
from models.access import Viewer
from models.enums import Role, SubjectKind
from models.person import Person
from models.user import PASSWORD_MAX, PASSWORD_MIN, Membership, User, UserCreate, UserSession
from workflow.history import record_event
from workflow.organisations import get_organisation
from workflow.paging import PAGE_SIZE, Page, read_page

OPERATOR = Viewer(roles=frozenset({Role.LEAD, Role.SYSTEM_ADMIN}), central=frozenset({Role.LEAD}))
"""Whoever works at the machine itself, through the command line: may do everything, and is no person."""

HASHER = PasswordHasher()
IN_ORGANISATION = frozenset({Role.ENTERPRISE_MEMBER, Role.ENTERPRISE_ADMIN})
"""Roles that mean nothing without an organisation."""


def add_user(
    session: WriteSession,
    viewer: Viewer,
    form: UserCreate,
    *,
    now: datetime,
    organisation: str | None = None,
    person: Person | None = None,
) -> User:
    """The user can sign in and holds the form's role, in `organisation` if one is named.

    A new person stands behind the user unless `person` is given, whose name is then kept. Raises Refused, NotFound
    for the organisation, Invalid for a role that needs one, and Conflict for a login or person that has a user already.
    """
    _require_admin(viewer)
    login = fold_login(form.login)
    if session.exec(select(User.id).where(User.login == login)).first() is not None:
        raise Conflict("user.login_taken", login=login)
    if person is None:
        person = Person(name=form.name, created_at=now)
        session.add(person)
        session.flush()
    elif session.exec(select(User.id).where(User.person_id == person.key)).first() is not None:
        raise Conflict("user.person_has_user")
    grant_role(session, viewer, person, form.role, now=now, organisation=organisation)
    user = User(
        person_id=person.key,
        login=login,
        password_hash=HASHER.hash(form.password),
        language=form.language,
        created_at=now,
    )
    session.add(user)
    session.flush()
    params = {"role": form.role.value}
    record_event(session, SubjectKind.USER, user.key, "user.added", actor_id=viewer.person_id, now=now, params=params)
    return user


def grant_role(
    session: WriteSession, viewer: Viewer, person: Person, role: Role, *, now: datetime, organisation: str | None = None
) -> Membership:
    """The person holds the role from now on, in `organisation` or in the whole society; holding it already is fine."""
    _require_admin(viewer)
    if role in IN_ORGANISATION and organisation is None:
        raise Invalid("user.role_needs_organisation", (Problem("field.required", field="organisation"),))
    place = get_organisation(session, viewer, organisation).key if organisation else None
    held = session.exec(
        select(Membership).where(
            Membership.person_id == person.key, Membership.role == role, col(Membership.organisation_id) == place
        )
    ).first()
    if held is None:
        held = Membership(person_id=person.key, role=role, organisation_id=place, valid_from=now)
    held.valid_to = None
    session.add(held)
    session.flush()
    return held


def disable_user(session: WriteSession, viewer: Viewer, login: str, *, now: datetime) -> User:
    """The user cannot sign in any more and is signed out everywhere; disabling twice changes nothing.

    Raises Conflict when nobody would be left who can add users.
    """
    user = find_user(session, viewer, login)
    if user.disabled_at is not None:
        return user
    if _is_last_admin(session, user, now):
        raise Conflict("user.last_admin")
    user.disabled_at = now
    end_sessions(session, user)
    record_event(session, SubjectKind.USER, user.key, "user.disabled", actor_id=viewer.person_id, now=now)
    return user


def reset_password(session: WriteSession, viewer: Viewer, login: str, password: str, *, now: datetime) -> User:
    """The user has the new password, is unlocked, enabled and signed out everywhere."""
    user = find_user(session, viewer, login)
    set_password(user, password)
    user.failed_attempts, user.locked_until, user.disabled_at = 0, None, None
    end_sessions(session, user)
    record_event(session, SubjectKind.USER, user.key, "user.password_reset", actor_id=viewer.person_id, now=now)
    return user


def find_user(session: ReadSession, viewer: Viewer, login: str) -> User:
    """The user of a login. Raises Refused and NotFound."""
    _require_admin(viewer)
    user = session.exec(select(User).where(User.login == fold_login(login))).first()
    if user is None:
        raise NotFound("user.not_found", login=login)
    return user


def list_users(
    session: ReadSession, viewer: Viewer, *, query: str = "", page: int = 1, size: int = PAGE_SIZE
) -> Page[tuple[User, Person]]:
    """Users with their persons, in order of login. Raises Refused."""
    _require_admin(viewer)
    statement = (
        select(User, Person)
        .join(Person, col(Person.id) == col(User.person_id))
        .where(holds_words(query, col(User.login), col(Person.name)))
        .order_by(col(User.login))
    )
    return read_page(session, statement, number=page, size=size)


def fold_login(login: str) -> str:
    """The one form in which a login is stored and looked up."""
    return login.strip().casefold()


def set_password(user: User, password: str) -> None:
    """The password is changed. Raises Invalid for one that is too short or too long."""
    if not PASSWORD_MIN <= len(password) <= PASSWORD_MAX:
        problem = Problem("user.password_length", (("low", PASSWORD_MIN), ("high", PASSWORD_MAX)), field="password")
        raise Invalid("user.password_length", (problem,), low=PASSWORD_MIN, high=PASSWORD_MAX)
    user.password_hash = HASHER.hash(password)


def end_sessions(session: WriteSession, user: User, *, but: int | None = None) -> None:
    """The user is signed out everywhere, but for the session with the id `but`."""
    ended = col(UserSession.user_id) == user.key
    if but is not None:
        ended &= col(UserSession.id) != but
    session.exec(delete(UserSession).where(ended))


def _require_admin(viewer: Viewer) -> None:
    if Role.SYSTEM_ADMIN not in viewer.roles:
        raise Refused("user.refused")


def _is_last_admin(session: ReadSession, user: User, now: datetime) -> bool:
    admins = session.exec(
        select(User.id)
        .join(Membership, col(Membership.person_id) == col(User.person_id))
        .where(
            Membership.role == Role.SYSTEM_ADMIN,
            col(User.disabled_at).is_(None),
            col(Membership.valid_to).is_(None) | (col(Membership.valid_to) > now),
        )
    ).all()
    return set(admins) == {user.id}
