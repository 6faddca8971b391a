"""What people get to see of matches; cut to what they may see of the need and of the capability behind each.

Codes travel with parameters and become texts where they are shown. Parameters hold no id of a row. What a viewer may
not see is empty: scores, slots, the rules and the supplier's side are for the society's staff. Budget, asker and
exclusions of a need are for those who read it in full; a score that the budget moved is shown as it is.
"""

from datetime import date, datetime

from sqlmodel import Field, SQLModel

from core.language.clauses import RequirementKind
from models.enums import NeedStatus, Origin, ReasonCode, SupplierKind
from models.match_enums import MatchStatus, SlotKind, Verdict

Params = dict[str, str | int | float]


class ReasonPublic(SQLModel):
    """Why a supplier was proposed: the page renders `reason.<code>` with the parameters."""

    code: str
    params: Params = Field(default_factory=dict)


class PassagePublic(SQLModel):
    """The piece of a capability that speaks most for the match: what stands at start:end of its title or text.

    The text is what it says in summary, advantage and economics, a line each; what is empty is left out.
    """

    field: str
    start: int
    end: int
    text: str


class ProofPublic(PassagePublic):
    """The words that prove a verdict: what stands at start:end of a capability's title or text, written on `date`."""

    capability: str
    capability_title: str = ""
    date: date


class FindingPublic(SQLModel):
    """What the supplier's documents say of one requirement; `text` is the requirement's, for those who may read it.

    `verdict` is met, partly, no_evidence or contradicted: the page renders `evidence.<verdict>` and `reason.<code>`.
    `support`, from 0 to 1, is how sure the engine is that the passage speaks of what was asked for.
    """

    requirement: int = Field(description="Its position among the need's requirements, from 0.")
    kind: RequirementKind
    confirmed: bool = Field(description="Whether a person has confirmed the requirement.")
    text: str = ""
    verdict: str
    reason: ReasonPublic | None = Field(default=None, description="Empty where it would quote what may not be read.")
    support: float | None = None
    passage: ProofPublic | None = None


class RulePublic(SQLModel):
    """What one rule says: the page renders `rule.title.<rule>`, `reason_key` and, if any, `question_key`."""

    rule: str
    hard: bool
    verdict: str = Field(description="pass, fail or unknown.")
    excludes: bool = Field(default=False, description="This alone takes the supplier out.")
    lowers: bool = Field(default=False, description="Keeps the match one band lower until the question is answered.")
    reason_key: str
    question_key: str | None = None
    ask: str | None = Field(default=None, description="Who can answer: asker, supplier or staff.")
    params: Params = Field(default_factory=dict)
    adjustment: float = Field(default=0.0, description="What a soft rule moved the score by.")


class QuestionPublic(SQLModel):
    """Something to ask: about a requirement (by position) or about what a rule does not know (by its message key)."""

    ask: str = Field(description="Who can answer: asker, supplier or staff.")
    requirement: int | None = None
    key: str
    params: Params = Field(default_factory=dict)


class FitPartPublic(SQLModel):
    """One thing the supplier looks for in a need: 1 fits, 0 does not, null is not known.

    The page renders `proposal.fit.<aspect>` and `proposal.fit.<aspect>.<code>` with the parameters.
    """

    aspect: str
    code: str
    fit: float | None = None
    params: Params = Field(default_factory=dict)


class SideFitPublic(SQLModel):
    """How well the need fits what the supplier wants; of a need not read in full without its budget and the figures."""

    score: float | None = None
    band: str | None = None
    parts: list[FitPartPublic] = Field(default_factory=list)


class ChangePublic(SQLModel):
    """One change that somebody could make, about a requirement where it names one: `proposal.change.<code>`."""

    code: str
    side: str
    params: Params = Field(default_factory=dict)
    requirement: int | None = None


class WayPublic(SQLModel):
    """怎样才能匹配: the smallest set of changes of one side, or of both (even), that lifts the match to `band`.

    Where none does, `changes` is empty and `reason` says why (`proposal.no_way.<code>`).
    """

    side: str
    band: str
    changes: list[ChangePublic]
    reason: ReasonPublic | None = None


class ProposalPublic(SQLModel):
    """A supplier that was found; what the reader may not see of its capability is empty.

    `text_score` and `text_band` are those of the texts alone; `score` is moved by the soft rules, and `band` is what
    rules and evidence left of it.
    """

    supplier: str
    supplier_name: str
    supplier_kind: SupplierKind
    organisation_name: str = ""
    capability: str | None = None
    capability_title: str = ""
    rank: int | None = None
    score: float | None = None
    text_score: float | None = None
    band: str | None = None
    text_band: str | None = None
    reasons: list[ReasonPublic] = Field(default_factory=list)
    passages: list[PassagePublic] = Field(default_factory=list)
    findings: list[FindingPublic] = Field(default_factory=list)


class FoundPublic(SQLModel):
    """What a search found, and what to know about the whole list: the page renders `reason.<code>` of each note."""

    matches: list[ProposalPublic] = Field(default_factory=list)
    notes: list[ReasonPublic] = Field(default_factory=list)


class JudgementPublic(SQLModel):
    """What a person decided."""

    verdict: Verdict
    reason: ReasonCode
    comment: str = ""
    person_name: str
    judged_at: datetime


class ResponseTimes(SQLModel):
    """How long it took, in days, until somebody judged what was proposed, and until the supply side first answered."""

    judged: int = 0
    judged_median: float | None = None
    answered: int = 0
    answered_median: float | None = None
    waiting: int = Field(default=0, description="Proposed, and neither judged nor ended.")


class MatchPublic(ProposalPublic):
    """A match on a need's list."""

    public_id: str
    version: int
    origin: Origin
    status: MatchStatus
    note: str = ""
    proposed_at: datetime
    proposed_by_name: str = ""
    is_outdated: bool = Field(default=False, description="The need was revised after the match was made.")
    judgement: JudgementPublic | None = None
    deal: str | None = None
    ended_at: datetime | None = Field(
        default=None, description="When it ended without a deal, or its supplier left that; `end_reason` says why."
    )
    end_reason: ReasonCode | None = None
    judged_after: int | None = Field(default=None, description="Days from the proposal to the first judgement.")
    answered_after: int | None = Field(default=None, description="Days from the introduction to the first answer.")
    slot: SlotKind | None = Field(default=None, description="Why it stands where it does.")
    probability: float | None = Field(default=None, description="Of being shown in this kind of place.")
    rules: list[RulePublic] = Field(default_factory=list)
    questions: list[QuestionPublic] = Field(default_factory=list)
    need_side: SideFitPublic | None = Field(default=None, description="How the need fits what the supplier wants.")
    bottleneck: str | None = Field(default=None, description="need, supplier or even: which side holds it back.")
    ways: list[WayPublic] = Field(default_factory=list)
    lowered: list[ReasonPublic] = Field(
        default_factory=list, description="For the staff: why the band is below `text_band`; rendered as `<code>`."
    )
    nevertheless: ReasonCode | None = Field(
        default=None,
        description="Why it was accepted though a requirement is contradicted, if a good reason was given.",
    )


class PassedOverPublic(SQLModel):
    """A supplier that would have stood at place `would_rank` by its score alone, and why it is not on the list.

    `reason.code` is a whole key of the catalogue: `rule.<rule>.<code>` or `proposal.passed_over.<code>`. It is
    `proposal.passed_over.excluded` where the reader may not know more.
    """

    supplier: str
    supplier_name: str
    would_rank: int
    score: float
    band: str
    reason: ReasonPublic
    ways: list[WayPublic] = Field(default_factory=list)


class PolicyPublic(SQLModel):
    """How a list was filled."""

    k: int
    varied: bool
    per_organisation: int
    explored_share: float
    seed: int


class VersionsPublic(SQLModel):
    """What made a list."""

    engine: str = ""
    model: str = ""
    index: str = ""
    ranker: str = ""
    rules: str = ""
    weights: str = ""
    evidence_model: str = Field(default="", description="With which evidence was looked for; empty in older records.")


class MatchListPublic(SQLModel):
    """A need's matches as they are shown: one line for each supplier, by hand and decided before the last run's."""

    need: str
    need_status: NeedStatus
    may_change: bool
    run: str | None = None
    run_at: datetime | None = None
    candidates: int | None = None
    model: str = ""
    ranker: str = ""
    versions: VersionsPublic | None = None
    calibrated_on: int = Field(default=0, description="Decisions made here to which the scores were fitted.")
    policy: PolicyPublic | None = None
    response: ResponseTimes | None = Field(default=None, description="For the staff: of all that was suggested.")
    notes: list[ReasonPublic] = Field(default_factory=list, description="What to know of the run's list as a whole.")
    passed_over: list[PassedOverPublic] = Field(default_factory=list)
    matches: list[MatchPublic]


class DifferencePublic(SQLModel):
    """Where a replayed run differs from its record, as a path into it."""

    path: str
    recorded: str
    replayed: str


class ReplayPublic(SQLModel):
    """A run done again from its record: the digests of both, and where they differ (the first places)."""

    run: str
    need: str
    same: bool
    recorded: str = Field(description="SHA-256 of the record's output.")
    replayed: str = Field(description="SHA-256 of the output now.")
    candidates: int
    versions: VersionsPublic
    differences: list[DifferencePublic] = Field(
        default_factory=list, description="Empty for those who do not read the need in full."
    )


class PlaceChangePublic(SQLModel):
    """How one supplier's place changed; null is not on the list, which counts as the place after the last.

    `by_model` + `by_rules` + `by_data` = places lost (positive) or gained (negative) in all.
    """

    supplier: str
    supplier_name: str
    before: int | None = None
    now: int | None = None
    change: int
    by_model: int
    by_rules: int
    by_data: int
    band_before: str | None = None
    band_now: str | None = None
    causes: list[ReasonPublic] = Field(default_factory=list, description="What changed; rendered `change.<code>`.")


class RankingChangePublic(SQLModel):
    """Why the ranking of a need's suppliers changed since a run: model, rules and data replaced one after another."""

    run: str
    run_at: datetime
    need: str
    order: list[str]
    causes: list[ReasonPublic] = Field(default_factory=list, description="What changed for the whole list.")
    before: VersionsPublic
    now: VersionsPublic
    places: list[PlaceChangePublic]
