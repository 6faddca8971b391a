"""A round of all needs against the whole catalogue, top twenty without reasons, takes seconds."""

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from typing import Final

from benchmarks.figure import Figure, measured
from benchmarks.steps import add_catalogue_options, catalogue, side_by_side, step

NAME: Final = "round"
RATE: Final = {100_000: 200.0}
"""The least needs a second, by size."""
PROCESSES: Final = 2
"""One for each core; they share the stored files, which are mapped."""


def add_options(parser: ArgumentParser) -> None:
    """`--size`, `--folder` and `--needs`."""
    add_catalogue_options(parser)
    parser.add_argument("--needs", type=int, default=2000, help="needs of the round")


def run(options: Namespace) -> Iterator[Figure]:
    """Draws, builds and runs the round, each in a process of its own."""
    with catalogue(options) as (folder, _):
        step("build", folder, options)
        one = step("round", folder, options)
        yield measured(NAME, "needs a second, one process", options.needs / one["seconds"], "needs/s")
        halves = Namespace(**{**vars(options), "needs": options.needs // PROCESSES})
        both = side_by_side("round", folder, halves, PROCESSES)
        rate = options.needs / max(half["seconds"] for half in both)
        yield measured(NAME, "needs a second, two processes", rate, "needs/s", at_least=RATE.get(options.size))
        yield measured(NAME, "processor time a need", one["cpu"] / options.needs * 1e3, "ms")
        yield measured(NAME, "needs with the same list one by one", one["same"], "share", at_least=1.0)
        yield measured(NAME, "peak memory of a process", one["peak"] / 2**20, "MiB")
