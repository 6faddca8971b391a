"""A ranker from a benchmark folder, and what such a ranker is worth on needs it has not seen."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from matching.embedding.protocol import Embedder
from matching.engine import Engine
from matching.evaluation.cross_validation import POWER, CrossValidation, Progress, cross_validate
from matching.evaluation.folder import BenchmarkFolder
from matching.evaluation.folds import clusters_of
from matching.ranker import Ranker
from matching.ranking.calibrating import fit_calibration
from matching.ranking.examples import Examples, judged_examples
from matching.ranking.fitting import choose_strength, fitted_ranker


def fit_to(benchmark: BenchmarkFolder, embedder: Embedder) -> tuple[Ranker, float]:
    """The ranker fitted to every judged pair, and the strength that held it to the cold weights.

    Raises:
        ValueError: too few needs, or levels all alike.

    """
    examples = examples_of(benchmark, embedder)
    strength = choose_strength(examples, clusters_of(benchmark.needs))
    return recalibrated(fitted_ranker(examples, strength), examples), strength


def recalibrated(ranker: Ranker, examples: Examples) -> Ranker:
    """`ranker` with the scale that fits `examples`; its order and its bands' least scores stay.

    Raises:
        ValueError: all pairs are worth introducing, or none.

    """
    raw = ranker.raw(examples.features).astype(np.float64)
    return replace(ranker, calibration=fit_calibration(raw, examples.relevant, power=POWER))


def cross_validate_on(
    benchmark: BenchmarkFolder, embedder: Embedder, *, seeds: Sequence[int], progress: Progress | None = None
) -> CrossValidation:
    """See `cross_validate`; on the judged pairs of `benchmark`."""
    return cross_validate(
        examples_of(benchmark, embedder), clusters_of(benchmark.needs), seeds=seeds, progress=progress
    )


def examples_of(benchmark: BenchmarkFolder, embedder: Embedder) -> Examples:
    """The judged pairs with their features. Raises ValueError where no pair is judged."""
    engine = Engine(embedder)
    engine.add(benchmark.documents)
    return judged_examples(engine, benchmark)


def write_held_out(run: Path, benchmark: BenchmarkFolder, found: CrossValidation) -> list[Path]:
    """One run file a seed beside `run` (NAME-cv0.tsv, …): the fitted ranker's held-out score of each judged pair."""
    paths = [run.with_name(f"{run.stem}-cv{number}{run.suffix}") for number in range(len(found.fitted))]
    pairs = list(zip(found.examples.needs.tolist(), found.examples.items.tolist(), strict=True))
    for path, result in zip(paths, found.fitted, strict=True):
        scores = zip(pairs, result.raw.tolist(), strict=True)
        lines = (f"{benchmark.need_ids[n]}\t{benchmark.items[i]}\t{score:.9g}\n" for (n, i), score in scores)
        path.write_text("".join(lines), encoding="utf-8")
    return paths
