"""Numbers about words: how alike requirement and piece are, literally, by meaning, and by what lists know."""

from collections.abc import Callable, Hashable, Sequence

import numpy as np

from matching.evidence.bench import Bench
from matching.evidence.marks import Marks
from matching.evidence.related import contrasted
from matching.evidence.segments import Numbers

Columns = dict[str, Numbers]


def word_columns(bench: Bench) -> Columns:
    """The columns, each (requirements, pieces) or broadcast to that."""
    alike, at = bench.alike, bench.document_of
    absent = np.array([[one.absent] for one in bench.asking.asked])
    says_absent, turned, untested, length = np.array(
        [(mark.says_absent, mark.turned, mark.untested, np.log1p(len(piece.text)))
         for mark, piece in zip(bench.marks, bench.pieces, strict=True)]
    ).T  # fmt: skip
    across = np.array([[one.marks.chinese != mark.chinese for mark in bench.marks] for one in bench.asking.asked])
    return {
        "across": across.astype(np.float64),
        "across_meaning": across * alike.meaning,
        "across_aligned": across * alike.aligned,
        "behind_words": behind_best(bench, alike.words),
        "behind_meaning": behind_best(bench, alike.meaning),
        "behind_aligned": behind_best(bench, alike.aligned),
        "words": alike.words,
        "words_sentence": alike.opening - alike.words,
        "words_title": alike.title[:, at],
        "words_back": alike.words_back,
        "meaning": alike.meaning,
        "meaning_sentence": alike.meaning_sentence,
        "aligned": alike.aligned,
        "aligned_back": alike.aligned_back,
        "explained": alike.explained,
        "aligned_title": alike.title_aligned[:, at],
        "absence": says_absent * absent,
        "cue": turned * ~absent,
        "untested": untested,
        "length": length,
        "other_words": excess(alike.words),
        "other_meaning": excess(alike.meaning),
        "other_aligned": excess(alike.aligned),
    } | _listed(bench)


def _listed(bench: Bench) -> Columns:
    """What codes, levels, dates, places and lists of words tell."""
    asked, marks = bench.asking.asked, bench.marks
    wanted = [one.marks for one in asked]
    code = _shares([mark.codes for mark in wanted], [mark.codes for mark in marks])
    level = _shares([frozenset(mark.levels) for mark in wanted], [frozenset(mark.levels) for mark in marks])
    coded = np.array([[bool(mark.codes)] for mark in wanted])
    dated, placed = (np.array([[value] for value in values]) for values in zip(*((a.dated, a.placed) for a in asked)))  # noqa: B905 – pairs
    return {
        "related": _shares([mark.groups for mark in wanted], [mark.groups for mark in marks]),
        "synonym": _shares([mark.synonyms for mark in wanted], [mark.synonyms for mark in marks]),
        "contrast": _where(bench, lambda mark: bool(mark.members), lambda a, b: contrasted(a.members, b.members)),
        "alternative": _where(
            bench,
            lambda mark: bool(mark.alternatives),
            lambda a, b: bool(a.alternatives.keys() & b.alternatives.keys()),
        ),
        "qualified": _qualified(bench),
        "code": code,
        "code_missing": (coded & (code == 0)).astype(np.float64),
        "level": (level > 0).astype(np.float64),
        "date": dated * np.array([mark.date is not None for mark in marks], dtype=np.float64),
        "place": placed * np.array([bool(mark.regions) for mark in marks], dtype=np.float64),
    }


def _shares(wanted: Sequence[frozenset[Hashable]], given: Sequence[frozenset[Hashable]]) -> Numbers:
    """The share of each wanted set that each given set has, (wanted, given); 0 for an empty one."""
    out = np.zeros((len(wanted), len(given)))
    asked = frozenset().union(*wanted)
    if not asked:
        return out
    there = [(number, found) for number, one in enumerate(given) if (found := one & asked)]
    for row, own in enumerate(wanted):
        for number, found in there if own else ():
            out[row, number] = len(own & found) / len(own)
    return out


def _where(bench: Bench, able: Callable[[Marks], bool], holds: Callable[[Marks, Marks], bool]) -> Numbers:
    """1 where `holds` is true of the marks of requirement and piece, both `able`; else 0."""
    out = np.zeros((len(bench.asking.asked), len(bench.marks)))
    told = [(number, mark) for number, mark in enumerate(bench.marks) if able(mark)]
    for row, one in enumerate(bench.asking.asked):
        for number, mark in told if able(one.marks) else ():
            out[row, number] = holds(one.marks, mark)
    return out


def _qualified(bench: Bench) -> Numbers:
    """1 where a piece has a qualifier that neither the requirement nor the need has."""
    out = np.zeros((len(bench.asking.asked), len(bench.marks)))
    told = [(number, mark.qualifiers) for number, mark in enumerate(bench.marks) if mark.qualifiers]
    for row, one in enumerate(bench.asking.asked):
        wishes = f"{one.requirement.text}{bench.asking.need}".lower() if told else ""
        for number, qualifiers in told:
            out[row, number] = any(qualifier not in wishes for qualifier in qualifiers)
    return out


def behind_best(bench: Bench, numbers: Numbers) -> Numbers:
    """By how much the supplier's best piece has more, at least 0."""
    out = np.empty_like(numbers)
    for own in bench.slices:
        out[:, own] = numbers[:, own].max(axis=1, keepdims=True, initial=-np.inf) - numbers[:, own]
    return out


def best_of_others(numbers: Numbers) -> Numbers:
    """For every row the largest number of the other rows, column by column; 0 where there are no others."""
    if len(numbers) == 1:
        return np.zeros_like(numbers)
    first = numbers.argmax(axis=0)
    columns = np.arange(numbers.shape[1])
    rest = numbers.copy()
    rest[first, columns] = -np.inf
    out = np.broadcast_to(numbers.max(axis=0), numbers.shape).copy()
    out[first, columns] = rest.max(axis=0)
    return out


def excess(numbers: Numbers) -> Numbers:
    """By how much another requirement has more than this one, at least 0."""
    if len(numbers) == 1:
        return np.zeros_like(numbers)
    return np.maximum(0.0, best_of_others(numbers) - numbers)
