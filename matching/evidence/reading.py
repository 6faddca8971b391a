"""A document read once for all requirements that it may answer: its clauses, what each says, and its vectors.

Nothing here depends on what is asked, so readings are kept in memory, a bounded number of them, by their text; and so
is what each clause asks by itself.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import partial
from itertools import accumulate, chain, pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matching.embedding.protocol import Embedder, Vectors
from matching.evidence.asked import Asked, asked_of
from matching.evidence.exact import Numbers, even_rows
from matching.evidence.kept import Kept
from matching.evidence.marks import Marks, marks_of
from matching.evidence.offers import Offered, offered_of
from matching.evidence.pieces import Piece, pieces_of
from matching.evidence.related import property_of
from matching.evidence.segments import Lines, Places, Terms, Vocabulary, WordTable, lines_of, telling, terms_of_each
from matching.evidence.types import Requirement
from matching.lexical.statistics import TermStatistics

KEPT: Final = 4_096
"""So many documents and clauses stay read (about 75 KiB each, at 180 characters a document, with the words they
bring)."""
FLAGS: Final = ("says_absent", "turned", "untested", "length", "chinese", "dated", "placed", "figured")
"""Numbers that a piece has by itself, in the order of `Reading.flags`."""


class Block(IntEnum):
    """Which text of a document it is whose terms are counted, in their order."""

    piece, opening, figure, title, whole = range(5)


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """One document with p pieces and f figures.

    `offered`, `kinds` and `flags` (FLAGS, p) are by piece, `properties` by figure. `terms` are of all its texts, each
    in the block that `blocks` says; the words of pieces, of figures' names and of the title are of one `vocabulary`.
    `vectors` has a row a piece, then one for each sentence (piece i is in the sentence of row `sentence_of[i]`), the
    title's, and that of title and text together.
    """

    pieces: tuple[Piece, ...]
    marks: tuple[Marks, ...]
    offered: tuple[tuple[Offered, ...], ...]
    kinds: tuple[frozenset[tuple[str, bool]], ...]
    properties: tuple[int | None, ...]
    flags: Numbers
    terms: Terms
    blocks: NDArray[np.int8]
    vocabulary: Vocabulary
    said: Lines
    named: Lines
    titled: Lines
    vectors: Vectors
    sentence_of: Places


class Reader:
    """Reads documents for one embedder and one table of term weights."""

    def __init__(self, embedder: Embedder, statistics: TermStatistics) -> None:
        self.embedder, self.statistics = embedder, statistics
        self.words = WordTable(embedder, statistics)
        self.read: Kept[tuple[str, str], Reading] = Kept(KEPT, self._read)
        self.asked: Kept[Requirement, Asked] = Kept(KEPT, partial(asked_of, embedder=embedder, statistics=statistics))

    def _read(self, documents: Sequence[tuple[str, str]]) -> list[Reading]:
        """Documents, of each its title and text."""
        pieces = [pieces_of(text) for _, text in documents]
        sentences = [list(dict.fromkeys(piece.sentence for piece in own)) for own in pieces]
        terms = terms_of_each([*map(_counted_texts, documents, pieces)], self.statistics)
        texts = [*map(_meant_texts, documents, pieces, sentences)]
        vectors = even_rows(self.embedder.encode([*chain.from_iterable(texts)]))
        ends = pairwise(accumulate(map(len, texts), initial=0))
        own = [vectors[first:end].copy() for first, end in ends]
        titles = [title for title, _ in documents]
        return [*map(_reading, titles, pieces, sentences, terms, own)]


def _counted_texts(document: tuple[str, str], pieces: Sequence[Piece]) -> list[str]:
    """The texts of a document whose terms are counted, block by block."""
    return [*_told(pieces), *(piece.opening for piece in pieces), *_names(pieces), *document]


def _meant_texts(document: tuple[str, str], pieces: Sequence[Piece], sentences: Sequence[str]) -> list[str]:
    """The texts of a document that have vectors."""
    title, text = document
    return [*_told(pieces), *sentences, title, f"{title} {title} {text}"]


def _told(pieces: Sequence[Piece]) -> list[str]:
    return [piece.text for piece in pieces]


def _names(pieces: Sequence[Piece]) -> list[str]:
    return [figure.name for piece in pieces for figure in piece.figures]


def _reading(
    title: str, pieces: tuple[Piece, ...], sentences: Sequence[str], terms: Terms, vectors: Vectors
) -> Reading:
    told, names = _told(pieces), _names(pieces)
    marks = tuple(marks_of(one) for one in told)
    offered = tuple(tuple(offered_of(figure, piece.text) for figure in piece.figures) for piece in pieces)
    blocks = ([telling(one) for one in texts] for texts in (told, names, [title]))
    vocabulary, (said, named, titled) = lines_of(*blocks)
    return Reading(
        pieces,
        marks,
        offered,
        tuple(frozenset(kind for one in own for kind in one.kinds) for own in offered),
        tuple(property_of(figure, piece.text, piece.start) for piece in pieces for figure in piece.figures),
        _flags(pieces, marks),
        terms,
        np.repeat(np.array(Block, dtype=np.int8), [len(pieces), len(pieces), len(names), 1, 1]),
        vocabulary,
        said,
        named,
        titled,
        vectors,
        len(pieces) + np.array([sentences.index(piece.sentence) for piece in pieces], dtype=np.intp),
    )


def _flags(pieces: Sequence[Piece], marks: Sequence[Marks]) -> Numbers:
    flags = [
        (mark.says_absent, mark.turned, mark.untested, math.log1p(len(piece.text)), mark.chinese,
         mark.date is not None, bool(mark.regions), bool(piece.figures))
        for mark, piece in zip(marks, pieces, strict=True)
    ]  # fmt: skip
    return np.array(flags, dtype=np.float64).reshape(-1, len(FLAGS)).T


_readers: dict[tuple[str, str], Reader] = {}
_MOST_READERS = 4


def reader_of(embedder: Embedder, statistics: TermStatistics) -> Reader:
    """The one reader of the embedder and the table with these names; a name changes whenever the contents do."""
    key = embedder.name, statistics.name
    reader = _readers.get(key)
    if reader is None:
        if len(_readers) >= _MOST_READERS:
            _readers.clear()
        reader = _readers[key] = Reader(embedder, statistics)
    return reader
