"""Texts as counted terms. A term is a number that never depends on other texts, so there is no vocabulary to keep.

- a Chinese character is its code point (below 65,536; rarer ones are hashed like words);
- a word of any other script is its stem's CRC-32, folded into 65,536 … 2^20;
- a pair of neighbouring Chinese characters is first·65,536 + second, always at or above 0x34000000.

Two representations share these keys: *characters* (single characters and words) and *pairs* (pairs and words). Most
Chinese words are two characters, so pairs find words without a segmenter's mistakes.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from core.language.normalise import clean
from matching.lexical.stem import stem

Keys = NDArray[np.uint32]
SINGLE_KEYS: Final = 1 << 20
"""Keys below are characters or words, keys above are pairs."""
FIRST_WORD_KEY: Final = 1 << 16

_HAN: Final = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_WORD: Final = re.compile(rf"[^\W_{_HAN}]+|[\U00020000-\U0003ffff]")
_SEPARATOR: Final = "\n"
_MOST = 255


@dataclass(frozen=True, slots=True)
class TermCounts:
    """The terms of n texts.

    Text i has `keys[starts[i]:starts[i + 1]]`, ascending, each `counts` times; above 255 a count stays 255.
    """

    starts: NDArray[np.int64]
    keys: Keys
    counts: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.starts) - 1

    def rows(self) -> NDArray[np.int64]:
        """For every entry, which text it belongs to."""
        return np.repeat(np.arange(len(self), dtype=np.int64), np.diff(self.starts))


def count_terms(texts: Sequence[str]) -> TermCounts:
    """The terms of `texts`, cleaned first. Never raises for any text; an empty one has no terms."""
    cleaned = [clean(text) for text in texts]
    joined = _SEPARATOR.join(cleaned)
    codes = np.frombuffer(joined.encode("utf-32-le", "replace"), dtype=np.uint32)
    ends = np.cumsum(np.fromiter((len(text) + 1 for text in cleaned), dtype=np.int64, count=len(cleaned)))
    places, keys = _places_and_keys(joined, codes)
    return _counted(np.searchsorted(ends, places, side="right"), keys, len(cleaned))


def word_key(word: str) -> int:
    """The key of a word that is not Chinese (cleaned, unstemmed), 65,536 to 2^20 - 1."""
    return _hashed(stem(word))


@lru_cache(maxsize=200_000)
def _hashed(text: str) -> int:
    return FIRST_WORD_KEY + crc32(text.encode("utf-8", "replace")) % (SINGLE_KEYS - FIRST_WORD_KEY)


def _places_and_keys(joined: str, codes: NDArray[np.uint32]) -> tuple[NDArray[np.int64], Keys]:
    han = _is_han(codes)
    single = np.flatnonzero(han)
    pair = np.flatnonzero(han[:-1] & han[1:]) if len(han) else single
    words = [(match.start(), word_key(match.group())) for match in _WORD.finditer(joined)]
    word_places = np.fromiter((place for place, _ in words), dtype=np.int64, count=len(words))
    word_keys = np.fromiter((key for _, key in words), dtype=np.uint32, count=len(words))
    places = np.concatenate([single, pair, word_places])
    return places, np.concatenate([codes[single], (codes[pair] << 16) | codes[pair + 1], word_keys])


def _is_han(codes: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Chinese characters of the first plane; a separator between texts is none, so no pair crosses it."""
    unified = (codes >= 0x3400) & (codes <= 0x9FFF) & ~((codes >= 0x4DC0) & (codes < 0x4E00))
    return np.asarray(unified | ((codes >= 0xF900) & (codes <= 0xFAFF)))


def _counted(rows: NDArray[np.int64], keys: Keys, texts: int) -> TermCounts:
    entries = (rows.astype(np.uint64) << np.uint64(32)) | keys
    entries.sort()
    first = starts_of_runs(entries)
    counts = np.diff(np.append(first, len(entries)))
    distinct = entries[first]
    starts = np.searchsorted(distinct, np.arange(texts + 1, dtype=np.uint64) << np.uint64(32))
    return TermCounts(
        starts.astype(np.int64),
        (distinct & np.uint64(0xFFFFFFFF)).astype(np.uint32),
        np.minimum(counts, _MOST).astype(np.uint8),
    )


def starts_of_runs(ordered: NDArray[Any]) -> NDArray[np.int64]:
    """Where in `ordered` (sorted, one axis) each distinct value begins."""
    if not len(ordered):
        return np.zeros(0, dtype=np.int64)
    return np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
