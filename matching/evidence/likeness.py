"""How alike asked and told texts are, word for word.

Exact terms tell what is named literally; words aligned by their vectors (each with its nearest in the other text, as
in BERTScore, Zhang et al. 2020, with frozen idf as weights) tell what is named otherwise or in the other language.
"""

from dataclasses import dataclass

import numpy as np

from matching.evidence.segments import Numbers, Places, Segments, WordTable


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


def likeness(asked: Segments, told: Segments, table: WordTable) -> Likeness:
    """Every text of `asked` against every text of `told`; the last of `asked` is the context of the others."""
    shared = _shared_weight(asked, told)
    near, asked_weights, told_weights = _nearness(asked, told, table)
    forward = np.maximum.reduceat(near[:, told.places], told.starts, axis=1)[asked.places]
    weights = asked_weights[asked.places]
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


def _shared_weight(asked: Segments, told: Segments) -> Numbers:
    """The summed weights of the terms that two texts share, (asked, told)."""
    known = np.unique(asked.keys)
    wanted = np.zeros((len(asked), len(known)))
    wanted[asked.rows, np.searchsorted(known, asked.keys)] = asked.weights
    at = np.minimum(np.searchsorted(known, told.keys), max(0, len(known) - 1))
    hit = known[at] == told.keys if len(known) else np.zeros(len(told.keys), dtype=bool)
    given = np.zeros((len(known), len(told)))
    given[at[hit], told.rows[hit]] = 1.0
    return np.asarray(wanted @ given)


def _nearness(asked: Segments, told: Segments, table: WordTable) -> tuple[Numbers, Numbers, Numbers]:
    """Cosines of all words, none below 0, and the weights of both; (asked words, told words)."""
    wanted, weights = table.look_up(asked.vocabulary)
    given, spread = table.look_up(told.vocabulary)
    return np.maximum(wanted @ given.T, 0.0).astype(np.float64), weights, spread


def _at_least_tiny(sums: Numbers) -> Numbers:
    return np.maximum(sums, 1e-9)
