"""What the daily sweep finds of deals that have ended, who takes them over, and what reading reminders costs."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import event
from sqlmodel import col, select

from core.database import WriteSession
from models.access import Viewer
from models.deal import Deal, Payment, ReturnVisit
from models.deal_enums import ContractKind, DealStatus
from models.deal_forms import ContractCreate, DealCreate, HandOverAll, PaymentCreate, StageMove
from models.deal_outcome import OutcomeCreate
from models.enums import ReasonCode, Role, SubjectKind
from models.notice_enums import ReminderKind
from models.work import Reminder
from tests.workflow.deal_world import World
from workflow.deals import advance_deal, hand_over_all, plan_payment, record_outcome, start_deal
from workflow.deals.visits import deals_without_visits, plan_missing_visits
from workflow.reminders import list_my_reminders, subjects_to_sweep, sweep_subject

DAY = timedelta(days=1)


@pytest.fixture
def world(session: WriteSession, now: datetime) -> World:
    return World(session, now)


@pytest.fixture
def owner(world: World) -> Viewer:
    return world.staff("owner")


@pytest.fixture
def won(world: World, owner: Viewer, now: datetime) -> Deal:
    """A deal that was won with a contract of which nothing is left to come but its return visits."""
    deal = start_deal(world.session, owner, DealCreate(title="成果转化", no_step_reason="刚开始"), now=now)
    contract = ContractCreate(kind=ContractKind.SERVICE, amount=10_000, signed_on=now.date())
    form = StageMove(to="signed", signing=contract, reason=ReasonCode.OTHER)
    advance_deal(world.session, owner, deal.public_id, form, now=now)
    record_outcome(world.session, owner, deal.public_id, OutcomeCreate(status=DealStatus.WON, text="已投产"), now=now)
    return deal


def forget(session: WriteSession, *tables: type[Reminder | ReturnVisit | Payment]) -> None:
    """As in a database from before these were known."""
    for table in tables:
        for row in session.exec(select(table)).all():
            session.delete(row)
    session.flush()


def kinds_that_wait(session: WriteSession, deal: Deal) -> set[ReminderKind]:
    rows = session.exec(select(Reminder).where(Reminder.subject_id == deal.key, col(Reminder.cancelled_at).is_(None)))
    return {row.kind for row in rows}


def test_a_deal_won_before_visits_were_planned_is_reminded_of_them(
    session: WriteSession, won: Deal, now: datetime
) -> None:
    forget(session, Reminder, ReturnVisit)
    for key in deals_without_visits(session):
        plan_missing_visits(session, key, now=now)
    assert kinds_that_wait(session, won) == {ReminderKind.RETURN_VISIT}


@pytest.mark.parametrize("asks", [True, False])
def test_the_sweep_finds_a_won_deal_as_long_as_it_asks_for_something(
    session: WriteSession, owner: Viewer, won: Deal, now: datetime, asks: bool
) -> None:
    plan_payment(session, owner, won.public_id, 1, PaymentCreate(amount=1, due_on=now.date() + 90 * DAY), now=now)
    forget(session, Reminder, ReturnVisit, *([] if asks else [Payment]))
    assert ((SubjectKind.DEAL, won.key) in subjects_to_sweep(session, now=now)) is asks
    sweep_subject(session, SubjectKind.DEAL, won.key, now=now)
    assert kinds_that_wait(session, won) == ({ReminderKind.PAYMENT} if asks else set())


def test_who_takes_over_all_deals_gets_the_won_ones_that_are_still_visited(
    world: World, owner: Viewer, won: Deal, now: datetime
) -> None:
    session, taker = world.session, world.staff("taker")
    logins = {"leaving": world.sign_in_of(owner).login, "person": world.sign_in_of(taker).login}
    lead = world.viewer(Role.LEAD)
    assert hand_over_all(session, lead, HandOverAll(**logins, note="离任"), now=now) == [won.public_id]
    assert won.owner_id == taker.person_id
    forget(session, Reminder, ReturnVisit)
    back = {"leaving": logins["person"], "person": logins["leaving"]}
    assert hand_over_all(session, lead, HandOverAll(**back, note="回来"), now=now) == []


def test_reading_more_reminders_takes_no_more_queries(world: World, owner: Viewer, now: datetime) -> None:
    def queries() -> int:
        counted: list[str] = []

        def count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            counted.append(statement)

        world.session.expire_all()
        engine = world.session.get_bind()
        event.listen(engine, "before_cursor_execute", count)
        found = list_my_reminders(world.session, owner, now=now)
        event.remove(engine, "before_cursor_execute", count)
        assert all(line.title.startswith("项目") for line in found)
        return len(counted)

    def add(count: int) -> None:
        for place in range(count):
            form = DealCreate(title=f"项目{place}", next_step="电话", next_step_due=now.date() + 3 * DAY)
            start_deal(world.session, owner, form, now=now)

    add(1)
    one = queries()
    add(9)
    assert queries() == one
