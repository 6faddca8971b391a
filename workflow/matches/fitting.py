"""Which needs fit what a supplier offers: the same engine, rules and evidence, read from the other side.

Before staff who see a need and what is offered in full a pair has the score it has on the need's own list. For anybody
else a need is what that reader may read of it: no score, place or absence tells of a budget, a name or a decision that
is hidden. Of a card that is the public title, without requirements. What a reader may not read of a capability proves
nothing; its score alone is of the whole text, which the index reads for everybody.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from sqlmodel import col

from catalog.demand.disclosure import readable
from catalog.demand.needs import NeedFilter, NeedRow, select_needs
from catalog.search import AnySelect
from core.database import ReadSession
from core.errors import Conflict, Refused
from models.access import FULL, SUMMARY, Viewer
from models.capability import CapabilityRevision
from models.enums import NeedStatus
from models.fitting_need import FittingNeedPublic, FittingNeedsPublic
from models.need import Need, NeedRevision, NeedText
from models.supplier import Supplier
from workflow.matches.evidence import evidence_of
from workflow.matches.explaining import (
    SeenRevision,
    Sight,
    findings_in,
    need_side_in,
    questions_in,
    reasons_in,
    rules_in,
    ways_in,
)
from workflow.matches.lowering import why_lowered
from workflow.matches.showing import revisions_by_id
from workflow.matches.store import capabilities_of
from workflow.needs import public_need, summarise_need
from workflow.suppliers import get_supplier

if TYPE_CHECKING:
    from matching.proposals.types import Proposed
    from workflow.indexing import SearchIndex
    from workflow.matches.matcher import Matcher
    from workflow.matches.offers import Drawn
    from workflow.matches.step import Basis

EXPLAINED = 3
"""So many times the length of the list are explained: bands sink some of those that come first by score."""
MOST_EXPLAINED = 30
"""No more are explained, each of which takes as long as a run over one supplier."""


@dataclass(frozen=True, slots=True)
class Fitting:
    """One need as its reader knows it, with what the matcher says of it and the supplier."""

    looked_at: "LookedAt"
    basis: "Basis"
    proposed: "Proposed"


@dataclass(frozen=True, slots=True)
class LookedAt:
    """A need and as much of its revision as the reader may read; rules and decisions count where that is all of it."""

    row: NeedRow
    revision: NeedRevision
    in_full: bool

    @classmethod
    def by(cls, viewer: Viewer, row: NeedRow) -> "LookedAt":
        """The need as `viewer` knows it."""
        if viewer.is_society and row.level >= FULL:
            return cls(row, row.revision, in_full=True)
        told = public_need(row).model_dump(include=set(NeedText.model_fields))
        number = row.revision.id if row.level >= SUMMARY else None
        return cls(row, NeedRevision(id=number or 0, need_id=row.need.key, number=row.revision.number, **told), False)


def needs_for_supplier(
    session: ReadSession, viewer: Viewer, supplier_id: str, index: "SearchIndex", *, now: datetime, k: int = 10
) -> FittingNeedsPublic:
    """Up to `k` needs that look for somebody, best first by band and score. `index` was refreshed by the caller.

    Needs whose text is hardly like any of the supplier's are not among them, nor are those that a hard rule or a
    decision of people closes to it, as far as the viewer may know of who asks and of what was decided. Raises NotFound,
    Refused for somebody who neither is of the society nor acts for the supplier, and Conflict for an archived supplier.
    """
    supplier = get_supplier(session, viewer, supplier_id)
    if not viewer.is_society and supplier.key not in viewer.suppliers:
        raise Refused("match.refused")
    if supplier.archived_at is not None:
        raise Conflict("supplier.archived")
    looked_at = [LookedAt.by(viewer, NeedRow.of(row)) for row in session.execute(_looking(viewer))]
    readable = [one for one in looked_at if one.revision.title or one.revision.public_title]
    found = _fitting(session, viewer, supplier, readable, index, now, k)
    seen = revisions_by_id(session, viewer, {row.key for one in found for row in one.basis.pool.revisions.values()})
    return FittingNeedsPublic(
        supplier=supplier.public_id,
        supplier_name=supplier.name,
        compared=len(readable),
        needs=[_public(viewer, rank, one, seen) for rank, one in enumerate(found, start=1)],
    )


def _fitting(
    session: ReadSession,
    viewer: Viewer,
    supplier: Supplier,
    readable: Sequence[LookedAt],
    index: "SearchIndex",
    now: datetime,
    k: int,
) -> list[Fitting]:
    from matching.evidence.caps import rank_key
    from workflow.matches.matcher import matcher_of

    matcher, offered = matcher_of(index), capabilities_of(session, [supplier.key])
    likely = _likely(session, viewer, offered, readable, index, matcher)[: min(EXPLAINED * k, MOST_EXPLAINED)]
    judged = [_judged(session, viewer, one, offered, index, matcher, now) for one in likely]
    kept = [one for one in judged if one is not None and _fits(one.proposed)]
    return sorted(kept, key=lambda one: rank_key(one.proposed.band, one.proposed.score))[:k]


def _fits(proposed: "Proposed") -> bool:
    from matching.types import Band

    return proposed.text_band is not Band.weak and proposed.band is not Band.excluded


def _likely(
    session: ReadSession,
    viewer: Viewer,
    offered: Sequence[int],
    readable: Sequence[LookedAt],
    index: "SearchIndex",
    matcher: "Matcher",
) -> list[LookedAt]:
    """The needs of whose texts any of these capabilities is worth a look, the likest first."""
    from matching.types import Band
    from workflow.matches.step import query_of

    permission = index.permission(session, viewer).only(offered)
    engine = index.engine_with(matcher.ranker)
    results = engine.match_many([query_of(one.revision) for one in readable], k=1, allowed=permission.search)
    scored = [
        (result.matches[0].raw, one)
        for one, result in zip(readable, map(permission.checked, results), strict=True)
        if result.matches and result.matches[0].band is not Band.weak
    ]
    return [one for _, one in sorted(scored, key=lambda pair: (-pair[0], pair[1].row.need.key))]


def _judged(
    session: ReadSession,
    viewer: Viewer,
    one: LookedAt,
    offered: Sequence[int],
    index: "SearchIndex",
    matcher: "Matcher",
    now: datetime,
) -> Fitting | None:
    """What the matcher says of the supplier for this need; None where people decided against it."""
    from workflow.matches.step import basis_for, explain

    basis = basis_for(session, viewer, one.row.need, one.revision, index, matcher, offered, now=now)
    basis = _as_read(session, viewer, basis)
    asked = tuple(replace(words, text=readable(words.text, one.row.level)) for words in basis.asked)
    basis = replace(basis, asked=asked)
    if not one.in_full:
        basis = _without_names(basis, one.row)
    if not basis.pool.found or any(offer.refused for offer in basis.pool.offers):
        return None
    return Fitting(one, basis, explain(basis, matcher, now=now))


def _without_names(basis: "Basis", row: NeedRow) -> "Basis":
    """The basis without what people decided, and for whoever does not read the need in full without who asks."""
    from matching.rules import Party, Person

    pool, stranger = basis.pool, Party(frozenset(), (Person(frozenset(), affiliations=()),))  # in conflict with nobody
    drawn = {supplier: replace(known, refused=None) for supplier, known in pool.drawn.items()}
    asker = pool.need.asker if row.level >= FULL else stranger
    return replace(basis, pool=replace(pool, drawn=drawn, need=replace(pool.need, asker=asker)))


def _as_read(session: ReadSession, viewer: Viewer, basis: "Basis") -> "Basis":
    """The basis over what the viewer may read of the supplier's texts; its scores are of the whole of them."""
    pool = basis.pool
    seen = revisions_by_id(session, viewer, [revision.key for revision in pool.revisions.values()])
    revisions = {key: seen[revision.key].as_read for key, revision in pool.revisions.items()}
    drawn = {supplier: _with_texts(known, revisions) for supplier, known in pool.drawn.items()}
    return replace(basis, pool=replace(pool, revisions=revisions, drawn=drawn))


def _with_texts(known: "Drawn", revisions: Mapping[int, CapabilityRevision]) -> "Drawn":
    from workflow.matches.facts import text_of

    facts = {key: replace(fact, text=text_of(revisions[key])) for key, fact in known.capabilities.items()}
    return replace(known, capabilities=facts)


def _looking(viewer: Viewer) -> AnySelect:
    """The needs that look for suppliers and that the viewer may know of."""
    return select_needs(viewer, NeedFilter()).where(col(Need.status).in_([NeedStatus.FOCUSED, NeedStatus.MATCHED]))


def _public(viewer: Viewer, rank: int, one: Fitting, seen: dict[int, SeenRevision]) -> FittingNeedPublic:
    # Nothing of the need is hidden in the evidence: it was made from what the viewer may read.
    evidence, staff = evidence_of(one.proposed, one.basis.quoted), one.looked_at.in_full
    asked = {row.key: words.text for row, words in zip(one.basis.requirements, one.basis.asked, strict=True)}
    sight = Sight(staff, True, seen, asked, tuple(one.basis.revision.excluded_terms))
    best = seen[one.basis.pool.revisions[one.proposed.best.document].key]
    shown = FittingNeedPublic(
        rank=rank,
        need=summarise_need(one.looked_at.row),
        band=one.proposed.band.value,
        capability=best.public_id,
        capability_title=best.revision.title,
        reasons=reasons_in(evidence, best),
        findings=findings_in(evidence, sight),
        need_side=need_side_in(evidence, sight),
        bottleneck=one.proposed.bottleneck.value,
    )
    if staff:
        shown.score, shown.text_score = one.proposed.score, one.proposed.text_score
        shown.text_band = one.proposed.text_band.value
        shown.rules, shown.questions = rules_in(evidence, sight), questions_in(evidence, sight)
        shown.ways = ways_in(evidence, sight)
        shown.lowered = why_lowered(evidence, shown.rules, shown.findings)
    return shown
