"""How alike asked and told texts are, word for word.

Exact terms tell what is named literally; words aligned by their vectors (each with its nearest in the other text, as
in BERTScore, Zhang et al. 2020, with frozen idf as weights) tell what is named otherwise or in the other language.
Every number is in [0, 1], but for cosines of whole texts, and on the grid of `exact.SHARE`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from matching.evidence.asking import Asking, WantedTerms, WantedWords
from matching.evidence.exact import SHARE, Numbers, Vectors, cosines, put_on_grid
from matching.evidence.reading import Block, Reading
from matching.evidence.segments import Lines, Terms, WordTable, joined_lines, joined_terms
from matching.lexical.terms import starts_of_runs


@dataclass(frozen=True, slots=True, eq=False)
class Alike:
    """Likenesses of r requirements to p pieces, d documents and f figures of told texts.

    Of pieces, titles and openings the whole requirement is compared; `named` and `name_*` are about the demanded
    figure's name, beside the piece and beside the names of the offered figures.
    """

    literal: "Literal"
    aligned: "Aligned"
    meaning: Numbers
    meaning_sentence: Numbers
    title_meaning: Numbers
    topic: Numbers


@dataclass(frozen=True, slots=True, eq=False)
class Literal:
    """Shares of one text's weight that the other has.

    `words` of the requirement's that the piece has, (r, p), `words_back` the other way round; the same of the demanded
    figure's name that the piece has (`named`), of the requirement that the piece's opening and the title have; of the
    title (d) that the need has, and of the need that the document has; of the demanded figure's name that each figure's
    name has (r, f), and of that name (f) that the need has.
    """

    words: Numbers
    words_back: Numbers
    named: Numbers
    opening: Numbers
    title: Numbers
    title_in_need: Numbers
    need_in_text: Numbers
    name_words: Numbers
    name_in_need: Numbers


@dataclass(frozen=True, slots=True, eq=False)
class Aligned:
    """The same shares with each word's nearest of the other text in place of the word itself.

    `explained` is `back` where the requirement's words and those of the need both count; `head` is the cosine of both
    names' last words: mostly the thing itself (抗拉强度, service life). `name_back` and `name_explained` are of the
    names of figures beside the whole requirement.
    """

    words: Numbers
    back: Numbers
    explained: Numbers
    title: Numbers
    name: Numbers
    name_back: Numbers
    name_explained: Numbers
    head: Numbers


def alike_of(asking: Asking, readings: Sequence[Reading], words: WordTable) -> Alike:
    """All requirements of `asking` beside all texts of `readings`, in order."""
    return Alike(_literal(asking.terms, readings), _aligned(asking.words, readings, words), *_meant(asking, readings))


def _literal(wanted: WantedTerms, readings: Sequence[Reading]) -> Literal:
    told = joined_terms([reading.terms for reading in readings])
    blocks = np.concatenate([reading.blocks for reading in readings])
    order = np.argsort(blocks, kind="stable")
    shared = _shared_weight(wanted, told)[:, order]
    ends = np.cumsum(np.bincount(blocks, minlength=len(Block)))[:-1]
    there = np.split(put_on_grid(shared / _at_least_tiny(wanted.totals)[:, None], SHARE), ends, axis=1)
    back = np.split(put_on_grid(shared / _at_least_tiny(told.totals[order]), SHARE), ends, axis=1)
    size = len(wanted.totals) // 2
    own, named = slice(0, size), slice(size, 2 * size)
    return Literal(
        there[Block.piece][own],
        back[Block.piece][own],
        there[Block.piece][named],
        there[Block.opening][own],
        there[Block.title][own],
        back[Block.title][-1],
        there[Block.whole][-1],
        there[Block.figure][named],
        back[Block.figure][-1],
    )


def _shared_weight(wanted: WantedTerms, told: Terms) -> Numbers:
    """The summed weights of the terms that each asked and each told text share, (asked, told)."""
    at = np.searchsorted(wanted.keys, told.keys)
    common = np.append(wanted.keys, 0)[at] == told.keys
    entries = np.flatnonzero(common[told.at])
    rows = told.rows[entries]
    starts = starts_of_runs(rows)
    out = np.zeros((len(wanted.totals), len(told.totals)))
    out[:, rows[starts]] = np.add.reduceat(wanted.weighed[:, at[told.at[entries]]], starts, axis=1)
    return out


def _aligned(wanted: WantedWords, readings: Sequence[Reading], words: WordTable) -> Aligned:
    rows, weights, where = words.look_up([reading.vocabulary for reading in readings])
    near = cosines(wanted.rows, rows)
    np.maximum(near, 0.0, out=near)
    firsts = [0, *accumulate(len(reading.vocabulary.words) for reading in readings)][:-1]
    titles = [reading.titled for reading in readings]
    said = joined_lines([*(reading.said for reading in readings), *titles], firsts * 2, where)
    named = joined_lines([reading.named for reading in readings], firsts, where)
    nearest = np.array([near[own].max(axis=0) for own in wanted.of_texts])
    both = np.concatenate([nearest[:-1], np.maximum(nearest[:-1], nearest[-1])])
    size, pieces = len(nearest) - 1, len(said.starts) - len(titles)
    asked = _asked_share(near, wanted.subjects, said)
    back, name_back = (_told_share(both, weights, lines) for lines in (said, named))
    return Aligned(
        asked[:, :pieces],
        back[:size, :pieces],
        back[size:, :pieces],
        asked[:, pieces:],
        _asked_share(near, wanted.names, named),
        name_back[:size],
        name_back[size:],
        near[np.ix_(wanted.heads, named.last_words())].astype(np.float64),
    )


def _asked_share(near: Vectors, weights: Numbers, told: Lines) -> Numbers:
    """The share of each asked text's weight that the nearest words of each told text have."""
    nearest = np.maximum.reduceat(near[:, told.places], told.starts, axis=1)
    return put_on_grid(weights @ nearest / _at_least_tiny(weights.sum(axis=1))[:, None], SHARE)


def _told_share(nearest: Vectors, weights: Numbers, told: Lines) -> Numbers:
    """The share of each told text's weight that the words `nearest` to its own have."""
    spread = weights[told.places]
    shares = np.add.reduceat(nearest[:, told.places] * spread, told.starts, axis=1)
    return put_on_grid(shares / _at_least_tiny(np.add.reduceat(spread, told.starts)), SHARE)


def _meant(asking: Asking, readings: Sequence[Reading]) -> tuple[Numbers, ...]:
    """Cosines of requirements with pieces and sentences, of the need with titles and documents."""
    near = cosines(asking.vectors, np.concatenate([reading.vectors for reading in readings])).astype(np.float64)
    ends = np.cumsum([len(reading.vectors) for reading in readings])
    firsts = ends - [len(reading.vectors) for reading in readings]
    sizes = [len(reading.pieces) for reading in readings]
    pieces = np.concatenate([np.arange(size) for size in sizes]) + np.repeat(firsts, sizes)
    sentences = np.concatenate([reading.sentence_of for reading in readings]) + np.repeat(firsts, sizes)
    return near[:-1, pieces], near[:-1, sentences], near[-1, ends - 2], near[-1, ends - 1]


def _at_least_tiny(sums: Numbers) -> Numbers:
    return np.maximum(sums, 1e-9)
