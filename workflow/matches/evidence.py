"""What a reviewer sees of why a supplier was proposed, as it is stored: codes, figures and offsets, never text.

Stored JSON, version 1: `features`, `reasons` (code, params) and `spans` of the best capability, where a span is
[field, start, end] in its title, text or keywords; a reason's `terms` are the words both sides share, as spans too;
`others` (revision, score, features) is what else the supplier offers. Text is cut out of the revision when it is
shown, so what is erased there is gone everywhere.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from models.capability import CapabilityRevision
from models.match_public import PassagePublic, ReasonPublic

if TYPE_CHECKING:
    from matching.types import SupplierMatch

VERSION = 1
_TERMS, _COUNT = "terms", "count"
_SEPARATOR = " · "
"""How the matcher joins the words of its parameter `terms`."""

Place = tuple[str, int, int]

_FIELDS: Mapping[str, Callable[[CapabilityRevision], str]] = {
    "title": lambda revision: revision.title,
    "text": lambda revision: revision.full_text,
    "keywords": lambda revision: " ".join(revision.keywords),
}
"""What the matcher reads of a capability, each as one text for offsets to count in."""


def evidence_of(match: "SupplierMatch", revisions: Mapping[int, CapabilityRevision], *, quoted: bool) -> dict[str, Any]:
    """What is stored of a match, given the current revision of each capability it names.

    Without `quoted` no passage is: the index had read another revision of the best one, so its offsets do not fit.
    """
    best = revisions[match.best.document]
    spans = [span for span in match.spans if quoted and span.document == best.capability_id]
    return {
        "version": VERSION,
        "features": dict(match.best.features),
        "reasons": [_stored_reason(reason.code, reason.params, best) for reason in match.reasons],
        "spans": [[span.field, span.start, span.end] for span in spans],
        "others": [
            {"revision": revisions[other.document].key, "score": other.score, "features": dict(other.features)}
            for other in match.others
            if other.document in revisions
        ],
    }


def reasons_in(evidence: Mapping[str, Any], revision: CapabilityRevision | None) -> list[ReasonPublic]:
    """The stored reasons with the words both sides share; without those words for whoever may not read them."""
    found = []
    for reason in evidence.get("reasons", []):
        params = dict(reason["params"])
        if _TERMS in reason:
            words = [_cut(revision, place) for place in reason[_TERMS]] if revision is not None else []
            if not any(words):
                continue
            params |= {_TERMS: _SEPARATOR.join(filter(None, words)), _COUNT: len(list(filter(None, words)))}
        found.append(ReasonPublic(code=reason["code"], params=params))
    return found


def passages_in(evidence: Mapping[str, Any], revision: CapabilityRevision) -> list[PassagePublic]:
    """The stored passages with what stands there."""
    return passages_at(revision, [(field, start, end) for field, start, end in evidence.get("spans", [])])


def passages_at(revision: CapabilityRevision, places: Sequence[Place]) -> list[PassagePublic]:
    """What stands at these places of a revision; a place where nothing stands any more is left out."""
    return [
        PassagePublic(field=place[0], start=place[1], end=place[2], text=text)
        for place in places
        if (text := _cut(revision, place))
    ]


def _stored_reason(code: str, params: Mapping[str, str | float | int], revision: CapabilityRevision) -> dict[str, Any]:
    kept = {name: value for name, value in params.items() if name != _TERMS}
    stored: dict[str, Any] = {"code": code, "params": kept}
    if _TERMS in params:
        words = str(params[_TERMS]).split(_SEPARATOR)
        stored[_TERMS] = [list(place) for word in words if (place := _place_of(word, revision))]
    return stored


def _place_of(word: str, revision: CapabilityRevision) -> Place | None:
    """Where a word stands in a revision, upper and lower case alike; None where it is written in another form."""
    for field in _FIELDS:
        text = _FIELDS[field](revision)
        start = text.lower().find(word.lower())
        if start >= 0 and text[start : start + len(word)].lower() == word.lower():
            return field, start, start + len(word)
    return None


def _cut(revision: CapabilityRevision | None, place: Place) -> str:
    if revision is None or revision.erased_at is not None:
        return ""
    field, start, end = place
    return _FIELDS[field](revision)[start:end]
