"""The pages on which a system administrator manages users."""

from dataclasses import dataclass
from datetime import datetime

from fastapi import Response

from api.audiences import ADMINISTRATORS
from api.dependencies import NowDep, ReadSessionDep, ViewerDep, WriteSessionDep, describe_for_audit, undo
from api.policy import PolicyRouter, RateClass
from api.web.forms import Attempt, FormDep, Typed, attempt_of, build
from api.web.lists import Wanted, WantedDep
from api.web.shell import ShellDep
from catalog.supply.organisations import find_organisation_by_name
from core.database import ReadSession
from core.errors import AppError, Invalid, Problem
from core.i18n import Language
from models.access import Viewer
from models.enums import Role
from models.person import Person
from models.user import User, UserCreate
from workflow.paging import Page
from workflow.roles import HeldRole, roles_of
from workflow.users import (
    OPERATOR,
    add_user,
    disable_user,
    end_role,
    find_user_person,
    grant_role,
    list_users,
    reset_password,
)

router = PolicyRouter(prefix="/users")


@dataclass(frozen=True, slots=True)
class UserListPage:
    """Users, what each may do, and the form of a new one."""

    wanted: Wanted
    found: Page[tuple[User, Person]]
    held: dict[int, list[HeldRole]]
    attempt: Attempt
    refused: Attempt | None
    now: datetime
    roles: type[Role] = Role
    languages: type[Language] = Language

    def form(self, name: str, login: str) -> Attempt:
        """One of the forms of one user: as typed, when it was just refused."""
        form = f"{name}-{login}"
        return self.refused if self.refused and self.refused.form == form else Attempt(form)


@router.get("", roles=ADMINISTRATORS, rate=RateClass.READ)
def list_page(shell: ShellDep, session: ReadSessionDep, viewer: ViewerDep, wanted: WantedDep, now: NowDep) -> Response:
    """The users, in order of login."""
    return shell.render("users/list.html", _page(session, viewer, wanted, now))


@router.post("", roles=ADMINISTRATORS, rate=RateClass.WRITE, audit="user.add")
def submit_new(
    shell: ShellDep, session: WriteSessionDep, viewer: ViewerDep, wanted: WantedDep, form: FormDep, now: NowDep
) -> Response:
    """The user can sign in."""
    try:
        new = build(UserCreate, form, password=form.secret("password"))
        add_user(session, viewer, new, now=now, organisation=_organisation(session, form))
    except AppError as error:
        undo(session, error)
        page = _page(session, viewer, wanted, now, attempt=attempt_of("user", form, error))
        return shell.refuse("users/list.html", page, error)
    describe_for_audit(session, subject=new.login)
    return shell.go("/users", "user_added")


@router.post("/{login}/disable", roles=ADMINISTRATORS, rate=RateClass.WRITE, audit="user.disable")
def submit_disable(shell: ShellDep, session: WriteSessionDep, viewer: ViewerDep, now: NowDep, login: str) -> Response:
    """The user cannot sign in any more."""
    disable_user(session, viewer, login, now=now)
    return shell.go("/users", "user_disabled")


@router.post("/{login}/reset", roles=ADMINISTRATORS, rate=RateClass.WRITE, audit="user.reset")
def submit_reset(
    shell: ShellDep,
    session: WriteSessionDep,
    viewer: ViewerDep,
    wanted: WantedDep,
    form: FormDep,
    now: NowDep,
    login: str,
) -> Response:
    """The user has a new password."""
    try:
        reset_password(session, viewer, login, form.secret("password"), now=now)
    except AppError as error:
        undo(session, error)
        page = _page(session, viewer, wanted, now, refused=Attempt(f"reset-{login}", error=error))
        return shell.refuse("users/list.html", page, error)
    return shell.go("/users", "user_reset")


@router.post("/{login}/grant", roles=ADMINISTRATORS, rate=RateClass.WRITE, audit="user.grant")
def submit_grant(
    shell: ShellDep,
    session: WriteSessionDep,
    viewer: ViewerDep,
    wanted: WantedDep,
    form: FormDep,
    now: NowDep,
    login: str,
) -> Response:
    """The user holds one role more."""
    try:
        person, place = find_user_person(session, viewer, login), form.text("organisation_name") or None
        grant_role(session, viewer, person, _role(form), now=now, organisation=place)
    except AppError as error:
        undo(session, error)
        page = _page(session, viewer, wanted, now, refused=attempt_of(f"role-{login}", form, error))
        return shell.refuse("users/list.html", page, error)
    describe_for_audit(session, subject=f"{login} {form.text('role')} {place or ''}".rstrip())
    return shell.go("/users", "role_granted")


@router.post("/{login}/revoke", roles=ADMINISTRATORS, rate=RateClass.WRITE, audit="user.revoke")
def submit_revoke(
    shell: ShellDep,
    session: WriteSessionDep,
    viewer: ViewerDep,
    wanted: WantedDep,
    form: FormDep,
    now: NowDep,
    login: str,
) -> Response:
    """The user holds one role less, from now on."""
    try:
        person, place = find_user_person(session, viewer, login), form.text("organisation_name") or None
        end_role(session, viewer, person, _role(form), now=now, organisation=place)
    except AppError as error:
        undo(session, error)
        page = _page(session, viewer, wanted, now, refused=attempt_of(f"role-{login}", form, error))
        return shell.refuse("users/list.html", page, error)
    describe_for_audit(session, subject=f"{login} {form.text('role')} {place or ''}".rstrip())
    return shell.go("/users", "role_ended")


def _role(form: Typed) -> Role:
    if form.text("role") not in set(Role):
        raise Invalid("invalid", (Problem("field.required", field="role"),))
    return Role(form.text("role"))


def _page(
    session: ReadSession,
    viewer: Viewer,
    wanted: Wanted,
    now: datetime,
    *,
    attempt: Attempt | None = None,
    refused: Attempt | None = None,
) -> UserListPage:
    found = list_users(session, viewer, query=wanted.text("q"), page=wanted.page)
    held = roles_of(session, viewer, [person.key for _, person in found.items], at=now)
    return UserListPage(wanted, found, held, attempt or Attempt("user"), refused, now)


def _organisation(session: ReadSession, form: Typed) -> str | None:
    """The organisation whose name was typed; administrators need not be of the society to place a user."""
    name = form.text("organisation_name")
    if not name:
        return None
    found = find_organisation_by_name(session, OPERATOR, name)
    if found is None:
        raise Invalid("invalid", (Problem("field.no_such_organisation", field="organisation_name"),))
    return found.public_id
