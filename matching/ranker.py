"""How features become a score, and scores a band. Everything that decides the order is in this file.

No weight of the cold ranker is fitted, but the round numbers, and the choices in `lexical`, were picked among some
hundred combinations by looking at these three sets, so the figures flatter it a little. On needs the gain over single
characters is not significant (paired p = 0.29); on recall@50 it is (0.462 to 0.540, p = 0.001). nDCG@10 on (1)
the judged needs of the reference data, (2) experts by Chinese abstracts, truth: discipline, (3) experts by English
abstracts, truth: likeness of the same papers' Chinese bodies:

| | needs | experts, Chinese | experts, English |
|---|---|---|---|
| TF-IDF: character 2-3-grams, words for English | 0.642 | 0.573 | 0.702 |
| characters | 0.678 | 0.612 | 0.692 |
| characters + pairs | 0.687 | 0.625 | 0.693 |
| characters + pairs + half of dense | 0.694 | 0.671 | 0.796 |
| characters + pairs + dense | 0.692 | 0.670 | 0.806 |

The vectors were trained on the papers of (2) and (3), in (3) on the very pairs of Chinese and English abstracts that
the truth comes from, and the term weights count the same texts: the lower rows flatter it there. Words cut by a
segmenter added nothing to pairs on any set (needs 0.688 with and without).
"""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matching.types import Band, Floats

FEATURES: Final = ("characters", "pairs", "dense", "field", "industry")
"""characters, pairs: mean of the cosines with title and whole query, 0 to 1. dense: the same of vectors, -1 to 1.
field, industry: 1 where known and the same, else 0."""

TEXT_FEATURES: Final = 3
"""The first so many compare texts."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What each feature adds. Field and industry are not measurable on the data at hand: small, by judgement."""

    characters: float = 1.0
    pairs: float = 1.0
    dense: float = 0.5
    field: float = 0.05
    industry: float = 0.05


@dataclass(frozen=True, slots=True)
class Calibration:
    """score = 1 / (1 + exp(-(slope · raw + intercept))): the share of judged pairs of level >= 3 at that raw value.

    Two numbers, fitted by maximum likelihood on the 4,421 judged pairs of the reference data (13 % of level >= 3),
    whose candidates had been chosen beforehand: a scale for reading, not a promise, until local judgements
    recalibrate it.
    """

    slope: float = 3.14
    intercept: float = -2.95


@dataclass(frozen=True, slots=True)
class Ranker:
    """Weights, scale and thresholds with a name that changes with any of them."""

    kind: str = "cold"
    weights: Weights = field(default_factory=Weights)
    calibration: Calibration = field(default_factory=Calibration)
    strong: float = 0.35
    """Least score of `Band.strong`; of the pairs it was calibrated on, 39 % had level >= 3."""
    worth_a_look: float = 0.15
    """Least score of `Band.worth_a_look` (25 % of level >= 3); below is `Band.weak` (8 %)."""
    breadth: float = 0.05
    """What the mean of a supplier's best five adds to its best: at most 5 %, so it only settles near-ties."""

    @property
    def name(self) -> str:
        """Kind and a digest of every number, as match records keep it."""
        numbers = json.dumps(asdict(self), sort_keys=True).encode()
        return f"{self.kind}-1-{hashlib.sha256(numbers).hexdigest()[:8]}"

    def raw(self, features: NDArray[np.float32]) -> Floats:
        """The weighted sum over features (len(FEATURES), n), as (n,) float32.

        Values that are not finite count as 0. Without any likeness of texts field and industry count nothing, and the
        sum is at most 0.
        """
        weights = np.array([getattr(self.weights, name) for name in FEATURES], dtype=np.float32)
        parts = weights[:, None] * np.where(np.isfinite(features), features, np.float32(0))
        text = parts[:TEXT_FEATURES].sum(axis=0)
        return np.asarray(np.where(text > 0, text + parts[TEXT_FEATURES:].sum(axis=0), text), dtype=np.float32)

    def score(self, raw: float) -> float:
        """`raw` on the scale that people see, 0 to 1, strictly increasing."""
        return float(1.0 / (1.0 + np.exp(-(self.calibration.slope * raw + self.calibration.intercept))))

    def band(self, score: float) -> Band:
        """The band of a score. `Band.excluded` is never given by a score, only by rules and people."""
        if score >= self.strong:
            return Band.strong
        return Band.worth_a_look if score >= self.worth_a_look else Band.weak


COLD: Final = Ranker()

SHIPPED: Final = COLD
"""What the software ranks with; no learned ranker has beaten the cold one yet."""
