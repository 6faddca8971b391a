"""Which moves a deal may make from where it stands: pure rules over the templates.

Rules a maintainer must keep: `options` is the only place that knows what is legal, and `advance` only does what is
among the options, so pages, the API and the rules cannot disagree. A won deal is final; a lost one comes back only by
a revival with a reason.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from core.errors import Conflict, Invalid
from models.enums import DealStatus, ReasonCode
from tracking.templates import Template


class MoveKind(StrEnum):
    """What can be done with a deal."""

    FORWARD = "forward"
    SKIP = "skip"
    BACK = "back"
    PAUSE = "pause"
    REVIVE = "revive"
    LOSE = "lose"
    WIN = "win"


@dataclass(frozen=True, slots=True)
class State:
    """Where a deal, or one of its contracts, stands: `at` is a stage of the template, or what the template leads to."""

    template: Template
    at: str
    status: DealStatus = DealStatus.OPEN


@dataclass(frozen=True, slots=True)
class Move:
    """What somebody wants to do; `to` is only for moves between stages."""

    kind: MoveKind
    to: str = ""
    reason: ReasonCode | None = None


@dataclass(frozen=True, slots=True)
class Option:
    """A move that is legal now."""

    kind: MoveKind
    to: str = ""
    needs_reason: bool = False


_BETWEEN_STAGES = {MoveKind.FORWARD: False, MoveKind.SKIP: True, MoveKind.BACK: True}
_OF_STATUS: dict[DealStatus, tuple[tuple[Option, DealStatus], ...]] = {
    DealStatus.OPEN: (
        (Option(MoveKind.PAUSE), DealStatus.PAUSED),
        (Option(MoveKind.LOSE, needs_reason=True), DealStatus.LOST),
        (Option(MoveKind.WIN), DealStatus.WON),
    ),
    DealStatus.PAUSED: (
        (Option(MoveKind.REVIVE), DealStatus.OPEN),
        (Option(MoveKind.LOSE, needs_reason=True), DealStatus.LOST),
    ),
    DealStatus.LOST: ((Option(MoveKind.REVIVE, needs_reason=True), DealStatus.OPEN),),
    DealStatus.WON: (),
}
"""The moves that change the status, and the status they lead to."""

CLOSED = frozenset({DealStatus.WON, DealStatus.LOST})


def begin(template: Template) -> State:
    """The state in which everything that follows the template begins."""
    return State(template, template.stages[0].code)


def options(state: State) -> tuple[Option, ...]:
    """Every move that is legal from `state`: between stages first, in the template's order."""
    stages = _stage_options(state) if state.status is DealStatus.OPEN else ()
    return (*stages, *(option for option, _ in _OF_STATUS[state.status] if _holds(state, option)))


def kind_of_move(template: Template, at: str, to: str) -> MoveKind | None:
    """Whether going from `at` to `to` is forward, skip or back; None where it is no move of the template."""
    codes = template.codes
    if at not in codes or to not in codes or to == at or at == template.leads_to:
        return None  # what a template leads to is not undone by moving a stage
    distance = codes.index(to) - codes.index(at)
    if distance == 1:
        return MoveKind.FORWARD
    return MoveKind.SKIP if distance > 1 else MoveKind.BACK


def advance(state: State, move: Move) -> State:
    """The state after `move`.

    Raises Conflict `deal.move_illegal` for a move that is not among the options, and Invalid `deal.reason_needed` for
    one that is, but only with a reason.
    """
    option = next((o for o in options(state) if (o.kind, o.to) == (move.kind, move.to)), None)
    if option is None:
        raise Conflict("deal.move_illegal", move=move.kind.value, status=state.status.value, stage=state.at)
    if option.needs_reason and move.reason is None:
        raise Invalid("deal.reason_needed", move=move.kind.value)
    if move.kind in _BETWEEN_STAGES:
        return replace(state, at=move.to)
    return replace(state, status=dict(_OF_STATUS[state.status])[option])


def _stage_options(state: State) -> tuple[Option, ...]:
    kinds = ((to, kind_of_move(state.template, state.at, to)) for to in state.template.codes)
    return tuple(Option(kind, to, _BETWEEN_STAGES[kind]) for to, kind in kinds if kind is not None)


def _holds(state: State, option: Option) -> bool:
    stage = state.template.stage(state.at)
    return option.kind is not MoveKind.WIN or (stage is not None and stage.may_win)
