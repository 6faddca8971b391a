"""Lists in pages.

A rule a maintainer must keep: a statement comes here with its access clause already in it, because the total is counted
from it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any, Generic, TypeVar

from sqlalchemy import func
from sqlmodel import select

from catalog.search import AnySelect
from core.database import ReadSession

T = TypeVar("T")
U = TypeVar("U")

PAGE_SIZE, PAGE_SIZE_MAX = 20, 200


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some of a list: page `number` (from 1) of `size` items, out of `total`."""

    items: Sequence[T]
    total: int
    number: int
    size: int

    @property
    def pages(self) -> int:
        """How many pages there are; at least one, which may be empty."""
        return max(1, ceil(self.total / self.size))

    def map(self, change: Callable[[T], U]) -> "Page[U]":
        """The same page of other items."""
        return Page([change(item) for item in self.items], self.total, self.number, self.size)


def read_page(session: ReadSession, statement: AnySelect, *, number: int, size: int) -> Page[Any]:
    """One page of the rows of an ordered statement; a number outside the list is brought to its nearest page."""
    size = min(max(size, 1), PAGE_SIZE_MAX)
    total: int = session.exec(select(func.count()).select_from(statement.order_by(None).subquery())).one()
    number = min(max(number, 1), max(1, ceil(total / size)))
    rows = session.execute(statement.limit(size).offset((number - 1) * size)).all()
    return Page([tuple(row) if len(row) > 1 else row[0] for row in rows], total, number, size)
