"""A text in pieces, some of which stand out: what the pages show of offsets."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from models.requirement import RequirementPublic


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text; `mark` says as what it stands out ("" for not at all), `inner` what stands out in it."""

    text: str
    mark: str = ""
    inner: tuple["Piece", ...] = ()


def pieces(text: str, spans: Iterable[tuple[int, int, str]]) -> tuple[Piece, ...]:
    """The whole of `text` in order. Spans that overlap an earlier one or lie outside are dropped, never text."""
    found: list[Piece] = []
    at = 0
    for start, end, mark in sorted(spans):
        if start < at or end > len(text) or start >= end:
            continue
        if start > at:
            found.append(Piece(text[at:start]))
        found.append(Piece(text[start:end], mark))
        at = end
    if at < len(text):
        found.append(Piece(text[at:]))
    return tuple(found)


def requirement_pieces(text: str, field: str, requirements: Sequence[RequirementPublic]) -> tuple[Piece, ...]:
    """A field of a need with its requirements marked by kind, and the figures in them marked inside."""
    own = {(r.start, r.end): r for r in requirements if r.field == field}
    found = pieces(text, [(start, end, requirement.kind.value) for (start, end), requirement in own.items()])
    at, result = 0, []
    for piece in found:
        requirement = own.get((at, at + len(piece.text))) if piece.mark else None
        inner = _figures(requirement) if requirement and requirement.text == piece.text else ()
        result.append(Piece(piece.text, piece.mark, inner))
        at += len(piece.text)
    return tuple(result)


def _figures(requirement: RequirementPublic) -> tuple[Piece, ...]:
    spans, at = [], 0
    for indicator in requirement.indicators:
        start = requirement.text.find(indicator.text, at)
        if start >= 0 and indicator.text:
            at = start + len(indicator.text)
            spans.append((start, at, "figure"))
    return pieces(requirement.text, spans) if spans else ()


def quote(text: str, start: int, end: int, *, around: int = 60) -> tuple[Piece, ...]:
    """A stretch of text marked, with some of what stands around it."""
    start, end = max(0, start), min(len(text), end)
    low, high = max(0, start - around), min(len(text), end + around)
    before, after = ("…" if low else "") + text[low:start], text[end:high] + ("…" if high < len(text) else "")
    shown = (Piece(before), Piece(text[start:end], "found"), Piece(after))
    return tuple(piece for piece in shown if piece.text)
