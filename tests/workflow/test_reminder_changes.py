"""What becomes of reminders when the owner, the step, the clock or the state of what they are about changes."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import col, select

from core.database import WriteSession
from models.access import Viewer
from models.deal import Deal
from models.deal_forms import DealCreate, HandOver, NextStepUpdate
from models.enums import Channel, Role
from models.work import OutboxMessage
from tests.workflow.deal_world import World
from workflow.deals import hand_over, set_next_step, start_deal
from workflow.reminders import due_reminders, fire_reminder

DAY = timedelta(days=1)
SUNDAY = date(2026, 3, 8)


def nine(day: int) -> datetime:
    """Nine in Shanghai on that day of March 2026."""
    return datetime(2026, 3, day, 1, tzinfo=UTC)


@pytest.fixture
def world(session: WriteSession, now: datetime) -> World:
    return World(session, now)


@pytest.fixture
def owner(world: World) -> Viewer:
    return world.staff("owner")


@pytest.fixture
def deal(world: World, owner: Viewer, now: datetime) -> Deal:
    """A deal whose next step is due on a Sunday, so that its owner is reminded on the Friday before."""
    form = DealCreate(title="联合攻关", next_step="寄样品", next_step_due=SUNDAY)
    return start_deal(world.session, owner, form, now=now)


def fire(session: WriteSession, now: datetime) -> None:
    for key in due_reminders(session, now=now):
        fire_reminder(session, key, now=now)


def told(session: WriteSession) -> list[tuple[int, str]]:
    rows = session.exec(
        select(OutboxMessage).where(OutboxMessage.channel == Channel.IN_APP).order_by(col(OutboxMessage.id))
    )
    return [(row.person_id, row.code) for row in rows]


def test_who_takes_over_is_told_what_the_one_before_was(world: World, owner: Viewer, deal: Deal) -> None:
    session, taker, lead = world.session, world.staff("taker"), world.viewer(Role.LEAD)
    login = world.sign_in_of(taker).login
    fire(session, nine(6))
    hand_over(session, owner, deal.public_id, HandOver(person=login, note="接手"), now=nine(6) + DAY / 24)
    for day in range(7, 13):
        fire(session, nine(day))
    own, taken = (owner.person_id, "reminder.next_step"), (taker.person_id, "reminder.next_step")
    assert told(session) == [own, taken, (lead.person_id, "escalation.next_step")]


def test_another_step_for_the_same_day_is_reminded_of_too(world: World, owner: Viewer, deal: Deal) -> None:
    session = world.session
    fire(session, nine(6))
    for step in ("签保密协议", "签保密协议"):
        form = NextStepUpdate(next_step=step, next_step_due=SUNDAY)
        set_next_step(session, owner, deal.public_id, form, now=nine(6) + DAY / 24)
        fire(session, nine(6) + DAY / 12)
    assert told(session) == [(owner.person_id, "reminder.next_step")] * 2
