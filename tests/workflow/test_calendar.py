"""The private calendar: who can read it, and how little of what is confidential stands in it."""

from datetime import date, datetime, timedelta

import pytest
from icalendar import Calendar
from sqlmodel import select

from core.database import WriteSession
from core.errors import NotFound
from models.access import Viewer
from models.deal import Contract, Deal, DealNeed, Milestone, Payment, ReturnVisit
from models.deal_enums import ContractKind
from models.deal_forms import DealCreate
from models.enums import DisclosureLevel, NeedStatus
from models.need import Need
from models.notice import CalendarFeed
from tests.workflow.deal_world import World
from workflow.deals import start_deal
from workflow.notifications.calendar import calendar_since, close_calendar, open_calendar, read_calendar

DUE = date(2026, 4, 1)


@pytest.fixture
def world(session: WriteSession, now: datetime) -> World:
    return World(session, now)


@pytest.fixture
def staff(world: World) -> Viewer:
    return world.staff("李工")


def start(world: World, staff: Viewer, title: str = "联合攻关", *, team_only: bool = False) -> Deal:
    form = DealCreate(title=title, next_step="给王总寄保密样品", next_step_due=DUE)
    deal = start_deal(world.session, staff, form, now=world.now)
    deal.team_only = team_only
    deal.need_id = world.need(disclosure=DisclosureLevel.SUMMARY).key
    contract = Contract(deal_id=deal.key, kind=ContractKind.DEVELOPMENT)
    world.session.add(contract)
    world.session.flush()
    world.session.add(Milestone(contract_id=contract.key, title="保密的中试", due_on=DUE))
    world.session.add(Payment(contract_id=contract.key, due_on=DUE + timedelta(days=1)))
    world.session.add(
        ReturnVisit(
            deal_id=deal.key, contract_id=contract.key, number=1, accepted_on=DUE, due_on=DUE + timedelta(days=2)
        )
    )
    world.session.flush()
    return deal


def token_of(address: str) -> str:
    return address.rpartition("/")[2].removesuffix(".ics")


def events(world: World, token: str) -> dict[str, tuple[str, date]]:
    """What stands in the calendar, by its id."""
    read = Calendar.from_ical(read_calendar(world.session, token, now=world.now))
    return {str(event["uid"]): (str(event["summary"]), event.decoded("dtstart")) for event in read.walk("VEVENT")}


def test_next_steps_milestones_payments_and_visits_are_one_event_each(world: World, staff: Viewer) -> None:
    start(world, staff)
    found = events(world, token_of(open_calendar(world.session, staff, now=world.now)))
    assert sorted(found.values(), key=lambda event: (event[1], event[0])) == [
        ("下一步：联合攻关", DUE),
        ("里程碑：联合攻关", DUE),
        ("款项：联合攻关", DUE + timedelta(days=1)),
        ("效益回访：联合攻关", DUE + timedelta(days=2)),
    ]


def test_an_event_that_is_moved_keeps_its_id_and_one_that_is_done_goes(world: World, staff: Viewer) -> None:
    deal = start(world, staff)
    token = token_of(open_calendar(world.session, staff, now=world.now))
    before = events(world, token)
    deal.next_step_due = DUE + timedelta(days=30)
    world.session.flush()
    assert set(events(world, token)) == set(before)
    deal.next_step_due = None
    world.session.flush()
    assert len(events(world, token)) == 3


@pytest.mark.parametrize(
    "why", ["team only", "need not summarised", "need not published", "need archived", "a second need", "no need"]
)
def test_of_a_confidential_deal_there_is_its_id_alone(world: World, staff: Viewer, why: str) -> None:
    deal = start(world, staff, "绝密合金", team_only=why == "team only")
    need = world.session.get_one(Need, deal.need_id)
    match why:
        case "need not summarised":
            need.disclosure = DisclosureLevel.CARD
        case "need not published":
            need.status = NeedStatus.SUBMITTED
        case "need archived":
            need.archived_at = world.now
        case "a second need":
            world.session.add(DealNeed(deal_id=deal.key, need_id=world.need().key))
        case "no need":
            deal.need_id = None
    world.session.flush()
    text = read_calendar(world.session, token_of(open_calendar(world.session, staff, now=world.now)), now=world.now)
    assert "绝密" not in text.decode()
    assert deal.public_id in text.decode()


def test_no_words_of_steps_and_milestones_stand_in_any_calendar(world: World, staff: Viewer) -> None:
    start(world, staff)
    text = read_calendar(world.session, token_of(open_calendar(world.session, staff, now=world.now)), now=world.now)
    assert "保密" not in text.decode()


def test_the_deals_of_others_are_not_in_it(world: World, staff: Viewer) -> None:
    start(world, world.staff("王工"))
    assert events(world, token_of(open_calendar(world.session, staff, now=world.now))) == {}


@pytest.mark.parametrize("how", ["renewed", "closed", "disabled"])
def test_an_address_that_holds_no_more_leads_nowhere(world: World, staff: Viewer, how: str) -> None:
    token = token_of(open_calendar(world.session, staff, now=world.now))
    match how:
        case "renewed":
            assert token_of(open_calendar(world.session, staff, now=world.now)) != token
        case "closed":
            close_calendar(world.session, staff)
        case _:
            world.sign_in_of(staff).disabled_at = world.now
            world.session.flush()
    with pytest.raises(NotFound):
        read_calendar(world.session, token, now=world.now)


def test_whoever_left_the_society_finds_nothing_any_more(world: World, staff: Viewer) -> None:
    start(world, staff)
    token = token_of(open_calendar(world.session, staff, now=world.now))
    assert staff.person_id is not None
    for membership in world.memberships(staff.person_id):
        membership.valid_to = world.now
    world.session.flush()
    assert events(world, token) == {}


def test_the_database_does_not_hold_the_address(world: World, staff: Viewer) -> None:
    token = token_of(open_calendar(world.session, staff, now=world.now))
    feed = world.session.exec(select(CalendarFeed)).one()
    assert token not in str(feed.model_dump())
    assert calendar_since(world.session, staff) == world.now
    with pytest.raises(NotFound):
        read_calendar(world.session, feed.token_digest, now=world.now)
