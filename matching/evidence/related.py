"""Words of the trade, in either language: those that speak of one thing, and those that tell like things apart.

- data/related.tsv: a loose group a line (mobile, trailer-mounted, in a container);
- data/synonyms.tsv: one property or substance a line, under all its names;
- data/contrasts.tsv: a set of qualifiers a line, parted by tabs, of which one rules out the others (tensile, yield);
- data/properties.tsv: what figures measure, a property a line under all its names in both languages;
- data/alternatives.tsv: in the same form, ways of being or doing of which one mostly rules out the others (a powder, a
  liquid): who asks for one and is told of another is told no.
"""

import re
from functools import cache, lru_cache
from pathlib import Path

from core.language.quantities import Quantity
from matching.evidence.starts import WordStarts

_DATA = Path(__file__).parent / "data"


@cache
def _lines(name: str) -> tuple[str, ...]:
    return tuple(line for line in (_DATA / name).read_text(encoding="utf-8").splitlines() if line)


@cache
def _groups(name: str) -> WordStarts:
    words = ((word, number) for number, line in enumerate(_lines(name)) for word in line.split("|"))
    return WordStarts((word[0], _word(word), number) for word, number in words)


@cache
def _contrasts(name: str) -> tuple[WordStarts, tuple[tuple[int, int], ...]]:
    """Every word with a number, and by that number its line and its member of the line."""
    members = [(i, j, member) for i, line in enumerate(_lines(name)) for j, member in enumerate(line.split("\t"))]
    words = [(i, j, word) for i, j, member in members for word in _OR.split(member)]
    starts = WordStarts((_FIRST.sub("", word)[0], _from_start(word), n) for n, (_, _, word) in enumerate(words))
    return starts, tuple((i, j) for i, j, _ in words)


_OR = re.compile(r"\|(?![^(]*\))")
"""Between words of a member, not between those in brackets."""
_FIRST = re.compile(r"^\\b")


def _from_start(word: str) -> str:
    """The pattern `word`, its Latin words found from their beginning only."""
    return re.sub(r"(?<![A-Za-z\\])(?=[A-Za-z])", r"\\b", word)


def _word(word: str) -> str:
    """Latin words from their beginning; codes in capitals (PE, Tg) as a whole and in their case."""
    if not word.isascii():
        return re.escape(word)
    code = word[:1].isupper() and len(word) <= 4
    return rf"(?-i:(?<![A-Za-z]){re.escape(word)}(?![A-Za-z]))" if code else rf"\b{re.escape(word)}"


def groups_in(text: str) -> frozenset[int]:
    """The numbers of the loose groups that `text` has a word of."""
    return _found(text, "related.tsv")


def synonyms_in(text: str) -> frozenset[int]:
    """The numbers of the properties and substances that `text` names."""
    return _found(text, "synonyms.tsv")


def members_in(text: str) -> dict[int, frozenset[int]]:
    """For each set of contrasts that `text` has a qualifier of, which."""
    return _members(text, "contrasts.tsv")


def alternatives_in(text: str) -> dict[int, frozenset[int]]:
    """For each set of alternatives that `text` names one of, which."""
    return _members(text, "alternatives.tsv")


@lru_cache(maxsize=16_384)
def _members(text: str, name: str) -> dict[int, frozenset[int]]:
    words, places = _contrasts(name)
    found: dict[int, set[int]] = {}
    for line, member in sorted({places[number] for number in words.everywhere(text)}):
        found.setdefault(line, set()).add(member)
    return {line: frozenset(members) for line, members in found.items()}


def contrasted(asked: dict[int, frozenset[int]], told: dict[int, frozenset[int]]) -> bool:
    """Whether one has another qualifier of a set than the other: yield strength for tensile strength."""
    return any(number in told and not members & told[number] for number, members in asked.items())


def property_of(figure: Quantity, around: str, start: int) -> int | None:
    """The property that `figure` gives in the clause `around`, which begins at `start`.

    By its name, else by what stands before it, else by what stands behind it.
    """
    at = figure.start - start
    for words in (figure.name, around[:at], around[at + len(figure.text) :]):
        found = property_in(words)
        if found is not None:
            return found
    return None


def property_in(name: str) -> int | None:
    """Which property the name of a figure ends in, by data/properties.tsv; None if it names none of them."""
    rows = list(_properties().in_a_row(name))
    return rows[-1] if rows else None


@cache
def _properties() -> WordStarts:
    """All names with the numbers of their lines, the longest first (抗拉强度 is one name)."""
    names = [(word, row) for row, line in enumerate(_lines("properties.tsv")) for word in line.split("|")]
    names.sort(key=lambda name: -len(name[0]))
    return WordStarts((word[0], _bounded(word), row) for word, row in names)


def _bounded(word: str) -> str:
    """Latin words from their beginning; codes in capitals as a whole and in their case."""
    if not word.isascii():
        return word
    code = word[:2].isupper() and " " not in word
    return rf"(?-i:(?<![A-Za-z]){word}(?![A-Za-z]))" if code else rf"\b(?:{word})"


_QUALIFIERS = (
    "重复|重现|瞬时|峰值|理论|仿真|模拟|局部|冷却水|循环水|压缩空气|烟气|环境温|配套|附属|另一|其他|同类|竞品|进口产品|常规|传统|旧款|上一代",
    r"\b(?:peak|theoretical|simulated|ambient|cooling water|supply|competitors?|conventional|another|other)\b",
)
_QUALIFIER = re.compile("|".join(_QUALIFIERS), re.I)


def qualifiers_in(text: str) -> tuple[str, ...]:
    """The qualifiers in `text` that may point elsewhere (cooling water, repeated, simulated), in small letters."""
    return tuple(dict.fromkeys(found[0].lower() for found in _QUALIFIER.finditer(text)))


def _found(text: str, name: str) -> frozenset[int]:
    return frozenset(_groups(name).everywhere(text))
