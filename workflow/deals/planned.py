"""What is planned under a contract: milestones and payments, done, corrected, and taken away with a reason.

Rules a maintainer must keep: their numbers stand in the history, so what is taken away keeps its number; what was done
by mistake is corrected like any other field, and the history says what was there before.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from core.database import ReadSession, WriteSession
from core.errors import Conflict, Invalid, NotFound, Problem
from models.access import Viewer
from models.columns import Form
from models.deal import Contract, Deal, Milestone, Payment
from models.deal_forms import DoneOn, MilestoneCreate, MilestoneUpdate, PartRemoved, PaymentCreate, PaymentUpdate
from tracking.reasons import REMOVALS, require_one_of
from tracking.store import Planned, milestones_of, payments_of
from tracking.terms import check_done, check_due, check_payments
from workflow.days import day_of
from workflow.deals.acts import record_act, require_owner
from workflow.deals.changes import record_changes
from workflow.deals.contracts import contract_to_change
from workflow.reminders import schedule_reminders

_DONE = {Milestone: "reached_on", Payment: "paid_on"}
_MAY_BE_EMPTY = frozenset({"reached_on", "paid_on", "amount"})


def plan_milestone(
    session: WriteSession, viewer: Viewer, deal_id: str, number: int, form: MilestoneCreate, *, now: datetime
) -> Milestone:
    """The milestone stands under the contract. Raises NotFound, Refused, Conflict, Invalid before the contract."""
    deal, contract = contract_to_change(session, viewer, deal_id, number)
    check_due(contract.signed_on, form.due_on)
    milestone = Milestone(contract_id=contract.key, title=form.title, due_on=form.due_on)
    session.add(milestone)
    params = {"contract": number, "day": form.due_on.isoformat()}
    record_act(session, viewer, deal, "deal.milestone_planned", params, now=now)
    return milestone


def plan_payment(
    session: WriteSession, viewer: Viewer, deal_id: str, number: int, form: PaymentCreate, *, now: datetime
) -> Payment:
    """The payment stands under the contract.

    Raises NotFound, Refused, Conflict, Invalid before the contract and above its sum.
    """
    deal, contract = contract_to_change(session, viewer, deal_id, number)
    check_due(contract.signed_on, form.due_on)
    planned = [payment.amount for _, payment in payments_of(session, contract)]
    check_payments(contract.amount, contract.payment_plan, [*planned, form.amount])
    payment = Payment(contract_id=contract.key, amount=form.amount, due_on=form.due_on)
    session.add(payment)
    params = {"contract": number, "day": form.due_on.isoformat()}
    record_act(session, viewer, deal, "deal.payment_planned", params, now=now)
    return payment


def reach_milestone(
    session: WriteSession, viewer: Viewer, deal_id: str, number: int, milestone: int, form: DoneOn, *, now: datetime
) -> Milestone:
    """The milestone is reached, on a day. Raises NotFound, Refused, Conflict when it was already, Invalid."""
    return _do(session, viewer, deal_id, number, Milestone, milestone, form, now)


def record_payment(
    session: WriteSession, viewer: Viewer, deal_id: str, number: int, payment: int, form: DoneOn, *, now: datetime
) -> Payment:
    """The payment was made, on a day. Raises NotFound, Refused, Conflict when it was already, Invalid."""
    return _do(session, viewer, deal_id, number, Payment, payment, form, now)


def edit_milestone(
    session: WriteSession,
    viewer: Viewer,
    deal_id: str,
    number: int,
    milestone: int,
    form: MilestoneUpdate,
    *,
    now: datetime,
) -> Milestone:
    """What the form names of the milestone is changed, also that it was reached.

    Raises NotFound, Refused, Conflict for a lost or archived deal and one that changed meanwhile, Invalid.
    """
    deal, contract = contract_to_change(session, viewer, deal_id, number, version=form.version)
    found = _item(session, Milestone, contract, milestone)
    _edit(session, viewer, deal, contract, (number, milestone), found, _changes(form), now)
    return found


def edit_payment(
    session: WriteSession,
    viewer: Viewer,
    deal_id: str,
    number: int,
    payment: int,
    form: PaymentUpdate,
    *,
    now: datetime,
) -> Payment:
    """What the form names of the payment is changed, also that it was made.

    Raises NotFound, Refused, Conflict for a lost or archived deal and one that changed meanwhile, Invalid.
    """
    deal, contract = contract_to_change(session, viewer, deal_id, number, version=form.version)
    found, changes = _item(session, Payment, contract, payment), _changes(form)
    if "amount" in changes:
        others = [row.amount for _, row in payments_of(session, contract) if row is not found]
        check_payments(contract.amount, contract.payment_plan, [*others, changes["amount"]])
    _edit(session, viewer, deal, contract, (number, payment), found, changes, now)
    return found


def remove_milestone(
    session: WriteSession,
    viewer: Viewer,
    deal_id: str,
    number: int,
    milestone: int,
    form: PartRemoved,
    *,
    now: datetime,
) -> None:
    """The milestone is planned no more, and nobody is reminded of it.

    Raises NotFound, Refused for who is neither owner nor lead, Invalid for a reason that does not fit, Conflict for a
    lost or archived deal.
    """
    _remove(session, viewer, deal_id, number, Milestone, milestone, form, now)


def remove_payment(
    session: WriteSession, viewer: Viewer, deal_id: str, number: int, payment: int, form: PartRemoved, *, now: datetime
) -> None:
    """The payment is planned no more, and nobody is reminded of it. Raises as `remove_milestone` does."""
    _remove(session, viewer, deal_id, number, Payment, payment, form, now)


def _do(
    session: WriteSession,
    viewer: Viewer,
    deal_id: str,
    number: int,
    kind: type[Planned],
    item: int,
    form: DoneOn,
    now: datetime,
) -> Planned:
    deal, contract = contract_to_change(session, viewer, deal_id, number)
    found, day, field = _item(session, kind, contract, item), form.done_on or day_of(now), _DONE[kind]
    if getattr(found, field) is not None:
        raise Conflict("deal.done_already")
    check_done(contract.signed_on, day, today=day_of(now), field="done_on")
    setattr(found, field, day)
    code = "deal.milestone_reached" if kind is Milestone else "deal.payment_made"
    record_act(session, viewer, deal, code, {"contract": number, "number": item, "day": day.isoformat()}, now=now)
    return found


def _changes(form: Form) -> Mapping[str, Any]:
    """What the form names. Raises Invalid for what cannot be empty."""
    changes = form.model_dump(exclude_unset=True, exclude={"version"})
    empty = [name for name, value in changes.items() if value is None and name not in _MAY_BE_EMPTY]
    if empty:
        raise Invalid("invalid", tuple(Problem("field.required", field=name) for name in empty))
    return changes


def _edit(
    session: WriteSession,
    viewer: Viewer,
    deal: Deal,
    contract: Contract,
    place: tuple[int, int],
    item: Milestone | Payment,
    changes: Mapping[str, Any],
    now: datetime,
) -> None:
    changed = {name: value for name, value in changes.items() if getattr(item, name) != value}
    if not changed:
        return
    _check_days(contract, changed, today=day_of(now))
    before = {name: getattr(item, name) for name in changed}
    named = (type(item).__name__.lower(), place[1])
    money = (contract.currency, contract.currency)
    record_changes(session, viewer, deal, before, changed, now=now, contract=place[0], item=named, currencies=money)
    item.sqlmodel_update(changed)
    deal.last_activity_at = now
    schedule_reminders(session, deal, now=now)


def _check_days(contract: Contract, changed: Mapping[str, Any], *, today: date) -> None:
    if "due_on" in changed:
        check_due(contract.signed_on, changed["due_on"])
    for field in _DONE.values():
        if changed.get(field) is not None:
            check_done(contract.signed_on, changed[field], today=today, field=field)


def _remove(
    session: WriteSession,
    viewer: Viewer,
    deal_id: str,
    number: int,
    kind: type[Planned],
    item: int,
    form: PartRemoved,
    now: datetime,
) -> None:
    deal, contract = contract_to_change(session, viewer, deal_id, number, version=form.version)
    require_owner(session, viewer, deal)
    require_one_of(REMOVALS, form.reason)
    found = _item(session, kind, contract, item)
    found.removed_at = now
    params = {"contract": number, "number": item, "day": found.due_on.isoformat(), "reason": form.reason.value}
    written = [found.title, form.text] if isinstance(found, Milestone) else [form.text]
    code, text = f"deal.{kind.__name__.lower()}_removed", "\n".join(filter(None, written))
    record_act(session, viewer, deal, code, params, text, now=now)


def _item(session: ReadSession, kind: type[Planned], contract: Contract, number: int) -> Planned:
    rows = milestones_of(session, contract) if kind is Milestone else payments_of(session, contract)
    found = dict(rows).get(number)
    if not isinstance(found, kind):
        raise NotFound("deal.no_such_item", number=number)
    return found
