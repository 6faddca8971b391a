"""Learning promotes what is better, and almost never what is only lucky.

Judged lists are drawn, not real: a supplier's features share a common part, as likeness of titles, texts and vectors
does. Levels are drawn without regard to the features (noise), or by other weights than the cold ranker's, chosen so
that the weights they are drawn by rank 0.05 nDCG@10 better than the cold ones (planted). Noise is drawn a second time
with every need asked twice and answered alike, which must promote no more: what is lucky once is then lucky twice.
"""

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np

from benchmarks.figure import Figure, measured
from matching.evaluation.metrics import Values
from matching.learning.trial import LabelledNeed, Trial, Verdict, gain_of, hold_trial
from matching.ranker import COLD, FEATURES, Ranker
from matching.types import Query

NAME: Final = "learning"
NOISE_SEEDS: Final = 200
NOISE_NEEDS: Final = 100
PLANTED_SEEDS: Final = 20
PLANTED_NEEDS: Final = 300
SUPPLIERS: Final = 12
SPACING: Final = timedelta(days=3)
SPREAD: Final = 0.1
"""Standard deviation of what a feature has of its own, and of what levels have beside the features."""
EXPLORED: Final = 0.1
"""Share of suppliers shown by lot, with this probability."""
PLANTED: Final = replace(COLD.weights, characters=0.25, pairs=0.25, dense=2.2)
"""Under these draws 0.05 nDCG@10 better than the cold weights."""


def add_options(parser: ArgumentParser) -> None:
    """`--seeds`."""
    parser.add_argument("--seeds", type=int, default=NOISE_SEEDS, help="how many histories of noise")


def run(options: Namespace) -> Iterator[Figure]:
    """How many of each are promoted, and what was there to be gained."""
    for asked, times in (("", 1), (", each need asked twice", 2)):
        noise = [draw(np.random.default_rng(seed), NOISE_NEEDS, None, times=times) for seed in range(options.seeds)]
        promoted = _promoted([hold_trial(COLD, one) for one in noise])
        name = f"promoted, of {options.seeds} of pure noise{asked}"
        yield measured(NAME, name, promoted, "", at_most=0.03 * options.seeds)
    planted = planted_ranker()
    histories = [draw(np.random.default_rng(seed), PLANTED_NEEDS, planted) for seed in range(PLANTED_SEEDS)]
    yield measured(NAME, "nDCG@10 there is to gain", float(np.mean([_gain(planted, one) for one in histories])), "")
    found = [hold_trial(COLD, one) for one in histories]
    gained = float(np.mean([one.gain for one in found]))
    yield measured(NAME, "nDCG@10 gained on needs held out", gained, "")
    bar = 0.9 * PLANTED_SEEDS
    yield measured(NAME, f"promoted, of {PLANTED_SEEDS} with a planted gain", _promoted(found), "", at_least=bar)


def planted_ranker() -> Ranker:
    """The one by whose weights levels are drawn where there is something to gain."""
    return replace(COLD, weights=PLANTED)


def draw(rng: np.random.Generator, needs: int, planted: Ranker | None, *, times: int = 1) -> list[LabelledNeed]:
    """So many needs with judged suppliers; without `planted` their levels have nothing to do with their features.

    Each comes so many times, within its spacing, and the same happens every time.
    """
    drawn = [_need(rng, number, planted) for number in range(needs)]
    return [replace(need, at=need.at + again * SPACING / times) for need in drawn for again in range(times)]


def _need(rng: np.random.Generator, number: int, planted: Ranker | None) -> LabelledNeed:
    common = rng.beta(2, 5, size=SUPPLIERS)
    own = rng.normal(0, SPREAD, size=(len(FEATURES), SUPPLIERS))
    features = np.clip(common * rng.uniform(0.5, 1.2, size=(len(FEATURES), 1)) + own, 0, 1).astype(np.float32)
    worth = rng.normal(0, SPREAD, size=SUPPLIERS)
    if planted is not None:
        worth = worth + planted.raw(features)
    explored = rng.random(SUPPLIERS) < EXPLORED
    return LabelledNeed(
        query=Query(f"need {number} {rng.integers(10**12)}"),
        at=datetime(2024, 1, 1, tzinfo=UTC) + number * SPACING,
        features=features,
        levels=_levels(worth),
        shown_with=np.where(explored, EXPLORED, 1.0),
    )


def _levels(worth: Values) -> Values:
    """One accepted, one signed, two with an NDA, two met, the others declined, best first."""
    place = np.argsort(np.argsort(-worth))
    return np.select([place < 1, place < 2, place < 4, place < 6], [5.0, 4.0, 3.0, 2.0], 1.0)


def _gain(ranker: Ranker, needs: list[LabelledNeed]) -> float:
    return float(np.mean([gain_of(ranker, need) - gain_of(COLD, need) for need in needs]))


def _promoted(trials: list[Trial]) -> int:
    return sum(trial.verdict is Verdict.better for trial in trials)
