"""A page of a list, as the API gives it."""

from typing import Generic, TypeVar

from pydantic import BaseModel

from workflow.paging import Page

T = TypeVar("T")


class PagePublic(BaseModel, Generic[T]):
    """`items` are page `number` (from 1) of `pages`, `size` on each, `total` in all."""

    items: list[T]
    total: int
    number: int
    size: int
    pages: int

    @classmethod
    def of(cls, page: Page[T]) -> "PagePublic[T]":
        """The same page."""
        return cls(items=list(page.items), total=page.total, number=page.number, size=page.size, pages=page.pages)
