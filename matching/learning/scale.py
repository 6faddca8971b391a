"""The scale of scores by what people decided here: a yes and a no about each supplier that was shown.

The scale that ships was fitted to a pool of judged pairs from elsewhere. Here it is fitted to the earlier needs and has
to say better than the current one what people decided on later needs: by the mean squared error (Brier) need by need,
with one-sided random signs; needs that read alike count as one. Every decision counts once, however likely it was that
somebody was shown: a score is read by people in front of the suppliers that are shown, so those are what it should be
right about.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

import numpy as np

from matching.evaluation.folds import Numbers, clusters_of
from matching.evaluation.metrics import Values
from matching.learning.alike import count_fresh, count_of, divided, mean_of_each, one_sided_p
from matching.learning.trial import ALPHA, LEAST_HELD_OUT, LEAST_NEEDS, Span
from matching.ranker import Ranker
from matching.ranking.calibrating import expected_error, fit_calibration, shares_of
from matching.ranking.examples import Flags
from matching.types import Floats, Query

LEAST_EACH: Final = 100
"""Decisions for and decisions against a supplier, below which no scale is fitted."""
STEEPEST: Final = 10.0
"""Slope of a scale at most: under a steeper one the scores of all good suppliers would round to 1, in no order."""


class ScaleVerdict(StrEnum):
    """What the trial of a scale ends in; only a better one may be promoted."""

    better = "better"
    not_better = "not_better"
    too_few_needs = "too_few_needs"
    too_few_accepted = "too_few_accepted"
    too_few_declined = "too_few_declined"
    too_few_fresh = "too_few_fresh"


@dataclass(frozen=True, slots=True)
class ScaleShortfall:
    """A minimum that is not reached: how many there are, and how many there must be."""

    verdict: ScaleVerdict
    found: int
    least: int


@dataclass(frozen=True, slots=True, eq=False)
class JudgedNeed:
    """One need with the suppliers people decided about: features (len(FEATURES), m), and whether yes, (m,)."""

    query: Query
    at: datetime
    features: Floats
    wanted: Flags


@dataclass(frozen=True, slots=True)
class ScaleTrial:
    """Brier score and expected calibration error of both on the held-out needs, and the one-sided p.

    `held_out` counts needs that read differently; each has the mean Brier score of all that read like it.
    """

    verdict: ScaleVerdict
    needs: int
    decisions: int
    held_out: int = 0
    current: float | None = None
    candidate: float | None = None
    current_error: float | None = None
    candidate_error: float | None = None
    p: float | None = None
    ranker: Ranker | None = None
    fitted_to: Span | None = None
    compared_on: Span | None = None
    shortfalls: tuple[ScaleShortfall, ...] = ()


def hold_scale_trial(
    current: Ranker, judged: Sequence[JudgedNeed], *, tried_until: datetime | None = None, seed: int = 0
) -> ScaleTrial:
    """Fits the scale of `current` to the earlier needs and compares it with its own on the later ones."""
    needs = sorted(judged, key=lambda need: need.at)
    clusters = clusters_of([need.query for need in needs])
    decisions = sum(len(need.wanted) for need in needs)
    missing = _missing(needs, clusters, tried_until)
    if missing:
        return ScaleTrial(missing[0].verdict, len(needs), decisions, shortfalls=missing)
    fitted, tried_on = divided([need.at for need in needs], clusters, tried_until)
    earlier, held = [needs[place] for place in fitted], [needs[place] for place in tried_on]
    candidate = rescaled(current, earlier)
    if candidate is None:
        yes = any(need.wanted.any() for need in earlier)
        few = ScaleShortfall(ScaleVerdict.too_few_declined if yes else ScaleVerdict.too_few_accepted, 0, LEAST_EACH)
        return ScaleTrial(few.verdict, len(needs), decisions, shortfalls=(few,))
    ours, theirs = (
        mean_of_each(np.array([_brier(ranker, need) for need in held]), clusters[tried_on])
        for ranker in (candidate, current)
    )
    p = one_sided_p(theirs - ours, seed=seed)
    return ScaleTrial(
        verdict=ScaleVerdict.better if p < ALPHA else ScaleVerdict.not_better,
        needs=len(needs),
        decisions=decisions,
        held_out=len(ours),
        current=float(theirs.mean()),
        candidate=float(ours.mean()),
        current_error=_error(current, held),
        candidate_error=_error(candidate, held),
        p=p,
        ranker=candidate,
        fitted_to=Span(earlier[0].at, earlier[-1].at),
        compared_on=Span(held[0].at, held[-1].at),
    )


def scale_shortfalls(
    judged: Sequence[JudgedNeed], *, tried_until: datetime | None = None
) -> tuple[ScaleShortfall, ...]:
    """What keeps the trial from being held: every minimum that is not reached."""
    return _missing(judged, clusters_of([need.query for need in judged]), tried_until)


def rescaled(ranker: Ranker, judged: Sequence[JudgedNeed]) -> Ranker | None:
    """`ranker` with the scale that fits these decisions; None where all of them are alike."""
    wanted = np.concatenate([need.wanted for need in judged]) if judged else np.zeros(0, dtype=np.bool_)
    if wanted.all() or not wanted.any():
        return None
    raw = np.concatenate([ranker.raw(need.features) for need in judged]).astype(np.float64)
    fitted = fit_calibration(raw, wanted, power=ranker.calibration.power)
    gentler = min(1.0, STEEPEST / fitted.slope)  # one half is said of the same raw value
    slope, intercept = (round(value * gentler, 6) + 0.0 for value in (fitted.slope, fitted.intercept))
    return replace(ranker, calibration=replace(fitted, slope=slope, intercept=intercept))


def _missing(
    judged: Sequence[JudgedNeed], clusters: Numbers, tried_until: datetime | None
) -> tuple[ScaleShortfall, ...]:
    wanted = sum(int(need.wanted.sum()) for need in judged)
    fresh = count_fresh([need.at for need in judged], clusters, tried_until)
    counted = (
        ScaleShortfall(ScaleVerdict.too_few_needs, count_of(clusters), LEAST_NEEDS),
        ScaleShortfall(ScaleVerdict.too_few_accepted, wanted, LEAST_EACH),
        ScaleShortfall(ScaleVerdict.too_few_declined, sum(len(n.wanted) for n in judged) - wanted, LEAST_EACH),
        ScaleShortfall(ScaleVerdict.too_few_fresh, fresh, LEAST_HELD_OUT),
    )
    return tuple(one for one in counted if one.found < one.least)


def _shares(ranker: Ranker, need: JudgedNeed) -> Values:
    return shares_of(ranker, ranker.raw(need.features).astype(np.float64))


def _brier(ranker: Ranker, need: JudgedNeed) -> float:
    return float(np.mean((_shares(ranker, need) - need.wanted) ** 2))


def _error(ranker: Ranker, held: Sequence[JudgedNeed]) -> float:
    return expected_error(
        np.concatenate([_shares(ranker, need) for need in held]), np.concatenate([need.wanted for need in held])
    )
