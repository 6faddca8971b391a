"""The time a deal spends in a stage, as the models read it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Exit(StrEnum):
    """How a spell ended; `open` when it has not: its length is then only a lower bound (censored)."""

    advanced = "advanced"
    lost = "lost"
    open = "open"


@dataclass(frozen=True, slots=True)
class Group:
    """What kind of spell it is: the stage, the kind of contract ("" before signing) and the band of its sum."""

    stage: str
    kind: str = ""
    sum_band: str = ""


@dataclass(frozen=True, slots=True)
class Spell:
    """One deal's stay in one stage.

    `days` is its length without paused time, at least 0. `since` of them had gone when it came to be watched, as with a
    deal that was brought in: those before it that had ended by then are not in the history, so it says nothing of how
    many leave before that day (delayed entry). `party` names whose habits it shares (an enterprise's id): the
    spells of one party are not independent. `factors` are what may speed it up or slow it down, about 0 to 1 each.
    Raises ValueError for a negative or infinite length, and for one that was over before it was watched.
    """

    deal: int
    group: Group
    days: float
    exit: Exit
    party: int = 0
    factors: Mapping[str, float] = field(default_factory=dict)
    since: float = 0.0

    def __post_init__(self) -> None:
        if not 0 <= self.days < float("inf"):
            raise ValueError(f"a spell of {self.days} days is not possible")
        if not 0 <= self.since <= self.days:
            raise ValueError(f"a spell of {self.days} days cannot be watched from day {self.since}")


SUM_BANDS: Mapping[str, int] = {"small": 50_000_000, "medium": 500_000_000}
"""The least sum in 分 above which a contract is no longer small (50 万元), no longer medium (500 万元)."""


def sum_band(amount: int | None) -> str:
    """The band of a contract's sum in 分: small, medium, large; "" when it is not known."""
    if amount is None:
        return ""
    return next((name for name, limit in SUM_BANDS.items() if amount <= limit), "large")
