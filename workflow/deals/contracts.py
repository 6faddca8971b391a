"""The terms of a deal's contracts: kind, sum, days and plan of payment."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from core.database import WriteSession
from core.errors import Conflict, Invalid, Problem
from models.access import Viewer
from models.deal import Contract, Deal
from models.deal_enums import DealStatus
from models.deal_forms import ContractUpdate
from tracking.extra_stages import base_of
from tracking.outcomes import check_technical
from tracking.registration import read_number
from tracking.store import contract_numbered, find_deal_to_change, milestones_of, payments_of
from tracking.templates import BEFORE_KINDS, template_for
from tracking.terms import check_days, check_due, check_payments
from workflow.days import day_of
from workflow.deals.changes import record_changes
from workflow.deals.tracks import track_named, tracks_of
from workflow.deals.visits import settle_visits
from workflow.reminders import schedule_reminders

_NEVER_EMPTY = ("kind", "currency", "cooperative")


def edit_contract(
    session: WriteSession, viewer: Viewer, deal_id: str, number: int, form: ContractUpdate, *, now: datetime
) -> Contract:
    """What the form names of the contract is changed, if what is planned under it still fits.

    Where its kind, or the way of developing, was put down wrongly, it goes on under the stages of the right one.

    Raises NotFound, Refused, Conflict for a lost or archived deal and for a kind that does not know the stage at which
    the contract stands, Invalid.
    """
    deal, contract = contract_to_change(session, viewer, deal_id, number)
    changes = form.model_dump(exclude_unset=True)
    if "registration_number" in changes:
        changes["registration_number"] = read_number(form.registration_number or "")
    changed = {name: value for name, value in changes.items() if getattr(contract, name) != value}
    _check(session, contract, changed, today=day_of(now))
    if changed:
        stored = {name: getattr(contract, name) for name in changed}
        money = (contract.currency, changed.get("currency", contract.currency))
        record_changes(session, viewer, deal, stored, changed, now=now, contract=number, currencies=money)
        contract.sqlmodel_update(changed)
        _follow(session, deal, contract, number)
        deal.last_activity_at = now
        settle_visits(session, deal, now=now)
        schedule_reminders(session, deal, now=now)
    return contract


def contract_to_change(
    session: WriteSession, viewer: Viewer, deal_id: str, number: int, *, version: int | None = None
) -> tuple[Deal, Contract]:
    """The contract and its deal, locked. Raises NotFound, Refused, Conflict for a lost or archived deal."""
    deal = find_deal_to_change(session, viewer, deal_id, version=version)
    if deal.status is DealStatus.LOST:
        raise Conflict("deal.closed", status=deal.status.value)
    return deal, contract_numbered(session, deal.key, number)


def _check(session: WriteSession, contract: Contract, changed: Mapping[str, Any], *, today: date) -> None:
    empty = [name for name in _NEVER_EMPTY if name in changed and changed[name] is None]
    if empty:
        raise Invalid("invalid", tuple(Problem("field.required", field=name) for name in empty))
    after = {name: changed.get(name, getattr(contract, name)) for name in ContractUpdate.model_fields}
    check_days(after["signed_on"], after["ends_on"], today=today)
    milestones, payments = milestones_of(session, contract), payments_of(session, contract)
    for due_on in (*(row.due_on for _, row in milestones), *(row.due_on for _, row in payments)):
        check_due(after["signed_on"], due_on)
    check_payments(after["amount"], after["payment_plan"], (payment.amount for _, payment in payments))
    check_technical(after["amount"], after["technical_amount"], field="technical_amount")


def _follow(session: WriteSession, deal: Deal, contract: Contract, number: int) -> None:
    """From where it stands on, the contract follows the stages of its kind; those it has left stay as they were."""
    row = track_named(tracks_of(session, deal), number).row
    template = template_for(contract.kind, cooperative=contract.cooperative)
    if row.template in (template.name, BEFORE_KINDS):
        return
    if template.stage(base_of(row.code)) is None:
        raise Conflict("deal.stage_of_other_kind", stage=base_of(row.code))
    row.template, row.template_version = template.name, template.version
