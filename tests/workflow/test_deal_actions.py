"""Proposed actions: taken, declined, kept with their reason, and for whom."""

from datetime import date, datetime, timedelta

import pytest
from sqlmodel import select

from core.database import WriteSession
from core.errors import Conflict, Invalid, NotFound
from models.access import Viewer
from models.deal import ActionTaken, Deal
from models.deal_enums import ActionReason, DealStatus, EvidenceKind, NextAction, NotNow, PartyRole
from models.deal_forms import DealCreate, StageMove, StatusMove, WaitingUpdate
from models.deal_outcome import ActionDecline, ActionTake
from models.enums import Currency, ReasonCode, Role
from models.need import NeedRevision
from tests.workflow.deal_world import World
from tracking.actions.rules import COSTS
from workflow.deals import (
    advance_deal,
    archive_deal,
    deal_timeline,
    decline_action,
    get_deal,
    pause_deal,
    propose_actions,
    read_queue,
    set_waiting,
    start_deal,
    take_action,
)
from workflow.deals.circumstances import Circumstances

DAY = timedelta(days=1)
A = NextAction


@pytest.fixture
def world(session: WriteSession, now: datetime) -> World:
    return World(session, now)


@pytest.fixture
def staff(world: World) -> Viewer:
    return world.staff()


@pytest.fixture
def deal(world: World, staff: Viewer, now: datetime) -> Deal:
    """A deal that has waited for the demand side for sixty days."""
    contact = world.person("联系人")
    need = world.need(contact=contact)
    form = DealCreate(title="联合攻关", need=need.public_id, supplier=world.supplier().public_id)
    deal = start_deal(world.session, staff, form, now=now - 60 * DAY)
    waiting = WaitingUpdate(waiting_for=PartyRole.DEMAND, waiting_since=(now - 60 * DAY).date())
    set_waiting(world.session, staff, deal.public_id, waiting, now=now - 10 * DAY)
    return deal


def proposed(world: World, viewer: Viewer, deal: Deal, now: datetime) -> list[NextAction]:
    return [made.action for made in propose_actions(world.session, viewer, deal.public_id, now=now)]


def test_a_side_that_does_not_answer_is_reminded_then_somebody_else_is_asked(
    world: World, staff: Viewer, deal: Deal, now: datetime
) -> None:
    [made] = propose_actions(world.session, staff, deal.public_id, now=now)
    assert (made.action, made.because) == (A.REMIND, ActionReason.WAITING_LONG)
    assert made.params == {"side": "demand", "days": 60}
    form = ActionTake(action=A.REMIND, next_step="催滕经理", next_step_due=made.due_on)
    take_action(world.session, staff, deal.public_id, form, now=now)
    after = get_deal(world.session, staff, deal.public_id)
    assert (after.next_step, after.next_step_due) == ("催滕经理", made.due_on)
    assert proposed(world, staff, deal, now + DAY) == [A.CHANGE_CONTACT]
    codes = [event.code for event in deal_timeline(world.session, staff, deal.public_id).items]
    assert "deal.action_taken" in codes


def test_what_is_declined_rests_with_its_reason_and_comes_back(
    world: World, staff: Viewer, deal: Deal, now: datetime
) -> None:
    form = ActionDecline(action=A.REMIND, not_now=NotNow.AGREED_TO_WAIT)
    decline_action(world.session, staff, deal.public_id, form, now=now)
    [kept] = world.session.exec(select(ActionTaken)).all()
    assert (kept.action, kept.because, kept.not_now) == (A.REMIND, ActionReason.WAITING_LONG, NotNow.AGREED_TO_WAIT)
    assert proposed(world, staff, deal, now + DAY) == []
    assert proposed(world, staff, deal, now + COSTS[A.REMIND].rests * DAY) == [A.REMIND]


def test_what_is_of_no_use_rests_until_the_next_stage(world: World, staff: Viewer, deal: Deal, now: datetime) -> None:
    form = ActionDecline(action=A.REMIND, not_now=NotNow.NO_USE)
    decline_action(world.session, staff, deal.public_id, form, now=now)
    assert A.REMIND not in proposed(world, staff, deal, now + 40 * DAY)
    move = StageMove(to="exchange", reason=ReasonCode.OTHER)
    advance_deal(world.session, staff, deal.public_id, move, now=now + 40 * DAY)
    assert A.REMIND in proposed(world, staff, deal, now + 41 * DAY)


def test_an_action_that_is_not_proposed_is_neither_taken_nor_declined(
    world: World, staff: Viewer, deal: Deal, now: datetime
) -> None:
    for action in set(A) - {A.REMIND}:
        with pytest.raises(Conflict, match=r"deal\.action_not_proposed"):
            take_action(world.session, staff, deal.public_id, ActionTake(action=action), now=now)
        form = ActionDecline(action=action, not_now=NotNow.OTHER)
        with pytest.raises(Conflict, match=r"deal\.action_not_proposed"):
            decline_action(world.session, staff, deal.public_id, form, now=now)
    assert world.session.exec(select(ActionTaken)).all() == []


def test_evidence_is_asked_for_where_it_is_missing_and_the_deal_is_slow(
    world: World, staff: Viewer, deal: Deal, now: datetime
) -> None:
    advance_deal(world.session, staff, deal.public_id, StageMove(to="exchange", reason=ReasonCode.OTHER), now=now)
    later = now + 80 * DAY
    made = {one.action: one for one in propose_actions(world.session, staff, deal.public_id, now=later)}
    assert made[A.ASK_EVIDENCE].params == {"evidence": f"{EvidenceKind.NDA.value},{EvidenceKind.VISIT_NOTE.value}"}


@pytest.mark.parametrize("state", ["paused", "archived", "lost"])
def test_a_deal_that_rests_is_proposed_nothing(
    world: World, staff: Viewer, deal: Deal, now: datetime, state: str
) -> None:
    if state == "paused":
        why = StatusMove(reason=ReasonCode.BUDGET)
        pause_deal(world.session, staff, deal.public_id, why, now=now)
    elif state == "archived":
        archive_deal(world.session, staff, deal.public_id, now=now)
    else:
        deal.status = DealStatus.LOST
    assert proposed(world, staff, deal, now + 100 * DAY) == []


def test_closing_needs_its_reason_and_ends_the_deal(world: World, staff: Viewer, deal: Deal, now: datetime) -> None:
    for action in (A.REMIND, A.CHANGE_CONTACT):
        take_action(world.session, staff, deal.public_id, ActionTake(action=action), now=now)
    late = now + 900 * DAY
    assert A.CLOSE in proposed(world, staff, deal, late)
    with pytest.raises(Invalid), world.session.begin_nested():
        take_action(world.session, staff, deal.public_id, ActionTake(action=A.CLOSE), now=late)
    assert deal.status is DealStatus.OPEN
    form = ActionTake(action=A.CLOSE, reason=ReasonCode.NO_ANSWER)
    take_action(world.session, staff, deal.public_id, form, now=late)
    assert get_deal(world.session, staff, deal.public_id).status is DealStatus.LOST


def test_a_next_step_in_the_form_comes_with_its_day(world: World, staff: Viewer, deal: Deal, now: datetime) -> None:
    with pytest.raises(Invalid), world.session.begin_nested():
        take_action(
            world.session, staff, deal.public_id, ActionTake(action=A.REMIND, next_step_due=date(2026, 4, 1)), now=now
        )
    assert world.session.exec(select(ActionTaken)).all() == []


def test_a_budget_in_other_money_than_yuan_is_no_sum_to_compare(world: World, deal: Deal) -> None:
    revision = world.session.exec(select(NeedRevision).where(NeedRevision.need_id == deal.need_id)).one()
    revision.budget_from, revision.budget_to = 10_000_000, 20_000_000
    world.session.flush()
    assert Circumstances.read(world.session, [deal]).budgets == {deal.key: (10_000_000, 20_000_000)}
    revision.currency = Currency.USD
    world.session.flush()
    assert Circumstances.read(world.session, [deal]).budgets == {}


def test_a_deal_closed_to_its_team_is_proposed_to_nobody_else(
    world: World, staff: Viewer, deal: Deal, now: datetime
) -> None:
    deal.team_only = True
    world.session.flush()
    with pytest.raises(NotFound):
        propose_actions(world.session, world.staff("外人"), deal.public_id, now=now)
    assert proposed(world, staff, deal, now) == [A.REMIND]


def test_who_takes_part_is_proposed_nothing(world: World, staff: Viewer, now: datetime) -> None:
    organisation = world.organisation("甲方")
    need = world.need(organisation)
    form = DealCreate(title="x", need=need.public_id, supplier=world.supplier().public_id)
    deal = start_deal(world.session, staff, form, now=now - 60 * DAY)
    asker = world.viewer(Role.ENTERPRISE_MEMBER, organisation)
    assert propose_actions(world.session, asker, deal.public_id, now=now) == []


def test_a_line_of_the_queue_says_what_may_be_done(world: World, staff: Viewer, deal: Deal, now: datetime) -> None:
    [line] = read_queue(world.session, staff, now=now).waiting
    assert [made.action for made in line.actions] == [A.REMIND]
