"""Sides and needs that are taken out of a deal again: recorded, with a reason."""

from datetime import datetime

from sqlmodel import col, select

from core.database import WriteSession
from core.errors import Conflict, NotFound
from models.access import Viewer
from models.deal import Deal, DealNeed, DealParty
from models.deal_enums import PartyRole
from models.deal_forms import PartRemoved
from models.need import Need
from tracking.reasons import REMOVALS, require_one_of
from tracking.store import contracts_of
from workflow.deals.acts import find_owned_deal, record_act
from workflow.deals.leaving import keep_leaving
from workflow.deals.needs import look_again
from workflow.endings import end_for_side
from workflow.matches.store import lock_need

_SIGNS = frozenset({PartyRole.DEMAND, PartyRole.SUPPLY})
"""Without which sides there is no contract."""


def remove_party(
    session: WriteSession, viewer: Viewer, deal_id: str, number: int, form: PartRemoved, *, now: datetime
) -> Deal:
    """The side with this number has no part in the deal any more, and its people no longer see it.

    They are told that and why, and read it in their list of deals; a supplier also among its suggestions.

    Raises NotFound, Refused for who is neither owner nor lead, Invalid for a reason that does not fit, Conflict for a
    closed or archived deal, and for the last that asks or offers once a contract is signed.
    """
    deal = _owned(session, viewer, deal_id, form)
    parties = session.exec(select(DealParty).where(DealParty.deal_id == deal.key).order_by(col(DealParty.id))).all()
    if not 0 < number <= len(parties):
        raise NotFound("deal.no_such_party", number=number)
    party = parties[number - 1]
    alone = not any(other.role is party.role for other in parties if other is not party)
    if alone and party.role in _SIGNS and contracts_of(session, deal.key):
        raise Conflict("deal.last_of_its_side", side=party.role.value)
    keep_leaving(session, deal, party, form.reason, actor_id=viewer.person_id, now=now)
    session.delete(party)
    if party.supplier_id is not None:
        end_for_side(session, deal, party.supplier_id, form.reason, now=now)
    if deal.waiting_for is party.role and alone:
        deal.waiting_for = deal.waiting_since = None
    params = {"side": party.role.value, "reason": form.reason.value}
    record_act(session, viewer, deal, "deal.party_removed", params, form.text, now=now)
    return deal


def remove_need(
    session: WriteSession, viewer: Viewer, deal_id: str, need_id: str, form: PartRemoved, *, now: datetime
) -> Deal:
    """The deal is no longer to meet this need, which looks for somebody again if no other open deal is to.

    The need that a deal began with stays: a match or a decision stands behind it. Raises NotFound, Refused for who is
    neither owner nor lead, Invalid for a reason that does not fit, Conflict for a closed or archived deal.
    """
    deal = _owned(session, viewer, deal_id, form)
    found = session.exec(
        select(DealNeed, Need)
        .join(Need, col(Need.id) == col(DealNeed.need_id))
        .where(DealNeed.deal_id == deal.key, Need.public_id == need_id)
    ).first()
    if found is None:
        raise NotFound("need.not_found", id=need_id)
    session.delete(found[0])
    params = {"need": need_id, "reason": form.reason.value}
    record_act(session, viewer, deal, "deal.need_removed", params, form.text, now=now)
    look_again(session, viewer, lock_need(session, found[1].key), deal, now)
    return deal


def _owned(session: WriteSession, viewer: Viewer, deal_id: str, form: PartRemoved) -> Deal:
    deal = find_owned_deal(session, viewer, deal_id, form.version)
    require_one_of(REMOVALS, form.reason)
    return deal
