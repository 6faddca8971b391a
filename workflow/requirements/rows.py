"""Rows of requirements: what they say, and new ones with the figures in them."""

from collections.abc import Iterable, Mapping, Sequence
from math import isfinite

from core.database import WriteSession
from core.language.quantities import Quantity, quantities
from models.enums import Origin
from models.need import NeedRevision
from models.requirement import Indicator, QuotedField, Requirement

_NAME_MAX, _UNIT_MAX = 200, 60


def texts_of(revision: NeedRevision) -> Mapping[str, str]:
    """The fields that can be quoted, by name."""
    return {field.value: getattr(revision, field.value) for field in QuotedField}


def quote_of(revision: NeedRevision, row: Requirement) -> str:
    """The words of the need that the row stands for; empty when it quotes none."""
    return texts_of(revision)[row.field][row.start : row.end] if row.field else ""


def words_of(revision: NeedRevision, row: Requirement) -> str:
    """What the row demands: a person's wording, or else the quoted words."""
    return row.wording or quote_of(revision, row)


def is_decided(row: Requirement) -> bool:
    """Whether a person had a hand in it."""
    return row.origin is not Origin.ENGINE or row.confirmed_at is not None


def add_rows(session: WriteSession, revision: NeedRevision, rows: Sequence[Requirement]) -> None:
    """The rows are in the database, with the bounded figures of what they say as their indicators."""
    session.add_all(rows)
    session.flush()
    texts = texts_of(revision)
    found = {field: quantities(texts[field]) for field in {row.field for row in rows if row.field and not row.wording}}
    for row in rows:
        if row.wording:
            session.add_all(_indicators(row, quantities(row.wording), 0, len(row.wording)))
        else:
            session.add_all(_indicators(row, found[row.field], row.start, row.end))
    session.flush()


def number(rows: Iterable[Requirement]) -> None:
    """The rows stand in this order."""
    for position, row in enumerate(rows):
        row.position = position


def _indicators(row: Requirement, found: Sequence[Quantity], start: int, end: int) -> Iterable[Indicator]:
    for quantity in found:
        if start <= quantity.start and quantity.end <= end and quantity.is_bound:
            yield Indicator(
                requirement_id=row.key,
                name=quantity.name[:_NAME_MAX],
                low=_finite(quantity.low),
                high=_finite(quantity.high),
                unit=quantity.unit if len(quantity.unit) <= _UNIT_MAX else "",
                start=quantity.start,
                end=quantity.end,
            )


def _finite(value: float | None) -> float | None:
    return value if value is not None and isfinite(value) else None
