"""Needs and offers for the tests of proposals: a need without demands, offers without faults, scores as wished."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from core.language.clauses import RequirementKind
from matching.embedding.protocol import Vectors
from matching.evidence.types import Finding, Proof, Requirement, Source, Verdict
from matching.lexical.terms import count_terms
from matching.proposals.propose import propose
from matching.proposals.standing import Judges
from matching.proposals.types import Offer, Policy, Proposal, Wanted
from matching.ranker import COLD
from matching.rules import CapabilityFacts, NeedFacts, Party, RuleSet, SupplierFacts, shipped_rules
from matching.types import CapabilityScore, Query, Reason
from tests.matching.rules_world import NOW, TODAY

JUDGES = Judges(COLD, shipped_rules(), NOW)
TITLE, BOLTS = "桥梁用耐候螺栓", "课题组研制的桥梁耐候螺栓，抗拉强度达1080 MPa，镀层采用锌铝体系，完全不含铬。"
STRENGTH, FATIGUE, CHROME = "抗拉强度不低于1000 MPa", "疲劳寿命不少于200万次", "镀层不含铬"

NEED = NeedFacts(asker=Party(frozenset({1}), ()))
SUPPLIER = SupplierFacts(
    kind="team", party=Party(frozenset({2}), ()), open_deals=0, regions=frozenset(), min_budget=0, names=frozenset()
)
CAPABILITY = CapabilityFacts(text="螺栓", confirmed_on=TODAY, trl=9)


class Characters:
    """A small embedder of the tests' own: hashed characters and pairs, unit rows."""

    name, dim = "characters", 64

    def encode(self, texts: Sequence[str]) -> Vectors:
        """See `Embedder.encode`."""
        rows = np.zeros((len(texts), self.dim), dtype=np.float32)
        counted = count_terms(texts)
        np.add.at(rows, (counted.rows(), counted.keys % self.dim), 1.0)
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        return np.asarray(rows / np.maximum(lengths, 1e-9), dtype=np.float32)


def raw_for(score: float) -> float:
    """The raw value that the ranker shows as `score`."""
    low, high = -20.0, 20.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if COLD.score(middle) < score else (low, middle)
    return high


def offer(
    supplier: int,
    score: float = 0.5,
    *,
    facts: SupplierFacts = SUPPLIER,
    capability: CapabilityFacts = CAPABILITY,
    texts: Sequence[str] = (),
    organisations: Sequence[int] = (),
    shown: int = 0,
    other_score: float = 0.4,
) -> Offer:
    """A supplier whose best document is the first of `texts`; the others have `other_score`."""
    raw, best = raw_for(score), 1000 + supplier
    numbers = [best, *(2000 + i for i in range(1, len(texts)))]
    return Offer(
        supplier=supplier,
        raw=raw,
        best=CapabilityScore(best, COLD.score(raw), {"dense": 0.1 + 0.2}),
        others=tuple(CapabilityScore(number, other_score, {}) for number in numbers[1:]),
        facts=replace(facts, id=supplier),
        capability=capability,
        sources=tuple(Source(i, date(2025, 3, 4), TITLE, text) for i, text in zip(numbers, texts, strict=False)),
        organisations=frozenset(organisations),
        shown=shown,
    )


def must(text: str, *, confirmed: bool = False) -> Requirement:
    return Requirement(text, RequirementKind.MUST, confirmed)


def wanted(facts: NeedFacts | None = NEED, *requirements: Requirement) -> Wanted:
    return Wanted(Query(TITLE, "。".join(one.text for one in requirements)), facts, requirements)


def finding(verdict: Verdict, code: str = "stated", **params: str | float | int) -> Finding:
    proof = None if verdict is Verdict.no_evidence else Proof(0, date(2025, 3, 4), 0, 4)
    return Finding(verdict, Reason(f"evidence.{code}", params), proof, 1.0)


def listed(
    need: Wanted, offers: Sequence[Offer], *, policy: Policy | None = None, rules: RuleSet = JUDGES.rules
) -> Proposal:
    return propose(need, offers, policy=policy or Policy(), ranker=COLD, rules=rules, embedder=Characters(), now=NOW)


def suppliers(proposal: Proposal) -> list[int]:
    return [place.supplier for place in proposal.proposed]


def reasons(proposal: Proposal) -> dict[int, str]:
    return {one.supplier: one.reason.code for one in proposal.passed_over}
