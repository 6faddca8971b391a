"""Suppliers are ranked for real needs better than by the usual text search."""

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from time import perf_counter
from typing import Final

from benchmarks.figure import Figure, measured
from benchmarks.reference import add_data_option, reference_data
from matching.evaluation.evaluate import evaluate_folder
from matching.ranker import COLD

NAME: Final = "quality"
FOLDER: Final = "needs_achievements"
NDCG_BAR: Final = 0.68
RECALL_BAR: Final = 0.45


def add_options(parser: ArgumentParser) -> None:
    """`--data`."""
    add_data_option(parser)


def run(options: Namespace) -> Iterator[Figure]:
    """The cold engine on the judged needs of the reference data, by the formulas of `matching.evaluation.metrics`."""
    folder = reference_data(options) / FOLDER
    start = perf_counter()
    found = evaluate_folder(folder, COLD)
    seconds = perf_counter() - start
    yield measured(NAME, f"nDCG@10, judged, {found.rankable} needs", found.ndcg10 or 0.0, "", at_least=NDCG_BAR)
    yield measured(NAME, f"recall@50, pool of {found.pool:,}", found.recall50 or 0.0, "", at_least=RECALL_BAR)
    yield measured(NAME, "MRR, whole pool", found.mrr or 0.0, "")
    yield measured(NAME, f"Spearman, {found.pairs:,} judged pairs", found.spearman or 0.0, "")
    yield measured(NAME, f"{found.needs} needs × {found.pool:,} capabilities", seconds, "s")
