"""Setting up: `init`, `migrate`, `demo`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from jobs.cli.terminal import out, print_json, progress_bar, say, texts

if TYPE_CHECKING:
    from core.database import Database

t = texts()


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("init", help=t("cli.init.help"))(init)
    app.command("migrate", help=t("cli.migrate.help"))(migrate)
    app.command("demo", help=t("cli.demo.help"))(demo)


def init(
    society: str = typer.Option(..., prompt=t("cli.init.society"), help=t("cli.init.society")),
    login: str = typer.Option("admin", help=t("cli.user.login")),
    name: str = typer.Option(..., prompt=t("cli.user.name"), help=t("cli.user.name")),
    password: str = typer.Option(
        ..., prompt=t("cli.user.password"), confirmation_prompt=True, hide_input=True, envvar="KEQIAO_ADMIN_PASSWORD",
        help=t("cli.user.password_help"),
    ),
) -> None:  # fmt: skip
    """The database exists with the newest schema, the society and its first administrator."""
    from core.clock import now
    from jobs.cli.context import open_database
    from models.migrate import upgrade
    from workflow.installation import set_up

    with open_database(migrated=False) as database:
        upgrade(database)
        with database.writing() as session:
            set_up(session, society=society, login=login, name=name, password=password, now=now())
    say("cli.init.done", login=login)


def migrate(as_json: bool = typer.Option(False, "--json", help=t("cli.json"))) -> None:
    """The database has the newest schema."""
    from jobs.cli.context import open_database
    from models.migrate import newest_revision, schema_revision, upgrade

    with open_database(migrated=False) as database:
        before = schema_revision(database)
        upgrade(database)
    if as_json:
        print_json({"before": before, "after": newest_revision()})
    else:
        out().print(t("cli.migrate.done", revision=newest_revision()))


def demo(
    once: bool = typer.Option(False, "--once", help=t("cli.demo.once")),
    as_json: bool = typer.Option(False, "--json", help=t("cli.json")),
) -> None:
    """The demo catalogue is loaded; refused where there are data of one's own."""
    from core.errors import Conflict
    from jobs.cli.context import open_database

    with open_database() as database:
        counts = load_demo_once(database)
    if counts is None and not once:
        raise Conflict("demo_already_loaded")
    if as_json:
        print_json(counts or {})
    elif counts:
        out().print(t("cli.demo.done", **counts))


def load_demo_once(database: Database) -> dict[str, int] | None:
    """How many rows of each kind the demo has brought; None when it was already there."""
    from core.clock import now
    from core.settings import get_settings
    from jobs.demo.load import is_loaded, load
    from workflow.files import FileStore
    from workflow.indexing import embedder_of

    settings = get_settings()
    store = FileStore(settings.files_dir, settings.file_max_mib * 2**20)
    with database.reading() as session:
        if is_loaded(session):
            return None
    with progress_bar("cli.demo.loading") as advance, database.writing() as session:
        return load(session, embedder=embedder_of(settings), now=now(), progress=advance, store=store)
