"""Deals that begin: from an accepted match, or without one."""

from datetime import datetime

from sqlmodel import select

from catalog.demand.disclosure import readable
from catalog.demand.needs import current_need_revision
from catalog.supply.suppliers import find_supplier
from core.database import WriteSession
from core.errors import Conflict, NotFound, Refused
from models.access import FULL, SUMMARY, Viewer, visible_needs
from models.deal import Deal, DealParty
from models.deal_enums import PartyRole, Visibility
from models.deal_forms import DealCreate, DealOpen
from models.enums import DisclosureLevel, SubjectKind, SupplierKind
from models.match import Match
from models.match_enums import MatchStatus
from models.need import Need
from models.supplier import Supplier
from tracking.lifecycle import begin
from tracking.next_step import check_step_day
from tracking.templates import COMMON
from workflow.branches import home_branch
from workflow.days import day_of
from workflow.deals.needs import introduce_need
from workflow.deals.tracks import entered
from workflow.history import record_event
from workflow.matches.rights import require_matchable
from workflow.matches.store import deals_of, find_match_to_change, lock_need
from workflow.progress import tell_of_opening
from workflow.refusals import check_refusal, refusals_in_force
from workflow.reminders import schedule_reminders

_TITLE_MAX = 200


def open_deal(
    session: WriteSession, viewer: Viewer, match_id: str, form: DealOpen | None = None, *, now: datetime
) -> Deal:
    """The two sides of an accepted match are introduced: a deal stands at its first stage, owned by the viewer.

    Raises NotFound, Refused for somebody who does not see the need in full, and Conflict for a match that is not
    accepted, has its deal already or is of a supplier that is never to be proposed, and for a need that looks for
    nobody; Invalid for a next step that was due before today.
    """
    form = form or DealOpen()
    check_step_day(form.next_step_due, today=day_of(now))
    match, need = find_match_to_change(session, viewer, match_id)
    owner = _owner(viewer)
    _require_full(session, viewer, need.key)
    if match.status is not MatchStatus.ACCEPTED:
        raise Conflict("match.not_accepted")
    if deals_of(session, [match.key]):
        raise Conflict("deal.already_open")
    require_matchable(lock_need(session, need.key))
    supplier = session.get_one(Supplier, match.supplier_id)
    if supplier.key in refusals_in_force(session, need):
        raise Conflict("refusal.lift_first", supplier=supplier.name)
    if match.ended_at is not None:
        raise Conflict("match.ended")
    deal = Deal(
        title=form.title or _title(session, need, supplier),
        next_step=form.next_step,
        next_step_due=form.next_step_due,
        need_id=need.key,
        match_id=match.key,
        branch_id=need.branch_id,
        owner_id=owner,
        opened_at=now,
        last_activity_at=now,
    )
    _begin(session, viewer, deal, need, supplier, now, match)
    return deal


def start_deal(session: WriteSession, viewer: Viewer, form: DealCreate, *, now: datetime) -> Deal:
    """A deal stands at its first stage without a match, with what the form names as its sides.

    Raises NotFound, Refused for somebody who does not see the need in full, and Conflict for a need that looks for
    nobody and for a supplier that is never to be proposed for it, unless that is meant; Invalid for a next step that
    was due before today.
    """
    owner = _owner(viewer)
    check_step_day(form.next_step_due, today=day_of(now))
    need = need_to_meet(session, viewer, form.need) if form.need else None
    supplier = find_supplier(session, viewer, form.supplier) if form.supplier else None
    if form.supplier and supplier is None:
        raise NotFound("supplier.not_found", id=form.supplier)
    if need is not None and supplier is not None:
        check_refusal(session, need, supplier, despite=form.despite_refusal)
    deal = Deal(
        title=form.title,
        next_step=form.next_step,
        next_step_due=form.next_step_due,
        no_step_reason="" if form.next_step else form.no_step_reason,
        need_id=need.key if need else None,
        branch_id=need.branch_id if need else home_branch(viewer),
        owner_id=owner,
        opened_at=now,
        last_activity_at=now,
    )
    _begin(session, viewer, deal, need, supplier, now)
    return deal


def _owner(viewer: Viewer) -> int:
    if viewer.person_id is None or not viewer.is_society:
        raise Refused("deal.refused")
    return viewer.person_id


def need_to_meet(session: WriteSession, viewer: Viewer, public_id: str) -> Need:
    """The need, locked, that a deal is to meet. Raises NotFound, Refused, Conflict for one that looks for nobody."""
    need = session.exec(select(Need).where(Need.public_id == public_id, visible_needs(viewer, SUMMARY))).first()
    if need is None:
        raise NotFound("need.not_found", id=public_id)
    _require_full(session, viewer, need.key)
    need = lock_need(session, need.key)
    require_matchable(need)
    return need


def _require_full(session: WriteSession, viewer: Viewer, need_id: int) -> None:
    """Whoever owns a deal sees its need in full, so nobody who does not may open one. Raises Refused."""
    if session.exec(select(Need.id).where(Need.id == need_id, visible_needs(viewer, FULL))).first() is None:
        raise Refused("deal.need_not_in_full")


def _title(session: WriteSession, need: Need, supplier: Supplier) -> str:
    """The need's title and the supplier's name; the title is cut, not the name."""
    revision = current_need_revision(session, need.key)
    hidden = need.disclosure < DisclosureLevel.SUMMARY and revision.public_title
    title = revision.public_title if hidden else revision.title
    title = readable(title, SUMMARY)
    return f"{title[: _TITLE_MAX - len(supplier.name) - 3]} · {supplier.name}"


def _begin(
    session: WriteSession,
    viewer: Viewer,
    deal: Deal,
    need: Need | None,
    supplier: Supplier | None,
    now: datetime,
    match: Match | None = None,
) -> None:
    session.add(deal)
    session.flush()
    session.add_all(parties_for(deal, need, supplier))
    first = begin(COMMON)
    session.add(entered(deal, None, first, now))
    params = {"stage": first.at, **({"match": match.public_id} if match else {})}
    event = record_event(
        session,
        SubjectKind.DEAL,
        deal.key,
        "deal.opened",
        actor_id=viewer.person_id,
        now=now,
        params=params,
        visibility=Visibility.PARTIES,
    )
    if need is not None:
        introduce_need(session, viewer, need.key, deal, now)
    schedule_reminders(session, deal, now=now)
    session.flush()
    tell_of_opening(session, deal, event)


def parties_for(deal: Deal, need: Need | None, supplier: Supplier | None) -> list[DealParty]:
    """The side that has the need and the side that offers, as a new deal has them."""
    parties = []
    if need is not None:
        parties.append(
            DealParty(
                deal_id=deal.key,
                role=PartyRole.DEMAND,
                organisation_id=need.organisation_id,
                person_id=need.contact_id,
            )
        )
    if supplier is not None:
        is_organisation = supplier.kind is SupplierKind.ORGANISATION  # a person's colleagues are no party
        parties.append(
            DealParty(
                deal_id=deal.key,
                role=PartyRole.SUPPLY,
                supplier_id=supplier.key,
                organisation_id=supplier.organisation_id if is_organisation else None,
                person_id=supplier.person_id,
            )
        )
    return parties
