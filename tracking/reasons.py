"""Coded reasons, offered where they make sense: by what is done, and by the phase in which it is done.

Why collaborations fail differs by phase: while a partner is looked for there is no counterpart; in negotiation there
are congestion, price and rights; while it is carried out there are safety and technology.
"""

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Final

from core.errors import Invalid, Problem
from models.enums import ReasonCode as R
from models.match_enums import Verdict
from tracking.extra_stages import base_of
from tracking.lifecycle import MoveKind


class Phase(StrEnum):
    """A part of a deal's life in which it fails for reasons of its own."""

    FINDING = "finding"
    NEGOTIATION = "negotiation"
    CARRYING_OUT = "carrying_out"


_EARLY: Final = frozenset({"contact", "exchange"})
_MIDDLE: Final = frozenset({"feasibility", "negotiation"})
_ALWAYS: Final = (R.NO_ANSWER, R.CAPACITY, R.CIRCUMSTANCES_CHANGED, R.ENTERED_BY_MISTAKE, R.OTHER)
ENDS: Final[Mapping[Phase, tuple[R, ...]]] = {
    Phase.FINDING: (
        R.NO_COUNTERPART,
        R.TOO_EARLY,
        R.ADVANTAGE_UNCLEAR,
        R.COMMERCIAL_PATH_UNCLEAR,
        R.DESCRIPTION_UNCLEAR,
        R.SCIENTIFIC_DOUBT,
        R.NOT_OUR_STRATEGY,
        R.OWN_SOLUTION_EXISTS,
        R.OFF_TOPIC,
        R.CONFLICT_OF_INTEREST,
        R.BUDGET,
        R.IP_PROBLEM,
        *_ALWAYS,
    ),
    Phase.NEGOTIATION: (
        R.PRICE,
        R.IP_PROBLEM,
        R.CONGESTION,
        R.BUDGET,
        R.COMMERCIAL_PATH_UNCLEAR,
        R.TOO_EARLY,
        R.ADVANTAGE_UNCLEAR,
        R.SCIENTIFIC_DOUBT,
        R.NOT_OUR_STRATEGY,
        R.OWN_SOLUTION_EXISTS,
        R.CONFLICT_OF_INTEREST,
        *_ALWAYS,
    ),
    Phase.CARRYING_OUT: (
        R.SAFETY,
        R.TECHNOLOGY_FAILED,
        R.BUDGET,
        R.IP_PROBLEM,
        R.CONGESTION,
        R.COMMERCIAL_PATH_UNCLEAR,
        R.NOT_OUR_STRATEGY,
        *_ALWAYS,
    ),
}
"""Why a deal ends without result or waits, the most typical of the phase first."""
MOVES: Final = (
    R.EVIDENCE_FOLLOWS,
    R.EVIDENCE_NOT_NEEDED,
    R.KNOWN_PARTNER,
    R.GOOD_FIT,
    R.IP_PROBLEM,
    R.BUDGET,
    R.PRICE,
    R.SAFETY,
    R.TECHNOLOGY_FAILED,
    *_ALWAYS,
)
"""Why a deal moves on without its evidence, skips stages or goes back."""
_OF_A_PHASE: Final = frozenset(reason for reasons in ENDS.values() for reason in reasons)
REMOVALS: Final = (
    R.ENTERED_BY_MISTAKE,
    R.CIRCUMSTANCES_CHANGED,
    R.CAPACITY,
    R.NO_ANSWER,
    R.CONFLICT_OF_INTEREST,
    R.NOT_OUR_STRATEGY,
    R.OTHER,
)
"""Why a side or a need is taken out of a deal."""
WINS: Final = (R.GOOD_FIT, R.KNOWN_PARTNER, R.OTHER)
"""Why a deal was won, where somebody says so."""
REVIVALS: Final = (
    R.CIRCUMSTANCES_CHANGED,
    R.GOOD_FIT,
    R.KNOWN_PARTNER,
    R.BUDGET,
    R.CAPACITY,
    R.ENTERED_BY_MISTAKE,
    R.OTHER,
)
"""Why a deal is taken up again."""
JUDGEMENTS: Final = tuple(
    reason
    for reason in R
    if reason
    not in {
        R.EVIDENCE_FOLLOWS,
        R.EVIDENCE_NOT_NEEDED,
        R.ENTERED_BY_MISTAKE,
        R.NO_COUNTERPART,
        R.CONGESTION,
        R.SAFETY,
        R.TECHNOLOGY_FAILED,
        R.NEED_MET,
        R.NEED_WITHDRAWN,
        R.OFFER_WITHDRAWN,
        R.NOT_PURSUED,
    }
)
"""Why a match is taken up or not: nothing is being carried out yet."""
FOR_VERDICTS: Final[Mapping[Verdict, tuple[R, ...]]] = {
    Verdict.ACCEPT: (R.GOOD_FIT, R.KNOWN_PARTNER, R.CIRCUMSTANCES_CHANGED, R.OTHER),
    Verdict.DECLINE: tuple(reason for reason in JUDGEMENTS if reason not in {R.GOOD_FIT, R.KNOWN_PARTNER}),
    Verdict.DEFER: (
        R.TOO_EARLY,
        R.ADVANTAGE_UNCLEAR,
        R.COMMERCIAL_PATH_UNCLEAR,
        R.DESCRIPTION_UNCLEAR,
        R.SCIENTIFIC_DOUBT,
        R.IP_PROBLEM,
        R.BUDGET,
        R.NO_ANSWER,
        R.CAPACITY,
        R.CONFLICT_OF_INTEREST,
        R.CIRCUMSTANCES_CHANGED,
        R.PRICE,
        R.OTHER,
    ),
}
"""Which of them speak for each verdict."""
REFUSALS: Final = tuple(
    reason for reason in JUDGEMENTS if reason not in {R.GOOD_FIT, R.KNOWN_PARTNER, R.CIRCUMSTANCES_CHANGED}
)
"""Why somebody is never proposed again."""


SUGGESTION_ENDS: Final = (
    R.NEED_MET,
    R.NEED_WITHDRAWN,
    R.OFFER_WITHDRAWN,
    R.NO_ANSWER,
    R.NOT_PURSUED,
    R.CAPACITY,
    R.CIRCUMSTANCES_CHANGED,
    R.OTHER,
)
"""Why a suggestion ends that came to no deal, beside the reasons for declining it."""
_NOT_FOR_SUPPLIERS: Final = frozenset(
    {
        R.BUDGET,
        R.PRICE,
        R.CONFLICT_OF_INTEREST,
        R.KNOWN_PARTNER,
        R.GOOD_FIT,
        R.OWN_SOLUTION_EXISTS,
        R.ENTERED_BY_MISTAKE,
    }
)
"""What would tell of the asker's money, ties or other partners."""


def told_to_supplier(reason: R) -> R:
    """The reason as the supplier is told it, who may not know whose need it was."""
    return R.OTHER if reason in _NOT_FOR_SUPPLIERS else reason


def phase_of(stage: str) -> Phase:
    """The phase a stage belongs to; every stage of a contract is one of carrying out."""
    base = base_of(stage)
    if base in _EARLY:
        return Phase.FINDING
    return Phase.NEGOTIATION if base in _MIDDLE else Phase.CARRYING_OUT


def reasons_for(move: MoveKind, stage: str) -> tuple[R, ...]:
    """What can be given as the reason of a move from this stage, the most typical first."""
    phase = phase_of(stage)
    if move in (MoveKind.LOSE, MoveKind.PAUSE):
        return ENDS[phase]
    if move is MoveKind.REVIVE:
        return REVIVALS
    if move is MoveKind.WIN:
        return WINS
    return tuple(reason for reason in MOVES if reason in ENDS[phase] or reason not in _OF_A_PHASE)


def require_fitting(move: MoveKind, stage: str, reason: R | None) -> None:
    """The reason, if one is given, can be one of this move from this stage. Raises Invalid naming those that can."""
    require_one_of(reasons_for(move, stage), reason)


def reasons_by_verdict() -> Mapping[tuple[Verdict, ...], tuple[R, ...]]:
    """The reasons of judgements, each once, by the verdicts that it can be given for."""
    groups: dict[tuple[Verdict, ...], tuple[R, ...]] = {}
    for reason in JUDGEMENTS:
        speaks_for = tuple(verdict for verdict in Verdict if reason in FOR_VERDICTS[verdict])
        groups[speaks_for] = (*groups.get(speaks_for, ()), reason)
    return groups


def require_one_of(fitting: Collection[R], reason: R | None, code: str = "deal.reason_does_not_fit") -> None:
    """The reason, if one is given, is one of these. Raises Invalid with this code, which names them."""
    if reason is not None and reason not in fitting:
        problem = Problem("field.not_a_choice", field="reason")
        named = ",".join(one.value for one in fitting)
        raise Invalid(code, (problem,), reason=reason.value, reasons=named)
