"""A candidate ranker against the current one, on needs that came later than all it was fitted to.

Needs are ordered by time and the last ones are held out whole, so nothing about a held-out need, nor about a need that
reads like one, went into the candidate. Both rankers order the same judged suppliers of each held-out need;
their gains are compared need by need, with one-sided random signs (Fisher); needs that read alike count as one, in the
test as in every minimum. A supplier that had a small chance to be shown stands for many that were not: its labels count
1 / probability, at most `MOST_WEIGHT` times (T. Joachims, A. Swaminathan, T. Schnabel, WSDM 2017; clipping as in A.
Swaminathan, T. Joachims, JMLR 16, 2015).

A need is held out once in its life: what an earlier trial held out may only be fitted to. So trying again and again
until something passes needs fresh needs each time, and each trial errs with the probability it says.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import numpy as np

from matching.evaluation.folds import Numbers, clusters_of
from matching.evaluation.metrics import Values, is_rankable
from matching.learning.alike import count_fresh, count_of, divided, interval_of, mean_of_each, one_sided_p
from matching.ranker import Ranker, Weights
from matching.ranking.examples import Examples
from matching.ranking.fitting import STRENGTHS, choose_strength, fitted_ranker
from matching.types import Floats, Query

ALPHA: Final = 0.01
LEAST_NEEDS: Final = 60
"""Needs with a rankable list, that read differently, below which nothing is fitted."""
LEAST_HELD_OUT: Final = 24
"""Such needs that no earlier trial held out, below which no new one is held."""
LEAST_LABELS: Final = 400
"""Labelled suppliers in those needs, of which each has at least five."""
LEAST_SPAN: Final = timedelta(days=180)
"""From the first labelled need to the last: otherwise a passing fashion would be learned as a rule."""
MOST_WEIGHT: Final = 10.0
LOOSER: Final = (0.001, 0.003, 0.01)
"""Strengths with which local labels may hold a candidate to the cold weights, beside those for the reference data:
there are many more of them, and they are about the needs that are to be ranked."""
TOP: Final = 10
KIND: Final = "local"
_DECIMALS: Final = 6


class Verdict(StrEnum):
    """What a trial ends in; only a better one may be promoted."""

    better = "better"
    not_better = "not_better"
    too_few_needs = "too_few_needs"
    too_few_labels = "too_few_labels"
    too_short = "too_short"
    too_few_fresh = "too_few_fresh"


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A minimum that is not reached: how many (for `too_short` days) there are, and how many there must be."""

    verdict: Verdict
    found: int
    least: int


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
class Span:
    """From the first need to the last."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Trial:
    """Mean nDCG@10 of both on the held-out needs, the one-sided p, and the candidate where there is one.

    `held_out` counts needs that read differently; each has the mean of all that read like it. `low` and `high` bound
    the gain with 95 % confidence (percentiles of the mean over them drawn with replacement).
    """

    verdict: Verdict
    needs: int
    labels: int = 0
    held_out: int = 0
    current: float | None = None
    candidate: float | None = None
    low: float | None = None
    high: float | None = None
    p: float | None = None
    ranker: Ranker | None = None
    fitted_to: Span | None = None
    compared_on: Span | None = None
    shortfalls: tuple[Shortfall, ...] = ()

    @property
    def gain(self) -> float | None:
        """The candidate's mean minus the current one's."""
        return None if self.candidate is None or self.current is None else self.candidate - self.current


def hold_trial(
    current: Ranker, labelled: Sequence[LabelledNeed], *, tried_until: datetime | None = None, seed: int = 0
) -> Trial:
    """Fits a candidate to the earlier needs and compares it with `current` on the later ones.

    Needs up to `tried_until` were held out before, or could have been: they are fitted to only.
    """
    needs = rankable(labelled)
    clusters = clusters_of([need.query for need in needs])
    labels = sum(len(need.levels) for need in needs)
    missing = _missing(needs, clusters, tried_until)
    if missing:
        return Trial(missing[0].verdict, len(needs), labels, shortfalls=missing)
    fitted, tried_on = divided([need.at for need in needs], clusters, tried_until)
    earlier, held = [needs[place] for place in fitted], [needs[place] for place in tried_on]
    candidate = on_scale_of(current, fit(earlier), earlier)
    ours, theirs = (
        mean_of_each(np.array([gain_of(ranker, need) for need in held]), clusters[tried_on])
        for ranker in (candidate, current)
    )
    p = one_sided_p(ours - theirs, seed=seed)
    low, high = interval_of(ours - theirs, seed=seed)
    return Trial(
        verdict=Verdict.better if p < ALPHA else Verdict.not_better,
        needs=len(needs),
        labels=labels,
        held_out=len(ours),
        current=float(theirs.mean()),
        candidate=float(ours.mean()),
        low=low,
        high=high,
        p=p,
        ranker=candidate,
        fitted_to=Span(earlier[0].at, earlier[-1].at),
        compared_on=Span(held[0].at, held[-1].at),
    )


def shortfalls(labelled: Sequence[LabelledNeed], *, tried_until: datetime | None = None) -> tuple[Shortfall, ...]:
    """What keeps a trial from being held: every minimum that is not reached."""
    needs = rankable(labelled)
    return _missing(needs, clusters_of([need.query for need in needs]), tried_until)


def rankable(labelled: Sequence[LabelledNeed]) -> list[LabelledNeed]:
    """The needs whose order can be told good from bad, the earliest first."""
    return sorted((need for need in labelled if is_rankable(need.levels)), key=lambda need: need.at)


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
    return replace(fitted_ranker(examples, strength), kind=KIND)


def on_scale_of(current: Ranker, candidate: Ranker, needs: Sequence[LabelledNeed]) -> Ranker:
    """`candidate` in the same order, its raw values on average those of `current`; weights have six decimals.

    So its scores and bands mean about what they did until a scale is fitted to decisions, and any database gives the
    numbers back as they were.
    """
    features = np.concatenate([need.features for need in needs], axis=1)
    ours, theirs = float(candidate.raw(features).mean()), float(current.raw(features).mean())
    factor = theirs / ours if ours > 0 and theirs > 0 else 1.0
    weights = {name: round(value * factor, _DECIMALS) + 0.0 for name, value in asdict(candidate.weights).items()}
    return replace(candidate, weights=Weights(**weights))


def gain_of(ranker: Ranker, need: LabelledNeed) -> float:
    """nDCG@10 of a need's labelled suppliers in the ranker's order, each gain times its weight; ties by place."""
    gains = need.weights * (2.0 ** (need.levels - 1.0) - 1.0)
    order = np.argsort(-ranker.raw(need.features), kind="stable")[:TOP]
    discounts = 1.0 / np.log2(np.arange(2, len(order) + 2))
    return float(gains[order] @ discounts / (np.sort(gains)[::-1][:TOP] @ discounts))


def _missing(needs: Sequence[LabelledNeed], clusters: Numbers, tried_until: datetime | None) -> tuple[Shortfall, ...]:
    times = [need.at for need in needs]
    days = (times[-1] - times[0]).days if times else 0
    counted = (
        Shortfall(Verdict.too_few_needs, count_of(clusters), LEAST_NEEDS),
        Shortfall(Verdict.too_few_labels, sum(len(need.levels) for need in needs), LEAST_LABELS),
        Shortfall(Verdict.too_short, days, LEAST_SPAN.days),
        Shortfall(Verdict.too_few_fresh, count_fresh(times, clusters, tried_until), LEAST_HELD_OUT),
    )
    return tuple(one for one in counted if one.found < one.least)
