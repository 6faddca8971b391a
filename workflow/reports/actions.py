"""What followed the actions that were taken: whether the deal moved on, whether a side answered, within a month.

It compares nothing: deals to which something is done are those that press, so what follows is no effect by itself.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from math import sqrt
from statistics import NormalDist
from typing import Final

from sqlmodel import Field, SQLModel, col, select

from core.database import ReadSession
from core.errors import Refused
from models.access import Viewer, works_on
from models.deal import ActionTaken, Deal
from models.deal_enums import NextAction, NotNow
from models.enums import SubjectKind
from models.history import Event

WITHIN: Final = timedelta(days=30)
"""How long what follows an action is looked for."""
LEAST: Final = 10
"""Actions below which no share is told: its interval would be half as wide as the scale."""
LEVEL: Final = 0.95
_MOVED = frozenset({"deal.moved", "deal.contract_moved", "deal.signed", "deal.won"})
_UNDONE = frozenset({"deal.move_undone", "deal.contract_move_undone", "deal.signing_undone"})
_ANSWERED = "deal.answered"


class Share(SQLModel):
    """`count` of `of`; the share with its interval of 95 % only from ten on."""

    count: int
    of: int
    share: float | None = None
    low: float | None = None
    high: float | None = None


class FollowedAction(SQLModel):
    """What became of one action, wherever it was proposed and decided on.

    `moved` and `answered` are of the actions taken whose month is over, also of those after which it happened sooner.
    """

    action: NextAction
    taken: int
    moved: Share
    answered: Share
    not_now: dict[NotNow, int] = Field(default_factory=dict, description="How often it was put off, by reason.")


def followed_actions(session: ReadSession, viewer: Viewer, *, now: datetime) -> list[FollowedAction]:
    """What followed each action on the deals the viewer works on. Raises Refused for who is not of the society."""
    if not viewer.is_society:
        raise Refused("deal.refused")
    rows = session.exec(
        select(ActionTaken).join(Deal, col(Deal.id) == col(ActionTaken.deal_id)).where(works_on(viewer))
    ).all()
    events = _events(session, {row.deal_id for row in rows})
    return [_of_action(action, [row for row in rows if row.action is action], events, now) for action in NextAction]


def share_of(count: int, of: int) -> Share:
    """The share with its interval (E. B. Wilson, JASA 22, 1927), from `LEAST` on."""
    if of < LEAST:
        return Share(count=count, of=of)
    z = NormalDist().inv_cdf(0.5 + LEVEL / 2)
    share = count / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    spread = z * sqrt(share * (1 - share) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    return Share(count=count, of=of, share=share, low=max(middle - spread, 0.0), high=min(middle + spread, 1.0))


def _of_action(
    action: NextAction, rows: Sequence[ActionTaken], events: Mapping[int, Sequence[Event]], now: datetime
) -> FollowedAction:
    taken = [row for row in rows if row.not_now is None]
    after = [(row, [e for e in events.get(row.deal_id, ()) if _follows(e, row)]) for row in taken]
    moved = [(_moved(found), row) for row, found in after]
    answered = [(any(e.code == _ANSWERED for e in found), row) for row, found in after]
    return FollowedAction(
        action=action,
        taken=len(taken),
        moved=_share(moved, now),
        answered=_share(answered, now),
        not_now=dict(Counter(row.not_now for row in rows if row.not_now is not None)),
    )


def _share(found: Sequence[tuple[bool, ActionTaken]], now: datetime) -> Share:
    counted = [happened for happened, row in found if row.decided_at + WITHIN <= now]
    return share_of(sum(counted), len(counted))


def _follows(event: Event, row: ActionTaken) -> bool:
    return row.decided_at < event.recorded_at <= row.decided_at + WITHIN


def _moved(events: Sequence[Event]) -> bool:
    """Whether more moves on were made than undone; going back is none."""
    on = [event for event in events if event.code in _MOVED and event.params.get("move") != "back"]
    return len(on) > len([event for event in events if event.code in _UNDONE])


def _events(session: ReadSession, deals: set[int]) -> dict[int, list[Event]]:
    found: dict[int, list[Event]] = {}
    for event in session.exec(
        select(Event).where(
            Event.subject_kind == SubjectKind.DEAL,
            col(Event.subject_id).in_(deals),
            col(Event.code).in_([*_MOVED, *_UNDONE, _ANSWERED]),
        )
    ):
        found.setdefault(event.subject_id, []).append(event)
    return found
