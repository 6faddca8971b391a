"""A whole catalogue in memory, as the matcher wants it: no database, and every value the same on every day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.settings import Settings
from matching.embedding.static import shipped_embedder
from matching.engine import Engine
from matching.evidence.types import Source
from matching.proposals.propose import propose
from matching.proposals.standing import Candidate, Judges
from matching.proposals.types import Offer, Policy, Proposal, Proposed, Refused, Wanted
from matching.ranker import SHIPPED
from matching.rules import CapabilityFacts, SupplierFacts, shipped_rules
from matching.types import Document, SupplierMatch

NOW: Final = datetime(2026, 3, 2, 2, tzinfo=UTC)
"""The moment at which notebooks match."""
POOL: Final = 100
"""So many suppliers the engine hands to rules and evidence."""


@dataclass(frozen=True)
class Catalogue:
    """Needs, suppliers and capabilities of one origin (`demo` or `reference`).

    Documents, their dates and facts go by the capability's id; the others by the supplier's. `needs` go by the name
    under which their origin knows them, `example` is the one to look at closely.
    """

    origin: str
    needs: Mapping[str, Wanted]
    documents: Mapping[int, Document]
    dates: Mapping[int, date]
    capabilities: Mapping[int, CapabilityFacts]
    suppliers: Mapping[int, SupplierFacts]
    names: Mapping[int, str]
    example: str
    organisations: Mapping[int, frozenset[int]] = field(default_factory=dict)
    refused: Mapping[str, Mapping[int, Refused]] = field(default_factory=dict)

    def engine(self) -> Engine:
        """An engine that holds every document."""
        engine = Engine(shipped_embedder(), SHIPPED)
        engine.add(list(self.documents.values()))
        return engine

    def offers(self, need: str, found: Sequence[SupplierMatch]) -> list[Offer]:
        """The suppliers the engine found for a need, with all that is known of them."""
        return [self._offer(match, self.refused.get(need, {}).get(match.supplier)) for match in found]

    def source(self, capability: int) -> Source:
        """A capability as a dated document."""
        document = self.documents[capability]
        return Source(capability, self.dates[capability], document.title, document.text)

    def candidate(self, need: str, place: Proposed) -> Candidate:
        """One place of the need's list as the step from facts to a band takes it."""
        wanted = self.needs[need]
        facts, capability = self.suppliers[place.supplier], self.capabilities[place.best.document]
        return Candidate(wanted.facts, wanted.requirements, facts, capability, place.text_score, place.findings)

    def _offer(self, match: SupplierMatch, refused: Refused | None) -> Offer:
        documents = [match.best.document, *(other.document for other in match.others)]
        return Offer(
            supplier=match.supplier,
            raw=match.raw,
            best=match.best,
            others=match.others,
            facts=self.suppliers[match.supplier],
            capability=self.capabilities[match.best.document],
            sources=tuple(map(self.source, documents)),
            reasons=match.reasons,
            spans=match.spans,
            organisations=self.organisations.get(match.supplier, frozenset()),
            refused=refused,
        )


def open_catalogue() -> Catalogue:
    """The reference data where the setting names them, the demo catalogue otherwise."""
    from jobs.notebooks.demo import demo_catalogue
    from jobs.notebooks.reference import reference_catalogue

    data = Settings().reference_data
    return reference_catalogue(data) if data else demo_catalogue()


def judges() -> Judges:
    """The shipped ranker and rules, at the notebooks' moment."""
    return Judges(SHIPPED, shipped_rules(), NOW)


def scores_of(catalogue: Catalogue, engine: Engine, most_needs: int) -> NDArray[np.float64]:
    """Scores of suppliers for the first needs, (needs, suppliers); 0 where the engine does not find one."""
    queries = [wanted.query for wanted in list(catalogue.needs.values())[:most_needs]]
    scores = np.zeros((len(queries), max(catalogue.suppliers) + 1))
    for row, found in zip(scores, engine.match_many(queries, k=POOL), strict=True):
        row[[match.supplier for match in found.matches]] = [match.score for match in found.matches]
    return scores


def proposal_for(catalogue: Catalogue, engine: Engine, need: str, policy: Policy | None = None) -> Proposal:
    """The list for a need of the catalogue, as the software makes it."""
    wanted = catalogue.needs[need]
    found = engine.match(wanted.query, k=POOL).matches
    return propose(
        wanted,
        catalogue.offers(need, found),
        policy=policy or Policy(),
        ranker=engine.ranker,
        rules=shipped_rules(),
        embedder=engine.embedder,
        now=NOW,
    )
