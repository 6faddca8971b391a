"""Suppliers that the engine found, as a proposal wants them: with facts, documents, and what people decided before.

Two ways lead to the same `Offer`: from the database as it is now, and from a run's record. What was read from the
database is written into the record (`Drawn`), so that the second way gives the same values years later.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func
from sqlmodel import col, select

from core.database import ReadSession
from matching.evidence.types import Source
from matching.proposals.types import Offer, Refused
from matching.rules import CapabilityFacts, NeedFacts, SupplierFacts
from models.capability import Capability, CapabilityRevision
from models.match import Impression, Match
from models.need import Need, NeedRevision
from models.refusal import Refusal
from models.supplier import Supplier
from workflow.days import day_of
from workflow.indexing.vectors import document_of
from workflow.matches.facts import capability_facts, read_sides, stays
from workflow.matches.store import current_revisions, last_revisions
from workflow.refusals import refusals_in_force

if TYPE_CHECKING:
    from matching.types import Document, SupplierMatch
    from workflow.indexing import SearchIndex

LATELY = timedelta(days=90)
"""How far back it counts that a supplier was shown to somebody."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """What was read of one supplier; facts (with their text) and dates of its documents are by the capability's id."""

    facts: SupplierFacts
    capabilities: Mapping[int, CapabilityFacts]
    dates: Mapping[int, date]
    organisations: frozenset[int] = frozenset()
    shown: int = 0
    refused: Refused | None = None


@dataclass(frozen=True, slots=True)
class Pool:
    """The suppliers the engine found with all that a proposal needs of them; `revisions` are by the capability's id."""

    need: NeedFacts
    found: "Sequence[SupplierMatch]"
    drawn: Mapping[int, Drawn]
    revisions: Mapping[int, CapabilityRevision]

    @property
    def offers(self) -> list[Offer]:
        """One offer for each supplier, in the engine's order."""
        return [offer_of(match, self.drawn[match.supplier], self.revisions) for match in self.found]

    def scored(self, match: "SupplierMatch") -> "Document":
        """The document that earned a match its place, in the words that were scored."""
        return document_of(self.revisions[match.best.document], match.supplier)


def offer_of(match: "SupplierMatch", drawn: Drawn, revisions: Mapping[int, CapabilityRevision]) -> Offer:
    """One supplier as a proposal wants it; its documents are those that the engine scored, the best first."""
    return Offer(
        supplier=match.supplier,
        raw=match.raw,
        best=match.best,
        others=match.others,
        facts=drawn.facts,
        capability=drawn.capabilities[match.best.document],
        sources=tuple(_source(key, drawn.dates[key], revisions[key]) for key in documents_of(match)),
        reasons=match.reasons,
        spans=match.spans,
        organisations=drawn.organisations,
        shown=drawn.shown,
        refused=drawn.refused,
    )


def read_pool(
    session: ReadSession,
    index: "SearchIndex",
    need: Need,
    revision: NeedRevision,
    found: "Sequence[SupplierMatch]",
    now: datetime,
) -> Pool:
    """What the database knows now of those the engine found.

    Left out is who is not there any more in the words that were scored: it changed while the engine was at work.
    """
    revisions = _scored_revisions(session, index, found)
    capabilities = _capabilities(session, revisions)
    suppliers = {row.key: row for row in _suppliers(session, found)}
    kept = [match for match in found if all(key in revisions for key in documents_of(match))]
    sides = read_sides(session, need, revision, list(suppliers.values()), day_of(now))
    shown, refused = _shown(session, suppliers, now), refusals_in_force(session, need)
    drawn = {
        match.supplier: Drawn(
            facts=sides.suppliers[match.supplier],
            capabilities={
                key: capability_facts(capabilities[key], revisions[key], suppliers[match.supplier])
                for key in documents_of(match)
            },
            dates={key: _dated(capabilities[key], revisions[key]) for key in documents_of(match)},
            organisations=_organisations(sides.suppliers[match.supplier], day_of(now)),
            shown=shown.get(match.supplier, 0),
            refused=_refused(refused.get(match.supplier)),
        )
        for match in kept
    }
    return Pool(sides.need, kept, drawn, revisions)


def documents_of(match: "SupplierMatch") -> list[int]:
    """The capabilities a match names, the best first."""
    return [match.best.document, *(other.document for other in match.others)]


def _scored_revisions(
    session: ReadSession, index: "SearchIndex", found: "Sequence[SupplierMatch]"
) -> dict[int, CapabilityRevision]:
    """The revisions that the engine read, by capability: the current ones, or the last where one was just replaced."""
    documents = sorted({key for match in found for key in documents_of(match)})
    current = current_revisions(session, documents)
    read = {key: row for key, row in current.items() if has_read(index, row)}
    missing = [key for key in documents if key not in read]
    last = last_revisions(session, missing) if missing else {}
    return read | {key: row for key, row in last.items() if has_read(index, row)}


def has_read(index: "SearchIndex", revision: CapabilityRevision) -> bool:
    """Whether the index holds this revision: scores and offsets of any other would be of other words.

    It holds none of a capability that another thread has just taken out of it.
    """
    try:
        document = index.engine.document(revision.capability_id)
    except ValueError:  # the engine's word for an id that is not there; asked beforehand it could still go meanwhile
        return False
    return document == document_of(revision, document.supplier)


def _capabilities(session: ReadSession, keys: Iterable[int]) -> dict[int, Capability]:
    rows = session.exec(select(Capability).where(col(Capability.id).in_(list(keys))))
    return {row.key: row for row in rows}


def _suppliers(session: ReadSession, found: "Sequence[SupplierMatch]") -> Sequence[Supplier]:
    return session.exec(
        select(Supplier).where(col(Supplier.id).in_([match.supplier for match in found])).order_by(col(Supplier.id))
    ).all()


def _dated(capability: Capability, revision: CapabilityRevision) -> date:
    """The day for which a capability's text stands: its last confirmation, else the day it was written."""
    return capability.confirmed_on or day_of(revision.valid_from)


def _organisations(facts: SupplierFacts, today: date) -> frozenset[int]:
    """Those whose share of a list the supplier takes: which it acts as, or else where its people are today."""
    return facts.party.organisations or stays(facts.party, today)


def _shown(session: ReadSession, suppliers: Iterable[int], now: datetime) -> dict[int, int]:
    """How often each of these suppliers was shown to anybody lately."""
    counted = session.execute(
        select(Match.supplier_id, func.count())
        .join(Impression, col(Impression.match_id) == col(Match.id))
        .where(
            col(Match.supplier_id).in_(list(suppliers)),
            col(Impression.shown_at) > now - LATELY,
            col(Impression.shown_at) <= now,
        )
        .group_by(col(Match.supplier_id))
    )
    return {row[0]: row[1] for row in counted}


def _refused(refusal: Refusal | None) -> Refused | None:
    return Refused(refusal.reason.value, refusal.organisation_id is not None) if refusal else None


def _source(key: int, day: date, revision: CapabilityRevision) -> Source:
    return Source(key, day, revision.title, revision.full_text)
