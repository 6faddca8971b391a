"""Learning from decisions: `retrain`, `promote`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from jobs.cli.group import EXIT_FAILED
from jobs.cli.terminal import out, print_json, print_table, progress_bar, say, texts

if TYPE_CHECKING:
    from core.database import Database
    from models.learning_public import FiguresPublic, ModelVersionPublic, RetrainedPublic, ShortfallPublic

t = texts()
COLUMNS = ("version", "state", "figures")


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("retrain", help=t("cli.retrain.help"))(retrain)
    app.command("promote", help=t("cli.promote.help"))(promote)


def retrain(as_json: bool = typer.Option(False, "--json", help=t("cli.json"))) -> None:
    """Candidates have stood their trials and are kept; the exit code is 1 where no trial could be held."""
    from jobs.cli.context import open_database

    with open_database() as database, progress_bar("cli.retrain.working"):
        found = _retrained(database)
    if as_json:
        print_json(found.model_dump(mode="json"))
    else:
        _show(found)
    if not found.versions:
        raise typer.Exit(EXIT_FAILED)


def promote(
    version: str = typer.Argument("", help=t("cli.promote.version"), show_default=False),
    rollback: bool = typer.Option(False, "--rollback", help=t("cli.promote.rollback")),
    as_json: bool = typer.Option(False, "--json", help=t("cli.json")),
) -> None:
    """A version that won its trial ranks from now on; or what ranked before it does again."""
    if bool(version) == rollback:
        raise typer.BadParameter(t("cli.promote.one_of"))
    from core.clock import now
    from jobs.cli.context import audit, open_database
    from workflow.learning.promoting import promote_version, roll_back
    from workflow.users import OPERATOR

    at = now()
    with open_database() as database, database.writing() as session:
        if rollback:
            name = roll_back(session, OPERATOR, now=at).ranker.name
        else:
            name = promote_version(session, OPERATOR, version, now=at).name
        audit(session, "learning.roll_back" if rollback else "learning.promote", version or name, at)
    if as_json:
        print_json({"ranker": name})
    else:
        out().print(t("cli.promote.done", name=name))


def _retrained(database: Database) -> RetrainedPublic:
    from core.clock import now
    from jobs.cli.context import audit
    from workflow.learning.retraining import hold_trials, keep_trials, prepare_trials
    from workflow.learning.showing import show_retrained
    from workflow.users import OPERATOR

    at = now()
    with database.reading() as session:
        prepared = prepare_trials(session, OPERATOR, now=at)
    tried = hold_trials(prepared)
    with database.writing() as session:
        versions = keep_trials(session, OPERATOR, tried, now=at)
        audit(session, "learning.retrain", " ".join(row.public_id for row in versions), at)
        return show_retrained(session, tried, versions)


def _show(found: RetrainedPublic) -> None:
    if found.versions:
        rows = [
            (f"{one.name}\n{one.public_id}", t(f"enum.ModelState.{one.state}"), _figures(one)) for one in found.versions
        ]
        print_table([f"learning.column.{name}" for name in COLUMNS], rows)
    else:
        out().print(t("cli.retrain.nothing"))
    for kind, missing in (("order", found.missing_for_order), ("scale", found.missing_for_scale)):
        for one in missing:
            out().print(f"{t(f'learning.next.{kind}')}: {_short(one)}")
    for version in found.versions:
        if version.obstacle is None:
            say("cli.retrain.next", id=version.public_id)


def _short(one: ShortfallPublic) -> str:
    return t(f"learning.short.{one.code}", found=one.found, least=one.least, missing=one.least - one.found)


def _figures(one: ModelVersionPublic) -> str:
    figures: FiguresPublic = one.figures
    shown = {name: _figure(value) for name, value in figures.model_dump().items() if isinstance(value, float)}
    gain = _figure(figures.gain or 0.0)
    counted = {"held_out": figures.held_out, "needs": figures.needs, "labels": figures.labels}
    return f"{t(f'learning.figures.{one.kind}', gain=gain, **shown)}\n{t('learning.figures.on', **counted)}"


def _figure(value: float) -> str:
    return f"{value:.4f}"
