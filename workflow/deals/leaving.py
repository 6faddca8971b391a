"""Who was taken out of a deal: that side keeps reading that it was, and why, and nothing else of the deal."""

from datetime import date, datetime

from sqlmodel import SQLModel, col, select

from core.database import ReadSession, WriteSession
from models.access import Viewer, is_out_of_a_deal
from models.deal import Deal, DealParty, FormerParty
from models.deal_enums import PartyRole
from models.enums import ReasonCode
from models.organisation import Organisation
from models.supplier import Supplier
from tracking.reasons import told_to_supplier
from workflow.days import day_of
from workflow.telling import tell_of_leaving

_LISTED = 100


class LeftDeal(SQLModel):
    """A deal that goes on, or ended, without one of the reader's own sides."""

    deal: str
    """Its id, by which one can ask about it; its page is no longer the reader's."""
    role: PartyRole
    name: str
    """Of the side that was taken out."""
    opened_on: date
    left_on: date
    reason: ReasonCode


def keep_leaving(
    session: WriteSession, deal: Deal, party: DealParty, reason: ReasonCode, *, actor_id: int | None, now: datetime
) -> None:
    """That the side is taken out is kept for its own people, who are told."""
    left = FormerParty(
        deal_id=deal.key,
        role=party.role,
        organisation_id=party.organisation_id,
        supplier_id=party.supplier_id,
        reason=reason,
        left_at=now,
    )
    session.add(left)
    session.flush()
    tell_of_leaving(session, left, deal, actor_id=actor_id)


def list_left(session: ReadSession, viewer: Viewer) -> list[LeftDeal]:
    """The deals that the viewer's own sides were taken out of and take no part in, the last first.

    Why, as it may be told: not what would tell of the other side's ties, partners or money.
    """
    rows = session.execute(
        select(FormerParty, Deal, Organisation, Supplier)
        .join(Deal, col(Deal.id) == col(FormerParty.deal_id))
        .join(Organisation, col(Organisation.id) == col(FormerParty.organisation_id), isouter=True)
        .join(Supplier, col(Supplier.id) == col(FormerParty.supplier_id), isouter=True)
        .where(is_out_of_a_deal(viewer))
        .order_by(col(FormerParty.left_at).desc(), col(FormerParty.id).desc())
        .limit(_LISTED)
    )
    return [
        LeftDeal(
            deal=deal.public_id,
            role=left.role,
            name=named.name if (named := supplier or organisation) else "",
            opened_on=day_of(deal.opened_at),
            left_on=day_of(left.left_at),
            reason=told_to_supplier(left.reason),
        )
        for left, deal, organisation, supplier in rows
    ]
