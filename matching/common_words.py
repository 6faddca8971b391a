"""Words that two texts share without sharing a subject: function words, numbers, units, phrases of every request.

They are only left unnamed among the reasons; scores count them with their frozen weight like any other word.
"""

import re
from functools import cache
from pathlib import Path
from typing import Final

_LIST: Final = Path(__file__).parent / "data" / "common_words.txt"
_NUMERAL: Final = "零一二两三四五六七八九十百千万亿几数多每各某"
_COUNTED: Final = re.compile(f"[{_NUMERAL}]+[座个种套台项条件名家份批款类年月日天吨米元]?")


def names_a_subject(word: str) -> bool:
    """Whether `word`, in small letters, says what a text is about: no number, unit, function word or single letter."""
    if len(word) < 2 or not any(character.isalpha() for character in word):
        return False
    return word not in _common_words() and not _COUNTED.fullmatch(word)


@cache
def _common_words() -> frozenset[str]:
    lines = _LIST.read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())
