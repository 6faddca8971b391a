"""A round of all needs against the whole catalogue, top twenty without reasons, takes seconds."""

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from typing import Final

from benchmarks.figure import Figure, measured
from benchmarks.steps import add_catalogue_options, catalogue, step

NAME: Final = "round"
RATE: Final = {100_000: 200.0}
"""The least needs a second, by size."""


def add_options(parser: ArgumentParser) -> None:
    """`--size`, `--folder` and `--needs`."""
    add_catalogue_options(parser)
    parser.add_argument("--needs", type=int, default=2000, help="needs of the round")


def run(options: Namespace) -> Iterator[Figure]:
    """Draws, builds and runs the round, each in a process of its own."""
    with catalogue(options) as (folder, _):
        step("build", folder, options)
        done = step("round", folder, options)
        rate = RATE.get(options.size)
        yield measured(NAME, "needs a second, in batches", done["batched"], "needs/s", at_least=rate)
        yield measured(NAME, "needs a second, one by one with reasons", done["alone"], "needs/s")
        yield measured(NAME, "needs with the same list either way", done["same"], "share", at_least=1.0)
        yield measured(NAME, "peak memory", done["peak"] / 2**20, "MiB")
