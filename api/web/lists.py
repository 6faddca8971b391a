"""What a list is asked for by its address: words, choices, a page; and the addresses of its other pages."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Annotated, TypeVar
from urllib.parse import urlencode

from fastapi import Depends, Request

E = TypeVar("E", bound=Enum)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The query of a list's address; what makes no sense in it counts as not given."""

    path: str = ""
    params: Mapping[str, str] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """A word or code; empty when it is not given."""
        return self.params.get(name, "").replace("\0", "").strip()

    def member(self, enum: type[E], name: str) -> E | None:
        """A member of a closed set."""
        return next((member for member in enum if str(member.value) == self.text(name)), None)

    def flag(self, name: str) -> bool:
        """Whether a box is ticked."""
        return bool(self.text(name))

    @property
    def page(self) -> int:
        """The number of the page, from 1."""
        number = self.text("page")
        return int(number) if number.isdecimal() and len(number) < 7 else 1

    def link(self, number: int) -> str:
        """The address of another page of the same list."""
        kept = {name: value for name, value in self.params.items() if value and name != "page"}
        return f"{self.path}?{urlencode({**kept, 'page': str(number)})}"


def _wanted(request: Request) -> Wanted:
    return Wanted(request.url.path, dict(request.query_params))


WantedDep = Annotated[Wanted, Depends(_wanted)]
