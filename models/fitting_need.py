"""What a supplier, or the staff beside it, gets to see of needs that fit what it offers."""

from sqlmodel import Field, SQLModel

from models.match_public import (
    FindingPublic,
    QuestionPublic,
    ReasonPublic,
    RulePublic,
    SideFitPublic,
    WayPublic,
)
from models.need import NeedSummary


class FittingNeedPublic(SQLModel):
    """A need that looks for what a supplier offers, with both sides; scores, rules and ways are for the staff."""

    rank: int
    need: NeedSummary
    band: str
    text_band: str | None = None
    score: float | None = None
    text_score: float | None = None
    capability: str
    capability_title: str
    reasons: list[ReasonPublic] = Field(default_factory=list)
    findings: list[FindingPublic] = Field(default_factory=list)
    need_side: SideFitPublic | None = Field(default=None, description="How the need fits what the supplier wants.")
    bottleneck: str = Field(description="need, supplier or even: which side holds it back.")
    rules: list[RulePublic] = Field(default_factory=list)
    questions: list[QuestionPublic] = Field(default_factory=list)
    ways: list[WayPublic] = Field(default_factory=list)
    lowered: list[ReasonPublic] = Field(default_factory=list, description="Why the band is below `text_band`.")


class FittingNeedsPublic(SQLModel):
    """The needs that fit a supplier, best first; `compared` counts those that the reader may see and that look."""

    supplier: str
    supplier_name: str
    compared: int
    needs: list[FittingNeedPublic]
