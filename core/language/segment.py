"""Words of Chinese and English text."""

import re
from collections.abc import Container

import rjieba

from core.language.normalise import clean

_WORD = re.compile(r"[^\W_]")


def words(text: str) -> list[str]:
    """The words of `text` in order, cleaned; punctuation and blanks are left out, single characters are kept."""
    return [word for word in rjieba.cut(clean(text)) if _WORD.search(word)]


def words_among(text: str, sought: Container[str]) -> list[str]:
    """Those of `words(text)` that are among `sought`, some of the words of another text."""
    return [word for word in rjieba.cut(clean(text)) if word in sought]
