"""Why a match was proposed, in codes with parameters that a person understands. Texts are in the message catalogue."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.language.script import han_share
from core.language.segment import words, words_among
from matching.common_words import names_a_subject
from matching.lexical.query import QueryTerms
from matching.lexical.terms import FIRST_WORD_KEY, count_terms
from matching.types import Document, Query, Reason, Span

MOST_TERMS: Final = 5
TERM_SEPARATOR: Final = " · "
LEAST_TERM_WEIGHT: Final = 0.02
"""Share of a shared word in the query's length below which it is not worth naming."""
CLOSE_MEANING: Final = 0.5
"""Cosine of the vectors from which two texts are said to mean the same; about one judged pair in ten is there."""
LONGEST_READ: Final = 5_000
"""Only so many characters of a text are read for words and passages to show."""
_SENTENCE: Final = re.compile(r"[^。！？!?；;\n]+[。！？!?；;]?|[。！？!?；;]")
_SPACE: Final = re.compile(r"^\s+")


@dataclass(frozen=True, slots=True)
class Asked:
    """What of a query is needed to explain every match of it."""

    query: Query
    terms: QueryTerms
    words: frozenset[str]
    is_chinese: bool

    @classmethod
    def of(cls, query: Query, terms: QueryTerms) -> "Asked":
        """`query` read for its words and its language."""
        text = f"{query.title} {query.text}"[:LONGEST_READ]
        return cls(query, terms, frozenset(words(text)), _is_chinese(text))


@dataclass(frozen=True, slots=True)
class Found:
    """A document that was found: its feature values by name, and how many more of its supplier are worth a look."""

    document: Document
    features: Mapping[str, float]
    others: int


def explanations(asked: Asked, found: Sequence[Found]) -> list[tuple[tuple[Reason, ...], tuple[Span, ...]]]:
    """For each document its reasons, strongest first, at least one, and its best passage.

    That is the sentence of the text with most of what the query asks for, or the title where the text says less; none
    where neither shares a character with the query. Offsets are those of the text as written.
    All texts are counted together: the time of ten documents is little more than that of one.
    """
    words_of = [_common(asked, one.document) for one in found]
    spans_of = [_passages(one.document) for one in found]
    texts = [quoted(one.document, span) for one, spans in zip(found, spans_of, strict=True) for span in spans]
    weights = _said([*chain.from_iterable(words_of), *texts], asked.terms)
    shares = np.split(weights, np.cumsum([*map(len, words_of), *map(len, spans_of)])[:-1]) if found else []
    parts = zip(found, words_of, spans_of, shares[: len(found)], shares[len(found) :], strict=True)
    return [
        (tuple(_reasons(asked, one, _heaviest(names, heavy))), _best(spans, said))
        for one, names, spans, heavy, said in parts
    ]


def quoted(document: Document, span: Span) -> str:
    """The words that `span` points at."""
    source = document.title if span.field == "title" else document.text
    return source[span.start : span.end]


def _common(asked: Asked, document: Document) -> list[str]:
    """Words of both texts that name a subject."""
    written = " ".join((document.title, document.text[:LONGEST_READ], *document.keywords))
    return [word for word in dict.fromkeys(words_among(written, asked.words)) if names_a_subject(word)]


def _heaviest(common: list[str], weights: NDArray[np.float32]) -> list[str]:
    """Those that carried most of the score first, at most five; none is inside another."""
    heavy = [common[i] for i in np.argsort(-weights, kind="stable") if weights[i] >= LEAST_TERM_WEIGHT]
    return _not_nested(heavy)[:MOST_TERMS]


def _passages(document: Document) -> list[Span]:
    title = [Span(document.id, "title", 0, len(document.title))] if document.title else []
    return title + [Span(document.id, "text", *bounds) for bounds in _sentences(document.text[:LONGEST_READ])]


def _best(spans: list[Span], said: NDArray[np.float32]) -> tuple[Span, ...]:
    best = int(np.argmax(said)) if spans else -1
    return (spans[best],) if spans and said[best] > 0 else ()


def _reasons(asked: Asked, found: Found, shared: list[str]) -> Iterator[Reason]:
    document, features, others = found.document, found.features, found.others
    close = features["dense"] >= CLOSE_MEANING
    if shared:
        yield Reason("shared_terms", {"terms": TERM_SEPARATOR.join(shared), "count": len(shared)})
    if close and asked.is_chinese is not _is_chinese(document.title):
        yield Reason("close_across_languages", {"percent": _percent(features["dense"])})
    elif close:
        yield Reason("close_meaning", {"percent": _percent(features["dense"])})
    if not shared and not close:
        yield Reason("some_likeness", {"percent": _percent(max(features["characters"], features["dense"]))})
    if features["field"] and asked.query.field:
        yield Reason("same_field", {"field": asked.query.field})
    if features["industry"]:
        yield Reason("same_industry")
    if others:
        yield Reason("breadth", {"count": others})


def _said(texts: list[str], terms: QueryTerms) -> NDArray[np.float32]:
    """How much of the query each text says: the sum of the query's weights of its distinct pairs and words."""
    counted = count_terms(texts)
    weights = np.zeros(len(counted.keys), dtype=np.float32)
    if len(terms.pair_keys):
        at = np.minimum(np.searchsorted(terms.pair_keys, counted.keys), len(terms.pair_keys) - 1)
        found = (terms.pair_keys[at] == counted.keys) & (counted.keys >= FIRST_WORD_KEY)
        weights[found] = terms.pair_weights[at[found]]
    return np.bincount(counted.rows(), weights, len(texts)).astype(np.float32)


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    for match in _SENTENCE.finditer(text):
        blank = _SPACE.match(match.group())
        start = match.start() + (blank.end() if blank else 0)
        if start < match.end():
            yield start, match.end()


def _not_nested(ordered: list[str]) -> list[str]:
    kept: list[str] = []
    for word in ordered:
        if not any(word in other or other in word for other in kept):
            kept.append(word)
    return kept


def _is_chinese(text: str) -> bool:
    return han_share(text) >= 0.5


def _percent(share: float) -> int:
    return round(100 * min(max(share, 0.0), 1.0))
