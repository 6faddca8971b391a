"""The verdict that one piece proves: by its figure, its level, its date, or what it says in words."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import islice

from core.language.clauses import RequirementKind
from core.language.quantities import Quantity
from matching.evidence.bounds import Outcome, allowed, judge
from matching.evidence.dates import deadline_in, kept, told_date
from matching.evidence.demands import MOST_BESIDE, asked_figures
from matching.evidence.directions import Demand
from matching.evidence.levels import levels_of, reaches
from matching.evidence.offers import comparable, offered_of
from matching.evidence.pairing import Pair
from matching.evidence.pieces import Piece
from matching.evidence.places import regions_in, wanted_regions
from matching.evidence.polarity import says_absent
from matching.evidence.sizes import Judged, judged_sizes
from matching.evidence.stance import wants_absence
from matching.evidence.types import KEPT_TEXTS, Requirement, Verdict
from matching.types import Reason

_FIGURE_CODES = {
    Verdict.met: "figure_met",
    Verdict.partly: "figure_near",
    Verdict.contradicted: "figure_missed",
}
_WORST = [Verdict.met, Verdict.partly, Verdict.contradicted]
_IN_BRACKETS = re.compile(r"[(（][^()（）]*[)）]")


def verdict_of(
    requirement: Requirement, demand: Demand | None, pair: Pair | None, piece: Piece, told: str
) -> tuple[Verdict, Reason] | None:
    """What `piece` proves of `requirement` by a date, a place, a level or a figure; None where only words decide.

    `told` is its text with the clause behind it where that belongs to it.
    """
    asked, offered = deadline_in(requirement.text), told_date(told)
    if asked is not None and offered is not None and (asked.year or pair is None):
        return _dated(kept(asked, offered))
    levels, given = levels_of(requirement.text), levels_of(piece.text)
    if (wanted := wanted_regions(requirement.text)) and (there := regions_in(piece.text)):
        return _placed(bool(wanted & there))
    if common := levels.keys() & given.keys():
        return _graded(all(reaches(levels[name], given[name]) for name in common))
    if demand is not None and pair is not None:
        if requirement.kind is RequirementKind.EXCLUDE:
            return _figured(_outcomes(demand, replace(pair, wanted=allowed(pair.wanted)), piece))
        return _figured(judged_sizes(demand, piece.text) or _outcomes(demand, pair, piece))
    return None


def worded(verdict: Verdict, requirement: Requirement, told: str) -> Reason:
    """The reason of a verdict that words decided."""
    if verdict is Verdict.partly:
        return _reason("under_way")
    if wants_absence(requirement):
        if verdict is Verdict.contradicted:
            return _reason("present")
        return _reason("absent" if says_absent(told) else "otherwise")
    return _reason("stated" if verdict is Verdict.met else "denied")


def _figured(judged: Sequence[Judged]) -> tuple[Verdict, Reason]:
    worst, wanted, given = max(judged, key=lambda one: _rank(one[0]))
    gap: dict[str, str | float | int] = (
        {} if worst.gap is None or worst.verdict is Verdict.met else {"percent": round(100 * worst.gap)}
    )
    figures: dict[str, str | float | int] = {"asked": wanted.text, "offered": given.text}
    return worst.verdict, _reason(_FIGURE_CODES[worst.verdict], figures | gap)


def _outcomes(demand: Demand, pair: Pair, piece: Piece) -> list[Judged]:
    outcomes = [judge(demand, pair.wanted, pair.given, piece.text), *_further(demand, piece)]
    return [(outcome, demand.figure, pair.given) for outcome in outcomes]


def _further(demand: Demand, piece: Piece) -> list[Outcome]:
    """The verdicts on further plain figures: 121℃ of 耐121℃灭菌30 min. A bound leaves the others as conditions."""
    if demand.figure.is_bound:
        return []
    return [outcome for one in _further_demands(demand) for outcome in _one_further(one, piece)]


@lru_cache(maxsize=KEPT_TEXTS)
def _further_demands(demand: Demand) -> tuple[Demand, ...]:
    return tuple(Demand(figure, demand.around) for figure in islice(_plain_beside(demand), MOST_BESIDE))


def _plain_beside(demand: Demand) -> Iterator[Quantity]:
    bracketed = [found.span() for found in _IN_BRACKETS.finditer(demand.around)]
    for figure in asked_figures(demand.around):
        inside = any(start < figure.start < end for start, end in bracketed)
        if figure.start != demand.figure.start and not inside and figure.unit and not figure.is_bound:
            yield figure


def _one_further(demand: Demand, piece: Piece) -> list[Outcome]:
    offers = (offered_of(figure, piece.text) for figure in piece.figures)
    both = [found for offered in offers if (found := comparable(demand, offered))]
    return [min((judge(demand, *pair, piece.text) for pair in both), key=_rank)] if both else []


def _rank(outcome: Outcome) -> int:
    return _WORST.index(outcome.verdict)


def _graded(good: bool) -> tuple[Verdict, Reason]:
    return (Verdict.met, _reason("level_met")) if good else (Verdict.contradicted, _reason("level_missed"))


def _placed(good: bool) -> tuple[Verdict, Reason]:
    return (Verdict.met if good else Verdict.contradicted), _reason("place_met" if good else "place_missed")


def _dated(good: bool) -> tuple[Verdict, Reason]:
    return (Verdict.met, _reason("date_met")) if good else (Verdict.contradicted, _reason("date_missed"))


def _reason(code: str, params: Mapping[str, str | float | int] | None = None) -> Reason:
    return Reason(f"evidence.{code}", dict(params or {}))
