"""Hundreds of words looked for in one reading of a text: at each place only those that begin with the letter there."""

import re
from collections.abc import Iterable, Iterator


class WordStarts:
    """Patterns (regardless of case) with a number each; the first character of a pattern must be a plain letter."""

    def __init__(self, words: Iterable[tuple[str, str, int]]) -> None:
        """`words` are (first character, pattern, number), in the order in which they are tried."""
        self._by_start: dict[str, list[tuple[re.Pattern[str], int]]] = {}
        for first, pattern, number in words:
            self._by_start.setdefault(first.lower(), []).append((re.compile(pattern, re.I), number))

    def everywhere(self, text: str) -> Iterator[int]:
        """The numbers of all words in `text`, also of those that overlap; one may come again."""
        for at, letter in enumerate(text.lower() if text.isascii() else map(str.lower, text)):
            for pattern, number in self._by_start.get(letter, ()):
                if pattern.match(text, at):
                    yield number

    def in_a_row(self, text: str) -> Iterator[int]:
        """The numbers of the words in `text` one behind the other; at each place the first that fits."""
        at = 0
        while at < len(text):
            hit = self._at(text, at)
            if hit is not None:
                yield hit[1]
            at = max(at + 1, hit[0]) if hit else at + 1

    def _at(self, text: str, at: int) -> tuple[int, int] | None:
        for pattern, number in self._by_start.get(text[at].lower(), ()):
            if found := pattern.match(text, at):
                return found.end(), number
        return None
