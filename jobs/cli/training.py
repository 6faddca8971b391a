"""Measuring and training: `evaluate`, `train-embedder`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from jobs.cli.terminal import out, print_json, print_table, progress_bar, texts

if TYPE_CHECKING:
    from matching.embedding.training.sources import TrainingSources

t = texts()
RANKERS = ("shipped", "cold")
SOURCES = ("fields", "keywords", "papers", "abstracts", "titles", "dictionary")


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("evaluate", help=t("cli.evaluate.help"))(evaluate)
    app.command("train-embedder", help=t("cli.train.help"))(train_embedder)


def evaluate(
    folder: Path = typer.Argument(..., help=t("cli.evaluate.folder")),
    run: Path | None = typer.Option(None, "--run", help=t("cli.evaluate.run")),
    ranker: str = typer.Option("shipped", "--ranker", help=t("cli.evaluate.ranker")),
    as_json: bool = typer.Option(False, "--json", help=t("cli.json")),
) -> None:
    """Ranking quality on a benchmark folder, without a database."""
    from dataclasses import asdict

    from core.errors import Invalid
    from core.settings import get_settings
    from matching.evaluation.evaluate import evaluate_folder
    from matching.ranker import COLD, SHIPPED
    from workflow.indexing import embedder_of

    if ranker not in RANKERS:
        raise Invalid("unknown_choice", value=ranker, choices=", ".join(RANKERS))
    chosen = COLD if ranker == "cold" else SHIPPED
    try:
        with progress_bar("cli.evaluate.working") as advance:
            result = evaluate_folder(
                folder, chosen, run_path=run, progress=advance, embedder=embedder_of(get_settings())
            )
    except ValueError as error:
        raise Invalid("benchmark_folder", reason=str(error)) from error
    figures = {name: value for name, value in asdict(result).items() if name != "ndcg_by_need"}
    rows = [(t(f"evaluate.{name}"), _shown(value)) for name, value in figures.items()]
    if as_json:
        print_json(figures)
    else:
        print_table(("cli.column.figure", "cli.column.value"), rows)


def train_embedder(
    output: Path = typer.Argument(..., help=t("cli.train.output")),
    without: list[str] = typer.Option([], "--without", help=f"{t('cli.train.without')}: {', '.join(SOURCES)}"),
    seed: int = typer.Option(0, "--seed", help=t("cli.train.seed")),
    dictionary: Path | None = typer.Option(None, "--dictionary", help=t("cli.train.dictionary")),
    as_json: bool = typer.Option(False, "--json", help=t("cli.json")),
) -> None:
    """A model folder trained from the reference data, leaving out what was asked to be left out."""
    from dataclasses import asdict

    from core.errors import Unavailable
    from core.settings import get_settings
    from matching.embedding.training.train import train

    reference = get_settings().reference_data
    if reference is None or not reference.is_dir():
        raise Unavailable("reference_data_missing")
    sources = _sources(reference, dictionary, set(without))
    with progress_bar("cli.train.working") as advance:
        report = train(sources, output, seed=seed, progress=lambda _stage, done: advance(round(done * 100), 100))
    if as_json:
        print_json(asdict(report))
    else:
        out().print(t("cli.train.done", name=report.name, tokens=report.tokens, folder=output))


def _sources(reference: Path, dictionary: Path | None, without: set[str]) -> TrainingSources:
    from dataclasses import replace

    from core.errors import Invalid, Unavailable
    from matching.embedding.training import sources

    unknown = without - set(SOURCES)
    if unknown:
        raise Invalid("unknown_choice", value=", ".join(sorted(unknown)), choices=", ".join(SOURCES))
    try:
        teacher = sources.installed_teacher()
    except ModuleNotFoundError as error:
        raise Unavailable("teacher_missing") from error
    every = sources.reference_sources(reference, teacher, dictionary or sources.installed_dictionary())
    left_out: dict[str, Any] = dict.fromkeys(without)
    return replace(every, **left_out)


def _shown(value: object) -> str:
    return f"{value:.4f}" if isinstance(value, float) else str(value)
