"""Measuring and training: `evaluate`, `train-embedder`."""

from pathlib import Path

import typer

from jobs.cli.terminal import out, print_json, print_table, progress_bar, texts

t = texts()


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("evaluate", help=t("cli.evaluate.help"))(evaluate)
    app.command("train-embedder", help=t("cli.train.help"))(train_embedder)
