"""Words of Chinese and English text."""

import re

import rjieba

from core.language.normalise import clean

_WORD = re.compile(r"[^\W_]")


def words(text: str) -> list[str]:
    """The words of `text` in order, cleaned; punctuation and blanks are left out, single characters are kept."""
    return [word for word in rjieba.cut(clean(text)) if _WORD.search(word)]
