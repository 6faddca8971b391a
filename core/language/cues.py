"""Words and phrases looked for in either language; those of a language a text is not in cost nothing.

Works on a text brought to one width (`same_width`).
"""

import re
from collections.abc import Sequence

_HAN = re.compile("[\u4e00-\u9fff]")
_ENGLISH = re.compile("[A-Za-z]{4}|[A-Za-z]{2} [A-Za-z]")


class Cues:
    """Patterns in Chinese and in English, of which one is enough."""

    def __init__(self, chinese: Sequence[str], english: Sequence[str]) -> None:
        self._chinese = re.compile("|".join(chinese), re.I)
        self._english = re.compile("|".join(english), re.I)

    def first(self, text: str) -> int | None:
        """Where the first one begins; None if there is none."""
        found = (self._chinese.search(text) if _HAN.search(text) else None, self._search_english(text))
        return min((one.start() for one in found if one), default=None)

    def stand_in(self, text: str) -> bool:
        """Whether there is one."""
        return bool((_HAN.search(text) and self._chinese.search(text)) or self._search_english(text))

    def _search_english(self, text: str) -> re.Match[str] | None:
        return self._english.search(text) if _ENGLISH.search(text) else None
