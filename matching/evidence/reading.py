"""A document read once for all requirements that it may answer: its clauses, what each says, and its vectors.

Nothing here depends on what is asked, so readings are kept in memory, a bounded number of them, by their text.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matching.embedding.protocol import Embedder
from matching.evidence.marks import Marks, marks_of
from matching.evidence.offers import Offered, offered_of
from matching.evidence.pieces import Piece, pieces_of
from matching.evidence.related import property_of
from matching.evidence.segments import Segments, WordTable, segments_of
from matching.lexical.statistics import TermStatistics

KEPT: Final = 4_096
"""So many documents stay read (about 95 KiB each, at 180 characters a document, with the words they bring)."""


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """One document. `segments` are, in this order: pieces, their openings, figure names, the title, the whole text.

    `figure_at[i]` is where the names of piece i's figures begin among the figure names, `properties` what these are.
    `vectors` has a row a piece, `sentences` the vector of each piece's sentence, `head` those of the title and of title
    and text together.
    """

    pieces: tuple[Piece, ...]
    marks: tuple[Marks, ...]
    offered: tuple[tuple[Offered, ...], ...]
    kinds: tuple[frozenset[tuple[str, bool]], ...]
    figure_at: tuple[int, ...]
    properties: tuple[int | None, ...]
    segments: Segments
    vectors: NDArray[np.float32]
    sentences: NDArray[np.float32]
    head: NDArray[np.float32]


class Reader:
    """Reads documents for one embedder and one table of term weights."""

    def __init__(self, embedder: Embedder, statistics: TermStatistics) -> None:
        self.embedder, self.statistics = embedder, statistics
        self.words = WordTable(embedder, statistics)
        self.read = lru_cache(maxsize=KEPT)(self._read)

    def _read(self, title: str, text: str) -> Reading:
        pieces = pieces_of(text)
        names = [figure.name for piece in pieces for figure in piece.figures]
        counts = np.cumsum([0, *(len(piece.figures) for piece in pieces)])
        texts = [*(p.text for p in pieces), *(p.opening for p in pieces), *names, title, text]
        sentences = list(dict.fromkeys(piece.sentence for piece in pieces))
        vectors = self._encoded([*(p.text for p in pieces), *sentences, title, f"{title} {title} {text}"])
        offered = tuple(tuple(offered_of(figure, piece.text) for figure in piece.figures) for piece in pieces)
        size = len(pieces)
        return Reading(
            pieces,
            tuple(marks_of(piece.text) for piece in pieces),
            offered,
            tuple(frozenset(kind for one in own for kind in one.kinds) for own in offered),
            tuple(counts[:-1].tolist()),
            tuple(property_of(figure, piece.text, piece.start) for piece in pieces for figure in piece.figures),
            segments_of(texts, self.statistics),
            vectors[:size],
            vectors[size + np.array([sentences.index(piece.sentence) for piece in pieces], dtype=np.intp)],
            vectors[-2:],
        )

    def _encoded(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self.embedder.encode(texts)


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
