"""Judged pairs as numbers: what a ranker is fitted to and measured on."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.engine import Engine
from matching.evaluation.folder import BenchmarkFolder
from matching.evaluation.metrics import RELEVANT, Values, is_rankable
from matching.ranker import COLD, FEATURES
from matching.suppliers import BEST_OF, Aggregation
from matching.types import Floats

Numbers = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """p judged pairs: features (len(FEATURES), p) as the engine gives them, needs, items and levels (p,).

    Needs and items are numbers of the benchmark folder. Pairs of one need stand together. `counts` (p,) says how often
    each pair counts in a fit; None: once.
    """

    features: Floats
    needs: Numbers
    items: Numbers
    levels: Values
    counts: Values | None = None

    def __len__(self) -> int:
        return len(self.levels)

    @property
    def relevant(self) -> Flags:
        """Whether each pair is worth introducing."""
        return self.levels >= RELEVANT

    def rankable(self) -> Numbers:
        """The needs whose order can be told good from bad, ascending."""
        return np.array([need for need in np.unique(self.needs) if is_rankable(self.levels[self.needs == need])])

    def of(self, needs: Sequence[int] | Numbers) -> Flags:
        """Which pairs are of `needs`, (p,)."""
        return np.isin(self.needs, needs)

    def where(self, chosen: Flags) -> "Examples":
        """Only the `chosen` (p,) pairs."""
        counts = None if self.counts is None else self.counts[chosen]
        return Examples(self.features[:, chosen], self.needs[chosen], self.items[chosen], self.levels[chosen], counts)


def judged_examples(engine: Engine, benchmark: BenchmarkFolder) -> Examples:
    """The judged pairs of a folder whose documents `engine` holds, with the features that rank them.

    Where suppliers are judged, the features are means over the supplier's five best documents by the cold ranker.

    Raises:
        ValueError: no pair is judged.

    """
    if not benchmark.judged:
        raise ValueError("no pair is judged")
    needs, items = (np.array([row[part] for row in benchmark.judged], dtype=np.int64) for part in (0, 1))
    levels = np.array([level for _, _, level in benchmark.judged])
    order = np.argsort(needs, kind="stable")
    needs, items, levels = needs[order], items[order], levels[order]
    features = np.zeros((len(FEATURES), len(needs)), dtype=np.float32)
    for need, found in enumerate(engine.features_of_all(benchmark.needs)):
        pairs = needs == need
        features[:, pairs] = _of_items(found, benchmark)[:, items[pairs]]
    return Examples(features, needs, items, levels)


def _of_items(features: Floats, benchmark: BenchmarkFolder) -> Floats:
    """Features (f, documents) of one need as those of the items that are judged (f, items)."""
    if benchmark.aggregation is Aggregation.exact:
        return features
    owners = np.array([document.supplier for document in benchmark.documents], dtype=np.int64)
    order = np.lexsort((-COLD.raw(features), owners))
    place = np.arange(len(order)) - np.searchsorted(owners[order], owners[order])
    top = order[place < BEST_OF]
    count = np.bincount(owners[top], minlength=len(benchmark.items))
    sums = np.stack([np.bincount(owners[top], row[top], len(benchmark.items)) for row in features])
    return np.asarray(sums / np.maximum(count, 1), dtype=np.float32)
