"""Signing in and out, the language of the pages, and one's own account."""

from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, Query, Response
from fastapi.responses import RedirectResponse

from api.dependencies import DatabaseDep, NowDep, SignedInDep, WriteSessionDep, describe_for_audit, undo
from api.identity import SESSION_COOKIE, VISITOR_COOKIE, set_private_cookie, token_of
from api.language import LANGUAGE_COOKIE
from api.policy import ANYONE, SIGNED_IN, PolicyRouter, RateClass
from api.web.forms import Attempt, FormDep, attempt_of, build
from api.web.returning import AGAIN
from api.web.shell import Shell, ShellDep
from core.demo_users import DEMO_USERS, PASSWORD, DemoUser
from core.errors import AppError, Invalid, Problem, SignInNeeded
from core.i18n import Language
from models.enums import AuditOutcome
from models.user import ReadingForm, User
from workflow.account import choose_reading
from workflow.sign_in import PasswordCheck, change_password, check_password, sign_in, sign_out

router = PolicyRouter()


@dataclass(frozen=True, slots=True)
class SignInPage:
    """The form, where it leads, and in demo mode who there is."""

    attempt: Attempt
    next: str
    demo_users: tuple[DemoUser, ...]
    demo_password: str


@dataclass(frozen=True, slots=True)
class AccountPage:
    """One's own account."""

    attempt: Attempt
    reading: Attempt
    languages: type[Language] = Language


def _sign_in_page(shell: Shell, attempt: Attempt, target: str) -> SignInPage:
    demo = shell.settings.demo
    return SignInPage(attempt, target, DEMO_USERS if demo else (), PASSWORD if demo else "")


def _own_path(target: str) -> str:
    """The address to go on to, if it is one of ours; else the start page."""
    is_ours = target.startswith("/") and not target.startswith("//") and "\\" not in target
    return target if is_ours else "/"


def _account(shell: Shell, refused: Attempt | None = None) -> AccountPage:
    user = shell.signed_in.user if shell.signed_in else None
    language = user.language.value if user and user.language else ""
    chosen = Attempt("reading", {"language": [language], "time_zone": [user.time_zone if user else ""]})
    shown = {attempt.form: attempt for attempt in (chosen, Attempt("password"), *([refused] if refused else []))}
    return AccountPage(shown["password"], shown["reading"])


@router.get("/sign-in", roles=ANYONE, rate=RateClass.READ)
def show_sign_in(shell: ShellDep, target: Annotated[str, Query(alias="next")] = "/") -> Response:
    """The sign-in form; those who are signed in are sent on."""
    if shell.signed_in:
        return shell.go(_own_path(target))
    return shell.render("session/sign_in.html", _sign_in_page(shell, Attempt("sign-in"), _own_path(target)))


def _check_of_visitor(form: FormDep, database: DatabaseDep) -> PasswordCheck:
    with database.reading() as session:
        return check_password(session, form.text("login"), form.secret("password"))


@router.post("/sign-in", roles=ANYONE, rate=RateClass.SIGN_IN, audit="session.open")
def submit_sign_in(
    shell: ShellDep,
    form: FormDep,
    check: Annotated[PasswordCheck, Depends(_check_of_visitor)],
    session: WriteSessionDep,
    now: NowDep,
) -> Response:
    """A session is open, or the form says why not; both are committed, because failures are counted."""
    target, lifetime = _own_path(form.text("next")), timedelta(hours=shell.settings.session_hours)
    opened = sign_in(session, check, now=now, lifetime=lifetime)
    if isinstance(opened, SignInNeeded):
        describe_for_audit(session, subject=form.text("login"), outcome=AuditOutcome.REFUSED)
        attempt = attempt_of("sign-in", form, opened)
        return shell.refuse("session/sign_in.html", _sign_in_page(shell, attempt, target), opened)
    describe_for_audit(session, subject=form.text("login"), user_id=opened[0].user_id)
    response = shell.go(target)
    set_private_cookie(response, SESSION_COOKIE, opened[1], shell.settings)
    response.delete_cookie(VISITOR_COOKIE)
    return response


@router.post("/sign-out", roles=SIGNED_IN, rate=RateClass.WRITE, audit="session.close")
def submit_sign_out(shell: ShellDep, session: WriteSessionDep) -> Response:
    """The session is closed."""
    sign_out(session, token_of(shell.request))
    response = shell.go("/sign-in", "signed_out")
    response.delete_cookie(SESSION_COOKIE)
    return response


@router.post("/language", roles=ANYONE, rate=RateClass.WRITE, audit="account.language")
def choose_language(shell: ShellDep, session: WriteSessionDep, form: FormDep) -> Response:
    """Pages are in the chosen language from now on: in this browser, and wherever the user signs in."""
    language = Language(form.text("language")) if form.text("language") in set(Language) else shell.language
    if shell.signed_in:
        session.get_one(User, shell.signed_in.user.key).language = language
    target = _own_path(form.text("next"))
    if form.text(AGAIN):  # the browser sends this form on, and the page shows what was typed in it
        response: Response = RedirectResponse(f"{target}?{AGAIN}=1", HTTPStatus.TEMPORARY_REDIRECT)
    else:
        response = shell.go(target, "language_left_form" if form.text("left") else "")
    set_private_cookie(response, LANGUAGE_COOKIE, language.value, shell.settings)
    return response


@router.get("/account/reading", roles=SIGNED_IN, rate=RateClass.READ)
def back_to_account(shell: ShellDep) -> Response:
    """The page whose answer to the form was reloaded, or read in the other language."""
    return shell.go("/account")


@router.post("/account/reading", roles=SIGNED_IN, rate=RateClass.WRITE, audit="account.reading")
def submit_reading(shell: ShellDep, session: WriteSessionDep, signed_in: SignedInDep, form: FormDep) -> Response:
    """One reads, and is told, in this language and time zone from now on."""
    try:
        choose_reading(session, signed_in, build(ReadingForm, form))
    except AppError as error:
        undo(session, error)
        return shell.refuse("session/account.html", _account(shell, attempt_of("reading", form, error)), error)
    return shell.go("/account", "saved")


@router.get("/account", roles=SIGNED_IN, rate=RateClass.READ)
def show_account(shell: ShellDep) -> Response:
    """One's own account."""
    return shell.render("session/account.html", _account(shell))


def _check_of_old(form: FormDep, signed_in: SignedInDep, database: DatabaseDep) -> PasswordCheck:
    with database.reading() as session:
        return check_password(session, signed_in.user.login, form.secret("old_password"))


@router.post("/account/password", roles=SIGNED_IN, rate=RateClass.SIGN_IN, audit="account.password")
def submit_password(
    shell: ShellDep,
    form: FormDep,
    signed_in: SignedInDep,
    check: Annotated[PasswordCheck, Depends(_check_of_old)],
    session: WriteSessionDep,
    now: NowDep,
) -> Response:
    """The password is changed, or the form says why not: wrong old ones are counted. Nothing typed is shown again."""
    try:
        if form.secret("new_password") != form.secret("new_password_again"):
            raise Invalid("invalid", (Problem("field.passwords_differ", field="new_password_again"),))
        refused = change_password(session, signed_in, check, form.secret("new_password"), now=now)
    except AppError as error:
        undo(session, error)
        return shell.refuse("session/account.html", _account(shell, Attempt("password", error=error)), error)
    if refused is not None:
        describe_for_audit(session, outcome=AuditOutcome.REFUSED)
        return shell.refuse("session/account.html", _account(shell, Attempt("password", error=refused)), refused)
    return shell.go("/account", "password_changed")
