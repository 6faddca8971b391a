"""Fits the weights on labelled pairs: a conditional logit with silence as one of the choices."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from matching.evidence.exact import Numbers
from matching.evidence.features import NAMES, Table
from matching.evidence.stance import NAMES as STANCE_NAMES
from matching.evidence.stance import VERDICTS, Stance
from matching.evidence.types import Verdict
from matching.evidence.weights import Choice, Weights

PENALTY: Final = 2.0
"""Half of it times the squared length of the weights of standardised numbers is added to the loss."""
LISTED: Final = ("related", "synonym", "contrast", "qualified", "place", "level", "date", "code", "cue", "absence")
"""Numbers that come from lists of words. The lists were written beside the cases on which the weights are fitted and
know those better than any other text; so every example counts a second time without them."""
STANCE_FREEDOM: Final = 0.05
"""The inverse of the penalty on a stance's weights of standardised numbers (scikit-learn's C)."""
RARE: Final = {Verdict.met: 1.0, Verdict.partly: 1.3, Verdict.contradicted: 1.6}
"""How much an example counts by its verdict: a contradiction overseen costs more than one too many."""
_DIGITS = 4
_TINY = 1e-12
_NEVER = -1e6


@dataclass(frozen=True, slots=True)
class Labelled:
    """A requirement's table, and the rows that are its evidence; none means silence. `weight` is how much it counts."""

    table: Table
    evidence: tuple[int, ...]
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Worded:
    """The numbers of a clause that is evidence in words, whether absence was wanted, and the true verdict."""

    numbers: Numbers
    absent: bool
    verdict: Verdict
    weight: float = 1.0


def fit(examples: Sequence[Labelled], worded: Sequence[Worded], *, penalty: float = PENALTY) -> Weights:
    """The weights of greatest penalised likelihood, apart for requirements with and without a demanded figure.

    Raises:
        ValueError: there is no example of one of the two with a piece.

    """
    figures = [example for example in examples if example.table.demand is not None]
    words = [example for example in examples if example.table.demand is None]
    present, absent = ([one for one in worded if one.absent is wanted] for wanted in (False, True))
    return Weights(_fit(figures, penalty), _fit(words, penalty), _fit_stance(present), _fit_stance(absent))


def _fit_stance(examples: Sequence[Worded]) -> Stance:
    from sklearn.linear_model import LogisticRegression  # seconds to import, and only fitting needs it

    numbers = np.array([example.numbers for example in examples])
    mean, spread = numbers.mean(axis=0), numbers.std(axis=0) + 1e-6
    counts = [example.weight * RARE[example.verdict] for example in examples]
    model = LogisticRegression(C=STANCE_FREEDOM, max_iter=3_000)
    model.fit((numbers - mean) / spread, [VERDICTS.index(example.verdict) for example in examples], counts)
    weights = np.zeros((len(VERDICTS), len(STANCE_NAMES)))
    biases = np.full(len(VERDICTS), _NEVER)
    weights[model.classes_] = model.coef_ / spread
    biases[model.classes_] = model.intercept_ - weights[model.classes_] @ mean
    return Stance(weights, biases)


def _fit(examples: Sequence[Labelled], penalty: float) -> Choice:
    examples = [example for example in examples if len(example.table.pieces)]
    if not examples:
        raise ValueError("no example to fit on")
    numbers = np.vstack([example.table.numbers for example in examples])
    mean, spread = numbers.mean(axis=0), numbers.std(axis=0) + 1e-6
    listed = [NAMES.index(name) for name in LISTED]
    loss = _Loss(
        (np.vstack([numbers, _without(numbers, listed)]) - mean) / spread,
        np.array([len(example.table.pieces) for example in examples] * 2),
        [example.evidence for example in examples] * 2,
        np.array([0.5 * example.weight for example in examples] * 2),
        penalty,
    )
    found = minimize(loss, np.zeros(len(NAMES) + 1), jac=True, method="L-BFGS-B", options={"maxiter": 500}).x
    weights = found[:-1] / spread
    return Choice(weights, float(found[-1] - mean @ weights))


class _Loss:
    """Minus the penalised likelihood of weights and bias, and its slope; silence has utility 0 in every example."""

    def __init__(
        self,
        numbers: Numbers,
        sizes: NDArray[np.int64],
        evidence: Sequence[tuple[int, ...]],
        counts: Numbers,
        penalty: float,
    ) -> None:
        self.numbers, self.counts, self.penalty = numbers, counts, penalty
        self.starts = np.cumsum(sizes) - sizes
        self.example = np.repeat(np.arange(len(sizes)), sizes)
        self.right = np.zeros(len(numbers))
        for start, rows in zip(self.starts.tolist(), evidence, strict=True):
            self.right[[start + row for row in rows]] = 1.0
        self.silent = np.array([not rows for rows in evidence], dtype=np.float64)

    def __call__(self, point: Numbers) -> tuple[float, Numbers]:
        weights = point[:-1]
        utilities = self.numbers @ weights + point[-1]
        top = np.maximum(np.maximum.reduceat(utilities, self.starts), 0.0)
        raised, silence = np.exp(utilities - top[self.example]), np.exp(-top)
        total = np.add.reduceat(raised, self.starts) + silence
        chance = raised / total[self.example]
        share = np.add.reduceat(chance * self.right, self.starts) + self.silent * silence / total + _TINY
        value = 0.5 * self.penalty * float(weights @ weights) - float(self.counts @ np.log(share))
        rest = self.counts[self.example] * chance * (1.0 - self.right / share[self.example])
        return value, np.append(self.numbers.T @ rest + self.penalty * weights, rest.sum())


def _without(numbers: Numbers, columns: list[int]) -> Numbers:
    blind = numbers.copy()
    blind[:, columns] = 0.0
    return blind


def write_weights(weights: Weights, path: Path) -> None:
    """Writes what `read_weights` reads: JSON, one line a number, four digits."""
    path.write_text(json.dumps(_rounded(weights.content()), indent=1) + "\n", encoding="utf-8")


def _rounded(content: dict[str, Any]) -> dict[str, Any]:
    return {
        name: _rounded(value) if isinstance(value, dict) else round(float(value), _DIGITS)
        for name, value in content.items()
    }
