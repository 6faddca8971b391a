"""Weights fitted to judged pairs: pairwise logistic regression, held to the cold weights.

For each two items of one need of which one has the higher level, the loss is log(1 + exp(-(difference of raw))), times
what exchanging the two would cost in nDCG where the cold ranker puts them (C. Burges, "From RankNet to LambdaRank to
LambdaMART", MSR-TR-2010-82, with a fixed order instead of one that moves). The distance to the cold weights, in
standard deviations within a need, is punished with a strength that is chosen on needs held out of the fit. With
infinite strength the ranker is the cold one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from scipy.optimize import minimize, minimize_scalar
from scipy.special import expit

from matching.evaluation.folds import folds_of
from matching.evaluation.metrics import Values, ndcg
from matching.ranker import COLD, FEATURES, TEXT_FEATURES, Ranker, Weights
from matching.ranking.examples import Examples, Flags, Numbers
from matching.types import Floats

STRENGTHS: Final = (0.03, 0.1, 0.3, 1.0, 3.0)
INNER_FOLDS: Final = 4
_STEEPEST: Final = 100.0


@dataclass(frozen=True, slots=True, eq=False)
class Preferences:
    """m pairs of examples of one need each: `better` and `worse` (m,) by place, and what each counts (m,)."""

    better: Numbers
    worse: Numbers
    counts: Values


def preferences(examples: Examples) -> Preferences:
    """Every two examples of one need with different levels."""
    raw = COLD.raw(examples.features)
    parts = [_of_need(np.flatnonzero(examples.needs == need), examples, raw) for need in np.unique(examples.needs)]
    better, worse, counts = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Preferences(better, worse, counts)


def fit_weights(examples: Examples, strength: float) -> Weights:
    """The weights of least loss, on the scale of the cold ones; those of field and industry stay.

    Raises:
        ValueError: no need has two levels.

    """
    wanted = preferences(examples)
    if not len(wanted.counts):
        raise ValueError("no need has items of two levels: nothing to learn an order from")
    text = examples.features[:TEXT_FEATURES].T.astype(np.float64)
    spread = _spread(text, examples.needs)
    cold = np.array([getattr(COLD.weights, name) for name in FEATURES[:TEXT_FEATURES]]) * spread
    apart = (text[wanted.better] - text[wanted.worse]) / spread
    shares = wanted.counts / wanted.counts.sum()
    steep = float(minimize_scalar(lambda s: shares @ _loss(apart @ cold * s), bounds=(0, _STEEPEST)).x)
    found = minimize(
        _held_loss, steep * cold, args=(apart, shares, steep * cold, strength), jac=True, method="L-BFGS-B"
    ).x
    values = found / spread / max(steep, 1e-6)
    return replace(COLD.weights, **dict(zip(FEATURES[:TEXT_FEATURES], map(float, values), strict=True)))


def choose_strength(
    examples: Examples, clusters: Numbers, *, strengths: Sequence[float] = STRENGTHS, seed: int = 0
) -> float:
    """The strength under which needs held out of the fit are ranked best; the greater of equal ones.

    `clusters` gives for every need of the folder the cluster that folds keep together.
    """
    needs = np.unique(examples.needs)
    folds = folds_of(clusters[needs], INNER_FOLDS, seed)
    parts = [(examples.of(needs[folds != fold]), examples.of(needs[folds == fold])) for fold in np.unique(folds)]
    means = [_held_out_ndcg(examples, parts, strength) for strength in strengths]
    return max(zip(means, strengths, strict=True))[1]


def fitted_ranker(examples: Examples, strength: float) -> Ranker:
    """The ranker with weights fitted under `strength`; scale and bands are the cold ones."""
    return replace(COLD, kind="fitted", weights=fit_weights(examples, strength))


def ndcg_by_need(examples: Examples, scores: Values) -> dict[int, float]:
    """nDCG@10 of every rankable need, by number."""
    return {
        int(need): ndcg(scores[examples.needs == need], examples.levels[examples.needs == need])
        for need in examples.rankable()
    }


def _held_out_ndcg(examples: Examples, parts: Sequence[tuple[Flags, Flags]], strength: float) -> float:
    values: list[float] = []
    for inside, outside in parts:
        held = examples.where(outside)
        ranker = fitted_ranker(examples.where(inside), strength)
        values += ndcg_by_need(held, ranker.raw(held.features).astype(np.float64)).values()
    return float(np.mean(values)) if values else 0.0


def _of_need(places: Numbers, examples: Examples, raw: Floats) -> tuple[Numbers, Numbers, Values]:
    gains = 2.0 ** (examples.levels[places] - 1.0) - 1.0
    rank = np.empty(len(places), dtype=np.int64)
    rank[np.argsort(-raw[places], kind="stable")] = np.arange(len(places))
    discounts = 1.0 / np.log2(rank + 2.0)
    ideal = np.sort(gains)[::-1] @ np.sort(discounts)[::-1]
    better, worse = np.nonzero(gains[:, None] > gains[None, :])
    counts = (gains[better] - gains[worse]) * np.abs(discounts[better] - discounts[worse]) / max(ideal, 1e-12)
    if examples.counts is not None:
        counts = counts * examples.counts[places[better]]
    return places[better], places[worse], counts


def _spread(text: Values, needs: Numbers) -> Values:
    """Standard deviation within a need of each feature; 1 where it is constant. Shape (TEXT_FEATURES,)."""
    _, groups = np.unique(needs, return_inverse=True)
    sizes = np.bincount(groups)
    means = np.stack([np.bincount(groups, column) / sizes for column in text.T], axis=1)
    spread = (text - means[groups]).std(axis=0)
    return np.where(spread > 0, spread, 1.0)


def _loss(margins: Values) -> Values:
    return np.logaddexp(0.0, -margins)


def _held_loss(weights: Values, apart: Values, shares: Values, cold: Values, strength: float) -> tuple[float, Values]:
    margins = apart @ weights
    away = weights - cold
    slope = -shares * expit(-margins)
    return float(shares @ _loss(margins) + strength * away @ away), apart.T @ slope + 2 * strength * away
