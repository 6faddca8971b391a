"""The proof that an index holds exactly what the database says it should."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.database import ReadSession
from workflow.indexing.vectors import current_ids

if TYPE_CHECKING:
    from workflow.indexing.search_index import SearchIndex


@dataclass(frozen=True, slots=True)
class IndexComparison:
    """Ids of capabilities that the index lacks, and of those it should not have."""

    indexed: int
    missing: tuple[int, ...]
    surplus: tuple[int, ...]

    @property
    def ok(self) -> bool:
        """Whether the two hold the same."""
        return not self.missing and not self.surplus


def compare_index(session: ReadSession, index: "SearchIndex") -> IndexComparison:
    """How the index differs from the current capabilities; one that has no vector yet is missing."""
    expected = current_ids(session)
    found = set(index.ids())
    return IndexComparison(len(found), tuple(sorted(expected - found)), tuple(sorted(found - expected)))
