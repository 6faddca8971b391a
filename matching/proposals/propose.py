"""From scored offers to the list: rules on every offer, evidence where it decides, variety, and the other side."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from fractions import Fraction
from itertools import filterfalse
from math import isfinite

from matching.embedding.protocol import Embedder
from matching.evidence.assess import assess_many
from matching.evidence.caps import ORDER, rank_key
from matching.evidence.types import Finding, Source
from matching.evidence.weights import Weights, shipped_weights
from matching.lexical.statistics import TermStatistics
from matching.proposals.digest import digest_of
from matching.proposals.rounding import (
    rounded,
    rounded_capability,
    rounded_finding,
    rounded_outcome,
    rounded_params,
)
from matching.proposals.sides import NO_SIDE, bottleneck, need_side
from matching.proposals.sources import is_silent, of_best, of_others, told_by_either
from matching.proposals.standing import Candidate, Judges, Standing, least_band, limited, stand_by
from matching.proposals.types import Offer, PassedOver, Policy, Proposal, Proposed, Slot, Wanted, Way
from matching.proposals.variety import Choice, Entrant, Key, choose, likely
from matching.proposals.ways import is_near_miss, ways_from
from matching.ranker import Ranker
from matching.rules import RuleSet, apply
from matching.types import Band, Reason


def propose(
    wanted: Wanted,
    offers: Sequence[Offer],
    *,
    policy: Policy,
    ranker: Ranker,
    rules: RuleSet,
    embedder: Embedder,
    statistics: TermStatistics | None = None,
    weights: Weights | None = None,
    now: datetime,
) -> Proposal:
    """The list of up to `policy.k` suppliers for `wanted`, by (band, score), ties by the smaller id.

    The same input gives the same output, in whatever order `offers` come. Whom a hard rule excludes or people refused
    is never on the list, however short that leaves it. Evidence is looked for only where it may decide.

    Raises:
        ValueError: two offers are of one supplier, an offer's raw score is not finite, or `now` has no time zone.

    """
    evidence = weights or shipped_weights()
    run = _Run(wanted, offers, Judges(ranker, rules, now), embedder, statistics, evidence)
    near = set(run.plain[: policy.k])
    entrants = [run.entrant(supplier, is_told=supplier in near) for supplier in run.plain if supplier not in run.bars]
    mendable = [supplier for supplier in run.plain[: policy.k] if run.is_mendable(supplier)]
    run.look([*likely(entrants, policy), *mendable])
    choice = choose(entrants, policy, run.settled_keys)
    run.settle([*choice.listed, *mendable])
    return Proposal(
        proposed=tuple(
            run.proposed(supplier, rank, choice.chances.get(supplier))
            for rank, supplier in enumerate(choice.listed, start=1)
        ),
        passed_over=tuple(run.passed_over(choice, policy)),
        ranker=ranker.name,
        rules=rules.id,
        weights=f"evidence-{digest_of(evidence)}",
        at=now,
    )


def explained(
    wanted: Wanted,
    offer: Offer,
    *,
    ranker: Ranker,
    rules: RuleSet,
    embedder: Embedder,
    statistics: TermStatistics | None = None,
    weights: Weights | None = None,
    now: datetime,
) -> Proposed:
    """One supplier that people chose, as if it stood first: with its rules and evidence, even where a rule excludes it.

    Raises:
        ValueError: as `propose`.

    """
    run = _Run(wanted, [offer], Judges(ranker, rules, now), embedder, statistics, weights or shipped_weights())
    run.settle([offer.supplier])
    return run.proposed(offer.supplier, 1, None)


class _Run:
    """Everything known about the offers of one call; standings get settled as evidence is looked for."""

    def __init__(
        self,
        wanted: Wanted,
        offers: Sequence[Offer],
        judges: Judges,
        embedder: Embedder,
        statistics: TermStatistics | None,
        weights: Weights,
    ) -> None:
        self._wanted, self._judges = wanted, judges
        self._embedder, self._statistics, self._weights = embedder, statistics, weights
        self._text = f"{wanted.query.title}\n{wanted.query.text}".strip()
        self._offers = {offer.supplier: offer for offer in offers}
        if len(self._offers) < len(offers):
            raise ValueError(f"offers share a supplier: {sorted(offer.supplier for offer in offers)}")
        self._found: dict[int, tuple[Finding, ...]] = {}
        self._candidates = {offer.supplier: _candidate(wanted, offer, judges.ranker) for offer in offers}
        read = judges.rules_for(wanted.facts)
        self._standings = {supplier: stand_by(read, one, judges) for supplier, one in self._candidates.items()}
        self.plain = sorted(self._offers, key=lambda supplier: (-self._standings[supplier].score, supplier))
        """Suppliers by score alone."""
        self._least = {band: least_band(band, wanted.requirements) for band in ORDER}
        bars = {supplier: self._bar(supplier) for supplier in self._offers}
        self.bars = {supplier: reason for supplier, reason in bars.items() if reason is not None}
        """What keeps suppliers off every list: what people decided, or the first hard rule that excludes."""

    def _bar(self, supplier: int) -> Reason | None:
        refused = self._offers[supplier].refused
        if refused is not None:
            whose = "enterprise" if refused.for_enterprise else "need"
            return Reason(f"proposal.passed_over.refused_for_{whose}", {"code": refused.code})
        standing = self._standings[supplier]
        if standing.band is not Band.excluded:
            return None
        rule = standing.outcome.exclusions[0]
        return Reason(rule.reason_key, rounded_params(rule.params))

    def entrant(self, supplier: int, *, is_told: bool) -> Entrant:
        """A supplier as one who may take a place."""
        offer, standing = self._offers[supplier], self._standings[supplier]
        key, least = rank_key(standing.band, standing.score), ORDER.index(self._least[standing.band])
        return Entrant(supplier, key, offer.organisations, offer.shown, least, is_told)

    def settled_keys(self, suppliers: Sequence[int]) -> dict[int, Key]:
        """The final keys of suppliers: their evidence has been looked for."""
        self.settle(suppliers)
        return {s: rank_key(self._standings[s].band, self._standings[s].score) for s in suppliers}

    def settle(self, suppliers: Iterable[int]) -> None:
        """What evidence there is of suppliers counts from now on."""
        unknown = [supplier for supplier in suppliers if self._candidates[supplier].findings is None]
        self.look(unknown)
        for supplier in unknown:
            findings = self._found[supplier]
            self._candidates[supplier] = replace(self._candidates[supplier], findings=findings)
            self._standings[supplier] = limited(self._standings[supplier], self._wanted.requirements, findings)

    def look(self, suppliers: Iterable[int]) -> None:
        """The evidence of suppliers is found, together, which is cheaper than one by one; it does not count yet."""
        unknown = [supplier for supplier in dict.fromkeys(suppliers) if supplier not in self._found]
        if not unknown:
            return
        offers = [self._offers[supplier] for supplier in unknown]
        own = self._assessed([of_best(offer) for offer in offers])
        others = [of_others(offer, self._judges.ranker) for offer in offers]
        asked = [place for place, some in enumerate(others) if some and is_silent(own[place])]
        told = dict(zip(asked, self._assessed([others[place] for place in asked]), strict=True)) if asked else {}
        for place, supplier in enumerate(unknown):
            self._found[supplier] = told_by_either(own[place], told.get(place, own[place]))

    def _assessed(self, sources: Sequence[tuple[Source, ...]]) -> tuple[tuple[Finding, ...], ...]:
        requirements, known = self._wanted.requirements, self._statistics
        return assess_many(self._text, requirements, sources, self._embedder, statistics=known, weights=self._weights)

    def proposed(self, supplier: int, rank: int, chance: Fraction | None) -> Proposed:
        """One place of the list."""
        offer, standing = self._offers[supplier], self._standings[supplier]
        candidate, facts = self._candidates[supplier], self._wanted.facts
        side = NO_SIDE if facts is None else need_side(facts, offer.facts, offer.capability, self._judges.rules)
        return Proposed(
            supplier=supplier,
            rank=rank,
            slot=Slot.ranked if chance is None else Slot.explored,
            probability=1.0 if chance is None else rounded(float(chance)),
            text_score=candidate.text_score,
            score=standing.score,
            text_band=standing.text_band,
            band=standing.band,
            best=rounded_capability(offer.best),
            others=tuple(map(rounded_capability, offer.others)),
            rules=rounded_outcome(standing.outcome),
            findings=tuple(map(rounded_finding, candidate.findings or ())),
            questions=standing.questions,
            need_side=side,
            bottleneck=bottleneck(standing.band, side),
            ways=self._ways(supplier),
            reasons=offer.reasons,
            spans=offer.spans,
        )

    def is_mendable(self, supplier: int) -> bool:
        """Whether a hard rule excludes the supplier, and one that can be met; nobody mends what people refused."""
        standing, refused = self._standings[supplier], self._offers[supplier].refused
        return standing.outcome.is_excluded and refused is None and is_near_miss(self._candidates[supplier], standing)

    def _ways(self, supplier: int) -> tuple[Way, ...]:
        return ways_from(self._standings[supplier], self._candidates[supplier], self._judges)

    def passed_over(self, choice: Choice, policy: Policy) -> Iterator[PassedOver]:
        """Those of the first k by score that are not on the list, and those barred from a place the list came to."""
        ranks = {supplier: rank for rank, supplier in enumerate(self.plain, start=1)}
        earned = [ranks[supplier] for supplier in choice.listed if supplier not in choice.chances]
        reach = max(policy.k, *earned) if len(choice.listed) == policy.k and earned else len(ranks)
        for supplier in filterfalse(set(choice.listed).__contains__, self.plain[:reach]):
            rank, barred = ranks[supplier], self.bars.get(supplier) or _crowded_out(supplier, choice, policy)
            if barred or rank <= policy.k:
                standing = self._standings[supplier]
                yield PassedOver(
                    supplier=supplier,
                    capability=self._offers[supplier].best.document,
                    would_rank=rank,
                    score=standing.score,
                    band=Band.excluded if supplier in self.bars else standing.band,
                    reason=barred or _overtaken(standing),
                    ways=self._ways(supplier) if rank <= policy.k and self.is_mendable(supplier) else (),
                )


def _candidate(wanted: Wanted, offer: Offer, ranker: Ranker) -> Candidate:
    if not isfinite(offer.raw):
        raise ValueError(f"the raw score of supplier {offer.supplier} is {offer.raw}")
    text_score = rounded(ranker.score(offer.raw))
    return Candidate(wanted.facts, wanted.requirements, offer.facts, offer.capability, text_score)


def _crowded_out(supplier: int, choice: Choice, policy: Policy) -> Reason | None:
    owner = choice.set_aside.get(supplier)
    if owner is None:
        return None
    params: dict[str, str | float | int] = {"organisation": owner, "most": policy.per_organisation}
    return Reason("proposal.passed_over.organisation_full", params)


def _overtaken(standing: Standing) -> Reason:
    """Why somebody with the score for a place has none: a lower band, or the place explores."""
    by_rules = apply(standing.text_band, standing.outcome)
    if standing.band is not by_rules:
        return Reason("proposal.passed_over.lowered_by_evidence")
    if by_rules is not standing.text_band:
        return Reason("proposal.passed_over.lowered_by_rules")
    return Reason("proposal.passed_over.gave_way")
