"""The terms of a deal's contracts: sum, days, plan of payment, milestones and payments."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlmodel import col, select

from core.database import ReadSession, WriteSession
from core.errors import Conflict, NotFound
from models.access import Viewer
from models.deal import Contract, Deal, Milestone, Payment
from models.deal_forms import ContractUpdate, DoneOn, MilestoneCreate, PaymentCreate
from models.enums import DealStatus, SubjectKind
from tracking.outcomes import check_technical
from tracking.registration import read_number
from tracking.store import contracts_of, find_deal_to_change
from tracking.terms import check_days, check_done, check_due, check_payments
from workflow.days import day_of
from workflow.deals.changes import record_changes
from workflow.history import record_event
from workflow.reminders import schedule_reminders

Item = TypeVar("Item", Milestone, Payment)


def edit_contract(
    session: WriteSession, viewer: Viewer, deal_id: str, number: int, form: ContractUpdate, *, now: datetime
) -> Contract:
    """What the form names of the contract is changed, if what is planned under it still fits.

    Raises NotFound, Refused, Conflict for a lost or archived deal, Invalid.
    """
    deal, contract = _contract(session, viewer, deal_id, number)
    changes = form.model_dump(exclude_unset=True)
    if "registration_number" in changes:
        changes["registration_number"] = read_number(form.registration_number or "")
    changed = {name: value for name, value in changes.items() if getattr(contract, name) != value}
    after = {name: changed.get(name, getattr(contract, name)) for name in ContractUpdate.model_fields}
    check_days(after["signed_on"], after["ends_on"], today=day_of(now))
    milestones, payments = _items(session, Milestone, contract), _items(session, Payment, contract)
    for due_on in (*(row.due_on for row in milestones), *(row.due_on for row in payments)):
        check_due(after["signed_on"], due_on)
    check_payments(after["amount"], after["payment_plan"], (payment.amount for payment in payments))
    check_technical(after["amount"], after["technical_amount"], field="technical_amount")
    if changed:
        stored = {name: getattr(contract, name) for name in changed}
        record_changes(session, viewer, deal, stored, changed, now=now, contract=number)
        contract.sqlmodel_update(changed)
        deal.last_activity_at = now
        schedule_reminders(session, deal, now=now)
    return contract


def plan_milestone(
    session: WriteSession, viewer: Viewer, deal_id: str, number: int, form: MilestoneCreate, *, now: datetime
) -> Milestone:
    """The milestone stands under the contract. Raises NotFound, Refused, Conflict, Invalid before the contract."""
    deal, contract = _contract(session, viewer, deal_id, number)
    check_due(contract.signed_on, form.due_on)
    milestone = Milestone(contract_id=contract.key, title=form.title, due_on=form.due_on)
    session.add(milestone)
    _record(session, viewer, deal, "deal.milestone_planned", now, contract=number, day=form.due_on.isoformat())
    return milestone


def reach_milestone(
    session: WriteSession,
    viewer: Viewer,
    deal_id: str,
    number: int,
    milestone: int,
    form: DoneOn,
    *,
    now: datetime,
) -> Milestone:
    """The milestone is reached, on a day. Raises NotFound, Refused, Conflict when it was already, Invalid."""
    deal, contract = _contract(session, viewer, deal_id, number)
    found = _item(session, Milestone, contract, milestone)
    if found.reached_on is not None:
        raise Conflict("deal.done_already")
    day = form.done_on or day_of(now)
    check_done(contract.signed_on, day, today=day_of(now), field="done_on")
    found.reached_on = day
    params = {"contract": number, "number": milestone, "day": day.isoformat()}
    _record(session, viewer, deal, "deal.milestone_reached", now, **params)
    return found


def plan_payment(
    session: WriteSession, viewer: Viewer, deal_id: str, number: int, form: PaymentCreate, *, now: datetime
) -> Payment:
    """The payment stands under the contract.

    Raises NotFound, Refused, Conflict, Invalid before the contract and above its sum.
    """
    deal, contract = _contract(session, viewer, deal_id, number)
    check_due(contract.signed_on, form.due_on)
    planned = [payment.amount for payment in _items(session, Payment, contract)]
    check_payments(contract.amount, contract.payment_plan, [*planned, form.amount])
    payment = Payment(contract_id=contract.key, amount=form.amount, due_on=form.due_on)
    session.add(payment)
    _record(session, viewer, deal, "deal.payment_planned", now, contract=number, day=form.due_on.isoformat())
    return payment


def record_payment(
    session: WriteSession, viewer: Viewer, deal_id: str, number: int, payment: int, form: DoneOn, *, now: datetime
) -> Payment:
    """The payment was made, on a day. Raises NotFound, Refused, Conflict when it was already, Invalid."""
    deal, contract = _contract(session, viewer, deal_id, number)
    found = _item(session, Payment, contract, payment)
    if found.paid_on is not None:
        raise Conflict("deal.done_already")
    day = form.done_on or day_of(now)
    check_done(contract.signed_on, day, today=day_of(now), field="done_on")
    found.paid_on = day
    params = {"contract": number, "number": payment, "day": day.isoformat()}
    _record(session, viewer, deal, "deal.payment_made", now, **params)
    return found


def milestones_of(session: ReadSession, contract: Contract) -> Sequence[Milestone]:
    """The milestones of a contract; their places in this order are their numbers."""
    return _items(session, Milestone, contract)


def payments_of(session: ReadSession, contract: Contract) -> Sequence[Payment]:
    """The payments of a contract; their places in this order are their numbers."""
    return _items(session, Payment, contract)


def _contract(session: WriteSession, viewer: Viewer, deal_id: str, number: int) -> tuple[Deal, Contract]:
    deal = find_deal_to_change(session, viewer, deal_id)
    if deal.status is DealStatus.LOST:
        raise Conflict("deal.closed", status=deal.status.value)
    contracts = contracts_of(session, deal.key)
    if not 0 < number <= len(contracts):
        raise NotFound("contract.not_found", number=number)
    return deal, contracts[number - 1]


def _items(session: ReadSession, kind: type[Item], contract: Contract) -> Sequence[Item]:
    return session.exec(select(kind).where(kind.contract_id == contract.key).order_by(col(kind.id))).all()


def _item(session: ReadSession, kind: type[Item], contract: Contract, number: int) -> Item:
    items = _items(session, kind, contract)
    if not 0 < number <= len(items):
        raise NotFound("deal.no_such_item", number=number)
    return items[number - 1]


def _record(session: WriteSession, viewer: Viewer, deal: Deal, code: str, now: datetime, **params: Any) -> None:
    deal.last_activity_at = now
    record_event(session, SubjectKind.DEAL, deal.key, code, actor_id=viewer.person_id, now=now, params=params)
    schedule_reminders(session, deal, now=now)
