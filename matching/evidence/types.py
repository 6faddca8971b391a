"""What goes into the search for evidence and what comes out."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from core.language.clauses import RequirementKind
from matching.types import Reason

LONGEST_REQUIREMENT: Final = 1_000
"""Only so many characters of a requirement are read; drafted ones are a clause each, of which few reach 100."""
KEPT_TEXTS: Final = 8_192
"""Of so many clauses, those read last, it is kept what they say by themselves."""
LONGEST_SOURCE: Final = 20_000
"""Only so many characters of a source, and of the need, tell what it is about."""


class Verdict(StrEnum):
    """What the documents say of a requirement: 满足, 部分, 未见证据, 矛盾. Labels are `evidence.<name>`."""

    met = "met"
    partly = "partly"
    no_evidence = "no_evidence"
    contradicted = "contradicted"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One atomic clause of a need, as drafted or as people confirmed it."""

    text: str
    kind: RequirementKind
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """One dated document of the supplier; ids are unique among the sources of one call."""

    id: int
    date: date
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Proof:
    """The words that prove a verdict: `text[start:end]` of the source with this id, written on `date`."""

    source: int
    date: date
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Finding:
    """A verdict, why, and where it is written; `proof` is None exactly when there is no evidence.

    `support` in [0, 1] is how sure the engine is that `proof` speaks of what was asked for (or that nothing does).
    """

    verdict: Verdict
    reason: Reason
    proof: Proof | None
    support: float
