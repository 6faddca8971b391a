"""One ranker on one benchmark folder."""

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, TextIO

import numpy as np
from numpy.typing import NDArray

from matching.embedding.protocol import Embedder
from matching.embedding.static import shipped_embedder
from matching.engine import Engine
from matching.evaluation.folder import BenchmarkFolder, read_folder
from matching.evaluation.metrics import RELEVANT, Values, is_rankable, ndcg, recall, reciprocal_rank, spearman
from matching.ranker import COLD, Ranker
from matching.suppliers import BEST_OF, Aggregation
from matching.types import Floats

POOL_IN_RUN: Final = 100
"""So many best items of the pool go into the run file for each need, besides the judged ones."""

Progress = Callable[[int, int], None]
"""Called with how many needs are done, and of how many."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The figures of one ranker on one folder.

    ndcg10: mean over the `rankable` needs, judged items only. recall50, mrr: mean over needs with a relevant item
    (level >= 3), whole pool, unjudged counted as not relevant. spearman: over all judged pairs. None where no need
    allows the figure. `ndcg_by_need` holds one value for each rankable need, `recall_by_need` for each need with a
    relevant item, for comparison in pairs.
    """

    ndcg10: float | None
    recall50: float | None
    mrr: float | None
    spearman: float | None
    needs: int
    rankable: int
    pairs: int
    pool: int
    ranker: str
    model: str
    ndcg_by_need: dict[str, float]
    recall_by_need: dict[str, float]

    def figures(self) -> dict[str, float | int | str | None]:
        """All but the values of single needs, by name."""
        return {name: value for name, value in asdict(self).items() if not name.endswith("_by_need")}


def evaluate_folder(
    folder: Path,
    ranker: Ranker = COLD,
    *,
    run_path: Path | None = None,
    progress: Progress | None = None,
    embedder: Embedder | None = None,
) -> Evaluation:
    """The figures of `ranker` on `folder`, with no judgement of the folder in them.

    Scores every judged pair and every item of the pool. A supplier scores the mean of its best five capabilities.
    `run_path` gets one line a pair: need, item, score, separated by tabs; each judged pair and the best 100 of the pool
    once.

    Raises:
        ValueError: the folder is malformed; see `read_folder`.

    """
    benchmark = read_folder(folder)
    return evaluate_benchmark(benchmark, ranker, run_path=run_path, progress=progress, embedder=embedder)


def evaluate_benchmark(
    benchmark: BenchmarkFolder,
    ranker: Ranker = COLD,
    *,
    run_path: Path | None = None,
    progress: Progress | None = None,
    embedder: Embedder | None = None,
) -> Evaluation:
    """See `evaluate_folder`; on what was read already."""
    engine = Engine(embedder or shipped_embedder(), ranker)
    engine.add(benchmark.documents)
    tally = Tally(benchmark)
    with run_path.open("w", encoding="utf-8") if run_path else nullcontext() as run:
        for done, scores in enumerate(item_scores(engine, benchmark), start=1):
            tally.take(done - 1, scores)
            if run:
                _write_run(run, benchmark, done - 1, scores, tally.judged_items(done - 1))
            if progress:
                progress(done, len(benchmark.needs))
    return tally.result(ranker.name, engine.embedder.name)


def best_five_means(owners: NDArray[np.int64], raw: Floats, count: int) -> Floats:
    """For each of `count` owners the mean of its best five of `raw` (m,), of fewer if it has fewer; (count,)."""
    order = np.lexsort((-raw, owners))
    ordered = owners[order]
    place = np.arange(len(order)) - np.searchsorted(ordered, ordered)
    top = place < BEST_OF
    sums = np.bincount(ordered[top], raw[order][top], count)
    return np.asarray(sums / np.maximum(np.bincount(ordered[top], minlength=count), 1), dtype=np.float32)


def item_scores(engine: Engine, benchmark: BenchmarkFolder) -> Iterator[Values]:
    """For each need the score of every item of the pool, (items,)."""
    owners = np.array([document.supplier for document in benchmark.documents], dtype=np.int64)
    for raw in engine.score_all(benchmark.needs):
        if benchmark.aggregation is Aggregation.breadth:
            yield best_five_means(owners, raw, len(benchmark.items)).astype(np.float64)
        else:
            yield raw.astype(np.float64)


class Tally:
    """Collects the figures need by need, in the order of the folder."""

    def __init__(self, benchmark: BenchmarkFolder) -> None:
        self._benchmark = benchmark
        self._judged: list[list[tuple[int, float]]] = [[] for _ in benchmark.needs]
        for need, item, level in benchmark.judged:
            self._judged[need].append((item, level))
        self._ndcg: dict[str, float] = {}
        self._recall: dict[str, float] = {}
        self._ranks: list[float] = []
        self._scores: list[Values] = []
        self._levels: list[Values] = []

    def judged_items(self, need: int) -> list[int]:
        """The items that were judged for a need, by number."""
        return [item for item, _ in self._judged[need]]

    def take(self, need: int, scores: Values) -> None:
        """The pool's scores (items,) of one need."""
        items = self.judged_items(need)
        levels = np.array([level for _, level in self._judged[need]])
        self._scores.append(scores[items])
        self._levels.append(levels)
        if len(levels) and is_rankable(levels):
            self._ndcg[self._benchmark.need_ids[need]] = ndcg(scores[items], levels)
        relevant = [item for item, level in self._judged[need] if level >= RELEVANT]
        if relevant:
            self._recall[self._benchmark.need_ids[need]] = recall(scores, relevant)
            self._ranks.append(reciprocal_rank(scores, relevant))

    def result(self, ranker: str, model: str) -> Evaluation:
        """The figures of what was taken, by this ranker over this model."""
        correlation = spearman(np.concatenate(self._scores), np.concatenate(self._levels))
        return Evaluation(
            ndcg10=_mean(list(self._ndcg.values())),
            recall50=_mean(list(self._recall.values())),
            mrr=_mean(self._ranks),
            spearman=correlation if np.isfinite(correlation) else None,
            needs=len(self._benchmark.needs),
            rankable=len(self._ndcg),
            pairs=len(self._benchmark.judged),
            pool=len(self._benchmark.items),
            ranker=ranker,
            model=model,
            ndcg_by_need=self._ndcg,
            recall_by_need=self._recall,
        )


def _mean(values: list[float]) -> float | None:
    return float(np.mean(values)) if values else None


def _write_run(run: TextIO, benchmark: BenchmarkFolder, need: int, scores: Values, judged: list[int]) -> None:
    best = np.argsort(-scores, kind="stable")[:POOL_IN_RUN].tolist()
    for item in dict.fromkeys([*best, *judged]):
        run.write(f"{benchmark.need_ids[need]}\t{benchmark.items[item]}\t{scores[item]:.9g}\n")
