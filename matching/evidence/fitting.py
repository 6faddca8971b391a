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
    """A requirement's table, and the rows that are its evidence; none means silence."""

    table: Table
    evidence: tuple[int, ...]


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
    whole = [(example.table.numbers - mean) / spread for example in examples]
    tables = [*whole, *((_without(example.table.numbers, listed) - mean) / spread for example in examples)]
    silence = [len(table) for table in tables]
    chosen = [list(e.evidence) or [end] for e, end in zip([*examples, *examples], silence, strict=True)]

    def loss(point: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        weights = point[:-1]
        value, slope = 0.5 * penalty * float(weights @ weights), np.append(penalty * weights, 0.0)
        for table, right in zip(tables, chosen, strict=True):
            probability = _softmax(np.append(table @ weights + point[-1], 0.0))
            share = float(probability[right].sum()) + _TINY
            value -= 0.5 * np.log(share)
            wanted = np.zeros_like(probability)
            wanted[right] = probability[right] / share
            rest = 0.5 * (probability - wanted)[:-1]
            slope[:-1] += table.T @ rest
            slope[-1] += rest.sum()
        return value, slope

    found = minimize(loss, np.zeros(len(NAMES) + 1), jac=True, method="L-BFGS-B", options={"maxiter": 500}).x
    weights = found[:-1] / spread
    return Choice(weights, float(found[-1] - mean @ weights))


def _without(numbers: NDArray[np.float64], columns: list[int]) -> NDArray[np.float64]:
    blind = numbers.copy()
    blind[:, columns] = 0.0
    return blind


def _softmax(utilities: NDArray[np.float64]) -> NDArray[np.float64]:
    exponentials = np.exp(utilities - utilities.max())
    return np.asarray(exponentials / exponentials.sum())


def write_weights(weights: Weights, path: Path) -> None:
    """Writes what `read_weights` reads: JSON, one line a feature, four digits."""
    parts = {"figures": weights.figures, "words": weights.words}
    written = {part: {"bias": round(choice.bias, _DIGITS)} | _named(choice) for part, choice in parts.items()}
    path.write_text(json.dumps(written, indent=1) + "\n", encoding="utf-8")


def _named(choice: Choice) -> dict[str, float]:
    return {name: round(float(weight), _DIGITS) for name, weight in zip(NAMES, choice.weights, strict=True)}
