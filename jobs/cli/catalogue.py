"""Bringing data in and out: `import`, `export`."""

from pathlib import Path

import typer

from jobs.cli.terminal import out, print_json, progress_bar, terminal_language, texts

t = texts()
KINDS = "organisations, suppliers, capabilities, needs, deals"


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("import", help=t("cli.import.help"))(import_)
    app.command("export", help=t("cli.export.help"))(export)


def import_(
    kind: str = typer.Argument(..., help=f"{t('cli.import.kind')}: {KINDS}"),
    file: Path = typer.Argument(..., help=t("cli.import.file")),
    organisation: str = typer.Option("", help=t("cli.import.organisation")),
    source: str = typer.Option("", help=t("cli.import.source")),
    status: str = typer.Option("focused", help=t("cli.import.status")),
    dry_run: bool = typer.Option(False, "--dry-run", help=t("cli.import.dry_run")),
    as_json: bool = typer.Option(False, "--json", help=t("cli.json")),
) -> None:
    """The rows of the file are in the database: all of them, or none when one has a fault."""
    from dataclasses import asdict, replace

    from core.clock import now
    from core.settings import get_settings
    from jobs.cli.context import audit, choice, open_database
    from models.enums import NeedStatus
    from workflow.importing import ImportKind, import_file
    from workflow.indexing import embedder_of
    from workflow.users import OPERATOR

    settings, at = get_settings(), now()
    with open_database() as database, progress_bar("cli.import.working") as advance, database.writing() as session:
        report = import_file(
            session,
            OPERATOR,
            choice(ImportKind, kind),
            file,
            organisation=organisation or None,
            source=source,
            status=choice(NeedStatus, status),
            embedder=embedder_of(settings),
            max_mib=settings.import_max_mib,
            now=at,
            progress=advance,
        )
        if dry_run:
            session.rollback()
            report = replace(report, dry_run=True)
        audit(session, "import", f"{report.kind} {report.file}", at)
    if as_json:
        print_json(asdict(report))
    else:
        for key, params in report.sentences():
            out().print(t(key, **params), highlight=False, markup=False)


def export(
    kind: str = typer.Argument(..., help=f"{t('cli.import.kind')}: {KINDS}"),
    file: Path = typer.Argument(..., help=t("cli.export.file")),
    overwrite: bool = typer.Option(False, "--overwrite", help=t("cli.overwrite")),
    as_json: bool = typer.Option(False, "--json", help=t("cli.json")),
) -> None:
    """The file holds every current row of that kind."""
    from core.clock import now
    from core.errors import Conflict
    from jobs.cli.context import audit, choice, open_database
    from workflow.exporting import ExportKind, export_file
    from workflow.users import OPERATOR

    if file.exists() and not overwrite:
        raise Conflict("file_exists", file=str(file))
    chosen, at = choice(ExportKind, kind), now()
    with open_database() as database:
        with database.reading() as session:
            count = export_file(session, OPERATOR, chosen, file, now=at, language=terminal_language())
        with database.writing() as log:
            audit(log, "export", f"{chosen} {file.name}", at)
    if as_json:
        print_json({"file": str(file), "rows": count})
    else:
        out().print(t("cli.export.done", n=count, file=file))
