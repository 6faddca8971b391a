"""What came of a deal, in figures: sums and kind as its contracts have them, or as somebody gave them. Pure rules."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.errors import Invalid, Problem
from models.deal_enums import ContractKind
from models.enums import Currency


@dataclass(frozen=True, slots=True)
class Terms:
    """What a contract says: sums in 分 of its currency; None is not agreed, or not told apart."""

    kind: ContractKind
    amount: int | None = None
    technical: int | None = None
    currency: Currency = Currency.CNY


@dataclass(frozen=True, slots=True)
class Sums:
    """What a deal is worth: sums in 分 of one currency, and the kind of contract that most of it is for."""

    contract: int | None = None
    technical: int | None = None
    currency: Currency = Currency.CNY
    kind: ContractKind | None = None


def check_technical(amount: int | None, technical: int | None, *, field: str) -> None:
    """The technical part (技术交易额) is within the sum it is part of. Raises Invalid."""
    if amount is not None and technical is not None and technical > amount:
        raise Invalid(
            "deal.technical_above_sum", (Problem("field.technical_above_sum", (("max", amount),), field=field),)
        )


def sums_of(contracts: Sequence[Terms], contract_sum: int | None = None, technical_sum: int | None = None) -> Sums:
    """The sums of contracts, in which a sum that somebody gave (in 元) goes before theirs.

    The kind is that of the contracts with the largest sum together, the first of them on a tie. Sums in several
    currencies do not add up: then there is only what was given. A technical sum is known once that of every contract
    is; beside a sum that was given it stands only in 元 and within that sum.
    """
    currencies = {terms.currency for terms in contracts}
    one = len(currencies) == 1
    currency = next(iter(currencies)) if one and contract_sum is None else Currency.CNY
    known = [terms.amount for terms in contracts if terms.amount is not None] if one else []
    technical = [terms.technical for terms in contracts if terms.technical is not None] if one else []
    told_apart = sum(technical) if technical and len(technical) == len(contracts) else None
    if contract_sum is not None and (currencies != {Currency.CNY} or (told_apart or 0) > contract_sum):
        told_apart = None
    return Sums(
        contract_sum if contract_sum is not None else sum(known) if known else None,
        technical_sum if technical_sum is not None else told_apart,
        currency,
        _kind(contracts),
    )


def _kind(contracts: Sequence[Terms]) -> ContractKind | None:
    worth: dict[ContractKind, int] = {}
    for terms in contracts:
        worth[terms.kind] = worth.get(terms.kind, 0) + (terms.amount or 0)
    return max(worth, key=lambda kind: worth[kind]) if worth else None
