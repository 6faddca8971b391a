"""Generated needs and suppliers as rules and evidence want them: facts drawn by id, documents as they are stored."""

from datetime import UTC, date, datetime, timedelta
from typing import Final

import numpy as np

from core.language.clauses import split_clauses
from matching.engine import Engine
from matching.evidence.types import Requirement, Source
from matching.proposals.types import Offer, Wanted
from matching.rules import CapabilityFacts, NeedFacts, SupplierFacts
from matching.rules.facts import Grade, Party
from matching.types import Query, SupplierMatch

NOW: Final = datetime(2026, 3, 2, 8, tzinfo=UTC)
_TODAY: Final = NOW.date()
_REGIONS: Final = ("310000", "320000", "330000", "340000", "440000")
_ASKER: Final = 1
_FIRST_ORGANISATION: Final = 1000
_FEN: Final = 100


def wanted(query: Query) -> Wanted:
    """A need with every drafted requirement of its text and a few demands."""
    facts = NeedFacts(
        asker=Party(frozenset({_ASKER}), ()),
        region="310000",
        least_trl=4,
        budget_from=500_000 * _FEN,
        budget_to=2_000_000 * _FEN,
        field=query.field,
        industry=query.industries[0] if query.industries else None,
    )
    clauses = split_clauses(f"{query.title}\n{query.text}")
    return Wanted(query, facts, tuple(Requirement(clause.text, clause.kind) for clause in clauses))


def offer(engine: Engine, match: SupplierMatch) -> Offer:
    """The supplier of `match` with facts of its own and the documents that were scored, the best first."""
    draw = np.random.default_rng(match.supplier)
    documents = [engine.document(one.document) for one in (match.best, *match.others)]
    best = documents[0]
    organisation = _FIRST_ORGANISATION + match.supplier
    return Offer(
        supplier=match.supplier,
        raw=match.raw,
        best=match.best,
        others=match.others,
        facts=SupplierFacts(
            id=match.supplier,
            kind="organisation",
            party=Party(frozenset({organisation}), ()),
            names=frozenset({f"供给方{match.supplier}"}),
            open_deals=int(draw.integers(0, 4)),
            regions=frozenset(),
            region=_REGIONS[int(draw.integers(len(_REGIONS)))],
            min_budget=int(draw.integers(0, 800_000)) * _FEN,
            fields=frozenset(),
        ),
        capability=CapabilityFacts(
            text=f"{best.title}\n{best.text}",
            confirmed_on=_TODAY - timedelta(days=int(draw.integers(0, 300))),
            evidence_on=_TODAY - timedelta(days=int(draw.integers(0, 900))),
            trl=int(draw.integers(3, 10)),
            grade=list(Grade)[int(draw.integers(len(Grade)))],
            field=best.field,
            industries=frozenset(best.industries),
        ),
        sources=tuple(Source(one.id, _written_on(one.id), one.title, one.text) for one in documents),
        reasons=match.reasons,
        spans=match.spans,
        organisations=frozenset({organisation}),
    )


def _written_on(document: int) -> date:
    return _TODAY - timedelta(days=document % 700)
