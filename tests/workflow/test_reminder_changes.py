"""What becomes of reminders when the owner, the step, the clock or the state of what they are about changes."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import col, select

from core.database import WriteSession
from models.access import Viewer
from models.deal import Deal
from models.deal_forms import DealCreate, HandOver, NextStepUpdate, NoteCreate, StatusMove
from models.enums import NeedStatus, ReasonCode, Role, SubjectKind
from models.match import Judgement
from models.match_enums import MatchStatus, Verdict
from models.notice_enums import Channel, ReminderKind
from models.work import OutboxMessage, Reminder
from tests.workflow.deal_world import World
from workflow.deals import add_note, hand_over, pause_deal, set_next_step, start_deal
from workflow.notifications import claim_message, due_digests
from workflow.reminders import due_reminders, fire_reminder, subjects_to_sweep, sweep_subject

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
    return [(row.person_id, row.code) for row in rows if row.code.startswith(("reminder.", "escalation."))]


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


def test_a_pause_is_looked_at_again_and_when_nobody_does_a_lead_is_told(
    world: World, owner: Viewer, deal: Deal
) -> None:
    session, lead = world.session, world.viewer(Role.LEAD)
    pause_deal(session, owner, deal.public_id, StatusMove(reason=ReasonCode.CAPACITY), now=nine(2))
    fire(session, nine(2) + 89 * DAY)
    assert told(session) == []
    for day in range(91, 100):
        fire(session, nine(2) + day * DAY)
    assert told(session) == [(owner.person_id, "reminder.pause"), (lead.person_id, "escalation.pause")]
    add_note(session, owner, deal.public_id, NoteCreate(text="对方仍无人手"), now=nine(2) + 100 * DAY)
    fire(session, nine(2) + 188 * DAY)
    assert len(told(session)) == 2
    fire(session, nine(2) + 193 * DAY)
    assert told(session)[2:] == [(owner.person_id, "reminder.pause")]


def test_where_neither_the_owner_nor_a_lead_can_be_told_the_branch_is_once(world: World, owner: Viewer) -> None:
    session, colleague, other = world.session, world.staff("colleague"), world.staff("other")
    start_deal(
        session, owner, DealCreate(title="无人", next_step="寄样品", next_step_due=date(2026, 3, 6)), now=nine(2)
    )
    world.sign_in_of(owner).disabled_at = nine(3)
    session.flush()
    for day in range(6, 30):
        fire(session, nine(day))
    assert told(session) == [(one.person_id, "reminder.next_step") for one in (colleague, other)]


def test_one_judgement_begins_the_wait_for_the_other_proposals_anew(world: World) -> None:
    session, lead = world.session, world.viewer(Role.LEAD)
    need = world.need(status=NeedStatus.MATCHED)
    judged, _ = (world.match(need, world.supplier(name), MatchStatus.PROPOSED) for name in ("甲", "乙"))
    judged.status = MatchStatus.DECLINED
    assert lead.person_id is not None
    session.add(
        Judgement(
            match_id=judged.key,
            person_id=lead.person_id,
            verdict=Verdict.DECLINE,
            reason=ReasonCode.BUDGET,
            judged_at=nine(5),
        )
    )
    session.flush()
    sweep_subject(session, SubjectKind.NEED, need.key, now=nine(6))
    [reminder] = session.exec(select(Reminder).where(Reminder.kind == ReminderKind.REVIEW)).all()
    assert reminder.due_on == date(2026, 3, 19)


def test_who_moves_to_another_time_zone_is_reminded_in_the_new_morning(
    world: World, owner: Viewer, now: datetime
) -> None:
    session, user = world.session, world.sign_in_of(owner)
    form = DealCreate(title="x", next_step="y", next_step_due=date(2026, 3, 10))
    deal = start_deal(session, owner, form, now=now)
    user.time_zone = "America/New_York"
    session.flush()
    sweep_subject(session, SubjectKind.DEAL, deal.key, now=now)
    of_step = select(Reminder.due_at).where(Reminder.kind == ReminderKind.NEXT_STEP)
    assert session.exec(of_step).one() == datetime(2026, 3, 10, 13, tzinfo=UTC)


def test_profiles_that_run_out_on_one_day_are_one_mail_to_the_lead_whose_task_they_become(world: World) -> None:
    session, lead = world.session, world.viewer(Role.LEAD)
    for name in ("甲", "乙", "丙"):
        world.supplier(name).confirmed_on = date(2025, 3, 20)
    session.flush()
    for subject in subjects_to_sweep(session, now=nine(3)):
        sweep_subject(session, *subject, now=nine(3))
    fire(session, nine(6))
    assert due_digests(session, now=nine(6)) == [(lead.person_id, Channel.CONSOLE)]
    assert len(told(session)) == 3
    assert claim_message(session, now=nine(6)) is None
