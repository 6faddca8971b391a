"""What the queries of lists share: their type, and the words people search by, as SQL."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, true
from sqlalchemy.sql.elements import SQLCoreOperations

AnySelect = Select[*tuple[Any, ...]]
"""A statement, whatever its columns."""

CHUNK = 900
"""Parameters of one query; the smallest limit of any SQLite in use is 999."""

WORDS_MAX = 12
"""Words of a search beyond this are ignored: each adds a scan."""


def search_words(query: str) -> list[str]:
    """The words of a search, separated by blanks; a NUL, which PostgreSQL refuses, separates as well."""
    return query.replace("\0", " ").split()[:WORDS_MAX]


def holds_words(query: str, *texts: SQLCoreOperations[str]) -> ColumnElement[bool]:
    """Every word of `query` stands in at least one of `texts`; upper and lower case alike."""
    words = search_words(query)
    if not words:
        return true()
    return and_(*(or_(*(text.icontains(word, autoescape=True) for text in texts)) for word in words))
