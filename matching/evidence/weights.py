"""The weights that turn a pair's numbers into how likely the piece is the evidence, and where they come from."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from matching.evidence.exact import WEIGHT, Numbers, on_grid
from matching.evidence.features import NAMES, Board
from matching.evidence.figure_columns import demanding
from matching.evidence.stance import Stance, stance_of

SHIPPED = Path(__file__).parent / "weights.json"


@dataclass(frozen=True, slots=True)
class Choice:
    """utility(piece) = bias + Σ weight · number; silence has utility 0. A conditional logit (McFadden 1974)."""

    weights: Numbers
    bias: float

    def utilities(self, numbers: Numbers) -> Numbers:
        """The utilities of `numbers` (features, …)."""
        return np.asarray(np.tensordot(on_grid(self.weights, WEIGHT), numbers, axes=1) + self.bias)


@dataclass(frozen=True, slots=True)
class Weights:
    """Choices of a piece, for requirements with a demanded figure and for those in words; stances on what it says.

    `present` judges requirements that want something to be there, `absent` those that want it not to be.
    """

    figures: Choice
    words: Choice
    present: Stance
    absent: Stance

    def utilities(self, board: Board) -> Numbers:
        """The utility of each piece over silence, (requirements, pieces)."""
        out, rows = self.words.utilities(board.numbers), demanding(board.bench)
        out[rows] = self.figures.utilities(board.numbers[:, rows])
        return out

    def content(self) -> dict[str, Any]:
        """Every number by name, as a file of weights has it: `weights_of` makes the same of it again."""
        choices = {"figures": self.figures, "words": self.words}
        parts = {
            part: {"bias": choice.bias, **dict(zip(NAMES, choice.weights.tolist(), strict=True))}
            for part, choice in choices.items()
        }
        return {**parts, "present": self.present.content(), "absent": self.absent.content()}


@cache
def shipped_weights() -> Weights:
    """The weights that come with the package."""
    return read_weights(SHIPPED)


def read_weights(path: Path) -> Weights:
    """The weights written in `path`; see `weights_of`."""
    return weights_of(json.loads(path.read_text(encoding="utf-8")), source=str(path))


def weights_of(content: Mapping[str, Any], *, source: str) -> Weights:
    """The weights that `content` names; features that it does not name weigh 0.

    Raises:
        ValueError: it names a feature that does not exist, or lacks a part; the message begins with `source`.

    """
    figures, words = (_choice(content.get(part), part, source) for part in ("figures", "words"))
    present, absent = (stance_of(content.get(part), source=f"{source}: {part}") for part in ("present", "absent"))
    return Weights(figures, words, present, absent)


def _choice(written: Mapping[str, float] | None, part: str, source: str) -> Choice:
    if not written or "bias" not in written:
        raise ValueError(f"{source}: {part} has no weights")
    if unknown := written.keys() - {"bias", *NAMES}:
        raise ValueError(f"{source}: unknown features {', '.join(sorted(unknown))}")
    return Choice(np.array([written.get(name, 0.0) for name in NAMES], dtype=np.float64), float(written["bias"]))
