"""Suppliers are ranked for real needs better than by the usual text search."""

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from time import perf_counter
from typing import Final

from benchmarks.figure import Figure, measured
from benchmarks.reference import add_data_option, reference_data
from matching.embedding.static import shipped_embedder
from matching.evaluation.baseline import evaluate_baseline
from matching.evaluation.comparison import Paired, compare
from matching.evaluation.evaluate import evaluate_folder
from matching.evaluation.folder import BenchmarkFolder, read_folder
from matching.ranker import COLD
from matching.ranking.fitted import cross_validate_on

NAME: Final = "quality"
FOLDER: Final = "needs_achievements"
NDCG_BAR: Final = 0.69
FITTED_BAR: Final = 0.71
RECALL_BAR: Final = 0.48
CALIBRATION_BAR: Final = 0.05
SKILL_BAR: Final = 0.10


def add_options(parser: ArgumentParser) -> None:
    """`--data`, `--seeds`."""
    add_data_option(parser)
    parser.add_argument("--seeds", type=int, default=10, help="repetitions of the cross-validation")


def run(options: Namespace) -> Iterator[Figure]:
    """The judged needs of the reference data, by the formulas of `matching.evaluation.metrics`."""
    folder = reference_data(options) / FOLDER
    benchmark = read_folder(folder)
    start = perf_counter()
    found = evaluate_folder(folder, COLD)
    seconds = perf_counter() - start
    yield measured(NAME, f"nDCG@10, judged, {found.rankable} needs", found.ndcg10 or 0.0, "", at_least=NDCG_BAR)
    yield measured(NAME, f"recall@50, pool of {found.pool:,}", found.recall50 or 0.0, "", at_least=RECALL_BAR)
    yield measured(NAME, "MRR, whole pool", found.mrr or 0.0, "")
    yield measured(NAME, f"Spearman, {found.pairs:,} judged pairs", found.spearman or 0.0, "")
    yield measured(NAME, f"{found.needs} needs × {found.pool:,} capabilities", seconds, "s")
    paired = compare(found, evaluate_baseline(benchmark))
    yield from _against_baseline("nDCG@10", paired.ndcg10)
    yield from _against_baseline("recall@50", paired.recall50)
    yield from _held_out(benchmark, options.seeds)


def _against_baseline(figure: str, paired: Paired | None) -> Iterator[Figure]:
    if paired:
        yield measured(NAME, f"{figure}, character TF-IDF", paired.theirs, "")
        yield measured(NAME, f"{figure}, gain over it", paired.gain, "", at_least=0.0)
        yield measured(NAME, f"{figure}, paired p of the gain", paired.p, "")


def _held_out(benchmark: BenchmarkFolder, seeds: int) -> Iterator[Figure]:
    """Fitted and cold on needs held out of the fit; the scale is that of the cold ranker, which ships."""
    found = cross_validate_on(benchmark, shipped_embedder(), seeds=range(seeds))
    cold, fitted = found.figures(found.cold), found.figures(found.fitted)
    yield measured(NAME, f"nDCG@10, fitted, held out, {seeds} seeds", fitted.ndcg10, "", at_least=FITTED_BAR)
    yield measured(NAME, "nDCG@10, fitted minus cold", found.gain, "")
    yield measured(NAME, "paired p of fitted against cold", found.p, "")
    yield measured(NAME, "calibration error, held out", cold.calibration_error, "", at_most=CALIBRATION_BAR)
    yield measured(NAME, "Brier skill, held out", cold.brier_skill, "", at_least=SKILL_BAR)
