"""One full match, with rules and the evidence of the ten listed, costs little more than one search for vectors."""

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from benchmarks.figure import Figure, measured
from benchmarks.steps import add_catalogue_options, catalogue, step

NAME: Final = "match"
RATIO: Final = {100_000: 3.0, 1_000_000: 1.0}
"""The most that p50 may be, in yardsticks, by size."""
PEAK_MIB: Final = {1_000_000: 2.5 * 1000**3 / 2**20}
FIRST_S: Final = {100_000: 3.0}
CHANGE_MS: Final = 100.0
SHORT_TEXTS: Final = 40_000
RECALL: Final = 0.98
CANDIDATES: Final = 1000


def add_options(parser: ArgumentParser) -> None:
    """`--size`, `--folder` and `--needs`."""
    add_catalogue_options(parser)
    parser.add_argument("--needs", type=int, default=100, help="needs that are matched, three times each")


def run(options: Namespace) -> Iterator[Figure]:
    """Draws, builds, serves and measures the yardstick, each in a process of its own."""
    with catalogue(options) as (folder, drawn):
        yield from _prepared(folder, options, drawn)
        yardstick = step("yardstick", folder, options)
        yield measured(NAME, "yardstick p50: IndexFlatIP, k = 100, 2 threads", yardstick["p50"] * 1e3, "ms")
        yield from _serving(step("serve", folder, options), yardstick, options.size)
        yield from _found(step("recall", folder, options), yardstick["p50"])


def _prepared(folder: Path, options: Namespace, drawn: dict[str, float]) -> Iterator[Figure]:
    if drawn:
        yield measured(NAME, f"embedding {options.size:,} capabilities", drawn["embed"], "s")
        yield measured(NAME, "short texts embedded a second", drawn["short"], "texts/s", at_least=SHORT_TEXTS)
    built = step("build", folder, options)
    yield measured(NAME, f"indexing {options.size:,} capabilities", built["index"], "s")
    yield measured(NAME, "saving the index", built["save"], "s")
    yield measured(NAME, "stored files", built["disk"] / 2**20, "MiB")


def _serving(served: dict[str, float], yardstick: dict[str, float], size: int) -> Iterator[Figure]:
    yield measured(NAME, "p50 of one full match", served["p50"] * 1e3, "ms")
    yield measured(NAME, "p99 of one full match", served["p99"] * 1e3, "ms")
    yield measured(NAME, "p50 in yardsticks", served["p50"] / yardstick["p50"], "×", at_most=RATIO.get(size))
    yield measured(NAME, "processor time of one full match, p50", served["cpu"] * 1e3, "ms")
    yield measured(NAME, "the same in yardsticks' processor time", served["cpu"] / yardstick["cpu"], "×")
    yield measured(NAME, "p50 of the first round, none of its texts read before", served["first p50"] * 1e3, "ms")
    for stage in (name for name in served if name.startswith("stage ")):
        yield measured(NAME, f"p50 of {stage}", served[stage] * 1e3, "ms")
    yield measured(NAME, "process start to first match", served["first"], "s", at_most=FIRST_S.get(size))
    yield measured(NAME, "peak memory of serving", served["peak"] / 2**20, "MiB", at_most=PEAK_MIB.get(size))
    yield measured(NAME, "adding one capability", served["add"] * 1e3, "ms", at_most=CHANGE_MS)
    yield measured(NAME, "removing one capability", served["remove"] * 1e3, "ms", at_most=CHANGE_MS)


def _found(found: dict[str, float], yardstick: float) -> Iterator[Figure]:
    for name, said in (("all", ""), ("filtered", ", filter that keeps 1 %")):
        share, most = found[f"{name} recall"], found[f"{name} candidates"]
        yield measured(NAME, f"dense best 100 among the candidates{said}", share, "share", at_least=RECALL)
        yield measured(NAME, f"candidates at most{said}", most, "documents", at_most=CANDIDATES)
        yield measured(NAME, f"p50 of ranking and reasons{said}", found[f"{name} p50"] / yardstick, "×")
