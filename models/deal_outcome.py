"""What people hand in and see of what came of a deal: outcomes, return visits, and what was done to get there."""

from datetime import date, datetime

from sqlmodel import Field, SQLModel

from models.columns import MONEY_MAX, Form
from models.deal_enums import ActionReason, ContractKind, DealStatus, NextAction, NotNow
from models.enums import Currency, ReasonCode

TEXT_MAX = 4000
_JOBS_MAX = 10_000_000
_VERSION_SEEN = "The deal's version that was looked at."


class Findings(SQLModel):
    """What a collaboration has brought; sums in 分, marks from 1 to 5."""

    revenue: int | None = Field(default=None, ge=0, le=MONEY_MAX, description="分 a year")
    jobs: int | None = Field(default=None, ge=0, le=_JOBS_MAX)
    satisfaction_demand: int | None = Field(default=None, ge=1, le=5)
    satisfaction_supply: int | None = Field(default=None, ge=1, le=5)


class OutcomeBase(Findings):
    """What came of a deal; sums that are left out are those of its contracts."""

    status: DealStatus
    reason: ReasonCode | None = None
    text: str = Field(default="", max_length=TEXT_MAX)
    contract_sum: int | None = Field(default=None, ge=0, le=MONEY_MAX)
    technical_sum: int | None = Field(default=None, ge=0, le=MONEY_MAX, description="技术交易额, within the sum.")


class OutcomeCreate(OutcomeBase, Form):
    """What came of a deal, as handed in; a success is told in a few words."""

    despite_unfinished: bool = Field(
        default=False,
        description="Call it a success although a contract is unsigned, a milestone open or a payment unpaid.",
    )
    version: int | None = Field(default=None, description=_VERSION_SEEN)


class OutcomePublic(OutcomeBase):
    """What came of a deal: as recorded, and as its contracts have it where nothing was recorded."""

    stage: str
    phase: str = Field(description="In which part of its life it ended: finding, negotiation, carrying_out.")
    kind: ContractKind | None = None
    currency: Currency = Currency.CNY
    registration_numbers: list[str] = []
    milestones: int = 0
    milestones_met: int = 0
    recorded_at: datetime
    recorded_by: str = ""


class VisitCreate(Findings, Form):
    """What was found at a return visit, and on which day; today when it is not said."""

    done_on: date | None = None
    text: str = Field(default="", max_length=TEXT_MAX)


class VisitPublic(Findings):
    """A return visit: `contract` and `number` (the year after the acceptance) name it."""

    contract: int
    number: int
    accepted_on: date
    due_on: date
    done_on: date | None = None
    text: str = ""
    recorded_by: str = ""
    overdue: bool = False


class ActionTake(Form):
    """A proposed action is taken: what is to be done now, by when; both may be left out to keep the step as it is."""

    action: NextAction
    next_step: str = Field(default="", max_length=500)
    next_step_due: date | None = None
    reason: ReasonCode | None = Field(default=None, description="Why it is closed, for `close`.")
    text: str = Field(default="", max_length=TEXT_MAX)
    version: int | None = Field(default=None, description=_VERSION_SEEN)


class ActionDecline(Form):
    """A proposed action is not taken now, and why."""

    action: NextAction
    not_now: NotNow


class ActionPublic(SQLModel):
    """An action that is proposed: people read `action.because.<because>` with the parameters.

    `score` is `gain` by `effort`: what is expected of it in 万元, by the days of work it takes.
    """

    action: NextAction
    because: ActionReason
    params: dict[str, str | int | float]
    contract: int | None = None
    stage: str
    gain: float
    effort: float
    score: float
    due_on: date
