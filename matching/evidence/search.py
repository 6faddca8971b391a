"""The search itself: for each requirement the piece that most likely speaks of it, and what it proves."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from matching.evidence.exact import Numbers, put_on_grid
from matching.evidence.features import Board, Table
from matching.evidence.levels import levels_of
from matching.evidence.pieces import Piece
from matching.evidence.polarity import asks_for_absence, denied, says_absent, turned_round, under_way
from matching.evidence.segments import WordTable
from matching.evidence.stance import Claim, stances, wants_absence
from matching.evidence.types import KEPT_TEXTS, Finding, Proof, Requirement, Verdict
from matching.evidence.verdicts import verdict_of, worded
from matching.evidence.weights import Weights
from matching.types import Reason

SILENT: Final = Reason("evidence.silent")
SILENT_BELOW: Final = -0.6
"""The utility over silence above which a piece is shown. On the open cases, cross-validated, 0.878 of the verdicts are
right, with -0.3 0.875; of the documents of strangers it makes the engine say a fifth more, nearly always wrongly."""
OTHERWISE_FROM: Final = 1.0
"""The utility from which naming something else shows that what was ruled out is not there. Below it, as many of such
verdicts on the open cases are wrong as right."""
GUESSED: Final = 0.6
"""How far a contradiction is believed that was not measured: told by words alone, by a place, or by a figure of another
property or of one that nobody bounded. Of those on the open cases 0.75 are true, of the measured ones 0.97."""
DIGITS: Final = 6
"""Decimals of `Finding.support`."""
ASKED_AGAIN: Final = 0.1
"""Share of the asked words from which the next clause is about the same requirement."""
_CHANCE: Final = 36
"""Bits behind the point of a piece's chance: so many that no sum of 2^17 of them is rounded."""
_MEASURED: Final = frozenset({"evidence.level_missed", "evidence.date_missed"})
_FIGURE_MISSED: Final = "evidence.figure_missed"
_STATED, _OTHERWISE = "evidence.stated", "evidence.otherwise"
_NUMBER: Final = re.compile(r"[\d一二两三四五六七八九十百千万半]")
_HAN_PAIR: Final = re.compile("(?=([\u4e00-\u9fff]{2}))")


@dataclass(frozen=True, slots=True)
class Heard:
    """A piece that may answer a requirement: `told` are its words up to `end`."""

    requirement: Requirement
    table: Table
    place: int
    utility: float
    end: int
    told: str

    @property
    def piece(self) -> Piece:
        """The piece itself."""
        return self.table.pieces[self.place]


def findings_of(
    requirements: Sequence[Requirement], board: Board, weights: Weights, words: WordTable
) -> list[list[Finding]]:
    """What the pieces of each supplier say of each of `requirements`, by supplier."""
    utilities = weights.utilities(board)
    chances, silence = _chances(board, utilities)
    found = [[silent(1.0)] * len(requirements) for _ in board.bench.slices]
    for supplier, row in zip(board.bench.by_supplier.names.tolist(), silence.T.tolist(), strict=True):
        found[supplier] = [silent(one) for one in row]
    waiting = _worth_hearing(board, utilities)
    while waiting:
        heard = [_heard(requirements[key[0]], board, key, pieces[0], utilities) for key, pieces in waiting.items()]
        verdicts = _verdicts(heard, weights, words)
        for (key, pieces), one, (verdict, reason) in zip([*waiting.items()], heard, verdicts, strict=True):
            if _holds(one, reason):
                number, supplier = key
                found[supplier][number] = _finding(one, verdict, reason, float(chances[number, pieces[0]]))
                del waiting[key]
            elif len(pieces) > 1:
                waiting[key] = pieces[1:]
            else:
                del waiting[key]
    return found


def silent(support: float) -> Finding:
    """Nothing is said, which is as likely as `support`."""
    return Finding(Verdict.no_evidence, SILENT, None, round(support, DIGITS))


def _chances(board: Board, utilities: Numbers) -> tuple[Numbers, Numbers]:
    """How likely each piece is the evidence, (requirements, pieces), and how likely each supplier is silent.

    The suppliers are those with pieces.
    """
    whose = board.bench.by_supplier
    top = np.maximum(0.0, whose.largest(utilities))
    raised = put_on_grid(np.exp(utilities - top[:, whose.of]), _CHANCE)
    silence = put_on_grid(np.exp(-top), _CHANCE)
    total = silence + whose.sums(raised)
    return raised / total[:, whose.of], silence / total


def _worth_hearing(board: Board, utilities: Numbers) -> dict[tuple[int, int], list[int]]:
    """For each requirement and supplier the pieces that may be shown, the likeliest first, equals in their order."""
    rows, pieces = np.nonzero(utilities > SILENT_BELOW)
    names = board.bench.by_supplier.names[board.bench.by_supplier.of]
    order = np.lexsort((pieces, -utilities[rows, pieces], names[pieces], rows))
    found: dict[tuple[int, int], list[int]] = {}
    for row, piece in zip(rows[order].tolist(), pieces[order].tolist(), strict=True):
        found.setdefault((row, int(names[piece])), []).append(piece)
    return found


def _heard(requirement: Requirement, board: Board, key: tuple[int, int], piece: int, utilities: Numbers) -> Heard:
    table = board.table(*key)
    place = piece - board.bench.slices[key[1]].start
    return Heard(requirement, table, place, float(utilities[key[0], piece]), *with_next(requirement, table, place))


def _holds(heard: Heard, reason: Reason) -> bool:
    """Whether the piece settles what is said of the requirement; else the next likeliest is heard."""
    if reason.code == _OTHERWISE:
        return heard.utility >= OTHERWISE_FROM
    if reason.code == _STATED and _asks_a_number(heard):
        return _names_one(heard)  # what names no number says nothing of a demanded one, however well the words fit
    return True


def _asks_a_number(heard: Heard) -> bool:
    return heard.table.demand is not None or bool(levels_of(heard.requirement.text))


def _names_one(heard: Heard) -> bool:
    return bool(heard.piece.figures or _NUMBER.search(heard.told) or levels_of(heard.told))


def _finding(heard: Heard, verdict: Verdict, reason: Reason, chance: float) -> Finding:
    source = heard.table.sources[heard.place]
    guessed = verdict is Verdict.contradicted and not _is_measured(reason, heard)
    proof = Proof(source.id, source.date, heard.piece.start, heard.end)
    return Finding(verdict, reason, proof, round(chance * (GUESSED if guessed else 1.0), DIGITS))


def _is_measured(reason: Reason, heard: Heard) -> bool:
    """Whether what is refused was measured against something asked in so many words, and as the same property."""
    demand = heard.table.demand
    bounded = demand is not None and demand.figure.is_bound and not heard.table.clashes(heard.place)
    return reason.code in _MEASURED or (reason.code == _FIGURE_MISSED and bounded)


def _verdicts(heard: Sequence[Heard], weights: Weights, words: WordTable) -> list[tuple[Verdict, Reason]]:
    """What each proves: by measure, or where nothing measures it by words, these all at once."""
    measured = [_by_measure(one) for one in heard]
    rest = [one for one, known in zip(heard, measured, strict=True) if known is None]
    in_words = iter(_by_words(rest, weights, words))
    return [known or next(in_words) for known in measured]


def _by_measure(heard: Heard) -> tuple[Verdict, Reason] | None:
    requirement, told = heard.requirement, heard.told
    measured = verdict_of(requirement, heard.table.demand, heard.table.pairs[heard.place], heard.piece, told)
    if measured is None and turned_round(requirement.text, told):
        return Verdict.contradicted, worded(Verdict.contradicted, requirement, told)
    return measured


def _by_words(heard: Sequence[Heard], weights: Weights, words: WordTable) -> Iterator[tuple[Verdict, Reason]]:
    if not heard:
        return
    claims = [Claim(one.requirement, one.told, one.table.shared_words(one.place)) for one in heard]
    numbers = stances(claims, words)
    present, absent = weights.present.verdicts(numbers), weights.absent.verdicts(numbers)
    for claim, *either in zip(claims, present, absent, strict=True):
        verdict = either[wants_absence(claim.requirement)]
        yield verdict, worded(verdict, claim.requirement, claim.told)


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
        if turns and not settled and _asked_again(table, index):
            return following.end, source.text[piece.start : following.end]
    return piece.end, piece.text


def _asked_again(table: Table, index: int) -> bool:
    """Whether the next clause is about the same requirement or the same thing."""
    both = _han_pairs(table.pieces[index].text) & _han_pairs(table.pieces[index + 1].text)
    return table.shared_words(index + 1) >= ASKED_AGAIN or bool(both)


@lru_cache(maxsize=KEPT_TEXTS)
def _han_pairs(text: str) -> frozenset[str]:
    """Neighbouring Chinese characters."""
    return frozenset(_HAN_PAIR.findall(text))
