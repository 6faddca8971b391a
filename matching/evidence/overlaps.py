"""How much of the asked words' weight the words of a clause match, apart by what stands under a negation."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, chain
from typing import Final

import numpy as np

from matching.evidence.exact import SHARE, Numbers, Vectors, cosines
from matching.evidence.negation import polar_words
from matching.evidence.segments import Places, Vocabulary, WordTable
from matching.evidence.types import KEPT_TEXTS

CLOSE: Final = round(0.35 * 2**SHARE) / 2**SHARE
"""From this cosine on two words may mean the same."""
_NOTHING: Final = ("", False)


@dataclass(frozen=True, slots=True, eq=False)
class Polar:
    """The words of a text and which of them are negated; at least one, the empty one if need be. `number` are real."""

    words: Vocabulary
    negated: tuple[bool, ...]
    number: int

    @property
    def denies(self) -> bool:
        """Whether it negates anything."""
        return True in self.negated


@lru_cache(maxsize=KEPT_TEXTS)
def polar(text: str, *, excluding: bool) -> Polar:
    """The words of `text`; see `negation.polar_words`."""
    found = polar_words(text, excluding=excluding)
    kept = found or [_NOTHING]
    return Polar(Vocabulary([word for word, _ in kept]), tuple(negated for _, negated in kept), len(found))


def overlaps(pairs: Sequence[tuple[Polar, Polar]], words: WordTable) -> tuple[Numbers, Numbers]:
    """How much of the asked words' weight the told words match, loosely and closely, (pairs, 4) each.

    In four parts: said by both, said and denied, denied and said, denied by both. Loosely counts the cosine of the
    nearest word, closely only what of it is above `CLOSE`.
    """
    asked, whose = _distinct([wanted for wanted, _ in pairs])
    told, whence = _distinct([given for _, given in pairs])
    rows, weights, asked_at = words.look_up([one.words for one in asked])
    columns, _, told_at = words.look_up([one.words for one in told])
    shares, sums = _weights(asked, weights[asked_at])
    nearest = _nearest(cosines(rows, columns)[:, told_at], told)[:, asked_at]
    total = np.maximum(sums, 1e-9)[whose, None]
    loosely = _matched(shares, nearest)[:, whose, whence].T / total
    closely = _matched(shares, np.maximum(0.0, nearest - CLOSE))[:, whose, whence].T / (total * (1.0 - CLOSE))
    return loosely, closely


def _distinct(texts: Sequence[Polar]) -> tuple[list[Polar], Places]:
    """The distinct ones of `texts`, and which of them each is."""
    numbers = {text: number for number, text in enumerate(dict.fromkeys(texts))}
    return list(numbers), np.array([numbers[text] for text in texts])


def _nearest(near: Vectors, told: Sequence[Polar]) -> Numbers:
    """The greatest of `near` (asked words, words of `told`) by text, of said and of denied words; at least 0."""
    denied = np.array([*chain.from_iterable(one.negated for one in told)])
    starts = [0, *accumulate(len(one.negated) for one in told)][:-1]
    apart = np.stack([np.where(denied, 0.0, near), np.where(denied, near, 0.0)])
    return np.maximum(np.maximum.reduceat(apart, starts, axis=2), 0.0).astype(np.float64)


def _weights(asked: Sequence[Polar], weights: Numbers) -> tuple[Numbers, Numbers]:
    """The weights of said and denied words (2, asked, asked words), each in the row of its text; and their sums."""
    denied = np.array([*chain.from_iterable(one.negated for one in asked)])
    row = np.repeat(np.arange(len(asked)), [len(one.negated) for one in asked])
    out = np.zeros((2, len(asked), len(row)))
    out[denied.astype(np.intp), row, np.arange(len(row))] = weights
    return out, out.sum(axis=(0, 2))


def _matched(shares: Numbers, nearest: Numbers) -> Numbers:
    """The weight that the nearest words of each told text match of each asked one, (4, asked, told)."""
    matched = shares[:, None] @ nearest[None]
    return matched.reshape(4, *matched.shape[2:])
