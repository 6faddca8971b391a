"""Steps that need a process of their own, over a generated catalogue that is drawn once and may be kept."""

import json
import os
import subprocess
import sys
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.match_steps import VECTORS

ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
"""A match multiplies small matrices, where a second thread only waits for the first; the yardstick asks for two."""


def add_catalogue_options(parser: ArgumentParser) -> None:
    """`--size` and `--folder`."""
    parser.add_argument("--size", type=int, default=100_000, help="capabilities in the generated catalogue")
    parser.add_argument("--folder", type=Path, help="where catalogues are kept between runs; without it, they are not")


@contextmanager
def catalogue(options: Namespace) -> Iterator[tuple[Path, dict[str, float]]]:
    """The folder with the generated catalogue, and what drawing it took; nothing where it was there already."""
    with tempfile.TemporaryDirectory(prefix="keqiao-bench-") as temporary:
        folder = (options.folder or Path(temporary)) / str(options.size)
        folder.mkdir(parents=True, exist_ok=True)
        yield folder, {} if (folder / VECTORS).exists() else step("draw", folder, options)


def step(name: str, folder: Path, options: Namespace) -> dict[str, float]:
    """What a step measured, run in a new process.

    Raises:
        RuntimeError: it failed; with what it said.

    """
    return side_by_side(name, folder, options, 1)[0]


def side_by_side(name: str, folder: Path, options: Namespace, processes: int) -> list[dict[str, float]]:
    """What a step measured in each of several new processes that ran at the same time.

    Raises:
        RuntimeError: one failed; with what it said.

    """
    environment = {**os.environ, **ONE_THREAD}
    command = [sys.executable, "-m", "benchmarks.match_steps", name, str(folder), str(options.size), str(options.needs)]
    started = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(processes)
    ]
    answers: list[dict[str, float]] = []
    for process in started:
        out, said = process.communicate()
        if process.returncode:
            raise RuntimeError(f"{name} failed: {said.strip()}")
        answers.append(json.loads(out))
    return answers
