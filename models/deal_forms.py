"""What people hand in about deals, and what they get to see of them."""

from datetime import date, datetime

from pydantic import ConfigDict, field_validator, model_validator
from sqlmodel import Field

from models.columns import Form
from models.deal import DealBase
from models.deal_enums import ContractKind, EvidenceKind, NoteKind, PartyRole, PaymentPlan, Visibility
from models.enums import Currency, Precision, ReasonCode

TEXT_MAX = 4000
SUM_MAX = 10**15
"""分; ten trillion yuan, so that sums of sums fit into 64 bits."""
TEXT_OF_ENTRY_MAX = 20_000
"""Characters of a line of a timeline."""
_VERSION_SEEN = "The deal's version that was looked at."


class DealCreate(DealBase, Form):
    """A deal that starts without a match; one that grows from a match takes its parties from there."""

    need: str | None = None
    supplier: str | None = None
    no_step_reason: str = Field(default="", max_length=500, description="Why nothing is to be done next.")
    despite_refusal: bool = Field(default=False, description="Start it with a supplier that is never to be proposed.")


class DealStart(DealCreate):
    """A deal that somebody starts now: unlike one that is brought in from elsewhere, it says what comes next."""

    @model_validator(mode="after")
    def _says_what_comes_next(self) -> "DealStart":
        if bool(self.next_step) != bool(self.next_step_due) or not (self.next_step or self.no_step_reason):
            raise ValueError("step_or_reason")
        if self.next_step and self.no_step_reason:
            raise ValueError("step_and_reason")
        return self


class DealOpen(Form):
    """A deal that grows from an accepted match; without a title it gets one from the need and the supplier."""

    title: str = Field(default="", max_length=200)
    next_step: str = Field(default="", max_length=500)
    next_step_due: date | None = None


class DealUpdate(Form):
    """What may be changed of a deal; what is left out stays."""

    model_config = ConfigDict(validate_default=False)

    title: str | None = Field(default=None, min_length=1, max_length=200)
    team_only: bool | None = None
    version: int | None = Field(default=None, description=_VERSION_SEEN)

    @field_validator("title", "team_only", mode="after")
    @classmethod
    def _is_not_emptied(cls, value: str | bool | None) -> str | bool | None:
        if value is None:
            raise ValueError("required")
        return value


class NextStepUpdate(Form):
    """What is to be done next, and by which day; or, when nothing is, why not."""

    next_step: str = Field(default="", max_length=500)
    next_step_due: date | None = None
    no_step_reason: str = Field(default="", max_length=500)
    version: int | None = Field(default=None, description=_VERSION_SEEN)


class ContractCreate(Form):
    """A contract that was signed."""

    kind: ContractKind
    amount: int | None = Field(default=None, ge=0, le=SUM_MAX, description="分; null means not agreed.")
    currency: Currency = Currency.CNY
    signed_on: date | None = None
    cooperative: bool = Field(default=False, description="Of development: done together, not commissioned.")


class ContractUpdate(Form):
    """What may be changed of a contract; what is left out stays.

    Another kind, or another way of developing, leads to the stages of that kind from where the contract stands.
    """

    kind: ContractKind | None = None
    currency: Currency | None = None
    cooperative: bool | None = Field(default=None, description="Of development: done together, not commissioned.")
    amount: int | None = Field(default=None, ge=0, le=SUM_MAX, description="分; null means not agreed.")
    signed_on: date | None = None
    ends_on: date | None = None
    payment_plan: PaymentPlan | None = None
    technical_amount: int | None = Field(
        default=None, ge=0, le=SUM_MAX, description="技术交易额, 分; within the amount."
    )
    registration_number: str | None = Field(default=None, max_length=60, description="合同登记编号")


class MilestoneCreate(Form):
    """What is to be reached under a contract, and by which day."""

    title: str = Field(min_length=1, max_length=200)
    due_on: date


class PaymentCreate(Form):
    """What is to be paid under a contract, and by which day; a commission may have no sum yet."""

    amount: int | None = Field(default=None, ge=1, le=SUM_MAX, description="分")
    due_on: date


class MilestoneUpdate(Form):
    """What may be changed of a milestone; what is left out stays, and without its day it is not reached after all."""

    title: str | None = Field(default=None, min_length=1, max_length=200)
    due_on: date | None = None
    reached_on: date | None = None
    version: int | None = Field(default=None, description=_VERSION_SEEN)


class PaymentUpdate(Form):
    """What may be changed of a payment; what is left out stays, and without its day it was not made after all."""

    amount: int | None = Field(default=None, ge=1, le=SUM_MAX, description="分")
    due_on: date | None = None
    paid_on: date | None = None
    version: int | None = Field(default=None, description=_VERSION_SEEN)


class DoneOn(Form):
    """The day on which something was done; today when it is not said."""

    done_on: date | None = None


class HandOver(Form):
    """Who is to own a deal from now on (a name, a login or an id), and what that person has to know."""

    person: str = Field(min_length=1, max_length=60)
    note: str = Field(min_length=1, max_length=TEXT_MAX)
    version: int | None = Field(default=None, description=_VERSION_SEEN)


class HandOverAll(Form):
    """Who leaves, who takes over (names, logins or ids), and what the one who takes over has to know."""

    leaving: str = Field(min_length=1, max_length=60)
    person: str = Field(min_length=1, max_length=60)
    note: str = Field(min_length=1, max_length=TEXT_MAX)


class PartyCreate(Form):
    """A further side of a deal: a supplier or an organisation, by its id, and as what it takes part."""

    role: PartyRole
    supplier: str | None = None
    organisation: str | None = None

    @model_validator(mode="after")
    def _names_one(self) -> "PartyCreate":
        if bool(self.supplier) == bool(self.organisation):
            raise ValueError("one_side")
        return self


class NeedAdded(Form):
    """A further need that the deal is to meet."""

    need: str = Field(min_length=1, max_length=60)


class DealSplit(Form):
    """A part of a deal that goes its own way from now on, and why."""

    title: str = Field(min_length=1, max_length=200)
    note: str = Field(min_length=1, max_length=TEXT_MAX)
    version: int | None = Field(default=None, description=_VERSION_SEEN)


class DealMerge(Form):
    """Another deal that becomes part of this one, and why."""

    deal: str = Field(min_length=1, max_length=60)
    note: str = Field(min_length=1, max_length=TEXT_MAX)
    version: int | None = Field(default=None, description=_VERSION_SEEN)


class ExtraStageCreate(Form):
    """A stage that only this deal, or one of its contracts (numbered from 1), has: its name and what it comes after.

    `opened_by` is the evidence that lets the deal into it without a reason.
    """

    name: str = Field(min_length=1, max_length=60)
    after: str = Field(min_length=1, max_length=40)
    usual_from: int = Field(ge=0, le=3650, description="Days that it usually takes at least.")
    usual_to: int = Field(ge=1, le=3650)
    opened_by: EvidenceKind | None = None
    contract: int | None = Field(default=None, ge=1)
    version: int | None = Field(default=None, description=_VERSION_SEEN)

    @model_validator(mode="after")
    def _in_order(self) -> "ExtraStageCreate":
        if self.usual_from > self.usual_to:
            raise ValueError("usual_order")
        return self


class PartRemoved(Form):
    """Why a side, a need, or something that was planned is no part of a deal any more."""

    reason: ReasonCode
    text: str = Field(default="", max_length=TEXT_MAX)
    version: int | None = Field(default=None, description=_VERSION_SEEN)


class StageMove(Form):
    """A move of a deal, or of one of its contracts (numbered from 1), to another stage."""

    to: str = Field(min_length=1, max_length=40)
    contract: int | None = Field(default=None, ge=1)
    signing: ContractCreate | None = Field(default=None, description="The contract, when the move is to `signed`.")
    reason: ReasonCode | None = None
    text: str = Field(default="", max_length=TEXT_MAX)
    version: int | None = Field(default=None, description=_VERSION_SEEN)


class UndoMove(Form):
    """The last move between stages was a slip: of the deal, or of one of its contracts (numbered from 1).

    Of a contract that has not moved, its signing was.
    """

    contract: int | None = Field(default=None, ge=1)
    text: str = Field(default="", max_length=TEXT_MAX)
    version: int | None = Field(default=None, description=_VERSION_SEEN)


class EvidenceCreate(Form):
    """What shows that a stage was gone through, and of which day it is; of the deal or of one of its contracts."""

    kind: EvidenceKind
    dated_on: date
    note: str = Field(default="", max_length=1000)
    contract: int | None = Field(default=None, ge=1)


class WaitingUpdate(Form):
    """The society waits for one side to act, since a day; without a side it waits for nobody any more."""

    waiting_for: PartyRole | None = None
    waiting_since: date | None = None
    version: int | None = Field(default=None, description=_VERSION_SEEN)


class AnswerCreate(Form):
    """A side has answered, on a day."""

    side: PartyRole
    answered_on: date | None = Field(default=None, description="Today when it is not said.")
    version: int | None = Field(default=None, description=_VERSION_SEEN)


class ReplyCreate(Form):
    """What somebody writes to the society for a side of the deal; who else reads it is that side's to say."""

    text: str = Field(min_length=1, max_length=TEXT_MAX)
    visibility: Visibility | None = Field(
        default=None, description="All sides, or the own one; the own one when it is not said."
    )
    side: PartyRole | None = Field(default=None, description="For who takes part on several sides.")


class StatusMove(Form):
    """A pause, a revival or an end without result."""

    reason: ReasonCode | None = None
    text: str = Field(default="", max_length=TEXT_MAX)
    version: int | None = Field(default=None, description=_VERSION_SEEN)


class NoteCreate(Form):
    """Something that happened between people; it may be told later than it happened, and inexactly."""

    kind: NoteKind = NoteKind.NOTE
    text: str = Field(min_length=1, max_length=TEXT_OF_ENTRY_MAX)
    visibility: Visibility = Visibility.STAFF
    occurred_at: datetime | None = None
    precision: Precision = Precision.INSTANT

    @field_validator("occurred_at", mode="after")
    @classmethod
    def _in_some_time_zone(cls, value: datetime | None) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("needs_time_zone")
        return value


class MailCreate(Form):
    """For whom a mail is, and what is to stand for what it does not say itself."""

    visibility: Visibility = Visibility.STAFF
    subject: str = Field(default="", max_length=300)
    sender: str = Field(default="", max_length=300)
    recipients: str = Field(default="", max_length=2000)
    sent_at: datetime | None = None

    @model_validator(mode="after")
    def _in_some_time_zone(self) -> "MailCreate":
        if self.sent_at is not None and self.sent_at.tzinfo is None:
            raise ValueError("needs_time_zone")
        return self


class EntryRights(Form):
    """Who is to read a line of a timeline, and who read it when that was looked at."""

    visibility: Visibility
    before: Visibility | None = None
