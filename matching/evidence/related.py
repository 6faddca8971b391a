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

_DATA = Path(__file__).parent / "data"


@cache
def _lines(name: str) -> tuple[str, ...]:
    return tuple(line for line in (_DATA / name).read_text(encoding="utf-8").splitlines() if line)


@cache
def _groups(name: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile("|".join(map(_word, line.split("|"))), re.I) for line in _lines(name))


@cache
def _contrasts(name: str) -> tuple[tuple[re.Pattern[str], ...], ...]:
    return tuple(tuple(_from_start(member) for member in line.split("\t")) for line in _lines(name))


def _from_start(member: str) -> re.Pattern[str]:
    """The pattern `member`, its Latin words found from their beginning only."""
    return re.compile(re.sub(r"(?<![A-Za-z\\])(?=[A-Za-z])", r"\\b", member), re.I)


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
    found = {}
    for number, members in enumerate(_contrasts(name)):
        if there := frozenset(i for i, member in enumerate(members) if member.search(text)):
            found[number] = there
    return found


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
    pattern, rows = _properties()
    last = None
    for found in pattern.finditer(name):
        last = found.lastgroup
    return rows[last] if last else None


@cache
def _properties() -> tuple[re.Pattern[str], dict[str, int]]:
    """One pattern of all names, the longest first (抗拉强度 is one name), and the line of each group."""
    names = [(word, row) for row, line in enumerate(_lines("properties.tsv")) for word in line.split("|")]
    names.sort(key=lambda name: -len(name[0]))
    groups = {f"name{number}": row for number, (_, row) in enumerate(names)}
    parts = (f"(?P<name{number}>{_bounded(word)})" for number, (word, _) in enumerate(names))
    return re.compile("|".join(parts), re.I), groups


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
    return frozenset(number for number, group in enumerate(_groups(name)) if group.search(text))
