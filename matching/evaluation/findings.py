"""What a ranker's figures are made of: the worth of each signal, the worst misses, how far judges agree."""

from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Final

import numpy as np

from matching.documents import searched_text
from matching.evaluation.folder import BenchmarkFolder
from matching.evaluation.metrics import Values
from matching.evaluation.significance import paired_p
from matching.ranker import FEATURES, TEXT_FEATURES, Ranker
from matching.ranking.examples import Examples
from matching.ranking.fitting import ndcg_by_need
from matching.scripts import across_from, script_of
from matching.suppliers import Aggregation

TRIAL_WEIGHT: Final = 0.5
"""With which a signal of weight 0 is tried."""
UNLIKE: Final = 0.05
"""Value of the feature `pairs` below which two texts of one script hardly share a word."""


@dataclass(frozen=True, slots=True)
class SignalWorth:
    """nDCG@10 by one signal alone, of the ranker with it and without it, and the paired p of the difference.

    A signal that the ranker gives no weight is tried with half a weight.
    """

    signal: str
    alone: float
    with_it: float
    without_it: float
    p: float

    @property
    def gain(self) -> float:
        """What the signal adds to all the others."""
        return self.with_it - self.without_it


@dataclass(frozen=True, slots=True)
class Miss:
    """A need whose best item stands low: `rank` of `item`, `first` is what stands at the top instead.

    `shares_words`: whether the missed item has words in common with the need; if not, only its meaning could have
    told. `level` of the missed and `first_level` of the top item.
    """

    need: str
    ndcg: float
    item: str
    level: float
    rank: int
    first: str
    first_level: float
    shares_words: bool


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two judgements of the same need and the same words agree: pairs of them, equal levels, correlation."""

    pairs: int
    equal: float
    correlation: float


def signal_worths(examples: Examples, ranker: Ranker) -> list[SignalWorth]:
    """The worth of every text feature, in their order."""
    return [_worth(examples, ranker, number, name) for number, name in enumerate(FEATURES[:TEXT_FEATURES])]


def worst_misses(benchmark: BenchmarkFolder, examples: Examples, ranker: Ranker, count: int = 10) -> list[Miss]:
    """The needs of lowest nDCG@10, worst first, each with its best item; among equals the one that stands lowest."""
    raw = ranker.raw(examples.features).astype(np.float64)
    values = ndcg_by_need(examples, raw)
    worst = sorted(values, key=lambda need: (values[need], need))[:count]
    return [_miss(benchmark, examples, raw, need, values[need]) for need in worst]


def agreement(benchmark: BenchmarkFolder) -> Agreement | None:
    """Agreement over items of one need with the same title and text; None where there are none or all are alike."""
    levels: dict[tuple[int, str, str], list[float]] = defaultdict(list)
    texts = {item: (one.title, one.text) for item, one in enumerate(benchmark.documents)}
    for need, item, level in benchmark.judged:
        levels[need, *texts.get(item, ("", ""))].append(level)
    twice = [pair for same in levels.values() for pair in combinations(same, 2)]
    both = np.array([*twice, *(pair[::-1] for pair in twice)])
    if not len(both) or both.std() == 0:
        return None
    return Agreement(len(twice), float((both[:, 0] == both[:, 1]).mean()), float(np.corrcoef(both.T)[0, 1]))


def _worth(examples: Examples, ranker: Ranker, number: int, name: str) -> SignalWorth:
    weight = getattr(ranker.weights, name) or TRIAL_WEIGHT
    alone = ndcg_by_need(examples, examples.features[number].astype(np.float64))
    having = _values(examples, replace(ranker, weights=replace(ranker.weights, **{name: weight})))
    lacking = _values(examples, replace(ranker, weights=replace(ranker.weights, **{name: 0.0})))
    p = paired_p(having - lacking)
    return SignalWorth(name, float(np.mean(list(alone.values()))), float(having.mean()), float(lacking.mean()), p)


def _values(examples: Examples, ranker: Ranker) -> Values:
    return np.array(list(ndcg_by_need(examples, ranker.raw(examples.features).astype(np.float64)).values()))


def _miss(benchmark: BenchmarkFolder, examples: Examples, raw: Values, need: int, value: float) -> Miss:
    places = np.flatnonzero(examples.needs == need)
    order = places[np.argsort(-raw[places], kind="stable")]
    levels = examples.levels[order]
    lowest = int(np.flatnonzero(levels == levels.max())[-1])
    missed, first = order[lowest], order[0]
    return Miss(
        need=benchmark.need_ids[need],
        ndcg=value,
        item=benchmark.items[examples.items[missed]],
        level=float(levels[lowest]),
        rank=lowest + 1,
        first=benchmark.items[examples.items[first]],
        first_level=float(levels[0]),
        shares_words=_share_words(benchmark, examples, int(missed)),
    )


def _share_words(benchmark: BenchmarkFolder, examples: Examples, place: int) -> bool:
    """Whether the pairs are alike; those of texts in different scripts never are, whatever stands in for them."""
    need, item = benchmark.needs[examples.needs[place]], examples.items[place]
    is_exact = benchmark.aggregation is Aggregation.exact
    texts = [searched_text(one) for one in benchmark.documents if item == (one.id if is_exact else one.supplier)]
    other = across_from(script_of(f"{need.title} {need.text}"))
    is_across = other is not None and all(script_of(text) is other for text in texts)
    return not is_across and bool(examples.features[FEATURES.index("pairs"), place] >= UNLIKE)
