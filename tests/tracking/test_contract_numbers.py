"""Contracts are known by their numbers, which are the same wherever they are read."""

from models.deal import Contract
from models.deal_enums import ContractKind
from tracking.terms import numbers_of


def contract(key: int, deal: int) -> Contract:
    return Contract(id=key, deal_id=deal, kind=ContractKind.DEVELOPMENT)


def test_contracts_are_numbered_in_each_deal_from_one_in_whatever_order_they_come() -> None:
    rows = [contract(9, 2), contract(4, 1), contract(2, 2), contract(7, 1)]
    assert numbers_of(rows) == numbers_of(rows[::-1]) == {4: 1, 7: 2, 2: 1, 9: 2}
    assert numbers_of([]) == {}
