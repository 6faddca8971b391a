"""The proof that an index holds exactly what the database says it should."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlmodel import col, select

from core.database import ReadSession
from models.capability import Capability, CapabilityRevision
from models.supplier import Supplier
from workflow.indexing.vectors import CURRENT

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
    wanted = session.exec(
        select(Capability.id)
        .join(CapabilityRevision, col(CapabilityRevision.capability_id) == col(Capability.id))
        .join(Supplier, col(Supplier.id) == col(Capability.supplier_id))
        .where(*CURRENT)
    )
    expected = {key for key in wanted if key is not None}
    found = set(index.ids())
    return IndexComparison(len(found), tuple(sorted(expected - found)), tuple(sorted(found - expected)))
