"""Deals as an import takes them in: where each stands, with whom, and what comes next.

Of a deal with several contracts the first is told, of one with a stage of its own the standard stage it follows.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlmodel import col, select

from core.database import ReadSession
from models.access import Viewer, works_on
from models.deal import Contract, Deal, Outcome
from models.deal_enums import DealStatus, PartyRole
from models.enums import ReasonCode
from models.history import Event
from models.need import Need
from models.organisation import Organisation
from models.person import Person
from models.supplier import Supplier
from models.user import User
from tracking.extra_stages import base_of
from tracking.lifecycle import CLOSED
from tracking.store import parties_of, stages_of
from workflow.days import day_of
from workflow.importing.identities import Reference, resolve
from workflow.importing.values import StageCode

Named = TypeVar("Named", Organisation, Supplier)
_BATCH = 500


@dataclass(frozen=True, slots=True)
class DealFacts:
    """A deal, and what an import reads of it by the fields of its columns."""

    deal: Deal
    values: Mapping[str, Any]


def deal_facts(session: ReadSession, viewer: Viewer) -> Iterator[DealFacts]:
    """The deals the viewer works on that are not archived, oldest first."""
    statement = select(Deal).where(works_on(viewer), col(Deal.archived_at).is_(None)).order_by(col(Deal.id))
    deals = session.exec(statement).all()
    for start in range(0, len(deals), _BATCH):
        yield from _facts(session, deals[start : start + _BATCH])


def _facts(session: ReadSession, deals: Sequence[Deal]) -> Iterator[DealFacts]:
    keys = [deal.key for deal in deals]
    asking, offering = _sides(session, keys)
    stands, contracts, reasons = _standing(session, keys), _contracts(session, keys), _reasons(session, deals)
    needs = {need.key: need for need in session.exec(select(Need).where(col(Need.id).in_([d.need_id for d in deals])))}
    owners = _logins(session, {deal.owner_id for deal in deals})
    for deal in deals:
        need, contract = needs.get(deal.need_id or 0), contracts.get(deal.key)
        row = stands[deal.key]
        yield DealFacts(
            deal,
            {
                **{name: getattr(deal, name) for name in _OWN},
                "need": (need.external_id or need.public_id) if need else None,
                "organisations": asking.get(deal.key, []),
                "suppliers": offering.get(deal.key, []),
                "stage": StageCode(base_of(row.code)),
                "opened_on": day_of(deal.opened_at),
                "entered_on": day_of(row.entered_at),
                "contract_kind": contract.kind if contract else None,
                "signed_on": contract.signed_on if contract else None,
                "amount": contract.amount if contract else None,
                "status_on": _since(deal, row.paused_at),
                "reason": reasons.get(deal.key),
                "owner": owners.get(deal.owner_id),
                "notes": None,
            },
        )


_OWN = ("title", "status", "next_step", "next_step_due", "no_step_reason", "waiting_for", "waiting_since")


def _since(deal: Deal, paused_at: Any) -> Any:
    at = deal.closed_at if deal.status in CLOSED else paused_at if deal.status is DealStatus.PAUSED else None
    return day_of(at) if at else None


def _standing(session: ReadSession, keys: Iterable[int]) -> dict[int, Any]:
    """The present stage of each deal: of its first contract, where it has one."""
    found: dict[int, Any] = {}
    for row in sorted(stages_of(session, keys), key=lambda row: row.key):
        known = found.get(row.deal_id)
        if known is None or known.contract_id in (None, row.contract_id):
            found[row.deal_id] = row
    return found


def _contracts(session: ReadSession, keys: Iterable[int]) -> dict[int, Contract]:
    rows = session.exec(select(Contract).where(col(Contract.deal_id).in_(keys)).order_by(col(Contract.id).desc()))
    return {row.deal_id: row for row in rows}


def _reasons(session: ReadSession, deals: Sequence[Deal]) -> dict[int, ReasonCode]:
    """Why each deal was lost or is paused."""
    lost = session.exec(select(Outcome).where(col(Outcome.deal_id).in_([deal.key for deal in deals])))
    found = {row.deal_id: row.reason for row in lost if row.status is DealStatus.LOST and row.reason}
    paused = [deal.key for deal in deals if deal.status is DealStatus.PAUSED]
    events = select(Event).where(col(Event.subject_id).in_(paused), Event.code == "deal.explained")
    for event in session.exec(events.order_by(col(Event.id))):
        if event.params.get("move") == "pause" and "reason" in event.params:
            found[event.subject_id] = ReasonCode(event.params["reason"])
    return found


def _logins(session: ReadSession, people: Iterable[int]) -> dict[int, str]:
    """How the owners are named: by login; where they have none by name, or by id if others are called so too."""
    rows = session.execute(
        select(Person.id, Person.public_id, Person.name, User.login)
        .outerjoin(User, col(User.person_id) == col(Person.id))
        .where(col(Person.id).in_(people))
    ).all()
    names = {name for _, _, name, login in rows if not login and name}
    called = Counter(session.scalars(select(Person.name).where(col(Person.name).in_(names))))
    return {key: login or (name if called[name] == 1 else public_id) for key, public_id, name, login in rows}


def _sides(session: ReadSession, keys: Sequence[int]) -> tuple[dict[int, list[str]], dict[int, list[str]]]:
    rows = parties_of(session, keys)
    places = _names(session, Organisation, [place for _, place, supplier in rows if place and not supplier])
    offering = _names(session, Supplier, [supplier for _, _, supplier in rows if supplier])
    asked: dict[int, list[str]] = {}
    offered: dict[int, list[str]] = {}
    for party, place, supplier in rows:
        if party.role is PartyRole.SUPPLY and supplier is not None:
            offered.setdefault(party.deal_id, []).append(offering[supplier.key])
        elif party.role is PartyRole.DEMAND and place is not None and supplier is None:
            asked.setdefault(party.deal_id, []).append(places[place.key])
    return asked, offered


def _names(session: ReadSession, table: type[Named], objects: Sequence[Named]) -> dict[int, str]:
    """By name where that means one alone, else by id."""
    references = {one.key: Reference("", one.name) for one in objects}
    found = resolve(session, table, references.values())
    return {one.key: one.name if found.get(references[one.key]) is one else one.public_id for one in objects}
