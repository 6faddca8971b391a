"""Whom to call about a need."""

from datetime import datetime

import pytest
from sqlmodel import select

from core.database import WriteSession
from core.errors import NotFound, Refused
from models import Affiliation, Event, Need, NeedCreate, Person
from tests.workflow.society import Society, found_society
from workflow.contacts import name_contact, possible_contacts
from workflow.days import day_of
from workflow.needs import show_need, submit_need
from workflow.triage import triage_need


@pytest.fixture
def society(session: WriteSession, now: datetime) -> Society:
    return found_society(session, now)


@pytest.fixture
def need(session: WriteSession, society: Society, now: datetime) -> Need:
    """A focused need that staff brought in, without a contact."""
    form = NeedCreate(title="耐磨涂层", problem="轴承磨损")
    need = submit_need(session, society.staff, form, organisation=society.enterprise.public_id, now=now)
    triage_need(session, society.staff, need.public_id, now=now)
    return need


@pytest.fixture
def engineer(session: WriteSession, society: Society, now: datetime) -> Person:
    person = Person(name="工程师丙", created_at=now)
    session.add(person)
    session.flush()
    place = society.enterprise.key
    session.add(Affiliation(person_id=person.key, organisation_id=place, valid_from=day_of(now)))
    session.flush()
    return person


def test_the_people_of_the_asker_can_be_named_and_nobody_else(
    session: WriteSession, society: Society, need: Need, engineer: Person, now: datetime
) -> None:
    assert [person.name for person in possible_contacts(session, need)] == ["工程师丙", "需方甲"]
    stranger = session.get_one(Person, society.supplier.person_id)

    with pytest.raises(NotFound):
        name_contact(session, society.staff, need.public_id, stranger.public_id, now=now)


def test_a_named_contact_is_shown_counts_for_clarity_and_can_be_taken_back(
    session: WriteSession, society: Society, need: Need, engineer: Person, now: datetime
) -> None:
    before = need.clarity or 0

    name_contact(session, society.staff, need.public_id, engineer.public_id, now=now)

    assert show_need(session, society.member, need.public_id).contact_name == "工程师丙"
    assert (need.clarity or 0) > before
    name_contact(session, society.member, need.public_id, "", now=now)
    assert show_need(session, society.staff, need.public_id).contact_name is None
    assert need.clarity == before
    assert len(session.exec(select(Event).where(Event.code == "need.contact_named")).all()) == 2


@pytest.mark.parametrize("role", ["visitor", "other_member", "supplier", "other_staff"])
def test_only_who_may_change_the_need_names_its_contact(
    session: WriteSession, society: Society, need: Need, engineer: Person, now: datetime, role: str
) -> None:
    with pytest.raises((Refused, NotFound)):
        name_contact(session, getattr(society, role), need.public_id, engineer.public_id, now=now)
