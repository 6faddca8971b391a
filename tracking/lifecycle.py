"""Which moves a deal may make from where it stands, and who may make them: pure rules over the templates.

Rules a maintainer must keep: `options` is the only place that knows what is legal, and `advance` only does what is
among the options, so pages, the API and the rules cannot disagree. An end is final but for a lead's revival with a
reason.

| move | needs a reason | who |
|---|---|---|
| forward, with its evidence | no | team |
| forward without it, skip, back | yes | owner |
| pause, revive after a pause, lose | yes | owner |
| win | no | owner |
| revive after a loss or a win | yes | lead |
| undo the last move between stages, within a week | no | team |
| undo a signing, while nothing has happened under the contract | no | owner |

A lead may do what an owner may, an owner what the team may.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Final

from core.errors import Conflict, Invalid, Problem, Refused
from models.deal_enums import DealStatus, EvidenceKind
from models.enums import ReasonCode
from tracking.templates import Template

UNDO_WITHIN: Final = timedelta(days=7)
"""How long a move between stages can be undone; later it is history, and one goes back instead."""


class Standing(IntEnum):
    """As what somebody works on a deal; the higher includes the lower."""

    TEAM = 1
    OWNER = 2
    LEAD = 3


class MoveKind(StrEnum):
    """What can be done with a deal."""

    FORWARD = "forward"
    SKIP = "skip"
    BACK = "back"
    PAUSE = "pause"
    REVIVE = "revive"
    LOSE = "lose"
    WIN = "win"
    UNDO = "undo"


@dataclass(frozen=True, slots=True)
class State:
    """Where a deal, or one of its contracts, stands: `at` is a stage of the template, or what the template leads to."""

    template: Template
    at: str
    status: DealStatus = DealStatus.OPEN
    shown: frozenset[EvidenceKind] = frozenset()
    """The evidence that is recorded."""


@dataclass(frozen=True, slots=True)
class Move:
    """What somebody wants to do; `to` is only for moves between stages."""

    kind: MoveKind
    to: str = ""
    reason: ReasonCode | None = None
    by: Standing = Standing.TEAM


@dataclass(frozen=True, slots=True)
class Option:
    """A move that is legal now, for who has at least this standing.

    Of the evidence in `missing`, one piece would make the reason needless.
    """

    kind: MoveKind
    to: str = ""
    needs_reason: bool = False
    standing: Standing = Standing.TEAM
    missing: tuple[EvidenceKind, ...] = ()


_OF_STATUS: dict[DealStatus, tuple[tuple[Option, DealStatus], ...]] = {
    DealStatus.OPEN: (
        (Option(MoveKind.PAUSE, needs_reason=True, standing=Standing.OWNER), DealStatus.PAUSED),
        (Option(MoveKind.LOSE, needs_reason=True, standing=Standing.OWNER), DealStatus.LOST),
        (Option(MoveKind.WIN, standing=Standing.OWNER), DealStatus.WON),
    ),
    DealStatus.PAUSED: (
        (Option(MoveKind.REVIVE, needs_reason=True, standing=Standing.OWNER), DealStatus.OPEN),
        (Option(MoveKind.LOSE, needs_reason=True, standing=Standing.OWNER), DealStatus.LOST),
    ),
    DealStatus.LOST: ((Option(MoveKind.REVIVE, needs_reason=True, standing=Standing.LEAD), DealStatus.OPEN),),
    DealStatus.WON: ((Option(MoveKind.REVIVE, needs_reason=True, standing=Standing.LEAD), DealStatus.OPEN),),
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


def missing_evidence(state: State) -> tuple[EvidenceKind, ...]:
    """What of which one piece would open the next stage; nothing where the next stage stands open."""
    stage = state.template.stage(state.at)
    wanted = stage.opens_next if stage else ()
    return () if state.shown.intersection(wanted) else wanted


def advance(state: State, move: Move) -> State:
    """The state after `move`.

    Raises Conflict `deal.move_illegal` for a move that is not among the options, Refused `deal.standing` for somebody
    who may not make it, and Invalid `deal.reason_needed` for one that may be made only with a reason.
    """
    option = next((o for o in options(state) if (o.kind, o.to) == (move.kind, move.to)), None)
    if option is None:
        raise Conflict("deal.move_illegal", move=move.kind.value, status=state.status.value, stage=state.at)
    if move.by < option.standing:
        raise Refused("deal.needs_lead" if option.standing is Standing.LEAD else "deal.needs_owner")
    if option.needs_reason and move.reason is None:
        code = "deal.evidence_missing" if option.missing else "deal.reason_needed"
        raise Invalid(code, (Problem("field.required", field="reason"),), move=move.kind.value)
    if move.to:
        return replace(state, at=move.to)
    return replace(state, status=dict(_OF_STATUS[state.status])[option])


def require_undoable(entered_at: datetime, status: DealStatus, *, now: datetime) -> None:
    """A stage entered at this instant can still be left as if it had not been entered.

    Raises Conflict for a deal that is not open, and for a move that was made too long ago.
    """
    if status is not DealStatus.OPEN:
        raise Conflict("deal.move_illegal", move=MoveKind.UNDO.value, status=status.value, stage="")
    if now - entered_at > UNDO_WITHIN:
        raise Conflict("deal.undo_too_late", days=UNDO_WITHIN.days)


def _stage_options(state: State) -> tuple[Option, ...]:
    kinds = ((to, kind_of_move(state.template, state.at, to)) for to in state.template.codes)
    return tuple(_between(state, kind, to) for to, kind in kinds if kind is not None)


def _between(state: State, kind: MoveKind, to: str) -> Option:
    missing = missing_evidence(state) if kind is MoveKind.FORWARD else ()
    if kind is MoveKind.FORWARD and not missing:
        return Option(kind, to)
    return Option(kind, to, needs_reason=True, standing=Standing.OWNER, missing=missing)


def _holds(state: State, option: Option) -> bool:
    stage = state.template.stage(state.at)
    return option.kind is not MoveKind.WIN or (stage is not None and stage.may_win)
