from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import col, select

from core.database import WriteSession
from core.i18n import Language
from models.access import Viewer, viewer_of
from models.deal import Deal
from models.deal_forms import DealCreate, NextStepUpdate, StatusMove
from models.enums import OrganisationKind, ReasonCode, Role
from models.notice_enums import Channel, ReminderKind, ReminderRung
from models.work import OutboxMessage, Reminder
from tests.workflow.deal_world import World
from workflow.deals import (
    archive_deal,
    lose_deal,
    pause_deal,
    restore_deal,
    revive_deal,
    set_next_step,
    start_deal,
)
from workflow.notifications import claim_message, compose_message, list_inbox, mark_sent
from workflow.reminders import due_reminders, fire_reminder

FIRST, SECOND = date(2026, 3, 10), date(2026, 3, 20)


@pytest.fixture
def world(session: WriteSession, now: datetime) -> World:
    return World(session, now)


@pytest.fixture
def staff(world: World) -> Viewer:
    return world.staff()


@pytest.fixture
def deal(session: WriteSession, staff: Viewer, now: datetime) -> Deal:
    form = DealCreate(title="联合攻关", next_step="寄样品", next_step_due=FIRST)
    return start_deal(session, staff, form, now=now)


def waiting(session: WriteSession) -> list[datetime]:
    rows = session.exec(
        select(Reminder)
        .where(
            Reminder.kind == ReminderKind.NEXT_STEP,
            Reminder.rung == ReminderRung.OWNER,
            col(Reminder.cancelled_at).is_(None),
            col(Reminder.fired_at).is_(None),
        )
        .order_by(col(Reminder.due_at))
    )
    return [row.due_at for row in rows]


def step(session: WriteSession, staff: Viewer, deal: Deal, due: date | None, now: datetime) -> None:
    form = NextStepUpdate(next_step="寄样品", next_step_due=due) if due else NextStepUpdate(no_step_reason="等通知")
    set_next_step(session, staff, deal.public_id, form, now=now)


def nine(day: date) -> datetime:
    """Nine in Shanghai."""
    return datetime(day.year, day.month, day.day, 1, tzinfo=UTC)


def test_a_next_step_reminds_its_owner_at_nine_on_its_day(session: WriteSession, deal: Deal) -> None:
    assert waiting(session) == [nine(FIRST)]


def test_the_owners_own_time_zone_counts(world: World, now: datetime) -> None:
    staff = world.staff()
    world.sign_in_of(staff, time_zone="Europe/Berlin")
    start_deal(world.session, staff, DealCreate(title="x", next_step="y", next_step_due=FIRST), now=now)
    assert waiting(world.session) == [datetime(2026, 3, 10, 8, tzinfo=UTC)]


def test_another_day_replaces_the_reminder_and_the_first_day_can_come_back(
    session: WriteSession, staff: Viewer, deal: Deal, now: datetime
) -> None:
    step(session, staff, deal, SECOND, now)
    assert waiting(session) == [nine(SECOND)]
    step(session, staff, deal, FIRST, now)
    assert waiting(session) == [nine(FIRST)]
    step(session, staff, deal, None, now)
    assert waiting(session) == []


def test_closed_and_archived_deals_remind_nobody_until_they_are_back(
    session: WriteSession, staff: Viewer, deal: Deal, now: datetime
) -> None:
    archive_deal(session, staff, deal.public_id, now=now)
    assert waiting(session) == []
    restore_deal(session, staff, deal.public_id, now=now)
    assert waiting(session) == [nine(FIRST)]
    lose_deal(session, staff, deal.public_id, StatusMove(reason=ReasonCode.BUDGET), now=now)
    assert waiting(session) == []
    revive_deal(
        session, World(session, now).viewer(Role.LEAD), deal.public_id, StatusMove(reason=ReasonCode.OTHER), now=now
    )
    assert waiting(session) == [nine(FIRST)]


def test_a_paused_deal_reminds_nobody_until_it_is_revived(
    session: WriteSession, staff: Viewer, deal: Deal, now: datetime
) -> None:
    pause_deal(session, staff, deal.public_id, StatusMove(reason=ReasonCode.BUDGET), now=now)
    assert waiting(session) == []
    step(session, staff, deal, SECOND, now)
    assert waiting(session) == []
    revive_deal(session, staff, deal.public_id, StatusMove(reason=ReasonCode.BUDGET), now=now)
    assert waiting(session) == [nine(SECOND)]


def test_a_reminder_fires_once_when_it_is_due_and_never_before(session: WriteSession, deal: Deal) -> None:
    [reminder] = session.exec(select(Reminder).where(Reminder.kind == ReminderKind.NEXT_STEP)).all()
    assert due_reminders(session, now=nine(FIRST) - timedelta(seconds=1)) == []
    assert due_reminders(session, now=nine(FIRST)) == [reminder.key]
    assert fire_reminder(session, reminder.key, now=nine(FIRST))
    assert not fire_reminder(session, reminder.key, now=nine(FIRST))
    assert due_reminders(session, now=nine(FIRST) + timedelta(days=1)) == []
    channels = session.exec(select(OutboxMessage.channel).order_by(col(OutboxMessage.id))).all()
    assert sorted(channels) == [Channel.CONSOLE, Channel.IN_APP]


def test_a_reminder_that_fired_does_not_come_back_for_the_same_day(
    session: WriteSession, staff: Viewer, deal: Deal, now: datetime
) -> None:
    [key] = due_reminders(session, now=nine(FIRST))
    fire_reminder(session, key, now=nine(FIRST))
    step(session, staff, deal, FIRST, nine(FIRST))
    assert waiting(session) == []


def test_the_message_speaks_the_owners_language_with_the_deal_as_it_is_called_now(
    world: World, staff: Viewer, deal: Deal
) -> None:
    session = world.session
    world.sign_in_of(staff, language=Language.EN)
    [key] = due_reminders(session, now=nine(FIRST))
    fire_reminder(session, key, now=nine(FIRST))
    deal.title = "改名后的项目"
    session.flush()
    message_id = claim_message(session, now=nine(FIRST))
    assert message_id is not None
    text = compose_message(session, message_id, now=nine(FIRST)).text
    assert text.startswith("“改名后的项目”: the next step (寄样品), due 2026-03-10, is open.")
    stored = session.get_one(OutboxMessage, message_id)
    assert "寄样品" not in str(stored.params)
    assert shown(session, staff) == [text]


@pytest.mark.parametrize("gone", ["disabled", "former staff"])
def test_a_lead_is_reminded_of_the_deal_of_somebody_who_is_gone(
    world: World, staff: Viewer, deal: Deal, now: datetime, gone: str
) -> None:
    session, lead = world.session, world.viewer(Role.LEAD)
    world.viewer(Role.LEAD, world.organisation("分会", OrganisationKind.SOCIETY_BRANCH))  # works on other deals
    leave(world, staff, gone, now)
    [key] = due_reminders(session, now=nine(FIRST))
    assert fire_reminder(session, key, now=nine(FIRST))
    assert set(session.exec(select(OutboxMessage.person_id))) == {lead.person_id}
    assert len(shown(session, lead)) == 1


@pytest.mark.parametrize("gone", ["disabled", "former staff"])
def test_nobody_is_reminded_where_nobody_may_work_on_the_deal(
    world: World, staff: Viewer, deal: Deal, now: datetime, gone: str
) -> None:
    leave(world, staff, gone, now)
    [key] = due_reminders(world.session, now=nine(FIRST))
    assert not fire_reminder(world.session, key, now=nine(FIRST))
    assert world.session.exec(select(OutboxMessage)).all() == []
    assert due_reminders(world.session, now=nine(SECOND)) == []


def test_messages_about_a_deal_are_gone_for_who_works_on_it_no_more(
    world: World, staff: Viewer, deal: Deal, now: datetime
) -> None:
    [key] = due_reminders(world.session, now=nine(FIRST))
    fire_reminder(world.session, key, now=nine(FIRST))
    assert len(shown(world.session, staff)) == 1
    leave(world, staff, "former staff", now)
    assert staff.person_id is not None
    assert shown(world.session, viewer_of(world.session, staff.person_id, now)) == []


def shown(session: WriteSession, viewer: Viewer) -> list[str]:
    page = list_inbox(session, viewer, now=nine(SECOND), language=Language.EN)
    return [message.text for message in page.items]


def leave(world: World, viewer: Viewer, how: str, now: datetime) -> None:
    assert viewer.person_id is not None
    if how == "disabled":
        world.sign_in_of(viewer).disabled_at = now
    else:
        for membership in world.memberships(viewer.person_id):
            membership.valid_to = now
    world.session.flush()


def test_a_claimed_message_waits_for_its_next_attempt_and_a_sent_one_for_ever(
    session: WriteSession, deal: Deal
) -> None:
    start = nine(FIRST)
    [key] = due_reminders(session, now=start)
    fire_reminder(session, key, now=start)
    first = claim_message(session, now=start)
    assert first is not None
    assert claim_message(session, now=start + timedelta(seconds=19)) is None
    assert claim_message(session, now=start + timedelta(seconds=20)) == first
    assert claim_message(session, now=start + timedelta(seconds=20 + 39)) is None
    mark_sent(session, first, now=start)
    session.flush()
    assert claim_message(session, now=start + timedelta(days=9)) is None
