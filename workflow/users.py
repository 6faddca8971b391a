"""Users and what they may do: added, disabled, given roles and a new password by a system administrator.

Rule a maintainer must keep: a role that is taken back ends its row; one that is granted again gets a row of its own, so
that who held what when stays readable.
"""

from collections.abc import Sequence
from datetime import datetime

from argon2 import PasswordHasher
from sqlmodel import col, delete, select

from catalog.search import holds_words
from catalog.supply.organisations import find_organisation, select_organisations_named
from core.database import ReadSession, WriteSession
from core.errors import Conflict, Invalid, NotFound, Problem, Refused
from models.access import Viewer
from models.enums import Role, SubjectKind
from models.organisation import Organisation
from models.person import Person
from models.supplier import Supplier
from models.user import PASSWORD_MAX, PASSWORD_MIN, Membership, User, UserCreate, UserSession
from workflow.history import record_event
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
    """The person holds the role from now on, in `organisation` or in the whole society; holding it already is fine.

    `organisation` is an id or a name. Raises Refused, NotFound, Conflict for a name that several have, and Invalid for
    a role that needs an organisation.
    """
    _require_admin(viewer)
    if role in IN_ORGANISATION and organisation is None:
        raise Invalid("user.role_needs_organisation", (Problem("field.required", field="organisation"),))
    place = _place(session, organisation) if organisation else None
    for held in _held(session, person, role, place, now):
        return held
    held = Membership(person_id=person.key, role=role, organisation_id=place.key if place else None, valid_from=now)
    session.add(held)
    session.flush()
    _record_role(session, viewer, person, "user.role_granted", role, place, now)
    return held


def end_role(
    session: WriteSession, viewer: Viewer, person: Person, role: Role, *, now: datetime, organisation: str | None = None
) -> None:
    """The person holds the role no more, in `organisation` or in the whole society; that it was held stays known.

    `organisation` is an id or a name. Raises Refused, NotFound for the organisation and for a role that is not held,
    and Conflict when nobody would be left who can manage users.
    """
    _require_admin(viewer)
    place = _place(session, organisation) if organisation else None
    held = _held(session, person, role, place, now)
    if not held:
        raise NotFound("user.role_not_held", role=role.value)
    for membership in held:
        membership.valid_to = now
    session.flush()
    if role is Role.SYSTEM_ADMIN and not _admins(session, now):
        raise Conflict("user.last_admin_role")
    _record_role(session, viewer, person, "user.role_ended", role, place, now)


def disable_user(session: WriteSession, viewer: Viewer, login: str, *, now: datetime) -> User:
    """The user cannot sign in any more and is signed out everywhere; disabling twice changes nothing.

    Raises Conflict when nobody would be left who can add users.
    """
    user = find_user(session, viewer, login)
    if user.disabled_at is not None:
        return user
    if _admins(session, now) == {user.key}:
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


def find_user_person(session: ReadSession, viewer: Viewer, login: str) -> Person:
    """The person behind a login. Raises Refused and NotFound."""
    return session.get_one(Person, find_user(session, viewer, login).person_id)


def person_of_supplier(session: ReadSession, viewer: Viewer, reference: str) -> Person:
    """The person behind a supplier, for a team its lead; the supplier is named by an id or its name.

    Raises Refused, NotFound, Conflict for what several are called, and Invalid for a supplier without a person.
    """
    _require_admin(viewer)
    for column in (Supplier.public_id, Supplier.external_id, Supplier.name):
        current = select(Supplier).where(col(column) == reference, col(Supplier.archived_at).is_(None))
        found = session.exec(current).all()
        if len(found) > 1:
            raise Conflict("supplier.ambiguous_name", name=reference, n=len(found))
        if found:
            person = session.get(Person, found[0].person_id) if found[0].person_id else None
            if person is None or person.erased_at is not None:
                raise Invalid("supplier.no_person", name=found[0].name)
            return person
    raise NotFound("supplier.not_found", id=reference)


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


def _place(session: ReadSession, reference: str) -> Organisation:
    """Any organisation: administrators need not be of the society to give a role in one."""
    found = find_organisation(session, OPERATOR, reference)
    if found is not None:
        return found
    named = session.exec(select_organisations_named(OPERATOR, reference)).all()
    if not named:
        raise NotFound("organisation.not_found", id=reference)
    if len(named) > 1:
        raise Conflict("organisation.ambiguous_name", name=reference, n=len(named))
    return named[0]


def _held(
    session: ReadSession, person: Person, role: Role, place: Organisation | None, now: datetime
) -> Sequence[Membership]:
    return session.exec(
        select(Membership).where(
            Membership.person_id == person.key,
            Membership.role == role,
            col(Membership.organisation_id) == (place.key if place else None),
            col(Membership.valid_to).is_(None) | (col(Membership.valid_to) > now),
        )
    ).all()


def _record_role(
    session: WriteSession,
    viewer: Viewer,
    person: Person,
    code: str,
    role: Role,
    place: Organisation | None,
    now: datetime,
) -> None:
    """In the user's history; a person who cannot sign in has none."""
    user = session.exec(select(User).where(User.person_id == person.key)).first()
    if user is not None:
        params = {"role": role.value, "place": place.name if place else ""}
        record_event(session, SubjectKind.USER, user.key, code, actor_id=viewer.person_id, now=now, params=params)


def _admins(session: ReadSession, now: datetime) -> set[int]:
    """The users who can manage users."""
    admins = session.exec(
        select(User)
        .join(Membership, col(Membership.person_id) == col(User.person_id))
        .where(
            Membership.role == Role.SYSTEM_ADMIN,
            col(User.disabled_at).is_(None),
            col(Membership.valid_to).is_(None) | (col(Membership.valid_to) > now),
        )
    ).all()
    return {user.key for user in admins}
