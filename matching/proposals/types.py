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
    """A need: what is looked for, what its rules demand, its requirements, and the whole text these are from.

    `facts` is None where somebody only looks for words: nobody asks, so what is not known about an asker neither
    excludes nor lowers anybody, and there is no other side to fit. A supplier that is full or expired stays excluded.
    """

    query: Query
    facts: NeedFacts | None = None
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

    `seed` decides the lots; a run keeps it. With `varied` off the list is the plain order. Raises ValueError for k or
    per_organisation below 1, a share outside 0 to 1 and a negative seed.
    """

    k: int = 10
    varied: bool = True
    per_organisation: int = MOST_PER_ORGANISATION
    explored_share: float = EXPLORED_SHARE
    seed: int = 0

    def __post_init__(self) -> None:
        for name, least in (("k", 1), ("per_organisation", 1), ("seed", 0)):
            if getattr(self, name) < least:
                raise ValueError(f"{name} is {getattr(self, name)}, must be at least {least}")
        if not 0 <= self.explored_share <= 1:
            raise ValueError(f"explored_share is {self.explored_share}, must be from 0 to 1")


class Aspect(StrEnum):
    """What a supplier looks for in a need. Labels are the catalogue's `proposal.fit.<aspect>`."""

    budget = "budget"
    field = "field"
    region = "region"
    mode = "mode"
    load = "load"


@dataclass(frozen=True, slots=True)
class FitPart:
    """One thing the supplier looks for in a need: fits (1), does not (0), in between, or None: not known.

    The message `proposal.fit.<aspect>.<code>`, filled with `params`, says how.
    """

    aspect: Aspect
    code: str
    fit: float | None
    params: Mapping[str, str | float | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SideFit:
    """How well the need fits what the supplier wants: the mean of the known parts, its band, and the parts.

    Score and band are None where no part is known, and for free text, which has no parts.
    """

    score: float | None
    band: Band | None
    parts: tuple[FitPart, ...]


class ChangeCode(StrEnum):
    """What somebody could do. Labels are the catalogue's `proposal.change.<code>`, filled with the parameters named."""

    confirm_profile = "confirm_profile"
    """The supplier confirms that the offer still stands."""
    state_load = "state_load"
    """Staff find out that the supplier has room."""
    clear_exclusion = "clear_exclusion"
    """The supplier tells that nothing the asker excluded applies."""
    state_maturity = "state_maturity"
    """to: readiness level that is shown to be reached."""
    serve_region = "serve_region"
    """region: code of GB/T 2260."""
    accept_mode = "accept_mode"
    """mode: a way of working together; either side."""
    accept_rights = "accept_rights"
    """stance: who holds the rights; either side."""
    lower_floor = "lower_floor"
    """amount in 分, currency."""
    raise_limit = "raise_limit"
    """limit: open deals at a time."""
    add_evidence = "add_evidence"
    keep_date = "keep_date"
    meet_figure = "meet_figure"
    meet_requirement = "meet_requirement"
    do_without = "do_without"
    """The supplier offers it without what was ruled out."""
    add_partner = "add_partner"
    raise_maturity = "raise_maturity"
    """from, to: readiness levels."""
    obtain_rights = "obtain_rights"
    """state: of the rights."""
    state_budget = "state_budget"
    """amount in 分, currency."""
    accept_region = "accept_region"
    """region: code of GB/T 2260."""
    relax_indicator = "relax_indicator"
    """To what is offered, which the finding on the requirement names."""
    relax_requirement = "relax_requirement"
    """From must to should."""
    allow_excluded = "allow_excluded"
    raise_budget = "raise_budget"
    """amount in 分, currency."""
    accept_rights_state = "accept_rights_state"
    """state: of the rights."""
    accept_maturity = "accept_maturity"
    """to: readiness level; word: of maturity, as a code."""


@dataclass(frozen=True, slots=True)
class Change:
    """One typed change that somebody could make, by which side, with its parameters.

    `requirement` is a position among the need's requirements, for changes about one. Parameters are codes and numbers:
    what a need or a capability says stands in neither.
    """

    code: ChangeCode
    side: Side
    params: Mapping[str, str | float | int] = field(default_factory=dict)
    requirement: int | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """怎样才能匹配: the smallest set of changes of one side that lifts the match from its band to `band`.

    `even` is for both sides together, where neither can alone. Where no set does, `changes` is empty, `band` is the
    one that was not reached, and `reason.code` is the key of the message that says why (`proposal.no_way.<code>`).
    """

    side: Side
    band: Band
    changes: tuple[Change, ...]
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Proposed:
    """One place on the list.

    `text_score` is the ranker's, `score` with the soft rules' moves; `text_band` is the band of `score`, `band` what
    rules and evidence left of it. `findings` go with the need's requirements, in order; `questions` are the positions
    of the requirements to ask about. `probability` is that of being shown in this place's kind of slot: 1 for ranked
    ones, over all seeds for explored ones.
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
    """A supplier that would have stood at place `would_rank` by its score alone and is not on the list, and why.

    `reason.code` is a whole key of the catalogue: `rule.<rule>.<code>` or `proposal.passed_over.<code>`. `band` is the
    band that rules left of it, and evidence where it had to be looked for. `ways` says what would help where a rule
    that can be met excluded it.
    """

    supplier: int
    capability: int
    would_rank: int
    score: float
    band: Band
    reason: Reason
    ways: tuple[Way, ...] = ()


@dataclass(frozen=True, slots=True)
class Proposal:
    """The list, whom it passed over and why, and the versions that made it.

    Passed over are those of the first k by score that are not on the list, and further ones that were barred from a
    place the list came to.
    """

    proposed: tuple[Proposed, ...]
    passed_over: tuple[PassedOver, ...]
    ranker: str
    rules: str
    weights: str
    at: datetime
