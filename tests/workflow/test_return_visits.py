"""Outcomes that take their figures from contracts, and the return visits that follow an acceptance."""

from datetime import date, datetime, timedelta

import pytest
from sqlmodel import select

from core.database import WriteSession
from core.errors import AppError, Conflict, Invalid, NotFound, Refused
from models.access import Viewer
from models.deal import Deal, ReturnVisit
from models.deal_enums import ContractKind, DealStatus, EvidenceKind
from models.deal_forms import (
    ContractCreate,
    ContractUpdate,
    DealCreate,
    DoneOn,
    EvidenceCreate,
    MilestoneCreate,
    StageMove,
    StatusMove,
    UndoMove,
)
from models.deal_outcome import OutcomeCreate, VisitCreate
from models.enums import Currency, ReasonCode, Role
from tests.workflow.deal_world import World
from workflow.deals import (
    advance_deal,
    deal_timeline,
    edit_contract,
    lose_deal,
    plan_milestone,
    plan_missing_visits,
    reach_milestone,
    record_evidence,
    record_outcome,
    record_visit,
    revive_deal,
    show_deal,
    start_deal,
    undo_move,
)
from workflow.deals.visits import deals_without_visits

DAY = timedelta(days=1)
WHY = ReasonCode.CIRCUMSTANCES_CHANGED


@pytest.fixture
def world(session: WriteSession, now: datetime) -> World:
    return World(session, now)


@pytest.fixture
def lead(world: World) -> Viewer:
    return world.viewer(Role.LEAD)


@pytest.fixture
def deal(world: World, lead: Viewer, now: datetime) -> Deal:
    return signed(world, lead, now - 400 * DAY)


def signed(world: World, viewer: Viewer, at: datetime, *contracts: ContractCreate) -> Deal:
    """A deal with these contracts, each signed that day and at its first stage."""
    form = DealCreate(title="联合攻关", need=world.need().public_id, supplier=world.supplier().public_id)
    deal = start_deal(world.session, viewer, form, now=at)
    for contract in contracts or (ContractCreate(kind=ContractKind.SERVICE, amount=300, signed_on=at.date()),):
        move = StageMove(to="signed", signing=contract, reason=WHY)
        advance_deal(world.session, viewer, deal.public_id, move, now=at)
    return deal


def accept(world: World, viewer: Viewer, deal: Deal, at: datetime, contract: int | None = None) -> None:
    move = StageMove(to="return_visit", contract=contract, reason=WHY)
    advance_deal(world.session, viewer, deal.public_id, move, now=at)


def waiting(world: World, deal: Deal) -> list[tuple[int, date]]:
    rows = world.session.exec(select(ReturnVisit).where(ReturnVisit.deal_id == deal.key)).all()
    return sorted((row.number, row.due_on) for row in rows if row.done_on is None)


def test_a_won_deal_takes_sums_kind_numbers_and_milestones_from_its_contracts(
    world: World, lead: Viewer, now: datetime
) -> None:
    service = ContractCreate(kind=ContractKind.SERVICE, amount=300, signed_on=now.date())
    development = ContractCreate(kind=ContractKind.DEVELOPMENT, amount=500, signed_on=now.date())
    deal = signed(world, lead, now, service, development)
    form = ContractUpdate(technical_amount=250, registration_number="2633 0101 000123")
    edit_contract(world.session, lead, deal.public_id, 1, form, now=now)
    edit_contract(world.session, lead, deal.public_id, 2, ContractUpdate(technical_amount=450), now=now)
    for title in ("样机", "试产"):
        milestone = MilestoneCreate(title=title, due_on=now.date() + DAY)
        plan_milestone(world.session, lead, deal.public_id, 1, milestone, now=now)
    reach_milestone(world.session, lead, deal.public_id, 1, 1, DoneOn(), now=now)
    won = OutcomeCreate(status=DealStatus.WON, text="已投产", jobs=3, despite_unfinished=True)
    record_outcome(world.session, lead, deal.public_id, won, now=now)
    outcome = show_deal(world.session, lead, deal.public_id, now=now).outcome
    assert outcome is not None
    assert (outcome.contract_sum, outcome.technical_sum, outcome.kind) == (800, 700, ContractKind.DEVELOPMENT)
    assert (outcome.registration_numbers, outcome.milestones_met, outcome.milestones) == (["26330101000123"], 1, 2)
    assert (outcome.phase, outcome.jobs, outcome.recorded_by) == ("carrying_out", 3, "lead")
    edit_contract(world.session, lead, deal.public_id, 1, ContractUpdate(amount=400), now=now)
    later = show_deal(world.session, lead, deal.public_id, now=now).outcome
    assert later is not None
    assert later.contract_sum == 900  # what nobody gave is never a stale copy


def test_sums_in_two_currencies_are_not_added(world: World, lead: Viewer, now: datetime) -> None:
    euro = ContractCreate(kind=ContractKind.SERVICE, amount=300, currency=Currency.EUR, signed_on=now.date())
    yuan = ContractCreate(kind=ContractKind.SERVICE, amount=300, signed_on=now.date())
    deal = signed(world, lead, now, euro, yuan)
    record_outcome(world.session, lead, deal.public_id, OutcomeCreate(status=DealStatus.WON, text="已投产"), now=now)
    outcome = show_deal(world.session, lead, deal.public_id, now=now).outcome
    assert outcome is not None
    assert outcome.contract_sum is None


def test_a_technical_sum_above_its_sum_is_refused(world: World, lead: Viewer, deal: Deal, now: datetime) -> None:
    with pytest.raises(Invalid, match=r"deal\.technical_above_sum"):
        edit_contract(world.session, lead, deal.public_id, 1, ContractUpdate(technical_amount=301), now=now)
    with pytest.raises(Invalid, match=r"deal\.technical_above_sum"):
        edit_contract(world.session, lead, deal.public_id, 1, ContractUpdate(amount=10, technical_amount=11), now=now)
    form = OutcomeCreate(status=DealStatus.WON, text="已投产", technical_sum=301)
    with pytest.raises(Invalid, match=r"deal\.technical_above_sum"):
        record_outcome(world.session, lead, deal.public_id, form, now=now)


def test_an_acceptance_plans_three_yearly_visits_and_undoing_it_takes_them_away(
    world: World, lead: Viewer, deal: Deal
) -> None:
    leap = datetime(2024, 2, 29, 4, tzinfo=world.now.tzinfo)
    deal = signed(world, lead, leap - 30 * DAY)
    accept(world, lead, deal, leap)
    assert waiting(world, deal) == [(1, date(2025, 2, 28)), (2, date(2026, 2, 28)), (3, date(2027, 2, 28))]
    undo_move(world.session, lead, deal.public_id, UndoMove(), now=leap + DAY)
    assert waiting(world, deal) == []


def test_the_acceptance_report_says_from_when_years_are_counted_and_advice_is_looked_at_once(
    world: World, lead: Viewer, now: datetime
) -> None:
    advice = ContractCreate(kind=ContractKind.CONSULTING, amount=300, signed_on=(now - 90 * DAY).date())
    deal = signed(world, lead, now - 90 * DAY, advice)
    form = EvidenceCreate(kind=EvidenceKind.ACCEPTANCE_REPORT, dated_on=date(2026, 1, 15))
    record_evidence(world.session, lead, deal.public_id, form, now=now)
    accept(world, lead, deal, now)
    assert waiting(world, deal) == [(1, date(2027, 1, 15))]


def test_each_contract_has_visits_of_its_own_and_a_win_plans_those_that_miss(
    world: World, lead: Viewer, now: datetime
) -> None:
    one = ContractCreate(kind=ContractKind.SERVICE, amount=300, signed_on=now.date())
    deal = signed(world, lead, now, one, one)
    accept(world, lead, deal, now, contract=2)
    assert len(waiting(world, deal)) == 3
    record_outcome(
        world.session, lead, deal.public_id, OutcomeCreate(status=DealStatus.WON, text="已投产"), now=now + DAY
    )
    assert len(waiting(world, deal)) == 6


def test_a_lost_deal_is_visited_no_more_and_a_revived_one_again(
    world: World, lead: Viewer, deal: Deal, now: datetime
) -> None:
    accept(world, lead, deal, now - 300 * DAY)
    lose_deal(world.session, lead, deal.public_id, StatusMove(reason=ReasonCode.SAFETY), now=now)
    assert waiting(world, deal) == []
    with pytest.raises(Conflict, match=r"deal\.closed"):
        record_visit(world.session, lead, deal.public_id, 1, 1, VisitCreate(text="停用"), now=now)
    revive_deal(world.session, lead, deal.public_id, StatusMove(reason=WHY), now=now)
    assert len(waiting(world, deal)) == 3


def test_what_a_visit_found_stays_with_its_day_and_who_recorded_it(
    world: World, lead: Viewer, deal: Deal, now: datetime
) -> None:
    accept(world, lead, deal, now - 370 * DAY)
    before = show_deal(world.session, lead, deal.public_id, now=now).visits
    assert [visit.overdue for visit in before] == [True, False, False]
    form = VisitCreate(revenue=5000, jobs=2, satisfaction_demand=5, text="两条线在用", done_on=(now - DAY).date())
    record_visit(world.session, lead, deal.public_id, 1, 1, form, now=now)
    [first, *others] = show_deal(world.session, lead, deal.public_id, now=now).visits
    assert (first.revenue, first.jobs, first.done_on, first.recorded_by) == (5000, 2, (now - DAY).date(), "lead")
    assert first.overdue is False
    assert [visit.done_on for visit in others] == [None, None]
    record_visit(world.session, lead, deal.public_id, 1, 1, VisitCreate(jobs=4, text="更正"), now=now)
    [first, *_] = show_deal(world.session, lead, deal.public_id, now=now).visits
    assert (first.jobs, first.revenue) == (4, None)
    codes = [event.code for event in deal_timeline(world.session, lead, deal.public_id).items]
    assert codes[:2] == ["deal.visit_amended", "deal.visit_made"]
    lose_deal(world.session, lead, deal.public_id, StatusMove(reason=ReasonCode.SAFETY), now=now)
    assert [visit.number for visit in show_deal(world.session, lead, deal.public_id, now=now).visits] == [1]


@pytest.mark.parametrize(
    ("contract", "number", "form", "error"),
    [
        (1, 1, {}, Invalid),
        (1, 1, {"text": "早于验收", "ago": 390}, Invalid),
        (1, 1, {"text": "明天", "ago": -1}, Invalid),
        (1, 4, {"text": "第四年"}, NotFound),
        (2, 1, {"text": "没有这份合同"}, NotFound),
    ],
)
def test_an_impossible_visit_is_refused_and_changes_nothing(
    world: World,
    lead: Viewer,
    deal: Deal,
    now: datetime,
    contract: int,
    number: int,
    form: dict[str, str | int],
    error: type[AppError],
) -> None:
    accept(world, lead, deal, now - 380 * DAY)
    done_on = (now - int(form.get("ago", 0)) * DAY).date()
    found = VisitCreate(text=str(form.get("text", "")), done_on=done_on)
    with pytest.raises(error):
        record_visit(world.session, lead, deal.public_id, contract, number, found, now=now)
    assert len(waiting(world, deal)) == 3


def test_only_who_works_on_a_deal_sees_and_records_its_visits(
    world: World, lead: Viewer, deal: Deal, now: datetime
) -> None:
    accept(world, lead, deal, now)
    deal.team_only = True
    other = world.staff("外人")
    with pytest.raises(NotFound):
        record_visit(world.session, other, deal.public_id, 1, 1, VisitCreate(text="x"), now=now)
    asker = world.viewer(Role.ENTERPRISE_MEMBER, world.organisation("乙公司"))
    with pytest.raises((NotFound, Refused)):
        record_visit(world.session, asker, deal.public_id, 1, 1, VisitCreate(text="x"), now=now)


def test_contracts_accepted_before_visits_were_planned_get_theirs(
    world: World, lead: Viewer, deal: Deal, now: datetime
) -> None:
    accept(world, lead, deal, now)
    for row in world.session.exec(select(ReturnVisit)).all():
        world.session.delete(row)
    world.session.flush()
    assert deals_without_visits(world.session) == [deal.key]
    assert plan_missing_visits(world.session, deal.key, now=now) == 3
    assert plan_missing_visits(world.session, deal.key, now=now) == 0
    assert deals_without_visits(world.session) == []
    assert len(waiting(world, deal)) == 3
