"""What variety and exploration cost in nDCG: the judged items of each need in the plain order and in the varied one."""

from dataclasses import replace

import numpy as np

from matching.embedding.protocol import Embedder
from matching.engine import Engine
from matching.evaluation.comparison import Paired, paired
from matching.evaluation.evaluate import item_scores
from matching.evaluation.folder import BenchmarkFolder
from matching.evaluation.metrics import Values, is_rankable, ndcg
from matching.proposals.types import Policy
from matching.proposals.variety import varied_order
from matching.ranker import Ranker
from matching.ranking.examples import Numbers
from matching.suppliers import Aggregation
from matching.types import Band


def variety_cost(benchmark: BenchmarkFolder, embedder: Embedder, ranker: Ranker, policy: Policy) -> Paired | None:
    """nDCG@10 by need of the varied and the plain order, in pairs; None where no need is rankable.

    Needs come in the folder's order and each knows how often the items were shown before; the seed goes up by one from
    need to need. A supplier counts as its own organisation: the folder names no others.
    """
    engine = Engine(embedder, ranker)
    engine.add(benchmark.documents)
    owners = _owners(benchmark)
    shown = np.zeros(len(benchmark.items), dtype=np.int64)
    varied: dict[str, float] = {}
    plain: dict[str, float] = {}
    for number, scores in enumerate(item_scores(engine, benchmark)):
        items = np.array([item for need, item, _ in benchmark.judged if need == number], dtype=np.int64)
        levels = np.array([level for need, _, level in benchmark.judged if need == number])
        if not len(levels) or not is_rankable(levels):
            continue
        chosen = replace(policy, seed=policy.seed + number)
        places = _places(scores[items], [owners[item] for item in items], shown[items], chosen, ranker)
        shown[items[places < policy.k]] += 1
        name = benchmark.need_ids[number]
        plain[name], varied[name] = ndcg(scores[items], levels), ndcg(-places.astype(np.float64), levels)
    return paired(varied, plain)


def _places(scores: Values, owners: list[frozenset[int]], shown: Numbers, policy: Policy, ranker: Ranker) -> Numbers:
    """At which place of the varied order each item stands, from 0."""
    bands = [ranker.band(ranker.score(score)) if score > 0 else Band.excluded for score in scores.tolist()]
    order = varied_order(scores, owners, shown.tolist(), policy, bands=bands)
    places = np.empty(len(order), dtype=np.int64)
    places[order] = np.arange(len(order))
    return places


def _owners(benchmark: BenchmarkFolder) -> list[frozenset[int]]:
    """Whose each item is; where suppliers are judged, the items are the suppliers."""
    if benchmark.aggregation is Aggregation.breadth:
        return [frozenset({number}) for number in range(len(benchmark.items))]
    return [frozenset({document.supplier}) for document in benchmark.documents]
