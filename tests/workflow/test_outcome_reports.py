"""What came of deals in sums and by supplier, what followed actions, and what the models learn of mistakes."""

from datetime import datetime, timedelta

import pytest

from core.database import WriteSession
from core.errors import Refused
from models.access import ANONYMOUS, Viewer
from models.deal import ActionTaken, Deal
from models.deal_enums import ActionReason, ContractKind, DealStatus, NextAction, NotNow, PartyRole
from models.deal_forms import AnswerCreate, ContractCreate, DealCreate, StageMove, StatusMove, UndoMove
from models.deal_outcome import OutcomeCreate, VisitCreate
from models.enums import Currency, ReasonCode, Role
from models.supplier import Supplier
from tests.workflow.deal_world import World
from workflow.deals import (
    advance_deal,
    lose_deal,
    record_answer,
    record_outcome,
    record_visit,
    start_deal,
    undo_move,
)
from workflow.reports.actions import LEAST, followed_actions, share_of
from workflow.reports.histories import read_stays
from workflow.reports.outcomes import read_outcomes, supplier_records

DAY = timedelta(days=1)
A = NextAction


@pytest.fixture
def world(session: WriteSession, now: datetime) -> World:
    return World(session, now)


@pytest.fixture
def lead(world: World) -> Viewer:
    return world.viewer(Role.LEAD)


def started(world: World, viewer: Viewer, supplier: Supplier | None = None) -> Deal:
    who = supplier or world.supplier()
    form = DealCreate(title="联合攻关", need=world.need().public_id, supplier=who.public_id)
    return start_deal(world.session, viewer, form, now=world.now - 400 * DAY)


def won(world: World, viewer: Viewer, supplier: Supplier, contract: ContractCreate, at: datetime) -> Deal:
    deal = started(world, viewer, supplier)
    move = StageMove(to="signed", signing=contract, reason=ReasonCode.KNOWN_PARTNER)
    advance_deal(world.session, viewer, deal.public_id, move, now=at)
    form = OutcomeCreate(status=DealStatus.WON, text="已投产", revenue=700, jobs=2, satisfaction_demand=4)
    record_outcome(world.session, viewer, deal.public_id, form, now=at)
    return deal


def test_outcomes_add_up_by_year_and_by_supplier(world: World, lead: Viewer, now: datetime) -> None:
    professor = world.supplier("王教授")
    yuan = ContractCreate(kind=ContractKind.TRANSFER, amount=500, signed_on=now.date())
    euro = yuan.model_copy(update={"currency": Currency.EUR})
    one = won(world, lead, professor, yuan, now)
    won(world, lead, professor, euro, now)
    lost = started(world, lead, professor)
    lose_deal(world.session, lead, lost.public_id, StatusMove(reason=ReasonCode.BUDGET), now=now - 300 * DAY)
    year = now + 370 * DAY
    visit = VisitCreate(satisfaction_demand=5, revenue=900, text="在用")
    record_visit(world.session, lead, one.public_id, 1, 1, visit, now=year)

    everything = read_outcomes(world.session, lead)
    assert (everything.years, len(everything.lines)) == ([2026, 2025], 3)
    this = read_outcomes(world.session, lead, 2026)
    assert (this.sums.won, this.sums.lost, this.sums.contract_sum, this.sums.without_sum) == (2, 0, 500, 1)
    assert (this.sums.revenue, this.sums.jobs, this.sums.satisfaction_demand, this.sums.marks_demand) == (1400, 4, 4, 2)
    line = next(line for line in this.lines if line.deal == one.public_id)
    assert (line.kind, line.supply, line.visits, line.visit_revenue) == (ContractKind.TRANSFER, "王教授", 1, 900)
    [last] = read_outcomes(world.session, lead, 2025).lines
    assert (last.reason, last.phase.value, last.stage) == (ReasonCode.BUDGET, "finding", "contact")

    [record] = supplier_records(world.session, lead)
    assert (record.name, record.technical_field, record.deals, record.won, record.lost) == (
        "王教授",
        "manufacturing",
        3,
        2,
        1,
    )
    assert (record.contracts, record.contract_sum, record.satisfaction, record.marks) == (2, 500, 4.5, 2)


def test_the_contract_of_a_deal_that_came_to_nothing_is_in_no_sum(world: World, lead: Viewer, now: datetime) -> None:
    professor = world.supplier("王教授")
    deal = started(world, lead, professor)
    contract = ContractCreate(kind=ContractKind.TRANSFER, amount=500, signed_on=now.date())
    move = StageMove(to="signed", signing=contract, reason=ReasonCode.KNOWN_PARTNER)
    advance_deal(world.session, lead, deal.public_id, move, now=now)
    lose_deal(world.session, lead, deal.public_id, StatusMove(reason=ReasonCode.BUDGET), now=now)
    [record] = supplier_records(world.session, lead)
    assert (record.lost, record.contracts, record.contract_sum) == (1, 0, 0)
    assert read_outcomes(world.session, lead).sums.contract_sum == 0


def test_nobody_counts_what_is_closed_to_a_team_or_to_the_society(world: World, lead: Viewer, now: datetime) -> None:
    contract = ContractCreate(kind=ContractKind.TRANSFER, amount=500, signed_on=now.date())
    deal = won(world, lead, world.supplier(), contract, now)
    deal.team_only = True
    world.session.flush()
    other = world.viewer(Role.LEAD, name="另一位主管")
    assert read_outcomes(world.session, other).lines == []
    assert supplier_records(world.session, other) == []
    assert len(read_outcomes(world.session, lead).lines) == 1
    for report in (read_outcomes, supplier_records):
        with pytest.raises(Refused):
            report(world.session, ANONYMOUS)


def test_a_deal_entered_by_mistake_teaches_nothing(world: World, lead: Viewer, now: datetime) -> None:
    for reason in (ReasonCode.ENTERED_BY_MISTAKE, ReasonCode.BUDGET):
        lose_deal(world.session, lead, started(world, lead).public_id, StatusMove(reason=reason), now=now)
    assert len(read_stays(world.session, now=now)) == 1


def acted(world: World, deal: Deal, action: NextAction, at: datetime, not_now: NotNow | None = None) -> None:
    world.session.add(
        ActionTaken(
            deal_id=deal.key,
            action=action,
            because=ActionReason.SILENT,
            stage="contact",
            not_now=not_now,
            decided_at=at,
        )
    )
    world.session.flush()


def test_what_followed_an_action_is_a_move_on_or_an_answer_within_a_month(
    world: World, lead: Viewer, now: datetime
) -> None:
    moved, undone, answered, late, fresh = (started(world, lead) for _ in range(5))
    for deal in (moved, undone, answered, late):
        acted(world, deal, A.REMIND, now - 40 * DAY)
    acted(world, fresh, A.REMIND, now - 5 * DAY)
    acted(world, fresh, A.SPLIT, now, NotNow.NO_USE)
    move = StageMove(to="exchange", reason=ReasonCode.OTHER)
    for deal, at in ((moved, 35), (undone, 35), (late, 9), (fresh, 4)):
        advance_deal(world.session, lead, deal.public_id, move, now=now - at * DAY)
    undo_move(world.session, lead, undone.public_id, UndoMove(), now=now - 34 * DAY)
    record_answer(world.session, lead, answered.public_id, AnswerCreate(side=PartyRole.SUPPLY), now=now - 20 * DAY)
    found = {one.action: one for one in followed_actions(world.session, lead, now=now)}
    remind = found[A.REMIND]
    assert (remind.taken, remind.moved.count, remind.moved.of, remind.answered.count) == (5, 1, 4, 1)
    assert remind.moved.share is None  # too few
    assert (found[A.SPLIT].taken, found[A.SPLIT].not_now) == (0, {NotNow.NO_USE: 1})
    assert set(found) == set(A)


def test_a_share_has_its_interval_once_there_is_enough() -> None:
    assert share_of(LEAST - 1, LEAST - 1).share is None
    half = share_of(10, 20)
    assert half.share == 0.5
    assert half.low == pytest.approx(0.299, abs=0.001)  # Wilson's, worked by hand
    assert half.high == pytest.approx(0.701, abs=0.001)
    assert share_of(20, 20).high == 1.0
    assert share_of(0, 20).low == pytest.approx(0.0, abs=1e-12)
