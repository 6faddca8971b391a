"""How features become a score, and scores a band. Everything that decides the order is in this file.

The numbers of the cold ranker are round and were not fitted: on the judged needs no fitted ones ranked held-out needs
better (`keqiao evaluate --cv`). They were picked by looking at the sets they are measured on, so figures flatter them a
little. Measured figures and what was tried are in docs/adr/0003 and 0017.
"""

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from matching.types import Band, Floats

FEATURES: Final = ("characters", "pairs", "dense", "titles", "sentences", "best_sentence", "field", "industry")
"""characters, pairs: mean of the cosines with title and whole query, 0 to 1; to pairs of texts in different scripts the
ranker adds what stands in for them (`instead_of_pairs`). dense: the mean of the same cosines of vectors, -1 to 1.
titles: cosine of the vectors of the query's title and the document; sentences, best_sentence: mean of the three
highest, and the highest, among the query's title and sentences, -1 to 1. field, industry: 1 where known and the same,
else 0."""

TEXT_FEATURES: Final = 6
"""The first so many compare texts."""

FORMAT: Final = "keqiao-ranker-1"


@dataclass(frozen=True, slots=True)
class Weights:
    """What each feature adds. Field and industry are not measurable on the data at hand: small, by judgement.

    Features that came later default to 0, so that a ranker kept before them ranks as it did.
    """

    characters: float = 1.0
    pairs: float = 1.0
    dense: float = 0.5
    titles: float = 0.0
    sentences: float = 0.0
    best_sentence: float = 0.0
    field: float = 0.05
    industry: float = 0.05


@dataclass(frozen=True, slots=True)
class Calibration:
    """score = 1 / (1 + exp(-(slope · raw^power + intercept))): the share of pairs of level >= 3 at that raw value.

    Fitted by maximum likelihood on the judged pairs of the reference data (13 % of level >= 3), whose candidates had
    been chosen beforehand: a scale for reading, not a promise, until local judgements recalibrate it. A negative raw
    value keeps its sign under the power.
    """

    slope: float = 3.14
    intercept: float = -2.95
    power: float = 1.0


@dataclass(frozen=True, slots=True)
class Ranker:
    """Weights, scale and thresholds with a name that changes with any of them."""

    kind: str = "cold"
    weights: Weights = field(default_factory=Weights)
    calibration: Calibration = field(default_factory=Calibration)
    strong: float = 0.35
    """Least score of `Band.strong`."""
    worth_a_look: float = 0.15
    """Least score of `Band.worth_a_look`; below is `Band.weak`."""
    breadth: float = 0.05
    """What the mean of a supplier's best five adds to its best: at most 5 %, so it only settles near-ties."""
    across: float = 0.0
    """Where need and offer are in different scripts, this share of their vectors' likeness stands in for the pairs that
    they cannot share. 0, and left out of name and JSON, in rankers kept before it was known."""

    def __post_init__(self) -> None:
        numbers = [*asdict(self.weights).values(), *asdict(self.calibration).values()]
        for value in (*numbers, self.strong, self.worth_a_look, self.breadth, self.across):
            if not math.isfinite(value):
                raise ValueError(f"a ranker's number is {value}")
        if self.calibration.slope <= 0 or self.calibration.power <= 0:
            raise ValueError(f"slope and power of the scale must be above 0, are {self.calibration}")
        if self.across < 0:
            raise ValueError(f"what stands in across scripts must not be below 0, is {self.across}")

    @property
    def name(self) -> str:
        """Kind and a digest of every number, as match records keep it."""
        numbers = json.dumps(self._numbers(), sort_keys=True).encode()
        return f"{self.kind}-1-{hashlib.sha256(numbers).hexdigest()[:8]}"

    def instead_of_pairs(self, across: NDArray[np.bool_], dense: Floats, sentences: Floats) -> Floats:
        """What is added to the feature `pairs`, (n,) float32: where `across`, from the mean of the two, else 0.

        Never below 0, so that no likeness of texts counts against an offer.
        """
        likeness = np.maximum((dense + sentences) / 2, 0)
        return np.asarray(np.where(across, self.across * likeness, 0), dtype=np.float32)

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
        bent = math.copysign(abs(raw) ** self.calibration.power, raw)
        return float(expit(self.calibration.slope * bent + self.calibration.intercept))

    def band(self, score: float) -> Band:
        """The band of a score. `Band.excluded` is never given by a score, only by rules and people."""
        if score >= self.strong:
            return Band.strong
        return Band.worth_a_look if score >= self.worth_a_look else Band.weak

    def to_json(self) -> str:
        """Every number, readable; `from_json` gives this ranker back."""
        return json.dumps({"format": FORMAT, "name": self.name, **self._numbers()}, indent=2) + "\n"

    @classmethod
    def from_json(cls, text: str) -> "Ranker":
        """The ranker that `to_json` wrote down.

        Raises:
            ValueError: not JSON, of another format, a number is missing, unknown or not finite, or the name says
                that a number was changed by hand.

        """
        stored = _object(json.loads(text), "a ranker")
        if stored.pop("format", None) != FORMAT:
            raise ValueError(f"not a ranker of format {FORMAT}")
        name = stored.pop("name", None)
        weights = _numbers(Weights, stored.pop("weights", None))
        calibration = _numbers(Calibration, stored.pop("calibration", None))
        kind = stored.pop("kind", None)
        if not isinstance(kind, str):
            raise ValueError(f"the kind of a ranker is {kind!r}")
        thresholds = _checked({"across": 0.0} | stored, {"strong", "worth_a_look", "breadth", "across"}, "ranker")
        ranker = cls(kind, weights, calibration, **thresholds)
        if name != ranker.name:
            raise ValueError(f"the name {name!r} does not fit the numbers, which are {ranker.name!r}")
        return ranker

    def _numbers(self) -> dict[str, Any]:
        numbers = asdict(self)
        return numbers if self.across else {name: value for name, value in numbers.items() if name != "across"}


_Part = TypeVar("_Part", Weights, Calibration)


def _numbers(kind: type[_Part], stored: object) -> _Part:
    return kind(**_checked(_object(stored, kind.__name__), {part.name for part in fields(kind)}, kind.__name__))


def _object(stored: object, what: str) -> dict[str, Any]:
    if not isinstance(stored, Mapping):
        raise ValueError(f"{what} is {stored!r}, not an object")
    return dict(stored)


def _checked(stored: dict[str, Any], names: set[str], what: str) -> dict[str, float]:
    if stored.keys() != names:
        wrong = ", ".join(sorted(stored.keys() ^ names))
        raise ValueError(f"{what}: missing or unknown: {wrong}")
    for name, value in stored.items():
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise ValueError(f"{what}: {name} is {value!r}, not a finite number")
    return {name: float(value) for name, value in stored.items()}


COLD: Final = Ranker(
    weights=Weights(sentences=0.5),
    calibration=Calibration(slope=3.434, intercept=-3.951, power=0.6),
    across=0.5,
)
"""The scale by `matching.ranking`. Of held-out pairs 37 % were of level >= 3 in `Band.strong`, 25 % in
`Band.worth_a_look`, 7 % below."""

SHIPPED: Final = COLD
"""What the software ranks with: no fitted ranker beat the cold one on held-out needs."""
