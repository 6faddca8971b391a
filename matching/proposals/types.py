"""What goes into a proposal and what comes out: frozen values that the caller fills from its records.

An `Offer` is one supplier with its best capability as the engine scored it. Everything a proposal depends on is in
these values, in the policy and in the versions of ranker, rules and weights; nothing is read from a clock or an index.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from matching.evidence.types import Finding, Requirement, Source
from matching.rules import CapabilityFacts, NeedFacts, RuleOutcome, SupplierFacts
from matching.types import Band, CapabilityScore, Query, Reason, Span


class Slot(StrEnum):
    """Why a match stands where it does; `explored` places are drawn by lot among qualified, rarely shown suppliers."""

    ranked = "ranked"
    explored = "explored"


class Side(StrEnum):
    """A side of a match: who asks, who offers, or `even` where neither holds the other back."""

    need = "need"
    supplier = "supplier"
    even = "even"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A need: what is looked for, what its rules demand, its requirements, and the whole text these are from."""

    query: Query
    facts: NeedFacts
    requirements: tuple[Requirement, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """That people decided never to propose this supplier again, for this need or for this enterprise, and why."""

    code: str
    for_enterprise: bool = False


@dataclass(frozen=True, slots=True)
class Offer:
    """One supplier that the engine found.

    `best` earned its place, `others` show breadth; `raw` is the ranker's raw score of the supplier; `sources` are the
    documents in which evidence is looked for; `organisations` are those whose share of the list is limited; `shown`
    counts how often the supplier was shown to anybody lately.
    """

    supplier: int
    raw: float
    best: CapabilityScore
    others: tuple[CapabilityScore, ...]
    facts: SupplierFacts
    capability: CapabilityFacts
    sources: tuple[Source, ...]
    reasons: tuple[Reason, ...] = ()
    spans: tuple[Span, ...] = ()
    organisations: frozenset[int] = frozenset()
    shown: int = 0
    refused: Refused | None = None


MOST_PER_ORGANISATION: Final = 2
EXPLORED_SHARE: Final = 0.1


@dataclass(frozen=True, slots=True)
class Policy:
    """How a list is filled: its length, who may take how much of it, and how much of it explores.

    `seed` decides the lots; a run keeps it. With `varied` off the list is the plain order.
    """

    k: int = 10
    varied: bool = True
    per_organisation: int = MOST_PER_ORGANISATION
    explored_share: float = EXPLORED_SHARE
    seed: int = 0


@dataclass(frozen=True, slots=True)
class FitPart:
    """One thing the supplier looks for in a need: fits (1), does not (0), in between, or None: not known."""

    code: str
    fit: float | None
    params: Mapping[str, str | float | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SideFit:
    """How well the need fits what the supplier wants: the mean of the known parts, its band, and the parts."""

    score: float | None
    band: Band | None
    parts: tuple[FitPart, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One typed change that somebody could make: `code` with parameters, by which side, about which requirement."""

    code: str
    side: Side
    params: Mapping[str, str | float | int] = field(default_factory=dict)
    requirement: int | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """怎样才能匹配: the smallest set of changes of one side that lifts the match from its band to `band`."""

    side: Side
    band: Band
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Proposed:
    """One place on the list.

    `text_score` is the ranker's, `score` with the soft rules' moves; `text_band` is the band of `score`, `band` what
    rules and evidence left of it. `findings` go with the need's requirements, in order; `questions` are the positions
    of the requirements to ask about. `probability` is that of being shown in this place's kind of slot.
    """

    supplier: int
    rank: int
    slot: Slot
    probability: float
    text_score: float
    score: float
    text_band: Band
    band: Band
    best: CapabilityScore
    others: tuple[CapabilityScore, ...]
    rules: RuleOutcome
    findings: tuple[Finding, ...]
    questions: tuple[int, ...]
    need_side: SideFit
    bottleneck: Side
    ways: tuple[Way, ...]
    reasons: tuple[Reason, ...]
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A supplier that would have stood at place `would_rank` of the plain list and does not, with the reason why."""

    supplier: int
    capability: int
    would_rank: int
    score: float
    band: Band
    reason: Reason


@dataclass(frozen=True, slots=True)
class Proposal:
    """The list, whom it passed over and why, and the versions that made it."""

    proposed: tuple[Proposed, ...]
    passed_over: tuple[PassedOver, ...]
    ranker: str
    rules: str
    weights: str
    at: datetime
