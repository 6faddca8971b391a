"""What sides wrote to the society on a deal's page, and what of it nobody has taken up yet.

A rule a maintainer must keep: a reply ends no waiting and is nobody's act but its side's. It stands beside the waiting
until the society says that its side has answered, or whose turn it is after it waited for that side; what the other
side wrote unasked is not taken up with it. So what nobody reads stays in the work queue.
"""

from collections.abc import Collection
from typing import Final

from sqlalchemy.orm import aliased
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

    That the society recorded a side's answer takes up the replies of that side; that it said whose turn it is, those of
    the side that it waited for until then, and of the one that it waits for now.
    """
    if not deals:
        return {}
    code, written = col(Event.code), aliased(Event)
    of_deals = (col(written.subject_kind) == SubjectKind.DEAL, col(written.subject_id).in_(deals))
    statement = select(Event).where(
        col(Event.subject_kind) == SubjectKind.DEAL,
        col(Event.subject_id).in_(select(written.subject_id).where(*of_deals, col(written.code) == REPLY)),
        code.in_([REPLY, _ANSWERED, *_TURNS]),
        *([or_(code != REPLY, visible_entries(viewer))] if viewer is not None else []),
    )
    found: dict[int, Replies] = {}
    awaited: dict[int, PartyRole | None] = {}
    for event in session.exec(statement.order_by(col(Event.id))):
        deal, lying = event.subject_id, found.get(event.subject_id, {})
        side = PartyRole(event.params["side"]) if "side" in event.params else None
        if event.code == REPLY and side is not None:
            found[deal] = lying | {side: lying.get(side, event)}
            continue
        waited = awaited.get(deal)
        over = {side, waited} if event.code in _TURNS else {side}
        found[deal] = {one: first for one, first in lying.items() if one not in over}
        if event.code in _TURNS:
            awaited[deal] = side
        elif waited is side:
            awaited[deal] = None
    return {deal: lying for deal, lying in found.items() if lying}
