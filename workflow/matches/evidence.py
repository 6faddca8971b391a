"""Why a supplier stands on a list, as it is stored: codes, figures, ids and offsets, never text.

Stored JSON, version 2, has everything a proposal says of one supplier: `rank`, `slot`, `probability`, the scores and
bands, `best` and `others` (revision, score, features), `rules`, `findings` (each with its requirement's row, kind and
whether it was confirmed), `questions` (places among the findings), `need_side`, `bottleneck`, `ways`, `reasons` and
`spans`. Text is cut out of the revisions when it is shown, so what is erased there is gone everywhere. Where a
parameter quotes a text the place stands instead of it:
- a reason's `terms`, the words both sides share, are [field, start, end] of the best capability;
- a finding's `asked` is [start, end] of the requirement, its `offered` [start, end] of the proving revision's text;
- a rule's `term` is its number among the terms that the need excludes.

Version 1, of runs before there were rules, has only `features`, `reasons`, `spans` and `others`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from models.capability import CapabilityRevision
from workflow.matches.plain import plain

if TYPE_CHECKING:
    from matching.evidence.types import Finding, Requirement
    from matching.proposals.types import PassedOver, Proposed
    from matching.rules import RuleResult
    from matching.types import CapabilityScore, Reason

VERSION = 2
TERMS, COUNT, TERM, ASKED, OFFERED = "terms", "count", "term", "asked", "offered"
EXCLUDES, LOWERS = "excludes", "lowers"
"""What a hard rule that fails or does not know does to the match."""
SEPARATOR = " · "
"""How the matcher joins the words of its parameter `terms`."""

Place = tuple[str, int, int]

_FIELDS: Mapping[str, Callable[[CapabilityRevision], str]] = {
    "title": lambda revision: revision.title,
    "text": lambda revision: revision.full_text,
    "keywords": lambda revision: " ".join(revision.keywords),
}
"""What the matcher reads of a capability, each as one text for offsets to count in."""


@dataclass(frozen=True, slots=True)
class Quoted:
    """The texts a proposal was made from, in which places are found for what it quotes.

    `revisions` are by the capability's id, `rows` the requirements' ids, `terms` those that the need excludes.
    """

    revisions: Mapping[int, CapabilityRevision]
    rows: Sequence[int]
    requirements: "Sequence[Requirement]"
    terms: Sequence[str]


def evidence_of(match: "Proposed", quoted: Quoted) -> dict[str, Any]:
    """What is stored of one place on a list."""
    best = quoted.revisions[match.best.document]
    return {
        "version": VERSION,
        "rank": match.rank,
        "slot": match.slot.value,
        "probability": match.probability,
        "text_score": match.text_score,
        "score": match.score,
        "text_band": match.text_band.value,
        "band": match.band.value,
        "best": _scored(match.best, quoted),
        "others": [_scored(other, quoted) for other in match.others],
        "rules": [_rule(result, quoted) for result in match.rules.results],
        "adjustment": match.rules.adjustment,
        "findings": [
            _finding(finding, asked, quoted) | {"requirement": row}
            for finding, row, asked in zip(match.findings, quoted.rows, quoted.requirements, strict=True)
        ],
        "questions": list(match.questions),
        "need_side": plain(match.need_side),
        "bottleneck": match.bottleneck.value,
        "ways": plain(match.ways),
        "reasons": [_reason(reason, best) for reason in match.reasons],
        "spans": [[span.field, span.start, span.end] for span in match.spans],
    }


def passed_over_of(passed: "PassedOver", quoted: Quoted) -> dict[str, Any]:
    """What is stored of one supplier that is not on the list."""
    return {
        "supplier": passed.supplier,
        "revision": quoted.revisions[passed.capability].key,
        "would_rank": passed.would_rank,
        "score": passed.score,
        "band": passed.band.value,
        "reason": {"code": passed.reason.code, "params": _without_terms(passed.reason.params, quoted)},
        "ways": plain(passed.ways),
    }


def cut(revision: CapabilityRevision | None, place: Place) -> str:
    """What stands at a place; nothing where it was erased."""
    if revision is None or revision.erased_at is not None:
        return ""
    field, start, end = place
    return _FIELDS[field](revision)[start:end]


def _scored(scored: "CapabilityScore", quoted: Quoted) -> dict[str, Any]:
    revision = quoted.revisions[scored.document].key
    return {"revision": revision, "score": scored.score, "features": dict(scored.features)}


def _rule(result: "RuleResult", quoted: Quoted) -> dict[str, Any]:
    stored: dict[str, Any] = {
        "rule": result.rule,
        "hard": result.is_hard,
        "verdict": result.verdict.value,
        "code": result.code,
        "params": _without_terms(result.params, quoted),
    }
    if result.excludes or result.lowers:
        stored["effect"] = EXCLUDES if result.excludes else LOWERS
    if result.ask is not None:
        stored["ask"] = result.ask.value
    if not result.is_hard:
        stored["adjustment"] = plain(result.adjustment)
    return stored


def _without_terms(params: Mapping[str, Any], quoted: Quoted) -> dict[str, Any]:
    """Parameters in which an excluded term is its number."""
    return {
        name: quoted.terms.index(value) if name == TERM and value in quoted.terms else plain(value)
        for name, value in params.items()
    }


def _finding(finding: "Finding", asked: "Requirement", quoted: Quoted) -> dict[str, Any]:
    stored: dict[str, Any] = {
        "kind": asked.kind.value,
        "confirmed": asked.confirmed,
        "verdict": finding.verdict.value,
        "support": plain(finding.support),
    }
    revision = quoted.revisions[finding.proof.source] if finding.proof else None
    stored["reason"] = {"code": finding.reason.code, "params": _without_figures(finding, asked, revision)}
    if finding.proof is not None and revision is not None:
        proof = finding.proof
        stored["proof"] = {
            "revision": revision.key,
            "date": plain(proof.date),
            "start": proof.start,
            "end": proof.end,
        }
    return stored


def _without_figures(finding: "Finding", asked: "Requirement", revision: CapabilityRevision | None) -> dict[str, Any]:
    """Parameters in which the figures of both sides are places; the whole clause where one is written otherwise."""
    params = plain(finding.reason.params)
    if ASKED in params:
        params[ASKED] = _span(asked.text, str(params[ASKED]), 0, len(asked.text))
    if OFFERED in params and revision is not None and finding.proof is not None:
        params[OFFERED] = _span(revision.full_text, str(params[OFFERED]), finding.proof.start, finding.proof.end)
    return dict(params)


def _span(text: str, words: str, start: int, end: int) -> list[int]:
    at = text.find(words, start, end)
    return [at, at + len(words)] if at >= 0 else [start, end]


def _reason(reason: "Reason", revision: CapabilityRevision) -> dict[str, Any]:
    kept = {name: plain(value) for name, value in reason.params.items() if name != TERMS}
    stored: dict[str, Any] = {"code": reason.code, "params": kept}
    if TERMS in reason.params:
        words = str(reason.params[TERMS]).split(SEPARATOR)
        stored[TERMS] = [list(place) for word in words if (place := _place_of(word, revision))]
    return stored


def _place_of(word: str, revision: CapabilityRevision) -> Place | None:
    """Where a word stands in a revision, upper and lower case alike; None where it is written in another form."""
    for field in _FIELDS:
        text = _FIELDS[field](revision)
        start = text.lower().find(word.lower())
        if start >= 0 and text[start : start + len(word)].lower() == word.lower():
            return field, start, start + len(word)
    return None
