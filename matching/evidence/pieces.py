"""Documents cut into the short clauses that can be shown as evidence, with exact offsets."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from core.language.clause_cuts import Gap, gaps
from core.language.normalise import same_width
from core.language.quantities import Quantity
from matching.evidence.figures import figures_of

LONGEST_READ = 5_000
"""Only so many characters of a document are read for evidence."""
LONGEST_PIECE = 500
"""A longer stretch without punctuation is cut into pieces of at most so many characters."""
LONGEST_OPENING = 2 * LONGEST_PIECE
"""Of a sentence up to a piece's end only so many characters are compared, the last ones."""


@dataclass(frozen=True, slots=True)
class Piece:
    """What stands between two punctuation marks: `document[start:end]`; `sentence` is the whole sentence's text.

    `opening` is the sentence from its beginning to the end of the piece, its last `LONGEST_OPENING` characters.
    """

    start: int
    end: int
    text: str
    sentence: str
    opening: str
    figures: tuple[Quantity, ...]

    @property
    def opens_sentence(self) -> bool:
        """Whether nothing but punctuation stands before it in its sentence."""
        return not _CONTENT.search(self.opening, 0, len(self.opening) - len(self.text))


_LEAD = re.compile(
    r"(?:[\s,，、。;；:：.)）\]】]|(?:and|but|so|while|with|其中|并且|而且|同时|且|但)(?=[\s\u4e00-\u9fff]))+", re.I
)
_TAIL = re.compile(r"[\s,，、。;；:：.!?！？(（\[【]+$")
_COMMA = re.compile(r"，\s*|,(?![0-9]{3}(?![0-9]))\s*|[:：]\s*(?![0-9])")
_BRACKETS = re.compile(r"\([^()\n]{0,80}\)")
_CONTENT = re.compile(r"[^\W_]")
_JOINT = re.compile(r"\s(?:and|but|so|while|so that|although|whereas)\s", re.I)
_VERB = re.compile(r"\b(?:is|are|was|were|has|have|can|takes?|runs?|weighs?|lasts?|costs?|reach(?:es)?|stays?)\b", re.I)


def pieces_of(document: str) -> tuple[Piece, ...]:
    """The pieces of `document` in order, without overlaps; none is blank. Never raises."""
    text = document[:LONGEST_READ]
    plain = same_width(text)
    figures = figures_of(text)
    stretches = [Gap(figure.start, figure.end) for figure in figures]
    edges = [Gap(0, 0), *gaps(plain, stretches), Gap(len(plain), len(plain))]
    found: list[Piece] = []
    for left, right in pairwise(edges):
        sentence = text[left.end : right.start]
        for start, end in _cut(text, plain, left.end, right.start, stretches):
            inside = tuple(figure for figure in figures if start <= figure.start and figure.end <= end)
            opening = text[max(left.end, end - LONGEST_OPENING) : end]
            found.append(Piece(start, end, text[start:end], sentence, opening, inside))
    return tuple(found)


def _cut(text: str, plain: str, start: int, end: int, figures: Sequence[Gap]) -> Iterator[tuple[int, int]]:
    brackets = [Gap(*found.span()) for found in _BRACKETS.finditer(plain, start, end)]
    cuts = [Gap(*comma.span()) for comma in _COMMA.finditer(text, start, end)]
    cuts = [cut for cut in cuts if not _inside(cut.start, figures) and not _inside(cut.start, brackets)]
    cuts += [
        Gap(*found.span()) for found in _JOINT.finditer(plain, start, end) if _stands_alone(plain, found, start, end)
    ]
    edges = [Gap(start, start), *sorted(cuts), Gap(end, end)]
    for left, right in pairwise(edges):
        for begin, stop in _short(left.end, right.start, figures):
            first, last = _trimmed(plain, begin, stop)
            if _CONTENT.search(plain, first, last):
                yield first, last


def _short(start: int, end: int, figures: Sequence[Gap]) -> Iterator[tuple[int, int]]:
    """plain[start:end] in stretches of at most `LONGEST_PIECE` characters; no figure is cut."""
    while end - start > LONGEST_PIECE:
        cut = start + LONGEST_PIECE
        index = bisect_left(figures, (cut, cut)) - 1
        if index >= 0 and start < figures[index].start < cut < figures[index].end:
            cut = figures[index].start
        yield start, cut
        start = cut
    yield start, end


def _stands_alone(plain: str, joint: re.Match[str], start: int, end: int) -> bool:
    """Whether both sides of an English "and" are clauses with a verb of their own."""
    return bool(_VERB.search(plain, max(start, joint.start() - 60), joint.start())) and bool(
        _VERB.search(plain, joint.end(), min(end, joint.end() + 60))
    )


def _inside(position: int, figures: Sequence[Gap]) -> bool:
    index = bisect_left(figures, (position, position)) - 1
    return index >= 0 and figures[index].start < position < figures[index].end


def _trimmed(plain: str, start: int, end: int) -> tuple[int, int]:
    lead = _LEAD.match(plain, start, end)
    start = lead.end() if lead else start
    tail = _TAIL.search(plain[start:end])
    return start, start + tail.start() if tail else end
