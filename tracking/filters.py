"""Which deals a list shows, in which order."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from models.access import Viewer, is_waited_for, visible_deals, visible_needs, works_on
from models.deal import Deal, DealMember, DealParty, DealStage
from models.deal_enums import DealStatus
from models.need import Need
from models.organisation import Organisation
from models.supplier import Supplier
from tracking.store import AnySelect, title_is_readable

_WORDS_MAX = 12


class DealOrder(StrEnum):
    """In which order deals are listed."""

    ACTIVITY = "activity"
    DUE = "due"
    OPENED = "opened"
    TITLE = "title"


@dataclass(frozen=True, slots=True)
class DealFilter:
    """`query` looks for words in titles and names of the sides; `overdue` for next steps whose day is over.

    `awaited` asks for the open deals that wait for a side of the viewer's.
    """

    query: str = ""
    status: DealStatus | None = None
    stage: str = ""
    need: str = ""
    mine: bool = False
    overdue: bool = False
    archived: bool = False
    order: DealOrder = DealOrder.ACTIVITY
    awaited: bool = False


_IS_OVER = col(Deal.status).in_([DealStatus.WON, DealStatus.LOST])
_ORDERS: dict[DealOrder, tuple[Any, ...]] = {
    DealOrder.ACTIVITY: (col(Deal.last_activity_at).desc(),),
    DealOrder.DUE: (_IS_OVER, col(Deal.next_step_due).is_(None), col(Deal.next_step_due)),
    DealOrder.OPENED: (col(Deal.opened_at).desc(),),
    DealOrder.TITLE: (col(Deal.title),),
}


def select_deals(viewer: Viewer, wanted: DealFilter, today: date) -> AnySelect:
    """The deals of a list; what the viewer may not read of a deal neither finds nor orders it."""
    statement = select(Deal).where(
        visible_deals(viewer),
        col(Deal.archived_at).is_not(None) if wanted.archived else col(Deal.archived_at).is_(None),
        *(_holds(viewer, word) for word in wanted.query.replace("\0", " ").split()[:_WORDS_MAX]),
    )
    if wanted.status is not None:
        statement = statement.where(Deal.status == wanted.status)
    if wanted.stage:
        statement = statement.where(_stands_at(wanted.stage))
    if wanted.need:
        named = exists().where(col(Need.id) == col(Deal.need_id), col(Need.public_id) == wanted.need)
        statement = statement.where(named, exists().where(col(Need.id) == col(Deal.need_id), visible_needs(viewer)))
    if wanted.mine:
        statement = statement.where(_is_mine(viewer))
    if wanted.overdue:
        alive = col(Deal.status).in_([DealStatus.OPEN, DealStatus.PAUSED])
        statement = statement.where(works_on(viewer), alive, col(Deal.next_step_due) < today)
    if wanted.awaited:
        statement = statement.where(is_waited_for(viewer), Deal.status == DealStatus.OPEN)
    order = wanted.order if viewer.is_society else DealOrder.OPENED
    return statement.order_by(*_ORDERS[order], col(Deal.id).desc())


def _holds(viewer: Viewer, word: str) -> ColumnElement[bool]:
    party = col(DealParty.deal_id) == col(Deal.id)
    return or_(
        and_(title_is_readable(viewer), col(Deal.title).icontains(word, autoescape=True)),
        exists().where(
            party,
            col(Organisation.id) == col(DealParty.organisation_id),
            col(Organisation.name).icontains(word, autoescape=True),
        ),
        exists().where(
            party, col(Supplier.id) == col(DealParty.supplier_id), col(Supplier.name).icontains(word, autoescape=True)
        ),
    )


def _stands_at(code: str) -> ColumnElement[bool]:
    """The deal, or one of its contracts, stands at this stage now; a closed one ended there."""
    later = aliased(DealStage)
    follows = exists().where(
        col(later.deal_id) == col(DealStage.deal_id),
        or_(col(later.contract_id) == col(DealStage.contract_id), col(DealStage.contract_id).is_(None)),
        col(later.id) > col(DealStage.id),
        col(later.undone_at).is_(None),
    )
    here = (col(DealStage.deal_id) == col(Deal.id), col(DealStage.code) == code, col(DealStage.undone_at).is_(None))
    return exists().where(*here, ~follows)


def _is_mine(viewer: Viewer) -> ColumnElement[bool]:
    return or_(
        col(Deal.owner_id) == viewer.person_id,
        exists().where(col(DealMember.deal_id) == col(Deal.id), col(DealMember.person_id) == viewer.person_id),
    )
