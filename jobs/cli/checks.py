"""Keeping an installation sound: `doctor`, `reindex`."""

import typer

from jobs.cli.group import EXIT_FAILED
from jobs.cli.terminal import print_json, print_table, progress_bar, say, texts

t = texts()


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("doctor", help=t("cli.doctor.help"))(doctor)
    app.command("reindex", help=t("cli.reindex.help"))(reindex)


def doctor(as_json: bool = typer.Option(False, "--json", help=t("cli.json"))) -> None:
    """Every part of the installation is checked; the exit code is 1 when one is not sound."""
    from dataclasses import asdict

    from core.logs import configure_logs
    from core.settings import get_settings
    from jobs.doctor import State, examine

    configure_logs(get_settings())
    findings = list(examine(get_settings()))
    if as_json:
        print_json([asdict(finding) for finding in findings])
    else:
        columns = ("cli.column.check", "cli.column.state", "cli.column.detail")
        rows = [(t(f"doctor.{f.check}"), t(f"cli.doctor.{f.state}"), t(f.message, **f.params)) for f in findings]
        print_table(columns, rows)
    if any(finding.state is State.FAILED for finding in findings):
        raise typer.Exit(EXIT_FAILED)


def reindex(
    model: str | None = typer.Option(None, "--model", help=t("cli.reindex.model")),
    drop_others: bool = typer.Option(False, "--drop-others", help=t("cli.reindex.drop_others")),
    as_json: bool = typer.Option(False, "--json", help=t("cli.json")),
) -> None:
    """Every current capability has a vector of the model, and its cached index is made anew from them."""
    from core.clock import now
    from core.settings import get_settings
    from jobs.cli.context import open_database
    from jobs.reindex import drop_other_models, rebuild
    from workflow.indexing import embedder_of

    settings = get_settings()
    chosen = settings if model is None else settings.model_copy(update={"embedding_model": model})
    with open_database() as database:
        with progress_bar("cli.reindex.working") as advance:
            embedder = embedder_of(chosen)
            count = rebuild(database, embedder, folder=settings.index_dir, now=now(), progress=advance)
        dropped = drop_other_models(database, embedder, folder=settings.index_dir) if drop_others else 0
    if as_json:
        print_json({"capabilities": count, "model": embedder.name, "dropped": dropped})
        return
    say("cli.reindex.done", n=count, model=embedder.name)
    if drop_others:
        say("cli.reindex.dropped", n=dropped)
    if chosen.embedding_model != settings.embedding_model:
        say("cli.reindex.switch", model=chosen.embedding_model)
