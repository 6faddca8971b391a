"""What became of a match, as a level to learn from: the further it went, the higher.

The levels are those of the benchmark folders, so that the same figures and fits apply; the gain of a level is
2^(level - 1) - 1, so declined counts nothing and each step about twice the one before.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final


class Reached(StrEnum):
    """How far a match went, least first. What was only shown is no label: nobody said anything about it."""

    declined = "declined"
    met = "met"
    nda = "nda"
    signed = "signed"
    accepted = "accepted"


LEVELS: Final[Mapping[Reached, float]] = {reached: float(place) for place, reached in enumerate(Reached, start=1)}
"""1 for declined to 5 for a result that was accepted."""


def furthest(steps: Iterable[Reached]) -> Reached:
    """The furthest of some steps.

    Raises:
        ValueError: there is none.

    """
    return max(steps, key=lambda reached: LEVELS[reached])
