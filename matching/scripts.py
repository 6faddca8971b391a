"""In which script a text is written: texts of different ones share hardly a character, whatever they say."""

from enum import IntEnum
from typing import Final

from core.language.script import han_share

_HAN_FROM: Final = 0.5
"""Least share of Chinese characters among the letters of a text in Chinese; technical Chinese is full of symbols."""
_OTHER_BELOW: Final = 0.1
_READ: Final = 5_000
"""Only so many characters of a text are read."""


class Script(IntEnum):
    """Kept as numbers with documents. `unclear`: of both, or without letters; such a text is across from none."""

    unclear = 0
    han = 1
    other = 2


_ACROSS: Final = {Script.han: Script.other, Script.other: Script.han}


def script_of(text: str) -> Script:
    """The script of nearly all of `text`."""
    beginning = text[:_READ]
    share = han_share(beginning)
    if share >= _HAN_FROM:
        return Script.han
    is_other = share < _OTHER_BELOW and any(map(str.isalpha, beginning))
    return Script.other if is_other else Script.unclear


def across_from(script: Script) -> Script | None:
    """The script whose texts share no words with those of `script`; None where there is none."""
    return _ACROSS.get(script)
