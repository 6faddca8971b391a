"""What a deal, a need and a supplier ask to be reminded of, and when that is over."""

from datetime import date, datetime, timedelta

import pytest
from sqlmodel import col, select

from core.database import WriteSession
from models.access import Viewer
from models.deal import Deal, ReturnVisit
from models.deal_enums import ContractKind, DealStatus, PartyRole
from models.deal_forms import (
    AnswerCreate,
    ContractCreate,
    ContractUpdate,
    DealCreate,
    DealMerge,
    DoneOn,
    HandOver,
    MilestoneCreate,
    PaymentCreate,
    StageMove,
    StatusMove,
    WaitingUpdate,
)
from models.deal_outcome import OutcomeCreate
from models.enums import NeedStatus, ReasonCode, Role, SubjectKind
from models.match_enums import MatchStatus
from models.need import NeedRevision
from models.notice_enums import ReminderKind as Kind
from models.work import OutboxMessage, Reminder
from tests.workflow.deal_world import World
from workflow.deals import (
    advance_deal,
    edit_contract,
    hand_over,
    lose_deal,
    merge_deals,
    pause_deal,
    plan_milestone,
    plan_payment,
    reach_milestone,
    record_answer,
    record_outcome,
    record_payment,
    revive_deal,
    set_waiting,
    start_deal,
)
from workflow.reminders import (
    due_reminders,
    fire_reminder,
    list_deal_reminders,
    list_my_reminders,
    schedule_reminders,
    sweep_subject,
)
from workflow.reminders.sweeping import subjects_to_sweep

TODAY = date(2026, 3, 2)
DAY = timedelta(days=1)

WON = OutcomeCreate(status=DealStatus.WON, text="已投产", despite_unfinished=True)


@pytest.fixture
def world(session: WriteSession, now: datetime) -> World:
    return World(session, now)


@pytest.fixture
def staff(world: World) -> Viewer:
    return world.staff()


@pytest.fixture
def deal(world: World, staff: Viewer, now: datetime) -> Deal:
    need, supplier = world.need(), world.supplier()
    form = DealCreate(title="联合攻关", need=need.public_id, supplier=supplier.public_id, no_step_reason="刚开始")
    return start_deal(world.session, staff, form, now=now)


@pytest.fixture
def signed(world: World, staff: Viewer, now: datetime) -> Deal:
    """A deal with a signed contract over 100 元 that ends in a year."""
    deal = start_deal(world.session, staff, DealCreate(title="联合攻关", no_step_reason="刚开始"), now=now)
    contract = ContractCreate(kind=ContractKind.SERVICE, amount=10_000, signed_on=TODAY)
    form = StageMove(to="signed", signing=contract, reason=ReasonCode.OTHER)
    advance_deal(world.session, staff, deal.public_id, form, now=now)
    return deal


def waiting(session: WriteSession, subject_id: int, kind: Kind | None = None) -> list[tuple[Kind, date]]:
    """The reminders that wait, each with the day of what it is about."""
    rows = session.exec(
        select(Reminder)
        .where(
            Reminder.subject_id == subject_id,
            col(Reminder.fired_at).is_(None),
            col(Reminder.cancelled_at).is_(None),
        )
        .order_by(col(Reminder.due_on), col(Reminder.kind))
    )
    return [(row.kind, row.due_on) for row in rows if kind in (None, row.kind)]


def test_a_new_deal_asks_for_an_answer_of_each_side_and_for_its_first_stage_to_end(
    session: WriteSession, deal: Deal
) -> None:
    ten_working_days = date(2026, 3, 16)
    assert waiting(session, deal.key) == [
        (Kind.FEEDBACK, ten_working_days),
        (Kind.FEEDBACK, ten_working_days),
        (Kind.STAGE, TODAY + 91 * DAY),
    ]


def test_a_side_that_answered_owes_nothing_until_it_is_waited_for_again(
    session: WriteSession, staff: Viewer, deal: Deal, now: datetime
) -> None:
    for side in (PartyRole.DEMAND, PartyRole.SUPPLY):
        record_answer(session, staff, deal.public_id, AnswerCreate(side=side), now=now)
    assert waiting(session, deal.key, Kind.FEEDBACK) == []
    later = now + 7 * DAY
    set_waiting(session, staff, deal.public_id, WaitingUpdate(waiting_for=PartyRole.SUPPLY), now=later)
    assert waiting(session, deal.key, Kind.FEEDBACK) == [(Kind.FEEDBACK, date(2026, 3, 23))]
    set_waiting(session, staff, deal.public_id, WaitingUpdate(), now=later)
    assert waiting(session, deal.key, Kind.FEEDBACK) == []


def test_another_stage_has_another_end_and_a_pause_moves_it(
    session: WriteSession, staff: Viewer, deal: Deal, now: datetime
) -> None:
    form = StageMove(to="exchange", reason=ReasonCode.OTHER)
    advance_deal(session, staff, deal.public_id, form, now=now)
    assert waiting(session, deal.key) == [(Kind.STAGE, TODAY + 91 * DAY)]
    pause_deal(session, staff, deal.public_id, StatusMove(reason=ReasonCode.BUDGET), now=now)
    assert waiting(session, deal.key) == [(Kind.PAUSE, TODAY + 90 * DAY)]
    revive_deal(session, staff, deal.public_id, StatusMove(reason=ReasonCode.BUDGET), now=now + 30 * DAY)
    assert waiting(session, deal.key) == [(Kind.STAGE, TODAY + 121 * DAY)]


def test_what_a_contract_promises_is_reminded_of_until_it_is_done(
    session: WriteSession, staff: Viewer, signed: Deal, now: datetime
) -> None:
    key, end = signed.public_id, TODAY + 365 * DAY
    plan_milestone(session, staff, key, 1, MilestoneCreate(title="样机", due_on=TODAY + 60 * DAY), now=now)
    plan_payment(session, staff, key, 1, PaymentCreate(amount=5_000, due_on=TODAY + 61 * DAY), now=now)
    edit_contract(session, staff, key, 1, ContractUpdate(ends_on=end), now=now)
    promised = [(Kind.MILESTONE, TODAY + 60 * DAY), (Kind.PAYMENT, TODAY + 61 * DAY), (Kind.CONTRACT_EXPIRY, end)]
    assert [one for one in waiting(session, signed.key) if one[0] is not Kind.STAGE] == promised
    reach_milestone(session, staff, key, 1, 1, DoneOn(), now=now)
    record_payment(session, staff, key, 1, 1, DoneOn(), now=now)
    edit_contract(session, staff, key, 1, ContractUpdate(ends_on=end + DAY), now=now)
    rest = [one for one in waiting(session, signed.key) if one[0] is not Kind.STAGE]
    assert rest == [(Kind.CONTRACT_EXPIRY, end + DAY)]


def test_a_won_deal_still_reminds_of_payments_and_visits_and_a_lost_one_of_nothing(
    session: WriteSession, staff: Viewer, signed: Deal, deal: Deal, now: datetime
) -> None:
    plan_payment(session, staff, signed.public_id, 1, PaymentCreate(amount=1, due_on=TODAY + 400 * DAY), now=now)
    record_outcome(session, staff, signed.public_id, WON, now=now)
    kinds = [kind for kind, _ in waiting(session, signed.key)]
    assert kinds.count(Kind.RETURN_VISIT) == len(session.exec(select(ReturnVisit)).all()) == 3
    assert set(kinds) == {Kind.PAYMENT, Kind.RETURN_VISIT}
    lose_deal(session, staff, deal.public_id, StatusMove(reason=ReasonCode.BUDGET), now=now)
    assert waiting(session, deal.key) == []


def test_visits_years_ahead_lie_on_provisional_days(
    session: WriteSession, staff: Viewer, signed: Deal, now: datetime
) -> None:
    record_outcome(session, staff, signed.public_id, WON, now=now)
    last = session.exec(select(Reminder).order_by(col(Reminder.due_at).desc())).first()
    assert last is not None
    assert last.is_provisional
    reckoned = last.due_at
    last.due_at = reckoned + DAY  # as if the calendar had known less
    sweep_subject(session, SubjectKind.DEAL, signed.key, now=now)
    assert last.due_at == reckoned


def test_a_merged_deal_leaves_its_reminders_and_an_owner_takes_them_over(
    world: World, staff: Viewer, deal: Deal, now: datetime
) -> None:
    session, other = world.session, world.staff("taker")
    world.sign_in_of(other)
    part = start_deal(session, staff, DealCreate(title="一部分", no_step_reason="刚开始"), now=now)
    merge_deals(session, staff, deal.public_id, DealMerge(deal=part.public_id, note="同一件事"), now=now)
    assert waiting(session, part.key) == []
    hand_over(session, staff, deal.public_id, HandOver(person=f"user{other.person_id}", note="接手"), now=now)
    owners = select(Reminder.person_id).where(Reminder.subject_id == deal.key, col(Reminder.cancelled_at).is_(None))
    assert set(session.exec(owners)) == {other.person_id}


def test_scheduling_again_changes_nothing(session: WriteSession, deal: Deal, now: datetime) -> None:
    before = [row.model_dump() for row in session.exec(select(Reminder).order_by(col(Reminder.id)))]
    for _ in range(2):
        schedule_reminders(session, deal, now=now + DAY)
    assert [row.model_dump() for row in session.exec(select(Reminder).order_by(col(Reminder.id)))] == before


@pytest.mark.parametrize("how", ["closed behind its back", "gone"])
def test_a_reminder_of_a_deal_that_asks_for_nothing_tells_nobody(
    session: WriteSession, deal: Deal, now: datetime, how: str
) -> None:
    later = now + 30 * DAY
    [first, *_] = due_reminders(session, now=later)
    if how == "gone":
        session.get_one(Reminder, first).subject_id = 10**9
    else:
        deal.status = DealStatus.LOST
    session.flush()
    assert not fire_reminder(session, first, now=later)
    assert first not in due_reminders(session, now=later)
    assert session.exec(select(OutboxMessage)).all() == []


def test_proposals_that_nobody_judges_are_found_by_the_sweep(world: World, now: datetime) -> None:
    session, lead = world.session, world.viewer(Role.LEAD)
    need = world.need(status=NeedStatus.MATCHED)
    match = world.match(need, world.supplier(), MatchStatus.PROPOSED)
    assert (SubjectKind.NEED, need.key) in subjects_to_sweep(session, now=now)
    sweep_subject(session, SubjectKind.NEED, need.key, now=now)
    assert waiting(session, need.key, Kind.REVIEW) == [(Kind.REVIEW, date(2026, 3, 16))]
    match.status = MatchStatus.DECLINED
    session.flush()
    later = now + 20 * DAY
    assert [fire_reminder(session, key, now=later) for key in due_reminders(session, now=later)] == [False]
    assert waiting(session, need.key, Kind.REVIEW) == []
    assert lead.person_id is not None


def test_a_need_and_a_profile_that_run_out_are_found_in_time(world: World, now: datetime) -> None:
    session, lead = world.session, world.viewer(Role.LEAD)
    need, supplier = world.need(), world.supplier()
    revision = session.exec(select(NeedRevision).where(NeedRevision.need_id == need.key)).one()
    revision.deadline, supplier.confirmed_on = TODAY + 20 * DAY, TODAY - 350 * DAY
    session.flush()
    for subject in subjects_to_sweep(session, now=now):
        sweep_subject(session, *subject, now=now)
    assert waiting(session, need.key, Kind.NEED_EXPIRY) == [(Kind.NEED_EXPIRY, TODAY + 20 * DAY)]
    assert waiting(session, supplier.key, Kind.PROFILE) == [(Kind.PROFILE, TODAY + 15 * DAY)]
    mine = list_my_reminders(session, lead, now=now)
    assert {(one.kind, one.title) for one in mine} == {
        (Kind.PROFILE, "李教授"),
        (Kind.NEED_EXPIRY, "高强度铝合金焊接工艺"),
    }
    revision.deadline = TODAY - 31 * DAY
    sweep_subject(session, SubjectKind.NEED, need.key, now=now)
    assert waiting(session, need.key, Kind.NEED_EXPIRY) == []  # what ran out long ago is let go
    supplier.confirmed_on = TODAY
    sweep_subject(session, SubjectKind.SUPPLIER, supplier.key, now=now)
    assert waiting(session, supplier.key, Kind.PROFILE) == [(Kind.PROFILE, TODAY + 365 * DAY)]


def test_only_who_works_on_a_deal_reads_its_reminders(world: World, deal: Deal, staff: Viewer) -> None:
    session = world.session
    assert [one.kind for one in list_deal_reminders(session, staff, deal.public_id)][-1] is Kind.STAGE
    deal.team_only = True
    session.flush()
    stranger = world.staff("stranger")
    assert list_my_reminders(session, stranger, now=world.now, ahead=365 * DAY) == []
