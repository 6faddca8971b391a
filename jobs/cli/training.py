"""Training: `train-embedder`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from jobs.cli.terminal import out, print_json, progress_bar, texts

if TYPE_CHECKING:
    from matching.embedding.training.sources import TrainingSources

t = texts()
SOURCES = ("fields", "keywords", "papers", "abstracts", "titles", "dictionary")


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("train-embedder", help=t("cli.train.help"))(train_embedder)


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
