"""`keqiao user add|grant|revoke|disable|reset`."""

import typer

from jobs.cli.group import KeqiaoGroup
from jobs.cli.terminal import say, texts

t = texts()
app = typer.Typer(cls=KeqiaoGroup, help=t("cli.user.help"), no_args_is_help=True)

_PASSWORD = typer.Option(
    ...,
    prompt=t("cli.user.password"),
    confirmation_prompt=True,
    hide_input=True,
    envvar="KEQIAO_USER_PASSWORD",
    help=t("cli.user.password_help"),
)


_ROLE_HELP = t("cli.user.role") + (
    ": visitor, enterprise_member, enterprise_admin, supplier, staff, lead, auditor, system_admin"
)


@app.command("add", help=t("cli.user.add.help"))
def add(
    login: str = typer.Argument(..., help=t("cli.user.login")),
    role: str = typer.Option(..., help=_ROLE_HELP),
    name: str = typer.Option("", help=t("cli.user.name")),
    organisation: str = typer.Option("", help=t("cli.user.organisation")),
    supplier: str = typer.Option("", help=t("cli.user.supplier")),
    password: str = _PASSWORD,
) -> None:  # fmt: skip
    """A new person can sign in and holds the role."""
    from core.clock import now
    from jobs.cli.context import audit, choice, open_database
    from models.enums import Role
    from models.user import UserCreate
    from workflow.users import OPERATOR, add_user, person_of_supplier

    wanted, at = choice(Role, role), now()
    name = name or ("" if supplier else typer.prompt(t("cli.user.name")))
    with open_database() as database, database.writing() as session:
        person = person_of_supplier(session, OPERATOR, supplier) if supplier else None
        form = UserCreate(login=login, name=person.name if person else name, password=password, role=wanted)
        user = add_user(session, OPERATOR, form, now=at, organisation=organisation or None, person=person)
        audit(session, "user.add", user.login, at)
        login = user.login
    say("cli.user.added", login=login)


@app.command("grant", help=t("cli.user.grant.help"))
def grant(
    login: str = typer.Argument(..., help=t("cli.user.login")),
    role: str = typer.Argument(..., help=_ROLE_HELP),
    organisation: str = typer.Option("", help=t("cli.user.organisation")),
) -> None:
    """The user holds the role from now on."""
    from core.clock import now
    from jobs.cli.context import audit, choice, open_database
    from models.enums import Role
    from workflow.users import OPERATOR, find_user_person, grant_role

    wanted, at = choice(Role, role), now()
    with open_database() as database, database.writing() as session:
        person = find_user_person(session, OPERATOR, login)
        grant_role(session, OPERATOR, person, wanted, now=at, organisation=organisation or None)
        audit(session, "user.grant", f"{login} {role} {organisation}".rstrip(), at)
    say("cli.user.granted", login=login, role=t(f"enum.Role.{role}"))


@app.command("revoke", help=t("cli.user.revoke.help"))
def revoke(
    login: str = typer.Argument(..., help=t("cli.user.login")),
    role: str = typer.Argument(..., help=_ROLE_HELP),
    organisation: str = typer.Option("", help=t("cli.user.organisation")),
) -> None:
    """The user holds the role no more."""
    from core.clock import now
    from jobs.cli.context import audit, choice, open_database
    from models.enums import Role
    from workflow.users import OPERATOR, end_role, find_user_person

    wanted, at = choice(Role, role), now()
    with open_database() as database, database.writing() as session:
        person = find_user_person(session, OPERATOR, login)
        end_role(session, OPERATOR, person, wanted, now=at, organisation=organisation or None)
        audit(session, "user.revoke", f"{login} {role} {organisation}".rstrip(), at)
    say("cli.user.revoked", login=login, role=t(f"enum.Role.{role}"))


@app.command("disable", help=t("cli.user.disable.help"))
def disable(login: str = typer.Argument(..., help=t("cli.user.login"))) -> None:
    """The user cannot sign in any more."""
    from core.clock import now
    from jobs.cli.context import audit, open_database
    from workflow.users import OPERATOR, disable_user

    at = now()
    with open_database() as database, database.writing() as session:
        disable_user(session, OPERATOR, login, now=at)
        audit(session, "user.disable", login, at)
    say("cli.user.disabled", login=login)


@app.command("reset", help=t("cli.user.reset.help"))
def reset(login: str = typer.Argument(..., help=t("cli.user.login")), password: str = _PASSWORD) -> None:
    """The user has the new password."""
    from core.clock import now
    from jobs.cli.context import audit, open_database
    from workflow.users import OPERATOR, reset_password

    at = now()
    with open_database() as database, database.writing() as session:
        reset_password(session, OPERATOR, login, password, now=at)
        audit(session, "user.reset", login, at)
    say("cli.user.reset", login=login)
