"""What waits for a person, and whose queue one may look at."""

from datetime import datetime, timedelta

import pytest

from core.database import WriteSession
from core.errors import Refused
from models.access import Viewer
from models.deal import Deal
from models.deal_enums import PartyRole
from models.deal_forms import DealCreate, DealUpdate, NextStepUpdate, NoteCreate, StatusMove, WaitingUpdate
from models.enums import ReasonCode, Role
from tests.workflow.deal_world import World
from workflow.deals import (
    WorkQueue,
    add_note,
    archive_deal,
    edit_deal,
    pause_deal,
    read_queue,
    revive_deal,
    set_next_step,
    set_waiting,
    start_deal,
)
from workflow.users import OPERATOR


@pytest.fixture
def world(session: WriteSession, now: datetime) -> World:
    return World(session, now)


@pytest.fixture
def staff(world: World) -> Viewer:
    return world.staff()


def deal(world: World, viewer: Viewer, title: str, due_in: int | None = None, ago: int = 0) -> Deal:
    """A deal that began `ago` days ago, with a next step due in so many days, or when it began if they are past."""
    form = DealCreate(title=title)
    if due_in is not None:
        due, ago = (world.now + timedelta(days=due_in)).date(), max(ago, -due_in)
        form = DealCreate(title=title, next_step="电话", next_step_due=due)
    return start_deal(world.session, viewer, form, now=world.now - timedelta(days=ago))


def titles(queue: WorkQueue) -> dict[str, list[tuple[str, int]]]:
    return {part: [(line.deal.title, line.days) for line in getattr(queue, part)] for part in WorkQueue.model_fields}


def test_a_queue_holds_what_presses_the_longest_first(world: World, staff: Viewer, now: datetime) -> None:
    deal(world, staff, "逾期三天", -3)
    deal(world, staff, "逾期九天", -9)
    deal(world, staff, "七天后", 7)
    deal(world, staff, "今天", 0)
    deal(world, staff, "八天后", 8)
    deal(world, staff, "没有下一步", ago=4)
    waits = deal(world, staff, "等供给方", 20, ago=5)
    form = WaitingUpdate(waiting_for=PartyRole.SUPPLY, waiting_since=(now - timedelta(days=5)).date())
    set_waiting(world.session, staff, waits.public_id, form, now=now)
    deal(world, staff, "停滞", 20, ago=91)
    deal(world, staff, "还早", 20, ago=90)
    deal(world, world.staff("同事"), "别人的", -30)
    assert titles(read_queue(world.session, staff, now=now)) == {
        "overdue": [("逾期九天", 9), ("逾期三天", 3)],
        "replied": [],
        "due": [("今天", 0), ("七天后", 7)],
        "without_step": [("没有下一步", 4)],
        "waiting": [("等供给方", 5)],
        "stalled": [("停滞", 91)],
        "paused": [],
        "visits": [],
    }
    [stalled] = read_queue(world.session, staff, now=now).stalled
    assert (stalled.stage, stalled.usual_days) == ("contact", 90)
    assert stalled.slower_than is not None
    assert 0.5 < stalled.slower_than < 1


def test_time_paused_and_a_written_reason_keep_a_deal_out_of_the_queue(
    world: World, staff: Viewer, now: datetime
) -> None:
    slow = deal(world, staff, "停过", 20, ago=100)
    why = StatusMove(reason=ReasonCode.BUDGET)
    pause_deal(world.session, staff, slow.public_id, why, now=now - timedelta(days=60))
    assert titles(read_queue(world.session, staff, now=now))["stalled"] == []
    revive_deal(world.session, staff, slow.public_id, why, now=now - timedelta(days=30))
    quiet = deal(world, staff, "无事可做")
    form = NextStepUpdate(no_step_reason="等批复")
    set_next_step(world.session, staff, quiet.public_id, form, now=now)
    gone = deal(world, staff, "归档", -5)
    archive_deal(world.session, staff, gone.public_id, now=now)
    assert not any(titles(read_queue(world.session, staff, now=now)).values())


def test_a_pause_that_nobody_looks_at_comes_back_into_the_queue(world: World, staff: Viewer, now: datetime) -> None:
    session, slow = world.session, deal(world, staff, "停着", 1)
    pause_deal(session, staff, slow.public_id, StatusMove(reason=ReasonCode.CAPACITY), now=now)
    for days, found in ((89, []), (90, [("停着", 90)])):
        assert titles(read_queue(session, staff, now=now + timedelta(days=days)))["paused"] == found
    add_note(session, staff, slow.public_id, NoteCreate(text="对方仍无人手"), now=now + timedelta(days=90))
    assert titles(read_queue(session, staff, now=now + timedelta(days=91)))["paused"] == []


def test_a_lead_looks_at_the_queue_of_another_as_far_as_the_deals_are_open_to_leads(
    world: World, staff: Viewer, now: datetime
) -> None:
    lead = world.viewer(Role.LEAD)
    user = world.sign_in_of(staff).login
    deal(world, staff, "公开", -1)
    closed = deal(world, staff, "只限团队", -1)
    edit_deal(world.session, staff, closed.public_id, DealUpdate(team_only=True), now=now)
    assert titles(read_queue(world.session, lead, now=now))["overdue"] == []
    assert titles(read_queue(world.session, lead, now=now, person=user))["overdue"] == [("公开", 1)]
    assert titles(read_queue(world.session, OPERATOR, now=now))["overdue"] == [("公开", 1)]
    with pytest.raises(Refused):
        read_queue(world.session, world.staff("同事"), now=now, person=user)
    with pytest.raises(Refused):
        read_queue(world.session, world.viewer(Role.SUPPLIER), now=now)
