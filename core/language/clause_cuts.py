"""Where a text is cut into clauses: sentence ends, semicolons, line breaks and the markers of lists.

All functions work on a text brought to one width (`same_width`), so that their offsets are those of the original.
Decimals, units, abbreviations and what stands in brackets are never cut.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import NamedTuple


class Gap(NamedTuple):
    """A stretch between two clauses that belongs to neither: punctuation or a list marker."""

    start: int
    end: int


_BRACKETS = re.compile(r"\([^()\n]{0,80}\)|\[[^\[\]\n]{0,80}\]|“[^“”\n]{0,80}”|《[^《》\n]{0,80}》")
_STOPS = re.compile(r"[。!?;\n\r]+|(?<=[\u4e00-\u9fff])\.(?=[\u4e00-\u9fff])|\.{3,}|…+|\.(?=\s|$)")
_ABBREVIATION = re.compile(
    r"\b(?:e\.g|i\.e|etc|fig|no|vs|approx|max|min|cf|al|dr|eq|ref|resp|incl|excl|ca|temp|vol|dia|wt|inc|ltd|co)$", re.I
)
_LETTER_AROUND = re.compile(r"[A-Za-z0-9]")

_CHINESE_NUMBER = "[一二三四五六七八九十]{1,3}"
_MARKERS = re.compile(
    rf"(?P<bracketed>(?<![A-Za-z0-9图表式第见])\(\s?(?:[0-9]{{1,2}}|{_CHINESE_NUMBER}|[a-hA-H]|[ivx]{{1,4}})\s?\)"
    r"(?!所示|式)\s?[、.]?)"
    r"|(?P<circled>[①-⑳⑴-⒇⒈-⒛㈠-㈩❶-❿•●■◆▪►])\s?[、.]?"
    r"|(?P<bullet>(?:(?<=\n)|^)[ \t]*[-*·–—]\s+)"
    r"|(?P<nested>(?<![0-9A-Za-z.~/-])[0-9]{1,2}(?:\.[0-9]{1,2}){1,3}\s?[、.]?(?=\s|[\u4e00-\u9fffA-Z]))"
    r"|(?P<half>(?<![0-9A-Za-z.~(/-])[0-9]{1,2}\s?\)\s?[、.]?)"
    r"|(?P<plain>(?<![0-9A-Za-z.~/-])[0-9]{1,2}\s?(?:、|[.,]\s?|\s(?=[\u4e00-\u9fff]))(?![0-9.]))"
    rf"|(?P<chinese>{_CHINESE_NUMBER}\s?[、.](?![一二三四五六七八九十]))"
)
_STYLES = ("bracketed", "circled", "bullet", "nested", "half", "plain", "chinese")
_FREE_STYLES = ("circled", "bullet", "chinese")
_ROW_STYLES = ("nested", "half", "plain")
_FRESH = re.compile(r"(?:^|[。；;：:,，!?\n\r)\]】])\s*$")
_COMMA = re.compile(r"[,，](?![0-9]{3}(?![0-9]))\s*")
_CONDITION = re.compile(r"(?:时|下|后|前|以来|期间|when|under|if|at)\s*$", re.I)


def gaps(plain: str, figures: Iterable[Gap]) -> list[Gap]:
    """The gaps of `plain` in order; none lies inside one of `figures` or inside brackets."""
    taken = _Stretches([*figures])
    bracketed = _Stretches([Gap(*found.span()) for found in _BRACKETS.finditer(plain)])
    found = [gap for gap in _stops(plain) if not bracketed.hold(gap.start) and not taken.cover(gap.start)]
    found += [gap for gap in _markers(plain, bracketed) if not taken.cover(gap.start)]
    return _merged(sorted(found))


def commas(plain: str, start: int, end: int) -> list[Gap]:
    """The commas of plain[start:end] outside brackets at which a row of indicators may be cut.

    A comma behind a condition (…时，) or inside a number (1,000) is not among them.
    """
    bracketed = _Stretches([Gap(*found.span()) for found in _BRACKETS.finditer(plain, start, end)])
    found = (Gap(*comma.span()) for comma in _COMMA.finditer(plain, start, end))
    return [gap for gap in found if not bracketed.hold(gap.start) and not _follows_condition(plain, start, gap.start)]


def _follows_condition(plain: str, start: int, comma: int) -> bool:
    return bool(_CONDITION.search(plain, max(start, comma - 8), comma))


class _Stretches:
    """Non-overlapping stretches, asked about a position."""

    def __init__(self, stretches: list[Gap]) -> None:
        self._stretches = sorted(stretches)
        self._starts = [stretch.start for stretch in self._stretches]

    def hold(self, position: int) -> bool:
        """Whether `position` lies strictly inside one of them."""
        index = bisect_right(self._starts, position) - 1
        return index >= 0 and self._stretches[index].start < position < self._stretches[index].end

    def cover(self, position: int) -> bool:
        """Whether one of them begins at `position` or holds it."""
        return self.hold(position) or position in self._starts[max(0, bisect_right(self._starts, position) - 1) :][:1]


def _stops(plain: str) -> Iterator[Gap]:
    for stop in _STOPS.finditer(plain):
        before, after = plain[stop.start() - 1 : stop.start()], plain[stop.end() : stop.end() + 1]
        garbled = stop[0] == "?" and _LETTER_AROUND.match(before) and _LETTER_AROUND.match(after)
        if not garbled and not (stop[0] == "." and _inside_sentence(plain, stop)):
            yield Gap(*stop.span())


def _inside_sentence(plain: str, stop: re.Match[str]) -> bool:
    following = plain[stop.end() : stop.end() + 3].lstrip()
    return following[:1].islower() or bool(_ABBREVIATION.search(plain, max(0, stop.start() - 8), stop.start()))


def _markers(plain: str, bracketed: _Stretches) -> Iterator[Gap]:
    """List markers; a bare number in running text counts only as the first or the next of a row."""
    rows: dict[str, int] = {}
    for marker in _MARKERS.finditer(plain):
        style = next(style for style in _STYLES if marker[style])
        fresh = bool(_FRESH.search(plain, max(0, marker.start() - 6), marker.start()))
        if (style == "chinese" and not fresh) or (style not in _FREE_STYLES and bracketed.hold(marker.start())):
            continue
        if style in _ROW_STYLES:
            number = int(re.findall("[0-9]+", marker[style])[-1])
            step = number - rows.get(style, 0)
            if number != 1 and step != 1 and not (fresh and (style == "nested" or 0 <= step <= 2)):
                continue
            rows[style] = number
        yield Gap(*marker.span())


def _merged(found: list[Gap]) -> list[Gap]:
    merged: list[Gap] = []
    for gap in found:
        if merged and gap.start <= merged[-1].end:
            merged[-1] = Gap(merged[-1].start, max(merged[-1].end, gap.end))
        else:
            merged.append(gap)
    return merged
