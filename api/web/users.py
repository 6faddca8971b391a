"""The pages on which a system administrator manages users."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Response

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
    refused: Attempt | None
    now: datetime
    roles: type[Role] = Role
    languages: type[Language] = Language

    def form(self, name: str) -> Attempt:
        """One of the forms: as typed, when it was just refused."""
        return self.refused if self.refused and self.refused.form == name else Attempt(name)


@router.get("", roles=ADMINISTRATORS, rate=RateClass.READ)
def list_page(shell: ShellDep, session: ReadSessionDep, viewer: ViewerDep, wanted: WantedDep, now: NowDep) -> Response:
    """The users, in order of login."""
    return shell.render("users/list.html", _page(session, viewer, wanted, now))


@dataclass(frozen=True, slots=True)
class UserForm:
    """What was typed into one of the page's forms, and by whom."""

    shell: ShellDep
    session: WriteSessionDep
    viewer: ViewerDep
    wanted: WantedDep
    typed: FormDep
    now: NowDep

    def submit(self, name: str, act: Callable[[], str], done: str) -> Response:
        """`act` is done, audited as about what it returns, and the page says so; refused, it has the form open."""
        try:
            subject = act()
        except AppError as error:
            undo(self.session, error)
            refused = attempt_of(name, self.typed, error)
            page = _page(self.session, self.viewer, self.wanted, self.now, refused)
            return self.shell.refuse("users/list.html", page, error)
        describe_for_audit(self.session, subject=subject)
        return self.shell.go("/users", done)

    def change_role(self, login: str, change: Callable[..., object], done: str) -> Response:
        """`change` is done with the role and place that were typed."""

        def act() -> str:
            person = find_user_person(self.session, self.viewer, login)
            role, place = _role(self.typed), self.typed.text("organisation_name")
            change(self.session, self.viewer, person, role, now=self.now, organisation=place or None)
            return f"{login} {role} {place}".rstrip()

        return self.submit(f"role-{login}", act, done)


UserFormDep = Annotated[UserForm, Depends(scope="function")]


@router.post("", roles=ADMINISTRATORS, rate=RateClass.WRITE, audit="user.add")
def submit_new(form: UserFormDep) -> Response:
    """The user can sign in."""

    def add() -> str:
        new = build(UserCreate, form.typed, password=form.typed.secret("password"))
        add_user(form.session, form.viewer, new, now=form.now, organisation=_organisation(form.session, form.typed))
        return new.login

    return form.submit("user", add, "user_added")


@router.post("/{login}/disable", roles=ADMINISTRATORS, rate=RateClass.WRITE, audit="user.disable")
def submit_disable(shell: ShellDep, session: WriteSessionDep, viewer: ViewerDep, now: NowDep, login: str) -> Response:
    """The user cannot sign in any more."""
    disable_user(session, viewer, login, now=now)
    return shell.go("/users", "user_disabled")


@router.post("/{login}/reset", roles=ADMINISTRATORS, rate=RateClass.WRITE, audit="user.reset")
def submit_reset(form: UserFormDep, login: str) -> Response:
    """The user has a new password."""

    def reset() -> str:
        reset_password(form.session, form.viewer, login, form.typed.secret("password"), now=form.now)
        return login

    return form.submit(f"reset-{login}", reset, "user_reset")


@router.post("/{login}/grant", roles=ADMINISTRATORS, rate=RateClass.WRITE, audit="user.grant")
def submit_grant(form: UserFormDep, login: str) -> Response:
    """The user holds one role more."""
    return form.change_role(login, grant_role, "role_granted")


@router.post("/{login}/revoke", roles=ADMINISTRATORS, rate=RateClass.WRITE, audit="user.revoke")
def submit_revoke(form: UserFormDep, login: str) -> Response:
    """The user holds one role less, from now on."""
    return form.change_role(login, end_role, "role_ended")


def _role(form: Typed) -> Role:
    if form.text("role") not in set(Role):
        raise Invalid("invalid", (Problem("field.required", field="role"),))
    return Role(form.text("role"))


def _page(
    session: ReadSession, viewer: Viewer, wanted: Wanted, now: datetime, refused: Attempt | None = None
) -> UserListPage:
    found = list_users(session, viewer, query=wanted.text("q"), page=wanted.page)
    held = roles_of(session, viewer, [person.key for _, person in found.items], at=now)
    return UserListPage(wanted, found, held, refused, now)


def _organisation(session: ReadSession, form: Typed) -> str | None:
    """The organisation whose name was typed; administrators need not be of the society to place a user."""
    name = form.text("organisation_name")
    if not name:
        return None
    found = find_organisation_by_name(session, OPERATOR, name)
    if found is None:
        raise Invalid("invalid", (Problem("field.no_such_organisation", field="organisation_name"),))
    return found.public_id
