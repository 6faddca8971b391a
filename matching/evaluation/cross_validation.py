"""Fitted and cold ranker on needs that took no part in the fit.

Folds are clusters of near-identical needs. In each, the strength of the fit is chosen on inner folds, weights and scale
come from the other folds, and the held-out pairs are scored once. This is repeated with other folds for each seed;
figures are means over seeds, and scores of different seeds are never added up.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from matching.evaluation.folds import folds_of
from matching.evaluation.metrics import Values, spearman
from matching.evaluation.significance import paired_p
from matching.ranker import COLD, Ranker
from matching.ranking.calibrating import brier_skill, expected_error, fit_calibration, shares_of
from matching.ranking.examples import Examples, Flags, Numbers
from matching.ranking.fitting import choose_strength, fitted_ranker, ndcg_by_need

FOLDS: Final = 5
POWER: Final = 0.6
"""Of the scale, see `Calibration`. Of seven values from 1/3 to 1 those from 0.5 to 0.75 gave a held-out Brier skill
within 0.001 of the best, 1 gave 0.003 less."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, eq=False)
class HeldOut:
    """One ranker's held-out results under one seed: raw values and shares (p,), nDCG@10 by need."""

    raw: Values
    shares: Values
    ndcg: dict[int, float]


@dataclass(frozen=True, slots=True)
class Figures:
    """Means over seeds of held-out figures."""

    ndcg10: float
    spearman: float
    calibration_error: float
    brier_skill: float


@dataclass(frozen=True, slots=True, eq=False)
class CrossValidation:
    """Both rankers on the same folds; `cold` and `fitted` hold one result a seed.

    `p`: paired randomisation test of the mean nDCG of each need over seeds. `strengths`: chosen, one a seed and fold.
    """

    examples: Examples
    cold: list[HeldOut]
    fitted: list[HeldOut]
    strengths: list[float]
    p: float
    folds: int = FOLDS

    @property
    def gain(self) -> float:
        """Mean nDCG@10 of fitted over cold."""
        return float(
            np.mean(list(mean_by_need(self.fitted).values())) - np.mean(list(mean_by_need(self.cold).values()))
        )

    def figures(self, results: Sequence[HeldOut]) -> Figures:
        """The figures of `cold` or `fitted`."""
        relevant, levels = self.examples.relevant, self.examples.levels
        return Figures(
            ndcg10=float(np.mean([list(one.ndcg.values()) for one in results])),
            spearman=float(np.mean([spearman(one.raw, levels) for one in results])),
            calibration_error=float(np.mean([expected_error(one.shares, relevant) for one in results])),
            brier_skill=float(np.mean([brier_skill(one.shares, relevant) for one in results])),
        )


def cross_validate(
    examples: Examples, clusters: Numbers, *, seeds: Sequence[int] = range(10), progress: Progress | None = None
) -> CrossValidation:
    """Held-out results of both rankers for each seed.

    Raises:
        ValueError: too few clusters of needs, no need is rankable, or the levels are all alike.

    """
    if not len(examples.rankable()):
        raise ValueError("no need can be ranked well or badly: each needs five judged items, one of level 3 or more")
    cold: list[HeldOut] = []
    fitted: list[HeldOut] = []
    strengths: list[float] = []
    for done, seed in enumerate(seeds, start=1):
        parts = _parts(examples, clusters, seed)
        rankers = [_fitted(examples.where(~held), clusters, seed) for held in parts]
        strengths += [strength for _, strength in rankers]
        cold.append(_held_out(examples, parts, [COLD] * len(parts)))
        fitted.append(_held_out(examples, parts, [ranker for ranker, _ in rankers]))
        if progress:
            progress(done, len(seeds))
    by_need = mean_by_need(fitted)
    differences = np.array([by_need[need] - value for need, value in mean_by_need(cold).items()])
    return CrossValidation(examples, cold, fitted, strengths, paired_p(differences))


def mean_by_need(results: Sequence[HeldOut]) -> dict[int, float]:
    """For each rankable need the mean of its nDCG@10 over seeds."""
    return {need: float(np.mean([one.ndcg[need] for one in results])) for need in results[0].ndcg}


def _parts(examples: Examples, clusters: Numbers, seed: int) -> list[Flags]:
    needs = np.unique(examples.needs)
    folds = folds_of(clusters[needs], FOLDS, seed)
    return [examples.of(needs[folds == fold]) for fold in range(FOLDS)]


def _fitted(inside: Examples, clusters: Numbers, seed: int) -> tuple[Ranker, float]:
    strength = choose_strength(inside, clusters, seed=seed)
    return fitted_ranker(inside, strength), strength


def _held_out(examples: Examples, parts: Sequence[Flags], rankers: Sequence[Ranker]) -> HeldOut:
    raw, shares = np.zeros(len(examples)), np.zeros(len(examples))
    for held, ranker in zip(parts, rankers, strict=True):
        inside = examples.where(~held)
        scale = fit_calibration(ranker.raw(inside.features).astype(np.float64), inside.relevant, power=POWER)
        raw[held] = ranker.raw(examples.features[:, held])
        shares[held] = shares_of(replace(ranker, calibration=scale), raw[held])
    return HeldOut(raw, shares, ndcg_by_need(examples, raw))
