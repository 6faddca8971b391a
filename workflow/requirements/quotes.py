"""Quoted words found again after the text around them was changed."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from core.language.clauses import split_clauses

_GOES_ON = re.compile(r"[0-9A-Za-z%％‰]|[.,]\d")
_CAME_BEFORE = re.compile(r"(?:[0-9A-Za-z]|\d[.,])$")
_WRITTEN_IN_ONE = re.compile(r"[0-9A-Za-z]")


@dataclass(frozen=True, slots=True)
class Place:
    """Where words stand: `start:end` of a field; `as_before` when the clauses they stand in are the same as well."""

    field: str
    start: int
    end: int
    as_before: bool


def find_again(place: tuple[str, int, int], before: Mapping[str, str], now: Mapping[str, str]) -> Place | None:
    """Where the words that stood at (field, start, end) of `before` stand in `now`; None when they do not.

    Of several places the one in the same clause comes first, then one in the same field, then the nearest. Part of a
    longer figure or word (60 in 600) is not the same words.
    """
    field, start, end = place
    quote, around = before[field][start:end], _context(before[field], start, end)
    found = [
        Place(name, at, at + len(quote), _context(text, at, at + len(quote)) == around)
        for name, text in now.items()
        for at in places_of(quote, text)
    ]
    return min(found, key=lambda p: (not p.as_before, p.field != field, abs(p.start - start)), default=None)


def places_of(quote: str, text: str) -> Iterator[int]:
    """Every place at which `quote` stands in `text` as words of its own."""
    at = text.find(quote) if quote else -1
    while at >= 0:
        if _stands_alone(quote, text, at):
            yield at
        at = text.find(quote, at + 1)


def _stands_alone(quote: str, text: str, at: int) -> bool:
    end = at + len(quote)
    if _WRITTEN_IN_ONE.match(quote[-1]) and _GOES_ON.match(text, end):
        return False
    return not (_WRITTEN_IN_ONE.match(quote) and _CAME_BEFORE.search(text[max(0, at - 2) : at]))


def _context(text: str, start: int, end: int) -> str:
    """The clauses that the stretch is part of, as one stretch; itself where it is in none."""
    touched = [clause for clause in split_clauses(text) if clause.start < end and start < clause.end]
    low = min([start, *(clause.start for clause in touched)])
    high = max([end, *(clause.end for clause in touched)])
    return text[low:high]
