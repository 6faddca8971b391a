"""Keeping an installation sound: `doctor`, `reindex`."""

import typer

from jobs.cli.group import EXIT_FAILED
from jobs.cli.terminal import out, print_json, print_table, progress_bar, texts

t = texts()


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("doctor", help=t("cli.doctor.help"))(doctor)
    app.command("reindex", help=t("cli.reindex.help"))(reindex)


def doctor(as_json: bool = typer.Option(False, "--json", help=t("cli.json"))) -> None:
    """Every part of the installation is checked; the exit code is 1 when one is not sound."""
    from dataclasses import asdict

    from core.settings import get_settings
    from jobs.doctor import State, examine

    findings = list(examine(get_settings()))
    if as_json:
        print_json([asdict(finding) for finding in findings])
    else:
        columns = ("cli.column.check", "cli.column.state", "cli.column.detail")
        rows = [(t(f"doctor.{f.check}"), t(f"cli.doctor.{f.state}"), t(f.message, **f.params)) for f in findings]
        print_table(columns, rows)
    if any(finding.state is State.FAILED for finding in findings):
        raise typer.Exit(EXIT_FAILED)


def reindex(as_json: bool = typer.Option(False, "--json", help=t("cli.json"))) -> None:
    """Every current capability has a vector of the present model, and the cached index is made anew from them."""
    from core.clock import now
    from core.settings import get_settings
    from jobs.cli.context import open_database
    from jobs.reindex import rebuild
    from workflow.indexing import embedder_of

    settings = get_settings()
    with open_database() as database, progress_bar("cli.reindex.working") as advance:
        embedder = embedder_of(settings)
        count = rebuild(database, embedder, folder=settings.index_dir, now=now(), progress=advance)
    if as_json:
        print_json({"capabilities": count, "model": embedder.name})
    else:
        out().print(t("cli.reindex.done", n=count, model=embedder.name))
