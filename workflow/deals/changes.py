"""What was changed of a deal: each field with what it said before and what it says now."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any, Final

from core.database import WriteSession
from models.access import Viewer
from models.deal import Deal
from models.enums import Currency, SubjectKind
from workflow.history import record_event

SUMS: Final = frozenset({"amount", "technical_amount"})
"""Fields that hold money."""


def record_changes(
    session: WriteSession,
    viewer: Viewer,
    deal: Deal,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    *,
    now: datetime,
    contract: int | None = None,
    item: tuple[str, int] | None = None,
    currencies: tuple[Currency, Currency] = (Currency.CNY, Currency.CNY),
) -> None:
    """A line for each field that differs, for the society: of the deal, of a contract, or of an `item` under one.

    Sums are in the first of `currencies` before, in the second after. Codes, sums and days are parameters; what people
    wrote stands in the line's text, which alone can be erased.
    """
    place = {name: number for name, number in (("contract", contract), ("number", item and item[1])) if number}
    kind = f"{item[0]}_" if item else "contract_" if contract else ""
    for field in sorted(name for name in after if before[name] != after[name]):
        old, new = before[field], after[field]
        is_written = any(isinstance(value, str) and not isinstance(value, Enum) for value in (old, new))
        params: dict[str, Any] = {"field": field, **place}
        if not is_written:
            params |= {"before": _code(old), "after": _code(new)}
            params |= {"money_before": currencies[0].value, "money_after": currencies[1].value} if field in SUMS else {}
        record_event(
            session,
            SubjectKind.DEAL,
            deal.key,
            f"deal.{kind}field_changed",
            actor_id=viewer.person_id,
            now=now,
            params=params,
            text=from_to(old, new) if is_written else "",
        )


def from_to(old: str | None, new: str | None) -> str:
    """Two texts that people wrote, the former first."""
    return f"{old or '–'} → {new or '–'}"


def _code(value: Any) -> str | int | None:
    """The value as a history keeps it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Enum):
        return str(value.value)
    return value.isoformat() if isinstance(value, date) else value
