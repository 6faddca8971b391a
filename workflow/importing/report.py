"""What an import has done, and what may be told of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from models.enums import NeedStatus


class ImportKind(StrEnum):
    """What the rows of a file are."""

    ORGANISATIONS = "organisations"
    SUPPLIERS = "suppliers"
    CAPABILITIES = "capabilities"
    NEEDS = "needs"
    DEALS = "deals"


STATUSES_OF_NEW = (NeedStatus.SUBMITTED, NeedStatus.FOCUSED)
"""What a need can be when it comes in; what it becomes later comes of matches and deals, which no file holds."""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """How many rows were new, changed something, said what was known, or were left alone because archived here.

    `organisation` and `status` are what needs got whose rows named none; `suppliers_created` counts the teams that rows
    of capabilities or deals named and nobody knew; `moved_on` the deals that stand elsewhere here than the file says. A
    `dry_run` wrote nothing.
    """

    kind: ImportKind
    file: str
    encoding: str
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    archived: int = 0
    suppliers_created: int = 0
    moved_on: int = 0
    organisation: str = ""
    status: str = ""
    dry_run: bool = False

    @property
    def rows(self) -> int:
        """How many rows the file has."""
        return self.created + self.updated + self.unchanged + self.archived

    def sentences(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """The report as message keys with parameters: what was done, or after a mere check what would be."""
        if self.dry_run:
            yield "import.dry_run", {}
        for key, params in self._findings():
            yield f"import.{'would.' if self.dry_run else ''}{key}", params

    def _findings(self) -> Iterator[tuple[str, dict[str, Any]]]:
        counts = {name: getattr(self, name) for name in ("created", "updated", "unchanged")}
        yield "done", {"file": self.file, "encoding": self.encoding, "n": self.rows, **counts}
        if self.moved_on:
            yield "moved_on", {"n": self.moved_on}
        if self.archived:
            yield "archived", {"n": self.archived}
        if self.suppliers_created:
            yield "suppliers_created", {"n": self.suppliers_created}
        if self.created and self.organisation:
            yield "organisation", {"organisation": self.organisation}
        if self.created and self.status:
            yield f"status.{self.status}", {}
