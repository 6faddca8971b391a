"""What one rule says of one candidate, and what it says it about.

A code is local to its rule: people read `rule.<rule>.<code>` and, for what is unknown, `rule.ask.<rule>.<code>`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar, Final, NamedTuple, Protocol

from matching.rules.facts import CapabilityFacts, NeedFacts, SupplierFacts

Param = str | int | float


class Verdict(StrEnum):
    """How a candidate stands to a rule."""

    PASS = "pass"  # noqa: S105  # a verdict, not a password
    FAIL = "fail"
    UNKNOWN = "unknown"


class AskOf(StrEnum):
    """Who can answer the question of a rule that knows too little."""

    ASKER = "asker"
    SUPPLIER = "supplier"
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class Case:
    """One candidate: one capability of one supplier for one need, on a day."""

    need: NeedFacts
    supplier: SupplierFacts
    capability: CapabilityFacts
    today: date


class Finding(NamedTuple):
    """A verdict with its code; `signal`, of soft rules only, is -1 (as bad as can be) to 1; below 0 means FAIL.

    A tuple because it is made sixteen times for each candidate: a frozen dataclass takes four times as long.
    """

    verdict: Verdict
    code: str
    params: Mapping[str, Param]
    ask: AskOf | None = None
    signal: float = 0.0


class Kind(Protocol):
    """What a rule checks: a frozen dataclass of parameters with one pure function. `codes` are all it may answer."""

    codes: ClassVar[Mapping[str, Verdict]]

    def find(self, case: Case) -> Finding:
        """What holds for `case`. Never raises."""


def passed(code: str, signal: float = 0.0, **params: Param) -> Finding:
    """The rule is kept."""
    return Finding(Verdict.PASS, code, params, None, signal)


def failed(code: str, signal: float = 0.0, **params: Param) -> Finding:
    """The rule is broken."""
    return Finding(Verdict.FAIL, code, params, None, signal)


def unknown(code: str, ask: AskOf, **params: Param) -> Finding:
    """Too little is known; `ask` can tell."""
    return Finding(Verdict.UNKNOWN, code, params, ask)


NOT_DEMANDED: Final = "not_demanded"
NOTHING_DEMANDED: Final = passed(NOT_DEMANDED)
"""The need asks for nothing here, so nothing can be missed."""


@dataclass(frozen=True, slots=True)
class Range:
    """The least and largest value a parameter of a rule may have, both allowed."""

    low: float
    high: float
