"""What one clause says beside its words and figures: levels, dates, places, codes, denial, doubt."""

import re
from dataclasses import dataclass

from core.language.script import has_han
from matching.evidence.dates import Deadline, date_in
from matching.evidence.levels import Level, levels_of
from matching.evidence.places import regions_in
from matching.evidence.polarity import denied, says_absent, under_way, untested
from matching.evidence.related import alternatives_in, groups_in, members_in, qualifiers_in, synonyms_in

_CODE = re.compile(r"[A-Za-z][A-Za-z0-9./]*(?:[- ]?[0-9]+[A-Za-z0-9]*)?")


@dataclass(frozen=True, slots=True)
class Marks:
    """Everything that depends on the clause alone."""

    codes: frozenset[str]
    groups: frozenset[int]
    synonyms: frozenset[int]
    members: dict[int, frozenset[int]]
    alternatives: dict[int, frozenset[int]]
    qualifiers: tuple[str, ...]
    levels: dict[str, Level]
    date: Deadline | None
    regions: frozenset[str]
    chinese: bool
    says_absent: bool
    turned: bool
    untested: bool


def marks_of(text: str) -> Marks:
    """The marks of one clause."""
    return Marks(
        codes_of(text),
        groups_in(text),
        synonyms_in(text),
        members_in(text),
        alternatives_in(text),
        qualifiers_in(text),
        levels_of(text),
        date_in(text),
        regions_in(text),
        has_han(text),
        says_absent(text),
        denied(text) or under_way(text),
        untested(text),
    )


def codes_of(text: str) -> frozenset[str]:
    """Names in Latin letters that are the same in both languages: CCAR-135, CNAS, PE, SDK; lower case."""
    found = (match[0] for match in _CODE.finditer(text))
    return frozenset(re.sub("[- ]", "", code).lower() for code in found if _is_code(code))


def _is_code(code: str) -> bool:
    return sum(character.isupper() for character in code) >= 2 or any(character.isdigit() for character in code)
