"""One full match, top ten with reasons, costs little more than one search for nearest vectors."""

import json
import subprocess
import sys
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from benchmarks.figure import Figure, measured

NAME: Final = "match"
RATIO: Final = {100_000: 4.0}
"""The most that p50 may be, in yardsticks, by size."""
CHANGE_MS: Final = 100.0


def add_options(parser: ArgumentParser) -> None:
    """`--size` and `--needs`."""
    parser.add_argument("--size", type=int, default=100_000, help="capabilities in the generated catalogue")
    parser.add_argument("--needs", type=int, default=100, help="needs that are matched, three times each")


def run(options: Namespace) -> Iterator[Figure]:
    """Builds, serves and measures the yardstick, each in a process of its own."""
    with tempfile.TemporaryDirectory(prefix="keqiao-match-") as folder:
        built = _step("build", Path(folder), options)
        yield from (measured(NAME, f"{step}, {options.size:,} capabilities", built[step], "s") for step in built)
        yardstick = _step("yardstick", Path(folder), options)["p50"]
        yield measured(NAME, "yardstick p50: IndexFlatIP, k = 100, 2 threads", yardstick * 1e3, "ms")
        yield from _serving(_step("serve", Path(folder), options), yardstick, options.size)


def _serving(served: dict[str, float], yardstick: float, size: int) -> Iterator[Figure]:
    yield measured(NAME, "p50 of one full match", served["p50"] * 1e3, "ms")
    yield measured(NAME, "p99 of one full match", served["p99"] * 1e3, "ms")
    yield measured(NAME, "p50 in yardsticks", served["p50"] / yardstick, "×", at_most=RATIO.get(size))
    for stage in (name for name in served if name.startswith("stage ")):
        yield measured(NAME, f"p50 of {stage}", served[stage] * 1e3, "ms")
    yield measured(NAME, "matches in the list", served["matches"], "suppliers")
    yield measured(NAME, "process start to first match", served["first"], "s")
    yield measured(NAME, "peak memory of the serving process", served["peak"] / 2**20, "MiB")
    yield measured(NAME, "adding one capability", served["add"] * 1e3, "ms", at_most=CHANGE_MS)
    yield measured(NAME, "removing one capability", served["remove"] * 1e3, "ms", at_most=CHANGE_MS)


def _step(step: str, folder: Path, options: Namespace) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.match_steps", step, str(folder), str(options.size), str(options.needs)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{step} failed: {done.stderr.strip()}")
    answer: dict[str, float] = json.loads(done.stdout)
    return answer
