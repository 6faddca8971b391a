"""What a deal is made of: further needs and sides, a part that goes its own way, another deal that joins it."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlmodel import col, select

from catalog.supply.organisations import find_organisation
from catalog.supply.suppliers import find_supplier
from core.database import ReadSession, WriteSession
from core.errors import Conflict, NotFound
from models.access import Viewer, visible_needs
from models.deal import Deal, DealMember, DealNeed, DealParty
from models.deal_enums import DealStatus, PartyRole
from models.deal_forms import DealMerge, DealSplit, NeedAdded, PartyCreate
from models.enums import SupplierKind
from models.need import Need
from tracking.extra_stages import base_of
from tracking.lifecycle import begin
from tracking.replies import untaken_replies
from tracking.store import contracts_of, needs_to_meet
from tracking.templates import COMMON
from workflow.days import day_of
from workflow.deals.acts import find_live_deal, find_owned_deal, record_act
from workflow.deals.needs import introduce_need
from workflow.deals.opening import need_to_meet
from workflow.deals.tracks import entered, tracks_of
from workflow.progress import tell_of_merging, tell_of_opening

_OF_THE_OTHER: Final = {
    "deal.closed": "deal.other_closed",
    "deal.archived": "deal.other_archived",
    "deal.merged": "deal.other_archived",
}
"""What keeps the other deal from being merged, as it is said of that one."""


def add_need(session: WriteSession, viewer: Viewer, deal_id: str, form: NeedAdded, *, now: datetime) -> Deal:
    """The deal is to meet this need too, which counts as introduced; its side takes part in the deal.

    Raises NotFound, Refused for a need not seen in full, Conflict for one that looks for nobody or is the deal's.
    """
    deal = find_live_deal(session, viewer, deal_id)
    need = need_to_meet(session, viewer, form.need)
    if need.key in needs_to_meet(session, deal):
        raise Conflict("deal.need_already")
    session.add(DealNeed(deal_id=deal.key, need_id=need.key))
    asks, joined = col(DealParty.organisation_id) == need.organisation_id, list[DealParty]()
    if session.exec(select(DealParty.id).where(DealParty.deal_id == deal.key, asks)).first() is None:
        side = DealParty(deal_id=deal.key, role=PartyRole.DEMAND, organisation_id=need.organisation_id, joined_at=now)
        session.add(side)
        joined.append(side)
    introduce_need(session, viewer, need.key, deal, now)
    event = record_act(session, viewer, deal, "deal.need_added", {"need": need.public_id}, now=now)
    tell_of_opening(session, deal, event, joined)
    return deal


def add_party(session: WriteSession, viewer: Viewer, deal_id: str, form: PartyCreate, *, now: datetime) -> Deal:
    """One side more takes part in the deal; what its role alone was shown so far it does not read.

    Raises NotFound, Refused, Conflict for one that does already.
    """
    deal = find_live_deal(session, viewer, deal_id)
    party = DealParty(deal_id=deal.key, role=form.role, joined_at=now)
    if form.supplier:
        supplier = find_supplier(session, viewer, form.supplier)
        if supplier is None:
            raise NotFound("supplier.not_found", id=form.supplier)
        party.supplier_id, party.person_id = supplier.key, supplier.person_id
        party.organisation_id = supplier.organisation_id if supplier.kind is SupplierKind.ORGANISATION else None
    else:
        organisation = find_organisation(session, viewer, form.organisation or "")
        if organisation is None:
            raise NotFound("organisation.not_found", id=form.organisation or "")
        party.organisation_id = organisation.key
    if any(_same(party, other) for other in _parties(session, deal)):
        raise Conflict("deal.party_already")
    session.add(party)
    event = record_act(session, viewer, deal, "deal.party_added", {"side": form.role.value}, now=now)
    tell_of_opening(session, deal, event, [party])
    return deal


def split_deal(session: WriteSession, viewer: Viewer, deal_id: str, form: DealSplit, *, now: datetime) -> Deal:
    """A part of the deal goes its own way, with the same sides, needs and team; the new deal.

    It stands at the standard stage where the whole stands up to signing; a part of a signed deal begins anew, as
    contracts stay where they were signed.

    Raises NotFound, Refused for who is neither owner nor lead, Conflict for a closed deal.
    """
    deal = find_owned_deal(session, viewer, deal_id, form.version)
    part = Deal(
        title=form.title,
        need_id=deal.need_id,
        branch_id=deal.branch_id,
        owner_id=deal.owner_id,
        team_only=deal.team_only,
        split_from_id=deal.key,
        opened_at=now,
        last_activity_at=now,
    )
    session.add(part)
    session.flush()
    whole = tracks_of(session, deal)[0]
    state = whole.state(DealStatus.OPEN) if whole.contract is None else begin(COMMON)
    session.add(entered(part, None, replace(state, at=base_of(state.at)), now))
    _copy(session, deal, part, now)
    begun = record_act(session, viewer, part, "deal.split_from", {"deal": deal.public_id}, form.note, now=now)
    tell_of_opening(session, part, begun)
    record_act(session, viewer, deal, "deal.split_off", {"deal": part.public_id}, form.note, now=now)
    return part


def merge_deals(session: WriteSession, viewer: Viewer, deal_id: str, form: DealMerge, *, now: datetime) -> Deal:
    """Another deal becomes part of this one: its sides, needs and team join; it is archived and names this one.

    Raises NotFound, Refused for who is not owner or lead of both, Conflict for closed deals, the deal itself, one that
    is signed (a contract stays where it was signed), and one with a reply that nobody has taken up.
    """
    if form.deal == deal_id:
        raise Conflict("deal.merge_itself")
    versions = {deal_id: form.version, form.deal: None}
    # locked in one order for everybody
    locked = {key: _to_merge(session, viewer, key, seen, other=form.deal) for key, seen in sorted(versions.items())}
    deal, other = locked[deal_id], locked[form.deal]
    if contracts_of(session, other.key):
        raise Conflict("deal.merge_signed")
    if untaken_replies(session, [other.key]):
        raise Conflict("deal.merge_replies")  # nobody would take them up on a deal that is archived
    _copy(session, other, deal, now)
    other.merged_into_id, other.archived_at = deal.key, now
    ended = record_act(session, viewer, other, "deal.merged_into", {"deal": deal.public_id}, form.note, now=now)
    tell_of_merging(session, other, ended, deal)
    record_act(session, viewer, deal, "deal.merged", {"deal": other.public_id}, form.note, now=now)
    return deal


def _to_merge(session: WriteSession, viewer: Viewer, key: str, version: int | None, *, other: str) -> Deal:
    """The deal, locked. Raises as `find_owned_deal`; a Conflict of the other deal says that it is that one's."""
    try:
        return find_owned_deal(session, viewer, key, version)
    except Conflict as error:
        named = _OF_THE_OTHER.get(error.code)
        if key != other or named is None:
            raise
        raise Conflict(named) from None


def further_needs(session: ReadSession, viewer: Viewer, deal: Deal) -> list[str]:
    """The public ids of the needs added to the deal, of those the viewer may see."""
    statement = select(Need.public_id).join(DealNeed, col(DealNeed.need_id) == col(Need.id))
    return list(
        session.exec(statement.where(DealNeed.deal_id == deal.key, visible_needs(viewer)).order_by(col(DealNeed.id)))
    )


def _copy(session: WriteSession, source: Deal, target: Deal, now: datetime) -> None:
    """What the source has of sides, needs and people, the target has too from now on.

    An answer from before the target began was none to it.
    """
    began = day_of(target.opened_at)
    for party in _parties(session, source):
        if not any(_same(party, other) for other in _parties(session, target)):
            kept = party.model_dump(exclude={"id", "deal_id", "joined_at", "answered_on"})
            answered = party.answered_on if party.answered_on and party.answered_on >= began else None
            session.add(DealParty(**kept, deal_id=target.key, joined_at=now, answered_on=answered))
    known = needs_to_meet(session, target)
    needs = [need for need in needs_to_meet(session, source) if need not in known]
    session.add_all(DealNeed(deal_id=target.key, need_id=need) for need in needs)
    people = _people(session, source) - _people(session, target)
    session.add_all(DealMember(deal_id=target.key, person_id=person) for person in sorted(people))
    session.flush()


def _parties(session: ReadSession, deal: Deal) -> list[DealParty]:
    return list(session.exec(select(DealParty).where(DealParty.deal_id == deal.key).order_by(col(DealParty.id))))


def _same(one: DealParty, other: DealParty) -> bool:
    names = ("role", "organisation_id", "supplier_id", "person_id")
    return all(getattr(one, name) == getattr(other, name) for name in names)


def _people(session: ReadSession, deal: Deal) -> set[int]:
    return {deal.owner_id, *session.exec(select(DealMember.person_id).where(DealMember.deal_id == deal.key))}
