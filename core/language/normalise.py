"""Text made comparable: one form for full- and half-width, no invisible characters, one space.

What people wrote is stored and shown as written; only what is compared goes through here.
"""

import re
import unicodedata
from functools import cache

_INVISIBLE = {"Cc", "Cf", "Co", "Cs", "Cn"}
_SPACES = re.compile(r"\s+")


def clean(text: str) -> str:
    """`text` in NFKC, lower case, without control and zero-width characters, runs of white space as one space.

    Line breaks count as white space. Empty in, empty out; never raises, lone surrogates included.
    """
    folded = _SPACES.sub(" ", unicodedata.normalize("NFKC", text))
    if not folded.isprintable():  # rare; looking at every character costs thirty times as much
        folded = _SPACES.sub(" ", "".join(c if not _invisible(c) else " " if c.isspace() else "" for c in folded))
    return folded.strip().lower()


def same_width(text: str) -> str:
    """`text` with full-width letters, digits and signs as half-width ones, every character at its old place.

    Unlike `clean` it keeps case, spaces and raised figures (m², 10⁻³), and its length is that of `text`.
    """
    return text if text.isascii() else "".join(map(_half_width, text))


@cache
def _half_width(character: str) -> str:
    folded = unicodedata.normalize("NFKC", character)
    raised = unicodedata.decomposition(character).startswith(("<super>", "<sub>", "<circle>"))
    return character if raised or len(folded) != 1 else folded


def _invisible(character: str) -> bool:
    return (not character.isascii() and unicodedata.category(character) in _INVISIBLE) or character < " "
