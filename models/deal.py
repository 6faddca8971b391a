"""Deals 对接项目, their parties, stages and contracts, and what came of them."""

from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from models.columns import BigInt, Mutable, Published, Row, UtcDateTime, stored
from models.deal_enums import (
    ActionReason,
    ContractKind,
    DealStatus,
    EvidenceKind,
    NextAction,
    NotNow,
    PartyRole,
    PaymentPlan,
)
from models.enums import Currency, ReasonCode


class DealBase(SQLModel):
    """What people write of a deal."""

    title: str = Field(min_length=1, max_length=200)
    next_step: str = Field(default="", max_length=500)
    next_step_due: date | None = None


class Deal(DealBase, Published, table=True):
    """A long-running collaboration; usually grows from an accepted match, may also start without one."""

    __table_args__ = (UniqueConstraint("source", "external_id"),)

    need_id: int | None = Field(default=None, foreign_key="need.id", sa_type=BigInt, index=True)
    match_id: int | None = Field(default=None, foreign_key="match.id", sa_type=BigInt, unique=True)
    status: DealStatus = Field(default=DealStatus.OPEN, sa_type=stored(DealStatus), index=True)
    owner_id: int = Field(foreign_key="person.id", sa_type=BigInt, index=True)
    team_only: bool = False
    source: str = Field(default="local", max_length=60)
    external_id: str | None = Field(default=None, max_length=120)
    branch_id: int | None = Field(default=None, foreign_key="organisation.id", sa_type=BigInt, index=True)
    opened_at: datetime = Field(sa_type=UtcDateTime)
    last_activity_at: datetime = Field(sa_type=UtcDateTime, index=True)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    archived_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    no_step_reason: str = Field(default="", max_length=500, description="Why nothing is to be done next.")
    waiting_for: PartyRole | None = Field(default=None, sa_type=stored(PartyRole), description="Whose turn it is.")
    waiting_since: date | None = None
    merged_into_id: int | None = Field(default=None, foreign_key="deal.id", sa_type=BigInt)
    split_from_id: int | None = Field(default=None, foreign_key="deal.id", sa_type=BigInt)


class DealParty(Row, table=True):
    """Who takes part in a deal, as what."""

    deal_id: int = Field(foreign_key="deal.id", sa_type=BigInt, index=True)
    role: PartyRole = Field(sa_type=stored(PartyRole))
    organisation_id: int | None = Field(default=None, foreign_key="organisation.id", sa_type=BigInt, index=True)
    person_id: int | None = Field(default=None, foreign_key="person.id", sa_type=BigInt)
    supplier_id: int | None = Field(default=None, foreign_key="supplier.id", sa_type=BigInt, index=True)
    answered_on: date | None = Field(default=None, description="When it first answered after the introduction.")
    joined_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When it came to a deal that stood already; null: it takes part from the opening."""


class FormerParty(Row, table=True):
    """Who took part in a deal and was taken out of it, when and why; it reads of the deal no more than that."""

    deal_id: int = Field(foreign_key="deal.id", sa_type=BigInt)
    role: PartyRole = Field(sa_type=stored(PartyRole))
    organisation_id: int | None = Field(default=None, foreign_key="organisation.id", sa_type=BigInt, index=True)
    supplier_id: int | None = Field(default=None, foreign_key="supplier.id", sa_type=BigInt, index=True)
    reason: ReasonCode = Field(sa_type=stored(ReasonCode))
    left_at: datetime = Field(sa_type=UtcDateTime)


class DealNeed(Row, table=True):
    """A further need that a deal is to meet, beside the one it began with."""

    __table_args__ = (UniqueConstraint("deal_id", "need_id"),)

    deal_id: int = Field(foreign_key="deal.id", sa_type=BigInt, index=True)
    need_id: int = Field(foreign_key="need.id", sa_type=BigInt, index=True)


class DealMember(Row, table=True):
    """Who of the society works on a deal."""

    __table_args__ = (UniqueConstraint("deal_id", "person_id"),)

    deal_id: int = Field(foreign_key="deal.id", sa_type=BigInt, index=True)
    person_id: int = Field(foreign_key="person.id", sa_type=BigInt, index=True)


class Contract(Mutable, table=True):
    """A contract of a deal; from signing on each carries its own stages."""

    deal_id: int = Field(foreign_key="deal.id", sa_type=BigInt, index=True)
    kind: ContractKind = Field(sa_type=stored(ContractKind))
    amount: int | None = Field(default=None, sa_type=BigInt, description="分; null means not agreed.")
    currency: Currency = Field(default=Currency.CNY, sa_type=stored(Currency))
    signed_on: date | None = None
    cooperative: bool = Field(default=False, description="Of development: done together, not commissioned.")
    payment_plan: PaymentPlan | None = Field(default=None, sa_type=stored(PaymentPlan))
    ends_on: date | None = None
    technical_amount: int | None = Field(default=None, sa_type=BigInt, description="技术交易额, 分; within the amount.")
    registration_number: str = Field(default="", max_length=40, description="合同登记编号, once there is one.")


class Milestone(Mutable, table=True):
    """What is to be reached under a contract by a day; `reached_on` once it was. Taken away it stays, with when."""

    contract_id: int = Field(foreign_key="contract.id", sa_type=BigInt, index=True)
    title: str = Field(max_length=200)
    due_on: date
    reached_on: date | None = None
    removed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Payment(Mutable, table=True):
    """What is to be paid under a contract by a day; a commission may have no sum until it is known.

    Taken away it stays, with when.
    """

    contract_id: int = Field(foreign_key="contract.id", sa_type=BigInt, index=True)
    amount: int | None = Field(default=None, sa_type=BigInt, description="分 of the contract's currency")
    due_on: date
    paid_on: date | None = None
    removed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class DealStage(Mutable, table=True):
    """A step a deal, or one of its contracts, has entered; one entered by mistake stays, with when that was undone."""

    deal_id: int = Field(foreign_key="deal.id", sa_type=BigInt, index=True)
    contract_id: int | None = Field(default=None, foreign_key="contract.id", sa_type=BigInt)
    template: str = Field(max_length=40)
    template_version: int
    code: str = Field(max_length=40)
    entered_at: datetime = Field(sa_type=UtcDateTime)
    left_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    paused_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    paused_seconds: int = Field(default=0, sa_type=BigInt, description="Time paused in this stage, all pauses added.")
    undone_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ExtraStage(Row, table=True):
    """A stage that only this deal, or one of its contracts, has; its name is what people wrote.

    It comes right after the stage `after`. Taken away it stays, with when.
    """

    deal_id: int = Field(foreign_key="deal.id", sa_type=BigInt, index=True)
    contract_id: int | None = Field(default=None, foreign_key="contract.id", sa_type=BigInt)
    after: str = Field(max_length=40)
    name: str = Field(max_length=60)
    usual_from: int = Field(description="Days that it usually takes at least.")
    usual_to: int
    opened_by: EvidenceKind | None = Field(default=None, sa_type=stored(EvidenceKind))
    removed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class StageEvidence(Row, table=True):
    """What shows that a stage was gone through: of the deal, or of one of its contracts; withdrawn, never deleted."""

    deal_id: int = Field(foreign_key="deal.id", sa_type=BigInt, index=True)
    contract_id: int | None = Field(default=None, foreign_key="contract.id", sa_type=BigInt)
    kind: EvidenceKind = Field(sa_type=stored(EvidenceKind))
    dated_on: date
    note: str = Field(default="", max_length=1000)
    recorded_by_id: int | None = Field(default=None, foreign_key="person.id", sa_type=BigInt)
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    withdrawn_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Outcome(Mutable, table=True):
    """What came of a deal, also when nothing did: with the phase and the reason."""

    deal_id: int = Field(foreign_key="deal.id", sa_type=BigInt, unique=True)
    status: DealStatus = Field(sa_type=stored(DealStatus))
    stage: str = Field(max_length=40, description="The stage in which it ended.")
    reason: ReasonCode | None = Field(default=None, sa_type=stored(ReasonCode))
    text: str = Field(default="", max_length=4000)
    contract_sum: int | None = Field(default=None, ge=0, sa_type=BigInt, description="分; null: as the contracts say.")
    technical_sum: int | None = Field(default=None, ge=0, sa_type=BigInt, description="分; null: as the contracts say.")
    revenue: int | None = Field(default=None, ge=0, sa_type=BigInt, description="分 a year")
    jobs: int | None = Field(default=None, ge=0)
    satisfaction_demand: int | None = Field(default=None, ge=1, le=5)
    satisfaction_supply: int | None = Field(default=None, ge=1, le=5)
    recorded_by_id: int = Field(foreign_key="person.id", sa_type=BigInt)
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class ReturnVisit(Mutable, table=True):
    """A yearly look at what a contract has brought (效益回访): planned at its acceptance, then with what was found."""

    __table_args__ = (UniqueConstraint("contract_id", "number"),)

    deal_id: int = Field(foreign_key="deal.id", sa_type=BigInt, index=True)
    contract_id: int = Field(foreign_key="contract.id", sa_type=BigInt)
    number: int = Field(description="Which year after the acceptance, from 1.")
    accepted_on: date
    due_on: date = Field(index=True)
    done_on: date | None = None
    text: str = Field(default="", max_length=4000)
    revenue: int | None = Field(default=None, sa_type=BigInt, description="分, in the year before the visit")
    jobs: int | None = None
    satisfaction_demand: int | None = None
    satisfaction_supply: int | None = None
    recorded_by_id: int | None = Field(default=None, foreign_key="person.id", sa_type=BigInt)
    recorded_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ActionTaken(Row, table=True):
    """What was done about a proposed action: it was taken, or not now, and why; what followed stands in the history."""

    deal_id: int = Field(foreign_key="deal.id", sa_type=BigInt, index=True)
    action: NextAction = Field(sa_type=stored(NextAction))
    because: ActionReason = Field(sa_type=stored(ActionReason))
    stage: str = Field(max_length=40, description="Where the deal, or the contract it was about, stood.")
    not_now: NotNow | None = Field(default=None, sa_type=stored(NotNow))
    decided_by_id: int | None = Field(default=None, foreign_key="person.id", sa_type=BigInt)
    decided_at: datetime = Field(sa_type=UtcDateTime)
