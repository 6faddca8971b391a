"""All documents' terms, in segments: large ones that never change and a small last one that does.

So adding one document costs milliseconds at any size. Rows are numbered from 0 in the order of adding; which of
them still count is the caller's business until `drop_rows`.
"""

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matching.lexical.postings import Rows, Scores
from matching.lexical.query import QueryTerms
from matching.lexical.segment import Segment, joined
from matching.lexical.statistics import TermStatistics
from matching.lexical.terms import count_terms

TAIL_ROWS = 1024
"""The last segment takes additions up to this many rows; rebuilding it takes 2 ms."""
SEGMENT_ROWS = 262_144
"""No segment has more rows: the sums of so many stay in the second-level cache of a processor."""
MERGED = 8
"""So many neighbouring segments of about one size are joined into one, a few thousand rows a second of work."""
MERGED_ROWS = 64
"""A merge takes at most so many rows for each row that is added, so that adding one never waits for a large one."""
_CHUNK = 8192


class LexicalIndex:
    """Likeness in characters and pairs between a query and every row."""

    def __init__(self, statistics: TermStatistics, segments: Sequence[Segment] = ()) -> None:
        self.statistics = statistics
        self._segments = list(segments)

    def __len__(self) -> int:
        return sum(map(len, self._segments))

    def add(self, texts: Sequence[str]) -> None:
        """Appends one row for each of `texts`."""
        for at in range(0, len(texts), SEGMENT_ROWS):
            self._append(self._segment_of(texts[at : at + SEGMENT_ROWS]))

    def characters(self, query: QueryTerms, rows: Rows | None = None) -> Scores:
        """Likeness in characters, in [0, 1]: of `rows` (ascending), of every row where None. Same length."""
        if rows is None:
            return _concatenated([segment.characters(query) for segment in self._segments])
        edges = np.searchsorted(rows, self._offsets())
        parts = zip(self._segments, self._offsets(), edges, edges[1:], strict=False)
        return _concatenated([s.characters(query, rows[a:b] - offset) for s, offset, a, b in parts if b > a])

    def pairs(self, query: QueryTerms) -> Scores:
        """Likeness in pairs, in [0, 1], of every row."""
        return _concatenated([segment.pairs(query) for segment in self._segments])

    def drop_rows(self, dropped: NDArray[np.bool_]) -> None:
        """Removes the `dropped` rows (one flag a row) for good and renumbers the others; joins small segments."""
        offsets = self._offsets()
        kept = [s.without(dropped[a : a + len(s)]) for s, a in zip(self._segments, offsets, strict=False)]
        self._segments = [segment for segment in kept if len(segment)]
        self.join_small()

    def join_small(self) -> None:
        """Joins neighbouring segments up to `SEGMENT_ROWS`, so that a query costs as little as it can."""
        groups: list[list[Segment]] = []
        for segment in self._segments:
            if groups and sum(map(len, groups[-1])) + len(segment) <= SEGMENT_ROWS:
                groups[-1].append(segment)
            else:
                groups.append([segment])
        self._segments = [group[0] if len(group) == 1 else joined(group) for group in groups]

    def save(self, folder: Path) -> list[str]:
        """Writes every segment's arrays; returns the names of the files."""
        return [name for i, segment in enumerate(self._segments) for name in segment.save(folder, f"terms{i}-")]

    @classmethod
    def load(cls, folder: Path, statistics: TermStatistics, segments: int) -> "LexicalIndex":
        """The index of `segments` saved segments, mapped."""
        return cls(statistics, [Segment.load(folder, f"terms{i}-") for i in range(segments)])

    @property
    def segments(self) -> int:
        """How many segments there are; a query costs a little more for each."""
        return len(self._segments)

    def _append(self, segment: Segment) -> None:
        added = len(segment)
        if self._segments and len(self._segments[-1]) + len(segment) <= TAIL_ROWS:
            segment = joined([self._segments.pop(), segment])
        self._segments.append(segment)
        most = min(SEGMENT_ROWS, max(MERGED * TAIL_ROWS, MERGED_ROWS * added))
        while len(last := self._last_of_a_size()) == MERGED and sum(map(len, last)) <= most:
            self._segments[-MERGED:] = [joined(last)]

    def _last_of_a_size(self) -> list[Segment]:
        """The last segments, at most `MERGED`, of about the last one's size (1024 rows, 8 times that …)."""
        last = self._segments[-MERGED:]
        while _size(last[0]) != _size(last[-1]):
            last = last[1:]
        return last

    def _segment_of(self, texts: Sequence[str]) -> Segment:
        chunks = (texts[at : at + _CHUNK] for at in range(0, len(texts), _CHUNK))
        parts = [Segment.of(count_terms(chunk), self.statistics) for chunk in chunks]
        return parts[0] if len(parts) == 1 else joined(parts)

    def _offsets(self) -> NDArray[np.int64]:
        return np.cumsum([0, *map(len, self._segments)], dtype=np.int64)


def _size(segment: Segment) -> int:
    return math.ceil(math.log(max(1, len(segment) / TAIL_ROWS), MERGED))


def _concatenated(parts: list[Scores]) -> Scores:
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.float32)
