"""Who is told when nobody acts: the owner, then a lead, then the branch."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import col, select

from core.database import WriteSession
from models.access import Viewer
from models.deal import Deal
from models.deal_forms import DealCreate, NextStepUpdate, NoteCreate
from models.enums import OrganisationKind, Role
from models.notice_enums import Channel, NoticeKind, ReminderKind, ReminderRung
from models.organisation import Organisation
from models.work import OutboxMessage, Reminder
from tests.workflow.deal_world import World
from workflow.deals import add_note, set_next_step, start_deal
from workflow.reminders import due_reminders, fire_reminder

DAY = timedelta(days=1)


def nine(day: int) -> datetime:
    """Nine in Shanghai on that day of March 2026."""
    return datetime(2026, 3, day, 1, tzinfo=UTC)


@pytest.fixture
def world(session: WriteSession, now: datetime) -> World:
    return World(session, now)


@pytest.fixture
def branch(world: World) -> Organisation:
    return world.organisation("机械分会", OrganisationKind.SOCIETY_BRANCH)


@pytest.fixture
def owner(world: World, branch: Organisation) -> Viewer:
    return world.viewer(Role.STAFF, branch, "owner")


@pytest.fixture
def deal(world: World, owner: Viewer, branch: Organisation, now: datetime) -> Deal:
    """A deal of the branch whose next step is due on Tuesday the tenth."""
    form = DealCreate(title="联合攻关", next_step="寄样品", next_step_due=date(2026, 3, 10))
    deal = start_deal(world.session, owner, form, now=now)
    deal.branch_id = branch.key
    world.session.flush()
    return deal


def fire(session: WriteSession, now: datetime) -> None:
    for key in due_reminders(session, now=now):
        fire_reminder(session, key, now=now)


def told(session: WriteSession) -> Sequence[tuple[int, str]]:
    rows = session.exec(
        select(OutboxMessage).where(OutboxMessage.channel == Channel.IN_APP).order_by(col(OutboxMessage.id))
    )
    return [(row.person_id, row.code) for row in rows]


def test_what_nobody_acts_on_goes_up_rung_by_rung_and_then_rests(
    world: World, branch: Organisation, owner: Viewer, deal: Deal
) -> None:
    session = world.session
    central, lead = world.viewer(Role.LEAD), world.viewer(Role.LEAD, branch)
    colleague, stranger = world.viewer(Role.STAFF, branch), world.staff()
    fire(session, nine(10))
    fire(session, nine(12))
    assert told(session) == [(owner.person_id, "reminder.next_step")]
    fire(session, nine(13))  # three working days after the tenth
    assert told(session)[1:] == [(lead.person_id, "escalation.next_step")]
    fire(session, nine(19))
    assert len(told(session)) == 2
    fire(session, nine(20))  # five more
    assert told(session)[2:] == [(colleague.person_id, "escalation.next_step")]
    for day in range(21, 31):
        fire(session, nine(day))
    assert len(told(session)) == 3
    kinds = session.exec(select(OutboxMessage.kind).order_by(col(OutboxMessage.id)))
    assert set(kinds) == {NoticeKind.NEXT_STEP, NoticeKind.ESCALATION}
    assert {central.person_id, stranger.person_id}.isdisjoint(person for person, _ in told(session))


def test_an_act_begins_the_wait_anew_and_a_new_step_ends_it(
    world: World, branch: Organisation, owner: Viewer, deal: Deal
) -> None:
    session, lead = world.session, world.viewer(Role.LEAD, branch)
    fire(session, nine(10))
    add_note(session, owner, deal.public_id, NoteCreate(text="约了周五"), now=nine(12))
    fire(session, nine(13))
    assert len(told(session)) == 1
    fire(session, nine(17))  # the third working day after the twelfth
    assert told(session)[1:] == [(lead.person_id, "escalation.next_step")]
    form = NextStepUpdate(next_step="回访", next_step_due=date(2026, 4, 20))
    set_next_step(session, owner, deal.public_id, form, now=nine(18))
    for day in range(19, 31):
        fire(session, nine(day))
    assert len(told(session)) == 2


def test_without_a_lead_the_branch_is_told_at_once(
    world: World, branch: Organisation, owner: Viewer, deal: Deal
) -> None:
    session, colleague = world.session, world.viewer(Role.STAFF, branch)
    fire(session, nine(10))
    fire(session, nine(13))
    assert told(session) == [
        (owner.person_id, "reminder.next_step"),
        (colleague.person_id, "escalation.next_step"),
    ]


def test_a_deal_closed_to_its_team_goes_up_to_nobody_outside(world: World, branch: Organisation, deal: Deal) -> None:
    session = world.session
    world.viewer(Role.LEAD, branch), world.viewer(Role.LEAD), world.viewer(Role.STAFF, branch)
    deal.team_only = True
    session.flush()
    for day in range(10, 31):
        fire(session, nine(day))
    assert len(told(session)) == 1


def test_a_month_without_a_worker_tells_the_owner_late_and_others_only_after_that(
    world: World, branch: Organisation, deal: Deal
) -> None:
    session = world.session
    world.viewer(Role.LEAD, branch)
    back = datetime(2026, 4, 9, 2, tzinfo=UTC)
    fire(session, back)
    outside = session.exec(select(OutboxMessage).where(OutboxMessage.channel != Channel.IN_APP)).one()
    assert outside.for_digest
    rung = select(Reminder).where(Reminder.kind == ReminderKind.NEXT_STEP, Reminder.rung == ReminderRung.LEAD)
    assert session.exec(rung).one().due_at == datetime(2026, 4, 14, 1, tzinfo=UTC)
