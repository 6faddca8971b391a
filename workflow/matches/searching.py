"""Who can do …? Suppliers for free text; nothing is stored."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from core.database import ReadSession
from core.errors import Invalid, Problem
from models.access import Viewer
from models.match_public import FindingPublic, FoundPublic, ProposalPublic, ReasonPublic
from workflow.matches.explaining import SeenRevision, passages_at, reasons_for
from workflow.matches.proposing import MOST
from workflow.matches.showing import SupplierRow, revisions_by_id, suppliers_by_id
from workflow.matches.store import current_revisions

if TYPE_CHECKING:
    from matching.types import MatchResult, SupplierMatch
    from workflow.indexing import SearchIndex

TEXT_MAX = 20_000


def search_suppliers(
    session: ReadSession, viewer: Viewer, index: "SearchIndex", text: str, *, k: int = 10
) -> FoundPublic:
    """Up to `k` suppliers for the text, best first, among the capabilities the viewer sees at L2 or more.

    Evidence, shared words and passages are of what the viewer may read. The score is of the whole text, which the index
    reads for everybody. `index` was refreshed by the caller. The notes say why the list is short or empty, and what it
    was made without. Raises Invalid for a text or number too large.
    """
    from matching.types import Query
    from workflow.matches.offers import documents_of
    from workflow.matches.text_findings import findings_for_text

    if len(text) > TEXT_MAX:
        raise Invalid("invalid", (Problem("field.too_long", (("max", TEXT_MAX),), field="q"),))
    if not 1 <= k <= MOST:
        raise Invalid("match.number", (Problem("match.number", (("most", MOST),), field="k"),), most=MOST)
    permission = index.permission(session, viewer)
    result = permission.checked(index.engine.match(Query(title=text), k=k, allowed=permission.search))
    revisions = current_revisions(session, [key for match in result.matches for key in documents_of(match)])
    found = [match for match in result.matches if match.best.document in revisions]
    suppliers = suppliers_by_id(session, [match.supplier for match in found])
    seen = revisions_by_id(session, viewer, [revision.key for revision in revisions.values()])
    findings = findings_for_text(text, found, revisions, seen)
    matches = [
        _public(match, suppliers[match.supplier], seen[revisions[match.best.document].key], index, told)
        for match, told in zip(found, findings, strict=True)
    ]
    return FoundPublic(matches=matches, notes=list(_notes(result, index, asked=k)))


def _notes(result: "MatchResult", index: "SearchIndex", *, asked: int) -> Iterator[ReasonPublic]:
    """What the engine says of the list; a number would tell of capabilities that the reader may not see."""
    from workflow.matches.step import remarks_on

    for note in result.notes:
        yield ReasonPublic(code=note.code, params=dict(note.params))
    if 0 < len(result.matches) < asked:
        yield ReasonPublic(code="fewer_found", params={"count": len(result.matches), "asked": asked})
    for code in remarks_on(index):
        yield ReasonPublic(code=code)


def _public(
    match: "SupplierMatch", row: SupplierRow, best: SeenRevision, index: "SearchIndex", findings: list[FindingPublic]
) -> ProposalPublic:
    from workflow.matches.offers import has_read

    revision = best.revision
    spans = [(span.field, span.start, span.end) for span in match.spans if span.document == revision.capability_id]
    return ProposalPublic(
        supplier=row.supplier.public_id,
        supplier_name=row.supplier.name,
        supplier_kind=row.supplier.kind,
        organisation_name=row.organisation_name,
        capability=best.public_id,
        capability_title=revision.title,
        rank=match.rank,
        score=match.score,
        band=match.band.value,
        reasons=reasons_for(match.reasons, best),
        passages=passages_at(best, spans) if has_read(index, revision) else [],
        findings=findings,
    )
