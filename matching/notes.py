"""What people should know about a whole list: which fallback it is, or why it is empty."""

from collections.abc import Iterator
from typing import Final

from matching.lexical.query import QueryTerms
from matching.types import Floats, Reason

LITTLE_TEXT: Final = 2
"""A query of fewer different characters and words says next to nothing."""


def notes_on(terms: QueryTerms, vector: Floats, candidates: int, found: int) -> Iterator[Reason]:
    """The notes on the list for a query with these terms and this vector (dim,).

    `no_usable_text`: nothing in the query can be compared, so nobody is found. `little_text`: one character or word.
    `no_known_word`: the model knows no word of it; only characters were compared. `nothing_to_search`: there is no
    capability that may be proposed. `nothing_alike`: there are some, and none has any likeness.
    """
    if terms.is_empty and not vector.any():
        yield Reason("no_usable_text")
        return
    if len(terms.character_keys) < LITTLE_TEXT:
        yield Reason("little_text")
    if not vector.any():
        yield Reason("no_known_word")
    if not candidates:
        yield Reason("nothing_to_search")
    elif not found:
        yield Reason("nothing_alike")
