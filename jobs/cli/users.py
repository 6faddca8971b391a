"""`keqiao user add|disable|reset`."""

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


@app.command("add", help=t("cli.user.add.help"))
def add(
    login: str = typer.Argument(..., help=t("cli.user.login")),
    role: str = typer.Option(..., help=t("cli.user.role") + ": visitor, enterprise_member, enterprise_admin, supplier, "
                             "staff, lead, auditor, system_admin"),
    name: str = typer.Option(..., prompt=t("cli.user.name"), help=t("cli.user.name")),
    organisation: str = typer.Option("", help=t("cli.user.organisation")),
    password: str = _PASSWORD,
) -> None:  # fmt: skip
    """A new person can sign in and holds the role."""
    from core.clock import now
    from jobs.cli.context import choice, open_database
    from models.enums import Role
    from models.user import UserCreate
    from workflow.users import OPERATOR, add_user

    form = UserCreate(login=login, name=name, password=password, role=choice(Role, role))
    with open_database() as database, database.writing() as session:
        user = add_user(session, OPERATOR, form, now=now(), organisation=organisation or None)
        login = user.login
    say("cli.user.added", login=login)


@app.command("disable", help=t("cli.user.disable.help"))
def disable(login: str = typer.Argument(..., help=t("cli.user.login"))) -> None:
    """The user cannot sign in any more."""
    from core.clock import now
    from jobs.cli.context import open_database
    from workflow.users import OPERATOR, disable_user

    with open_database() as database, database.writing() as session:
        disable_user(session, OPERATOR, login, now=now())
    say("cli.user.disabled", login=login)


@app.command("reset", help=t("cli.user.reset.help"))
def reset(login: str = typer.Argument(..., help=t("cli.user.login")), password: str = _PASSWORD) -> None:
    """The user has the new password."""
    from core.clock import now
    from jobs.cli.context import open_database
    from workflow.users import OPERATOR, reset_password

    with open_database() as database, database.writing() as session:
        reset_password(session, OPERATOR, login, password, now=now())
    say("cli.user.reset", login=login)
