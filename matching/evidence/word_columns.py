"""Numbers about words: how alike requirement and piece are, literally, by meaning, and by what lists know."""

from collections.abc import Callable, Hashable, Sequence, Set

import numpy as np

from matching.evidence.bench import Bench
from matching.evidence.exact import Numbers
from matching.evidence.marks import Marks
from matching.evidence.related import contrasted

Columns = dict[str, Numbers]


def word_columns(bench: Bench) -> Columns:
    """The columns, each (requirements, pieces) or broadcast to that."""
    literal, aligned, meaning = bench.alike.literal, bench.alike.aligned, bench.alike.meaning
    at, flags = bench.document_of, bench.flags
    absent = np.array([[one.absent] for one in bench.asking.asked])
    across = np.array([[one.marks.chinese] for one in bench.asking.asked]) != flags["chinese"]
    chief = np.stack([literal.words, meaning, aligned.words])
    behind = bench.by_supplier.largest(chief)[..., bench.by_supplier.of] - chief
    other = excess(chief)
    return {
        "across": across.astype(np.float64),
        "across_meaning": across * meaning,
        "across_aligned": across * aligned.words,
        "behind_words": behind[0],
        "behind_meaning": behind[1],
        "behind_aligned": behind[2],
        "words": literal.words,
        "words_sentence": literal.opening - literal.words,
        "words_title": literal.title[:, at],
        "words_back": literal.words_back,
        "meaning": meaning,
        "meaning_sentence": bench.alike.meaning_sentence,
        "aligned": aligned.words,
        "aligned_back": aligned.back,
        "explained": aligned.explained,
        "aligned_title": aligned.title[:, at],
        "figure_name": literal.named,
        "absence": flags["says_absent"] * absent,
        "cue": flags["turned"] * ~absent,
        "untested": flags["untested"],
        "length": flags["length"],
        "other_words": other[0],
        "other_meaning": other[1],
        "other_aligned": other[2],
    } | _listed(bench)


def _listed(bench: Bench) -> Columns:
    """What codes, levels, dates, places and lists of words tell."""
    asked, marks = bench.asking.asked, bench.marks
    wanted = [one.marks for one in asked]
    code = _shares([mark.codes for mark in wanted], [mark.codes for mark in marks])
    level = _shares([mark.levels.keys() for mark in wanted], [mark.levels.keys() for mark in marks])
    coded = np.array([[bool(mark.codes)] for mark in wanted])
    return {
        "related": _shares([mark.groups for mark in wanted], [mark.groups for mark in marks]),
        "synonym": _shares([mark.synonyms for mark in wanted], [mark.synonyms for mark in marks]),
        "contrast": _where(bench, lambda mark: mark.members, lambda a, b: contrasted(a.members, b.members)),
        "alternative": _where(
            bench, lambda mark: mark.alternatives, lambda a, b: bool(a.alternatives.keys() & b.alternatives.keys())
        ),
        "qualified": _qualified(bench),
        "code": code,
        "code_missing": (coded & (code == 0)).astype(np.float64),
        "level": (level > 0).astype(np.float64),
        "date": np.array([[one.dated] for one in asked]) * bench.flags["dated"],
        "place": np.array([[one.placed] for one in asked]) * bench.flags["placed"],
    }


def _shares(wanted: Sequence[Set[Hashable]], given: Sequence[Set[Hashable]]) -> Numbers:
    """The share of each wanted set that each given set has, (wanted, given); 0 for an empty one."""
    out = np.zeros((len(wanted), len(given)))
    asked = [(row, own) for row, own in enumerate(wanted) if own]
    there = [(number, own) for number, own in enumerate(given) if own] if asked else []
    for number, found in there:
        for row, own in asked:
            if not own.isdisjoint(found):
                out[row, number] = len(own & found) / len(own)
    return out


def _where(bench: Bench, able: Callable[[Marks], object], holds: Callable[[Marks, Marks], bool]) -> Numbers:
    """1 where `holds` is true of the marks of requirement and piece, both `able`; else 0."""
    out = np.zeros((len(bench.asking.asked), len(bench.marks)))
    asked = [(row, one.marks) for row, one in enumerate(bench.asking.asked) if able(one.marks)]
    for number, mark in enumerate(bench.marks) if asked else ():
        if able(mark):
            for row, own in asked:
                out[row, number] = holds(own, mark)
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


def best_of_others(numbers: Numbers) -> Numbers:
    """For every row the largest number of the other rows, column by column (…, rows, columns); 0 without others."""
    out = np.zeros_like(numbers)
    if numbers.shape[-2] > 1:
        down = np.maximum.accumulate(numbers, axis=-2)
        up = np.maximum.accumulate(numbers[..., ::-1, :], axis=-2)[..., ::-1, :]
        out[..., 0, :], out[..., -1, :] = up[..., 1, :], down[..., -2, :]
        np.maximum(down[..., :-2, :], up[..., 2:, :], out=out[..., 1:-1, :])
    return out


def excess(numbers: Numbers) -> Numbers:
    """By how much another requirement has more than this one, at least 0."""
    if numbers.shape[-2] == 1:
        return np.zeros_like(numbers)
    return np.maximum(0.0, best_of_others(numbers) - numbers)
