"""What people get to see of matches; cut to what they may see of the capability behind each."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from models.enums import MatchStatus, NeedStatus, Origin, ReasonCode, SupplierKind, Verdict


class ReasonPublic(SQLModel):
    """Why a supplier was proposed: the page renders `reason.<code>` with the parameters."""

    code: str
    params: dict[str, str | int | float] = Field(default_factory=dict)


class PassagePublic(SQLModel):
    """The piece of a capability that speaks most for the match: what stands at start:end of its title or text."""

    field: str
    start: int
    end: int
    text: str


class ProposalPublic(SQLModel):
    """A supplier that was found; what the reader may not see of its capability is empty."""

    supplier: str
    supplier_name: str
    supplier_kind: SupplierKind
    organisation_name: str = ""
    capability: str | None = None
    capability_title: str = ""
    rank: int | None = None
    score: float | None = None
    band: str | None = None
    reasons: list[ReasonPublic] = Field(default_factory=list)
    passages: list[PassagePublic] = Field(default_factory=list)


class JudgementPublic(SQLModel):
    """What a person decided."""

    verdict: Verdict
    reason: ReasonCode
    comment: str = ""
    person_name: str
    judged_at: datetime


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
    matches: list[MatchPublic]
