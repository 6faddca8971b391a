"""How alike asked and told texts are, word for word.

Exact terms tell what is named literally; words aligned by their vectors (each with its nearest in the other text, as
in BERTScore, Zhang et al. 2020, with frozen idf as weights) tell what is named otherwise or in the other language.
"""

from dataclasses import dataclass

import numpy as np

from matching.embedding.protocol import Vectors
from matching.evidence.segments import Numbers, Places, Segments, WordTable
from matching.lexical.terms import Keys


@dataclass(frozen=True, slots=True, eq=False)
class Likeness:
    """How n asked texts and m told ones are alike, each number in [0, 1]; rows asked, columns told.

    `literal` is the share of the asked text's weight that the told text has, `literal_back` the other way round;
    `aligned` and `aligned_back` are the same with each word's nearest of the other text in place of the word itself.
    `head` is the cosine of both texts' last words: of names, mostly the thing itself (抗拉强度, service life).
    `explained` is `aligned_back` where the asked text's words and those of the last asked text both count.
    """

    literal: Numbers
    literal_back: Numbers
    aligned: Numbers
    aligned_back: Numbers
    explained: Numbers
    head: Numbers


@dataclass(frozen=True, slots=True, eq=False)
class Wanted:
    """Asked texts made ready to be compared with many others.

    `terms` are their distinct terms, ascending, `weighed` (texts, terms) the weights; `rows` and `weights` are the
    vectors and weights of their words.
    """

    segments: Segments
    terms: Keys
    weighed: Numbers
    rows: Vectors
    weights: Numbers


def wanted_of(asked: Segments, table: WordTable) -> Wanted:
    """`asked` made ready; the last of them is the context of the others."""
    terms = np.unique(asked.keys)
    weighed = np.zeros((len(asked), len(terms)))
    weighed[asked.rows, np.searchsorted(terms, asked.keys)] = asked.weights
    return Wanted(asked, terms, weighed, *table.look_up(asked.vocabulary))


def likeness(wanted: Wanted, told: Segments, table: WordTable) -> Likeness:
    """Every asked text against every text of `told`."""
    asked = wanted.segments
    shared = _shared_weight(wanted, told)
    given, told_weights = table.look_up(told.vocabulary)
    near = np.maximum(wanted.rows @ given.T, 0.0).astype(np.float64)
    forward = np.maximum.reduceat(near[:, told.places], told.starts, axis=1)[asked.places]
    weights = wanted.weights[asked.places]
    aligned = np.add.reduceat(forward * weights[:, None], asked.starts, axis=0)
    backward = np.maximum.reduceat(near[asked.places], asked.starts, axis=0)
    context = np.maximum(backward, backward[-1])
    spread = told_weights[told.places]
    sums = _at_least_tiny(np.add.reduceat(spread, told.starts))
    return Likeness(
        shared / _at_least_tiny(asked.totals)[:, None],
        shared / _at_least_tiny(told.totals),
        aligned / _at_least_tiny(np.add.reduceat(weights, asked.starts))[:, None],
        np.add.reduceat(backward[:, told.places] * spread, told.starts, axis=1) / sums,
        np.add.reduceat(context[:, told.places] * spread, told.starts, axis=1) / sums,
        near[np.ix_(_last_words(asked), _last_words(told))],
    )


def _last_words(segments: Segments) -> Places:
    last: Places = segments.places[np.append(segments.starts[1:], len(segments.places)) - 1]
    return last


def _shared_weight(wanted: Wanted, told: Segments) -> Numbers:
    """The summed weights of the terms that two texts share, (asked, told)."""
    given = np.zeros((len(wanted.terms), len(told)))
    if len(wanted.terms):
        at = np.minimum(np.searchsorted(wanted.terms, told.keys), len(wanted.terms) - 1)
        hit = wanted.terms[at] == told.keys
        given[at[hit], told.rows[hit]] = 1.0
    return np.asarray(wanted.weighed @ given)


def _at_least_tiny(sums: Numbers) -> Numbers:
    return np.maximum(sums, 1e-9)
