"""The passages of a query that are compared one by one: its title and its sentences."""

import re
from typing import Final

from matching.types import Query

MOST_PASSAGES: Final = 64
"""Only the first so many are compared; a need of 2,000 characters has about 30."""
_SHORTEST: Final = 4
_END: Final = re.compile(r"[。！？!?；;\n]+|(?<=[a-z)\]])\.(?=\s+[A-Z])")
"""A full stop ends an English sentence between a small and a capital letter, so that "No. 5" and "3.5" stay whole."""


def passages_of(query: Query) -> list[str]:
    """The title, then the sentences of the text of at least four characters, at most 64 in all."""
    sentences = (part.strip() for part in _END.split(query.text))
    return [query.title, *(part for part in sentences if len(part) >= _SHORTEST)][:MOST_PASSAGES]
