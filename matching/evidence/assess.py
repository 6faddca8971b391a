"""The search itself: for each requirement the piece that most likely speaks of it, and what it proves."""

import math
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np

from matching.embedding.protocol import Embedder
from matching.evidence.features import Table, tables
from matching.evidence.levels import levels_of
from matching.evidence.pieces import Piece
from matching.evidence.polarity import asks_for_absence, denied, says_absent, turned_round, under_way
from matching.evidence.reading import reader_of
from matching.evidence.segments import WordTable
from matching.evidence.stance import stance_numbers, wants_absence
from matching.evidence.types import (
    KEPT_TEXTS,
    LONGEST_REQUIREMENT,
    LONGEST_SOURCE,
    Finding,
    Proof,
    Requirement,
    Source,
    Verdict,
)
from matching.evidence.verdicts import verdict_of, worded
from matching.evidence.weights import Weights, shipped_weights
from matching.lexical.statistics import TermStatistics, shipped_statistics
from matching.types import Reason

SILENT = Reason("evidence.silent")
SILENT_BELOW = -0.6
"""The utility over silence above which a piece is shown. On the open cases, cross-validated, 0.878 of the verdicts are
right, with -0.3 0.875; of the documents of strangers it makes the engine say a fifth more, nearly always wrongly."""
OTHERWISE_FROM = 1.0
"""The utility from which naming something else shows that what was ruled out is not there. Below it, as many of such
verdicts on the open cases are wrong as right."""
GUESSED = 0.6
"""How far a contradiction is believed that was not measured: told by words alone, by a place, or by a figure of another
property or of one that nobody bounded. Of those on the open cases 0.75 are true, of the measured ones 0.97."""
_MEASURED = frozenset({"evidence.level_missed", "evidence.date_missed"})
_FIGURE_MISSED = "evidence.figure_missed"
_STATED, _OTHERWISE = "evidence.stated", "evidence.otherwise"
_NUMBER = re.compile(r"[\d一二两三四五六七八九十百千万半]")
DIGITS = 6
"""Decimals of `Finding.support`."""


def assess(
    need: str,
    requirements: Sequence[Requirement],
    sources: Sequence[Source],
    embedder: Embedder,
    *,
    statistics: TermStatistics | None = None,
    weights: Weights | None = None,
) -> tuple[Finding, ...]:
    """One finding for each of `requirements`, in their order; without sources every one is `no_evidence`.

    Ids of `sources` must be distinct, else ValueError. `need` is the whole text that the requirements are from: it
    tells which of the documents is about the same thing. A requirement is read by its first `LONGEST_REQUIREMENT`
    characters, need and sources by `LONGEST_SOURCE`, and evidence is looked for in `pieces.LONGEST_READ` of a source:
    that bounds the time, whatever was written. The same input gives the same output, whatever else was assessed before:
    what is kept between calls depends on single texts only.
    """
    return assess_many(need, requirements, [sources], embedder, statistics=statistics, weights=weights)[0]


def assess_many(
    need: str,
    requirements: Sequence[Requirement],
    suppliers: Sequence[Sequence[Source]],
    embedder: Embedder,
    *,
    statistics: TermStatistics | None = None,
    weights: Weights | None = None,
) -> tuple[tuple[Finding, ...], ...]:
    """What `assess` says of the sources of each supplier, to the last bit, in a fraction of the time."""
    for sources in suppliers:
        if len({source.id for source in sources}) < len(sources):
            raise ValueError(f"sources share an id: {sorted(source.id for source in sources)}")
    known = statistics or shipped_statistics()
    requirements = [replace(one, text=one.text[:LONGEST_REQUIREMENT]) for one in requirements]
    read = tables(need[:LONGEST_SOURCE], requirements, suppliers, known, embedder)
    chosen, table_of_words = weights or shipped_weights(), reader_of(embedder, known).words
    return tuple(
        tuple(finding(r, table, chosen, table_of_words) for r, table in zip(requirements, own, strict=True))
        for own in read
    )


def finding(requirement: Requirement, table: Table, weights: Weights, words: WordTable) -> Finding:
    """What the pieces of `table` say of `requirement`."""
    if not table.pieces:
        return Finding(Verdict.no_evidence, SILENT, None, 1.0)
    utilities = weights.utilities(table)
    top = max(0.0, float(utilities.max()))
    chances = np.exp(utilities - top)
    total = math.exp(-top) + float(chances.sum())
    for best in np.argsort(-utilities, kind="stable").tolist():
        if utilities[best] <= SILENT_BELOW:
            break
        end, told = with_next(requirement, table, best)
        verdict, reason = _verdict(requirement, table, best, told, weights, words)
        if reason.code == _OTHERWISE and utilities[best] < OTHERWISE_FROM:
            continue
        if reason.code == _STATED and _asks_a_number(requirement, table) and not _names_one(table.pieces[best], told):
            continue  # what names no number says nothing of a demanded one, however well the words fit
        source = table.sources[best]
        proof = Proof(source.id, source.date, table.pieces[best].start, end)
        guessed = verdict is Verdict.contradicted and not _is_measured(reason, table, best)
        support = float(chances[best]) / total * (GUESSED if guessed else 1.0)
        return Finding(verdict, reason, proof, round(support, DIGITS))
    return Finding(Verdict.no_evidence, SILENT, None, round(math.exp(-top) / total, DIGITS))


def _asks_a_number(requirement: Requirement, table: Table) -> bool:
    return table.demand is not None or bool(levels_of(requirement.text))


def _names_one(piece: Piece, told: str) -> bool:
    return bool(piece.figures or _NUMBER.search(told) or levels_of(told))


def _is_measured(reason: Reason, table: Table, best: int) -> bool:
    """Whether what is refused was measured against something asked in so many words, and as the same property."""
    bounded = table.demand is not None and table.demand.figure.is_bound and not table.clashes(best)
    return reason.code in _MEASURED or (reason.code == _FIGURE_MISSED and bounded)


def _verdict(
    requirement: Requirement, table: Table, best: int, told: str, weights: Weights, words: WordTable
) -> tuple[Verdict, Reason]:
    measured = verdict_of(requirement, table.demand, table.pairs[best], table.pieces[best], told)
    if measured is not None:
        return measured
    if turned_round(requirement.text, told):
        return Verdict.contradicted, worded(Verdict.contradicted, requirement, told)
    stance = weights.absent if wants_absence(requirement) else weights.present
    verdict = stance.verdict(stance_numbers(requirement, told, table.shared_words(best), words))
    return verdict, worded(verdict, requirement, told)


def with_next(requirement: Requirement, table: Table, index: int) -> tuple[int, str]:
    """The piece's end and text; with the next one where that takes something back (…，四川话未覆盖)."""
    piece, source = table.pieces[index], table.sources[index]
    if table.pairs[index] is not None or index + 1 == len(table.pieces) or table.sources[index + 1] is not source:
        return piece.end, piece.text
    following = table.pieces[index + 1]
    if following.sentence == piece.sentence and not following.opens_sentence:
        absent = asks_for_absence(requirement.text, requirement.kind)
        turns = says_absent(following.text) if absent else under_way(following.text) or denied(following.text)
        settled = says_absent(piece.text) if absent else under_way(piece.text) or denied(piece.text)
        asked = table.shared_words(index + 1) >= ASKED_AGAIN or bool(_pairs(piece.text) & _pairs(following.text))
        if turns and asked and not settled:
            return following.end, source.text[piece.start : following.end]
    return piece.end, piece.text


@lru_cache(maxsize=KEPT_TEXTS)
def _pairs(text: str) -> frozenset[str]:
    """Neighbouring Chinese characters."""
    return frozenset(_HAN_PAIR.findall(text))


_HAN_PAIR = re.compile("(?=([\u4e00-\u9fff]{2}))")
ASKED_AGAIN = 0.1
"""Share of the asked words from which the next clause is about the same requirement."""
