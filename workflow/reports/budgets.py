"""What the needs behind deals may cost: all that is known of a deal's sum before there is a contract."""

from collections.abc import Iterable, Mapping

from sqlmodel import col, select

from core.database import ReadSession
from models.deal import Deal
from models.enums import Currency
from models.need import NeedRevision

Budget = tuple[int, int]
"""From and to, in 分."""


def budgets_of(session: ReadSession, deals: Iterable[Deal]) -> Mapping[int, Budget]:
    """By deal, where the need it began with names a sum in yuan; one bound stands for both.

    The only reader of what a deal's need may cost: other money is no sum that can be compared.
    """
    needs = {deal.key: deal.need_id for deal in deals if deal.need_id}
    rows = session.execute(
        select(NeedRevision.need_id, NeedRevision.budget_from, NeedRevision.budget_to).where(
            col(NeedRevision.need_id).in_(set(needs.values())),
            col(NeedRevision.valid_to).is_(None),
            NeedRevision.currency == Currency.CNY,
        )
    )
    found = {need: [bound for bound in (low, high) if bound is not None] for need, low, high in rows}
    return {deal: (min(found[need]), max(found[need])) for deal, need in needs.items() if found.get(need)}


def middle_of(budget: Budget | None) -> int | None:
    """The middle of a budget, in 分; None where there is none."""
    return None if budget is None else sum(budget) // 2
