"""Fits the weights on labelled pairs: a conditional logit with silence as one of the choices."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from matching.evidence.features import NAMES, Table
from matching.evidence.segments import Numbers
from matching.evidence.weights import Choice, Weights

PENALTY: Final = 2.0
"""Half of it times the squared length of the weights of standardised numbers is added to the loss."""
LISTED: Final = ("related", "synonym", "contrast", "qualified", "place", "level", "date", "code", "cue", "absence")
"""Numbers that come from lists of words. The lists were written beside the cases on which the weights are fitted and
know those better than any other text; so every example counts a second time without them."""
_DIGITS = 4
_TINY = 1e-12


@dataclass(frozen=True, slots=True)
class Labelled:
    """A requirement's table, and the rows that are its evidence; none means silence. `weight` is how much it counts."""

    table: Table
    evidence: tuple[int, ...]
    weight: float = 1.0


def fit(examples: Sequence[Labelled], *, penalty: float = PENALTY) -> Weights:
    """The weights of greatest penalised likelihood, apart for requirements with and without a demanded figure.

    Raises:
        ValueError: there is no example of one of the two with a piece.

    """
    figures = [example for example in examples if example.table.demand is not None]
    words = [example for example in examples if example.table.demand is None]
    return Weights(_fit(figures, penalty), _fit(words, penalty))


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
    """Writes what `read_weights` reads: JSON, one line a feature, four digits."""
    parts = {"figures": weights.figures, "words": weights.words}
    written = {part: {"bias": round(choice.bias, _DIGITS)} | _named(choice) for part, choice in parts.items()}
    path.write_text(json.dumps(written, indent=1) + "\n", encoding="utf-8")


def _named(choice: Choice) -> dict[str, float]:
    return {name: round(float(weight), _DIGITS) for name, weight in zip(NAMES, choice.weights, strict=True)}
