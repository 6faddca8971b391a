"""What a row says of a deal that the society already has, and what must hold of it. Pure rules.

A deal that is brought in says where it stands, not how it came there: stages before the present one are not invented.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from sqlmodel import Field

from core.errors import Param
from models.columns import Form
from models.deal import DealBase
from models.deal_enums import ContractKind, DealStatus, PartyRole
from models.deal_forms import SUM_MAX
from models.enums import ReasonCode
from tracking.lifecycle import CLOSED, MoveKind
from tracking.reasons import reasons_for
from tracking.templates import COMMON, SIGNED, Template, template_for
from workflow.importing.values import label

_REASON_OF = {DealStatus.PAUSED: MoveKind.PAUSE, DealStatus.LOST: MoveKind.LOSE}
_OF_A_CONTRACT = ("contract_kind", "signed_on", "amount")
_DAYS = ("opened_on", "signed_on", "entered_on", "status_on")
_OF_AN_OPEN_DEAL = ("next_step", "next_step_due", "no_step_reason", "waiting_for", "waiting_since")


class KnownDeal(DealBase, Form):
    """What a file may change of a deal that is known here; where it stands is moved here, not by a file."""

    no_step_reason: str = Field(default="", max_length=500)
    waiting_for: PartyRole | None = None
    waiting_since: date | None = None


class NewDeal(KnownDeal):
    """A deal as a row brings it in."""

    stage: str
    opened_on: date
    entered_on: date | None = None
    contract_kind: ContractKind | None = None
    signed_on: date | None = None
    amount: int | None = Field(default=None, ge=0, le=SUM_MAX, description="分")
    status: DealStatus = DealStatus.OPEN
    status_on: date | None = None
    reason: ReasonCode | None = None
    notes: str = Field(default="", max_length=20_000)

    @property
    def is_signed(self) -> bool:
        """Whether a contract carries the deal."""
        return self.stage not in COMMON.codes or self.stage == SIGNED

    @property
    def template(self) -> Template:
        """What the deal, or its contract, follows; only cooperative development has a pilot stage."""
        if not self.is_signed or self.contract_kind is None:
            return COMMON
        return template_for(self.contract_kind, cooperative=self.stage == "pilot")

    @property
    def stands_at(self) -> str:
        """The stage it is in: a deal that was just signed is in the first one of its contract."""
        return self.template.stages[0].code if self.stage == SIGNED else self.stage

    @property
    def entered(self) -> date | None:
        """Since when it is in its stage, if the row tells: the first stage begins with what leads to it."""
        if self.entered_on is not None or self.stands_at != self.template.stages[0].code:
            return self.entered_on
        return self.signed_on if self.is_signed else self.opened_on


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with a row."""

    code: str
    column: str
    params: dict[str, Param] = field(default_factory=dict)


def step_faults(row: KnownDeal) -> Iterator[Fault]:
    """A next step has its day, and a day its step; waiting has somebody who is waited for."""
    if row.next_step and row.next_step_due is None:
        yield Fault("deal.step_needs_day", "next_step_due")
    if row.next_step_due is not None and not row.next_step:
        yield Fault("deal.step_needed", "next_step")
    if row.waiting_since is not None and row.waiting_for is None:
        yield Fault("field.required", "waiting_for")


def waiting_faults(row: KnownDeal, opened_on: date, today: date) -> Iterator[Fault]:
    """Nobody is waited for since a day to come, or one before the deal."""
    if row.waiting_since is not None and row.waiting_since > today:
        yield Fault("field.in_future", "waiting_since")
    elif row.waiting_since is not None and row.waiting_since < opened_on:
        yield Fault("field.before_deal", "waiting_since")


def faults_of(row: NewDeal, today: date) -> Iterator[Fault]:
    """Everything wrong with a new deal, each with the column to mend."""
    yield from step_faults(row)
    yield from waiting_faults(row, row.opened_on, today)
    yield from _stage_faults(row)
    yield from _day_faults(row, today)
    yield from _status_faults(row)


def _stage_faults(row: NewDeal) -> Iterator[Fault]:
    if not row.is_signed:
        yield from (Fault("import.not_signed_yet", name) for name in _OF_A_CONTRACT if getattr(row, name) is not None)
    elif row.contract_kind is None:
        yield Fault("import.signed_needs_kind", "contract_kind")
    elif row.template.stage(row.stands_at) is None:
        fitting = ",".join(stage.code for stage in row.template.stages)
        yield Fault("import.stage_of_other_kind", "stage", {"kind": label(row.contract_kind), "stages": fitting})


def _day_faults(row: NewDeal, today: date) -> Iterator[Fault]:
    for name in _DAYS:
        day: date | None = getattr(row, name)
        if day is not None and day > today:
            yield Fault("field.in_future", name)
        elif day is not None and day < row.opened_on:
            yield Fault("field.before_deal", name)
    if row.entered is None:
        is_first = row.stands_at == row.template.stages[0].code
        yield Fault("field.required", "signed_on") if is_first else Fault("import.entered_needed", "entered_on")
        return
    if row.is_signed and row.signed_on is not None and row.entered < row.signed_on:
        yield Fault("field.before_contract", "entered_on")
    if row.status_on is not None and row.status_on < row.entered:
        yield Fault("import.before_stage", "status_on")


def _status_faults(row: NewDeal) -> Iterator[Fault]:
    if row.status is DealStatus.OPEN:
        yield from (Fault("import.still_open", name) for name in ("status_on", "reason") if getattr(row, name))
        return
    if row.status_on is None:
        yield Fault("import.since_when", "status_on")
    if row.status is DealStatus.WON and not row.is_signed:
        yield Fault("import.won_unsigned", "stage")
    if row.status in CLOSED:
        yield from (Fault("import.asks_nothing", name) for name in _OF_AN_OPEN_DEAL if getattr(row, name))
    if row.status in _REASON_OF:
        fitting = reasons_for(_REASON_OF[row.status], row.stands_at)
        named: dict[str, Param] = {"reasons": ",".join(reason.value for reason in fitting)}
        if row.reason is None:
            yield Fault("import.reason_needed", "reason", named)
        elif row.reason not in fitting:
            yield Fault("deal.reason_does_not_fit", "reason", named | {"reason": row.reason.value})
    elif row.reason is not None:
        yield Fault("import.still_open", "reason")
