"""Groups of words of the trade that speak of one thing in either language; one group a line of data/related.tsv."""

import re
from functools import cache
from pathlib import Path

_DATA = Path(__file__).parent / "data" / "related.tsv"


@cache
def _groups() -> tuple[re.Pattern[str], ...]:
    lines = _DATA.read_text(encoding="utf-8").splitlines()
    return tuple(re.compile("|".join(map(_word, line.split("|"))), re.I) for line in lines if line)


def _word(word: str) -> str:
    return rf"\b{re.escape(word)}" if word.isascii() else re.escape(word)


def groups_in(text: str) -> frozenset[int]:
    """The numbers of the groups that `text` has a word of."""
    return frozenset(number for number, group in enumerate(_groups()) if group.search(text))
