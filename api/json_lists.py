"""Which page of a list is asked for, as every list of the API takes it."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Query

from workflow.paging import PAGE_SIZE, PAGE_SIZE_MAX


@dataclass(frozen=True, slots=True)
class PageWanted:
    """Which page of a list, and how long pages are."""

    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1
    size: Annotated[int, Query(ge=1, le=PAGE_SIZE_MAX)] = PAGE_SIZE


PageDep = Annotated[PageWanted, Depends()]
