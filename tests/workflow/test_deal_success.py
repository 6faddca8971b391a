"""A deal that is called a success: told in words, and with open eyes for what is not finished."""

from datetime import date, datetime, timedelta

import pytest

from core.database import WriteSession
from core.errors import Invalid, NotFound, Refused
from models.access import Viewer
from models.deal import Deal
from models.deal_enums import ContractKind, DealStatus
from models.deal_forms import (
    ContractCreate,
    DealCreate,
    DoneOn,
    MilestoneCreate,
    PaymentCreate,
    StageMove,
    StatusMove,
)
from models.deal_outcome import OutcomeCreate
from models.enums import ReasonCode, Role
from tests.workflow.deal_world import World
from workflow.deals import (
    add_member,
    advance_deal,
    deal_timeline,
    list_unfinished,
    lose_deal,
    plan_milestone,
    plan_payment,
    reach_milestone,
    record_outcome,
    record_payment,
    revive_deal,
    show_deal,
    start_deal,
)

TOLD = OutcomeCreate(status=DealStatus.WON, text="已投产")


@pytest.fixture
def world(session: WriteSession, now: datetime) -> World:
    return World(session, now)


@pytest.fixture
def lead(world: World) -> Viewer:
    return world.viewer(Role.LEAD)


@pytest.fixture
def deal(world: World, lead: Viewer, now: datetime) -> Deal:
    return start_deal(world.session, lead, DealCreate(title="联合攻关"), now=now)


def sign(world: World, viewer: Viewer, deal: Deal, now: datetime, signed_on: date | None) -> None:
    contract = ContractCreate(kind=ContractKind.DEVELOPMENT, amount=300, signed_on=signed_on)
    move = StageMove(to="signed", signing=contract, reason=ReasonCode.KNOWN_PARTNER)
    advance_deal(world.session, viewer, deal.public_id, move, now=now)


def plan(world: World, viewer: Viewer, deal: Deal, now: datetime) -> None:
    due = now.date() + timedelta(days=9)
    plan_milestone(world.session, viewer, deal.public_id, 1, MilestoneCreate(title="样机", due_on=due), now=now)
    plan_payment(world.session, viewer, deal.public_id, 1, PaymentCreate(amount=100, due_on=due), now=now)


@pytest.mark.parametrize("text", ["", "  \n"])
def test_a_success_of_which_nothing_is_told_is_refused(
    world: World, lead: Viewer, deal: Deal, now: datetime, text: str
) -> None:
    sign(world, lead, deal, now, now.date())
    form = OutcomeCreate(status=DealStatus.WON, text=text, despite_unfinished=True)
    with pytest.raises(Invalid, match=r"deal\.outcome_untold") as refused:
        record_outcome(world.session, lead, deal.public_id, form, now=now)
    assert [(problem.code, problem.field) for problem in refused.value.problems] == [("field.outcome_untold", "text")]


def test_a_success_names_everything_that_is_not_finished_at_once(
    world: World, lead: Viewer, deal: Deal, now: datetime
) -> None:
    sign(world, lead, deal, now, None)
    plan(world, lead, deal, now)
    with pytest.raises(Invalid, match=r"deal\.unfinished") as refused:
        record_outcome(world.session, lead, deal.public_id, OutcomeCreate(status=DealStatus.WON), now=now)
    day = (now.date() + timedelta(days=9)).isoformat()
    told, *left = refused.value.problems
    assert told.field == "text"
    assert [(problem.code, dict(problem.params)) for problem in left] == [
        ("deal.unfinished_unsigned", {"contract": 1}),
        ("deal.unfinished_milestone", {"contract": 1, "title": "样机", "day": day}),
        ("deal.unfinished_payment", {"contract": 1, "number": 1, "day": day}),
    ]
    assert {problem.field for problem in left} == {"despite_unfinished"}
    assert refused.value.params == {"count": 3}


def test_a_success_that_leaves_something_undone_says_so_in_its_history_for_the_staff(
    world: World, lead: Viewer, deal: Deal, now: datetime
) -> None:
    sign(world, lead, deal, now, now.date())
    plan(world, lead, deal, now)
    despite = TOLD.model_copy(update={"despite_unfinished": True})
    assert record_outcome(world.session, lead, deal.public_id, despite, now=now).status is DealStatus.WON
    lines = {event.code: event for event in deal_timeline(world.session, lead, deal.public_id).items}
    assert lines["deal.ended_unfinished"].params == {"count": 2}
    assert lines["deal.ended_unfinished"].visibility == "staff"


def test_what_is_finished_stands_in_no_ones_way(world: World, lead: Viewer, deal: Deal, now: datetime) -> None:
    sign(world, lead, deal, now, now.date())
    plan(world, lead, deal, now)
    assert len(list_unfinished(world.session, lead, deal.public_id)) == 2
    reach_milestone(world.session, lead, deal.public_id, 1, 1, DoneOn(), now=now)
    record_payment(world.session, lead, deal.public_id, 1, 1, DoneOn(), now=now)
    assert list_unfinished(world.session, lead, deal.public_id) == []
    record_outcome(world.session, lead, deal.public_id, TOLD, now=now)
    assert "deal.ended_unfinished" not in {
        event.code for event in deal_timeline(world.session, lead, deal.public_id).items
    }


def test_who_may_not_end_the_deal_is_told_that_first(world: World, lead: Viewer, deal: Deal, now: datetime) -> None:
    sign(world, lead, deal, now, now.date())
    helper = world.staff("helper")
    assert helper.person_id is not None
    world.sign_in_of(helper)
    add_member(world.session, lead, deal.public_id, f"user{helper.person_id}", now=now)
    with pytest.raises(Refused, match="needs_owner"):
        record_outcome(world.session, helper, deal.public_id, OutcomeCreate(status=DealStatus.WON), now=now)


def test_what_is_unfinished_is_nothing_for_strangers(world: World, deal: Deal) -> None:
    stranger = world.viewer(Role.SUPPLIER, name="stranger")
    with pytest.raises(NotFound):
        list_unfinished(world.session, stranger, deal.public_id)


def test_a_deal_without_result_ends_whatever_is_unfinished(
    world: World, lead: Viewer, deal: Deal, now: datetime
) -> None:
    sign(world, lead, deal, now, now.date())
    plan(world, lead, deal, now)
    lose_deal(world.session, lead, deal.public_id, StatusMove(reason=ReasonCode.BUDGET), now=now)
    assert show_deal(world.session, lead, deal.public_id, now=now).status is DealStatus.LOST


def test_more_is_added_to_a_success_without_telling_it_again(
    world: World, lead: Viewer, deal: Deal, now: datetime
) -> None:
    sign(world, lead, deal, now, now.date())
    record_outcome(world.session, lead, deal.public_id, TOLD, now=now)
    plan(world, lead, deal, now)
    record_outcome(world.session, lead, deal.public_id, OutcomeCreate(status=DealStatus.WON, jobs=3), now=now)
    outcome = show_deal(world.session, lead, deal.public_id, now=now).outcome
    assert outcome is not None
    assert (outcome.text, outcome.jobs) == ("已投产", 3)
    revive_deal(world.session, lead, deal.public_id, StatusMove(reason=ReasonCode.ENTERED_BY_MISTAKE), now=now)
    with pytest.raises(Invalid, match=r"deal\.unfinished"):
        record_outcome(world.session, lead, deal.public_id, TOLD, now=now)
