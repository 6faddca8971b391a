"""Who of the society works on a deal beside its owner: they see and change it, and read its need in full."""

from datetime import datetime

from sqlmodel import SQLModel, col, select

from core.database import ReadSession, WriteSession
from core.errors import Invalid, NotFound, Problem, Refused
from models.access import Viewer, viewer_of
from models.deal import Deal, DealMember
from models.enums import SubjectKind
from models.person import Person
from tracking.store import find_deal, find_deal_to_change
from workflow.history import record_event
from workflow.people import person_named


class MemberPublic(SQLModel):
    """One of a deal's team."""

    person: str
    name: str


def add_member(session: WriteSession, viewer: Viewer, deal_id: str, person: str, *, now: datetime) -> None:
    """The person (a name, a login or an id) is on the deal's team; twice changes nothing.

    Raises NotFound, Refused, Conflict for an archived deal, and Invalid for somebody who is not of the society.
    """
    deal = find_deal_to_change(session, viewer, deal_id)
    found = person_named(session, person)
    if not viewer_of(session, found.key, now).is_society:
        raise Invalid("deal.member_of_society", (Problem("deal.member_of_society", field="person"),))
    if _membership(session, deal, found) is None:
        session.add(DealMember(deal_id=deal.key, person_id=found.key))
        _record(session, viewer, deal, "deal.member_added", found, now)
    session.flush()


def remove_member(session: WriteSession, viewer: Viewer, deal_id: str, person: str, *, now: datetime) -> None:
    """The person (a name, a login or an id) is no longer on the deal's team.

    Raises NotFound, also for somebody who was not on it, Refused, Conflict for an archived deal.
    """
    deal = find_deal_to_change(session, viewer, deal_id)
    found = person_named(session, person)
    member = _membership(session, deal, found)
    if member is None:
        raise NotFound("deal.not_a_member", id=person)
    session.delete(member)
    _record(session, viewer, deal, "deal.member_removed", found, now)
    session.flush()


def list_team(session: ReadSession, viewer: Viewer, deal_id: str) -> list[MemberPublic]:
    """The deal's team without its owner, by name; for who works on the deal. Raises NotFound and Refused."""
    deal, may_change = find_deal(session, viewer, deal_id)
    if not may_change:
        raise Refused("deal.refused")
    people = session.exec(
        select(Person)
        .join(DealMember, col(DealMember.person_id) == col(Person.id))
        .where(DealMember.deal_id == deal.key)
        .order_by(col(Person.name), col(Person.id))
    )
    return [MemberPublic(person=person.public_id, name=person.name) for person in people]


def _membership(session: ReadSession, deal: Deal, person: Person) -> DealMember | None:
    return session.exec(
        select(DealMember).where(DealMember.deal_id == deal.key, DealMember.person_id == person.key)
    ).first()


def _record(session: WriteSession, viewer: Viewer, deal: Deal, code: str, person: Person, now: datetime) -> None:
    params = {"person": person.public_id}
    record_event(session, SubjectKind.DEAL, deal.key, code, actor_id=viewer.person_id, now=now, params=params)
