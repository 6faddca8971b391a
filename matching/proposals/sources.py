"""In which of a supplier's documents evidence counts.

The capability that earned the place is asked first. Where it is silent, the supplier's other capabilities that are
about the need at all may show what was asked for; never the contrary: that another technology of the same people does
not reach a figure says nothing about this one.
"""

from typing import Final

from matching.evidence.types import Finding, Source, Verdict
from matching.proposals.types import Offer
from matching.ranker import Ranker
from matching.types import Band

_SHOWN: Final = frozenset({Verdict.met, Verdict.partly})


def of_best(offer: Offer) -> tuple[Source, ...]:
    """The document that earned the supplier its place."""
    return tuple(source for source in offer.sources if source.id == offer.best.document)


def of_others(offer: Offer, ranker: Ranker) -> tuple[Source, ...]:
    """Those of the supplier's other documents that are about the need at all."""
    alike = {other.document for other in offer.others if ranker.band(other.score) is not Band.weak}
    return tuple(source for source in offer.sources if source.id in alike)


def is_silent(findings: tuple[Finding, ...]) -> bool:
    """Whether there is anything left to look for elsewhere."""
    return any(finding.verdict is Verdict.no_evidence for finding in findings)


def told_by_either(own: tuple[Finding, ...], other: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """The findings of the best document, and where it is silent what others have to show."""
    return tuple(
        there if here.verdict is Verdict.no_evidence and there.verdict in _SHOWN else here
        for here, there in zip(own, other, strict=True)
    )
