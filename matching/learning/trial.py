"""A candidate ranker against the current one, on needs that came later than all it was fitted to.

Needs are ordered by time and the last ones are held out whole, so nothing about a held-out need, and nothing later
than the candidate's own labels, went into it. Both rankers order the same judged suppliers of each held-out need;
their gains are compared need by need, with one-sided random signs (Fisher). A supplier that had a small chance to be
shown stands for many that were not: its labels count 1 / probability, at most `MOST_WEIGHT` times (T. Joachims, A.
Swaminathan, T. Schnabel, WSDM 2017; clipping as in A. Swaminathan, T. Joachims, JMLR 16, 2015).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import numpy as np

from matching.evaluation.folds import clusters_of
from matching.evaluation.metrics import Values, is_rankable
from matching.ranker import Ranker
from matching.ranking.examples import Examples
from matching.ranking.fitting import STRENGTHS, choose_strength, fitted_ranker
from matching.types import Floats, Query

ALPHA: Final = 0.01
HELD_OUT: Final = 0.4
"""The share of the needs, the latest, on which the two are compared."""
LEAST_NEEDS: Final = 60
"""Needs with a rankable list below which nothing is fitted."""
LEAST_FOLLOW_UP: Final = timedelta(days=180)
"""From the first label to the last: a deal takes months to show what it is worth."""
MOST_WEIGHT: Final = 10.0
LOOSER: Final = (0.001, 0.003, 0.01)
"""Strengths with which local labels may hold a candidate to the cold weights, beside those for the reference data:
there are many more of them, and they are about the needs that are to be ranked."""
DRAWS: Final = 20_000
TOP: Final = 10


class Verdict(StrEnum):
    """What a trial ends in; only a better one may be promoted."""

    better = "better"
    not_better = "not_better"
    too_few_needs = "too_few_needs"
    too_short = "too_short"


@dataclass(frozen=True, slots=True, eq=False)
class LabelledNeed:
    """One need with the suppliers people decided about: features (len(FEATURES), m), levels and chances (m,).

    `shown_with` is the probability with which each stood where it was shown, as the impression log has it.
    """

    query: Query
    at: datetime
    features: Floats
    levels: Values
    shown_with: Values

    @property
    def weights(self) -> Values:
        """How often each label counts, (m,)."""
        return np.minimum(1.0 / np.maximum(self.shown_with, 1e-9), MOST_WEIGHT)


@dataclass(frozen=True, slots=True)
class Trial:
    """Mean nDCG@10 of both on the held-out needs, the one-sided p, and the candidate where there is one."""

    verdict: Verdict
    needs: int
    held_out: int = 0
    current: float | None = None
    candidate: float | None = None
    p: float | None = None
    ranker: Ranker | None = None

    @property
    def gain(self) -> float | None:
        """The candidate's mean minus the current one's."""
        return None if self.candidate is None or self.current is None else self.candidate - self.current


def hold_trial(current: Ranker, labelled: Sequence[LabelledNeed], *, seed: int = 0) -> Trial:
    """Fits a candidate to the earlier needs and compares it with `current` on the later ones."""
    needs = sorted((need for need in labelled if is_rankable(need.levels)), key=lambda need: need.at)
    if len(needs) < LEAST_NEEDS:
        return Trial(Verdict.too_few_needs, len(needs))
    if needs[-1].at - needs[0].at < LEAST_FOLLOW_UP:
        return Trial(Verdict.too_short, len(needs))
    split = round(len(needs) * (1 - HELD_OUT))
    candidate = fit(needs[:split])
    ours, theirs = ([gain_of(ranker, need) for need in needs[split:]] for ranker in (candidate, current))
    p = one_sided_p(np.array(ours) - np.array(theirs), seed=seed)
    verdict = Verdict.better if p < ALPHA else Verdict.not_better
    means = float(np.mean(theirs)), float(np.mean(ours))
    return Trial(verdict, len(needs), len(needs) - split, means[0], means[1], p, candidate)


def fit(needs: Sequence[LabelledNeed]) -> Ranker:
    """The ranker fitted to these needs; how far it may leave the cold weights is chosen within them."""
    numbers = np.concatenate([np.full(len(need.levels), place) for place, need in enumerate(needs)])
    examples = Examples(
        np.concatenate([need.features for need in needs], axis=1),
        numbers,
        np.arange(len(numbers)),
        np.concatenate([need.levels for need in needs]),
        np.concatenate([need.weights for need in needs]),
    )
    clusters = clusters_of([need.query for need in needs])
    strength = choose_strength(examples, clusters, strengths=(*LOOSER, *STRENGTHS))
    return fitted_ranker(examples, strength)


def gain_of(ranker: Ranker, need: LabelledNeed) -> float:
    """nDCG@10 of a need's labelled suppliers in the ranker's order, each gain times its weight; ties by place."""
    gains = need.weights * (2.0 ** (need.levels - 1.0) - 1.0)
    order = np.argsort(-ranker.raw(need.features), kind="stable")[:TOP]
    discounts = 1.0 / np.log2(np.arange(2, len(order) + 2))
    return float(gains[order] @ discounts / (np.sort(gains)[::-1][:TOP] @ discounts))


def one_sided_p(differences: Values, *, seed: int = 0, draws: int = DRAWS) -> float:
    """How often random signs give a mean at least as high as the one found: (1 + such draws) / (1 + draws)."""
    rng = np.random.default_rng(seed)
    signs = rng.choice(np.array([-1.0, 1.0]), size=(draws, len(differences)))
    return float((1 + (signs @ differences >= differences.sum() - 1e-12).sum()) / (1 + draws))
