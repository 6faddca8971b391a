"""What of a deal is still to be done when somebody calls it a success."""

from collections.abc import Sequence

from core.database import ReadSession
from core.errors import NotFound, Param, Problem
from models.access import Viewer
from models.deal import Contract, Deal
from tracking.store import contracts_of, find_deal, milestones_of, payments_of
from tracking.terms import numbers_of


def list_unfinished(session: ReadSession, viewer: Viewer, deal_id: str) -> list[Problem]:
    """What ending the deal as a success would leave undone, for who works on it. Raises NotFound."""
    deal, works_on_it = find_deal(session, viewer, deal_id)
    if not works_on_it:
        raise NotFound("deal.not_found", id=deal_id)
    return unfinished(session, deal)


def unfinished(session: ReadSession, deal: Deal) -> list[Problem]:
    """Contracts without their day of signing, milestones not reached and payments not made, contract by contract."""
    contracts = contracts_of(session, deal.key)
    numbers = numbers_of(contracts)
    return [problem for contract in contracts for problem in _of_contract(session, contract, numbers[contract.key])]


def _of_contract(session: ReadSession, contract: Contract, number: int) -> Sequence[Problem]:
    unsigned = [] if contract.signed_on else [_problem("unsigned", contract=number)]
    milestones = [
        _problem("milestone", contract=number, title=row.title, day=row.due_on.isoformat())
        for _, row in milestones_of(session, contract)
        if row.reached_on is None
    ]
    payments = [
        _problem("payment", contract=number, number=place, day=row.due_on.isoformat())
        for place, row in payments_of(session, contract)
        if row.paid_on is None
    ]
    return [*unsigned, *milestones, *payments]


def _problem(what: str, **params: Param) -> Problem:
    return Problem(f"deal.unfinished_{what}", tuple(params.items()), field="despite_unfinished")
