"""What the terms of a contract must obey: days in their order, and no more to pay than was agreed. Pure rules.

Contracts have no names: people know each by its number in its deal, which `numbers_of` alone gives.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from core.errors import Invalid, Problem
from models.deal import Contract
from models.deal_enums import PaymentPlan


def check_days(signed_on: date | None, ends_on: date | None, *, today: date) -> None:
    """A contract was not signed in the future and does not end before it was signed. Raises Invalid."""
    if signed_on is not None and signed_on > today:
        raise Invalid("deal.day_in_future", (Problem("field.in_future", field="signed_on"),))
    if signed_on is not None and ends_on is not None and ends_on < signed_on:
        raise Invalid("deal.before_contract", (Problem("field.before_contract", field="ends_on"),))


def check_due(signed_on: date | None, due_on: date) -> None:
    """Nothing is due under a contract before it was signed. Raises Invalid."""
    if signed_on is not None and due_on < signed_on:
        raise Invalid("deal.before_contract", (Problem("field.before_contract", field="due_on"),))


def check_done(signed_on: date | None, done_on: date, *, today: date, field: str) -> None:
    """What was done was done since the contract was signed, and by today. Raises Invalid."""
    if done_on > today:
        raise Invalid("deal.day_in_future", (Problem("field.in_future", field=field),))
    if signed_on is not None and done_on < signed_on:
        raise Invalid("deal.before_contract", (Problem("field.before_contract", field=field),))


def check_payments(agreed: int | None, plan: PaymentPlan | None, sums: Iterable[int | None]) -> None:
    """The payments fit the plan and the sum agreed (分; None: not agreed, so any will do).

    A commission may have payments whose sum is not known yet, and as it depends on what is sold, no bound. Raises
    Invalid.
    """
    payments = list(sums)
    if plan is PaymentPlan.COMMISSION:
        return
    if any(amount is None for amount in payments):
        raise Invalid("deal.payment_needs_sum", (Problem("field.required", field="amount"),))
    if plan is PaymentPlan.ONE_OFF and len(payments) > 1:
        raise Invalid("deal.one_payment_only", (Problem("field.not_a_choice", field="amount"),))
    if agreed is not None and sum(amount or 0 for amount in payments) > agreed:
        raise Invalid("deal.payments_above_sum", (Problem("field.above_agreed", field="amount"),))


def numbers_of(contracts: Iterable[Contract]) -> dict[int, int]:
    """The numbers under which people know contracts, by their ids: from 1 in each deal, in the order of their rows.

    Of a deal, all are given or none.
    """
    last: Counter[int] = Counter()
    found = {}
    for contract in sorted(contracts, key=lambda contract: contract.key):
        last[contract.deal_id] += 1
        found[contract.key] = last[contract.deal_id]
    return found
