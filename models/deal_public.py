"""What people get to see of deals."""

from datetime import date, datetime

from sqlmodel import Field, SQLModel

from models.deal_enums import ContractKind, DealStatus, EntryKind, EvidenceKind, PartyRole, PaymentPlan, Visibility
from models.deal_outcome import OutcomePublic, VisitPublic
from models.enums import Currency, Precision, ReasonCode
from models.file import EventFile, MailPublic


class PartyPublic(SQLModel):
    """Who takes part in a deal, as what."""

    number: int = Field(default=0, description="What it is taken away by.")
    role: PartyRole
    name: str
    organisation: str | None = None
    supplier: str | None = None
    answered_on: date | None = None
    answered_after: int | None = Field(default=None, description="Days from the introduction to its first answer.")


class MoveOption(SQLModel):
    """A move that is legal now: `kind` is one of `tracking.lifecycle.MoveKind`.

    `may` is whether the reader's standing is enough for it; `missing` the evidence of which one piece would make the
    reason needless; `reasons` what is usually given.
    """

    kind: str
    to: str = ""
    needs_reason: bool = False
    standing: str = "team"
    may: bool = True
    missing: tuple[EvidenceKind, ...] = ()
    reasons: tuple[ReasonCode, ...] = ()


class EvidencePublic(SQLModel):
    """Evidence that is recorded; `number` is what it is withdrawn by."""

    number: int
    kind: EvidenceKind
    contract: int | None = None
    dated_on: date
    note: str


class StagePublic(SQLModel):
    """A stage that was entered; `contract` is the number of the contract it belongs to."""

    code: str
    contract: int | None = None
    entered_at: datetime
    left_at: datetime | None = None
    paused_at: datetime | None = None
    paused_seconds: int = 0
    usual_days: tuple[int, int] | None = None


class ExtraStagePublic(SQLModel):
    """A stage that only this deal has; whoever only takes part in the deal does not read its name."""

    code: str
    contract: int | None = None
    after: str
    name: str = ""
    usual_days: tuple[int, int]
    opened_by: EvidenceKind | None = None
    entered: bool = Field(description="Whether it was entered, so that it stays.")


class MilestonePublic(SQLModel):
    """What is to be reached under a contract; `number` is its place among the contract's milestones."""

    number: int
    title: str
    due_on: date
    reached_on: date | None = None


class PaymentPublic(SQLModel):
    """What is to be paid under a contract; `number` is its place among the contract's payments."""

    number: int
    amount: int | None
    due_on: date
    paid_on: date | None = None


class TrackPublic(SQLModel):
    """What moves by itself: the deal up to signing, then each contract; `moves` are the stages it can go to."""

    contract: int | None = None
    kind: ContractKind | None = None
    amount: int | None = None
    currency: Currency | None = None
    signed_on: date | None = None
    cooperative: bool = False
    payment_plan: PaymentPlan | None = None
    ends_on: date | None = None
    technical_amount: int | None = None
    registration_number: str = ""
    registration_doubts: tuple[str, ...] = Field(default=(), description="What does not look as it should in it.")
    milestones: list[MilestonePublic] = []
    payments: list[PaymentPublic] = []
    stage: str
    stages: tuple[str, ...]
    moves: list[MoveOption]
    missing: tuple[EvidenceKind, ...] = ()
    undo_to: str | None = Field(default=None, description="Where the last move came from, if it can be undone.")
    undo_signing: bool = Field(default=False, description="Whether the signing itself can be undone.")


class ReplyPublic(SQLModel):
    """The first that a side wrote on the deal's page since the society last said how things stand with it."""

    side: PartyRole
    on: date
    entry: str = Field(description="The line of the timeline.")


class DealSummary(SQLModel):
    """A deal as a line of a list; what the reader may not see of it is empty."""

    public_id: str
    version: int | None = Field(default=None, description="For who may change it; it counts what others do not read.")
    title: str
    status: DealStatus
    stages: tuple[str, ...]
    parties: list[PartyPublic]
    owner_name: str
    need: str | None = None
    next_step: str = ""
    next_step_due: date | None = None
    no_step_reason: str = ""
    waiting_for: PartyRole | None = None
    waiting_since: date | None = None
    replies: list[ReplyPublic] = Field(
        default=[], description="What sides wrote that the society has not taken up; a side reads of its own."
    )
    overdue: bool = False
    opened_at: datetime
    last_activity_at: datetime = Field(description="The last that the reader may know of.")
    closed_at: datetime | None = None
    archived: bool = False


class DealPublic(DealSummary):
    """A deal as its page shows it."""

    match: str | None = None
    may_change: bool = False
    own_sides: list[PartyRole] = Field(default=[], description="As what the reader takes part.")
    team_only: bool = False
    tracks: list[TrackPublic]
    moves: list[MoveOption]
    history: list[StagePublic]
    evidence: list[EvidencePublic] = []
    extra_stages: list[ExtraStagePublic] = []
    further_needs: list[str] = []
    merged_into: str | None = None
    split_from: str | None = None
    outcome: OutcomePublic | None = None
    visits: list[VisitPublic] = []

    @property
    def stage_names(self) -> dict[str, str]:
        """What the stages that only this deal has are called, if the reader may know."""
        return {stage.code: stage.name for stage in self.extra_stages if stage.name}


class EventPublic(SQLModel):
    """One line of a timeline: the page renders `event.<code>` with the parameters."""

    public_id: str
    code: str
    params: dict[str, str | int | float | None]
    text: str
    visibility: Visibility
    occurred_at: datetime
    precision: Precision
    recorded_at: datetime
    actor_name: str | None = None
    stage_names: dict[str, str] = Field(default={}, description="Of stages that only this deal has, by their codes.")
    kind: EntryKind | None = Field(default=None, description="Of a line in a deal's timeline.")
    files: list[EventFile] = []
    mail: MailPublic | None = None
