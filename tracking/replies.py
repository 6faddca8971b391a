"""What sides wrote to the society on a deal's page, and what of it nobody has taken up yet.

A rule a maintainer must keep: a reply ends no waiting and is nobody's act but its side's. It stands beside the waiting
until the society says whose turn it is, or that the side has answered; so what nobody reads stays in the work queue.
"""

from collections.abc import Collection
from typing import Final

from sqlmodel import col, or_, select

from core.database import ReadSession
from models.access import Viewer, visible_entries
from models.deal_enums import PartyRole
from models.enums import SubjectKind
from models.history import Event

REPLY: Final = "deal.reply"
_ANSWERED: Final = "deal.answered"
_TURNS: Final = ("deal.waiting", "deal.waiting_over")

Replies = dict[PartyRole, Event]
"""The first reply of each side that lies there."""


def untaken_replies(session: ReadSession, deals: Collection[int], viewer: Viewer | None = None) -> dict[int, Replies]:
    """What lies there of these deals, by their ids; of what `viewer` may read, where one is given.

    That the society recorded a side's answer takes up the replies of that side; that it said whose turn it is, all.
    """
    if not deals:
        return {}
    code = col(Event.code)
    statement = select(Event).where(
        col(Event.subject_kind) == SubjectKind.DEAL,
        col(Event.subject_id).in_(deals),
        code.in_([REPLY, _ANSWERED, *_TURNS]),
        *([or_(code != REPLY, visible_entries(viewer))] if viewer is not None else []),
    )
    found: dict[int, Replies] = {}
    for event in session.exec(statement.order_by(col(Event.id))):
        lying = found.setdefault(event.subject_id, {})
        if event.code == REPLY:
            lying.setdefault(_side_of(event), event)
        elif event.code == _ANSWERED:
            lying.pop(_side_of(event), None)
        else:
            lying.clear()
    return {deal: lying for deal, lying in found.items() if lying}


def _side_of(event: Event) -> PartyRole:
    return PartyRole(event.params["side"])
