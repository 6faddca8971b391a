"""What was entered on a deal by mistake, put right where everybody can read it."""

from datetime import date, datetime, timedelta

import pytest
from sqlmodel import select

from core.database import WriteSession
from core.errors import Conflict, Invalid, NotFound, Refused
from models.access import Viewer
from models.deal import Deal, DealMember, Outcome, ReturnVisit
from models.deal_enums import ContractKind, DealStatus, EvidenceKind, PartyRole
from models.deal_forms import (
    AnswerCreate,
    ContractCreate,
    ContractUpdate,
    DealCreate,
    DealSplit,
    DoneOn,
    EvidenceCreate,
    ExtraStageCreate,
    MilestoneCreate,
    MilestoneUpdate,
    PartRemoved,
    PartyCreate,
    PaymentCreate,
    PaymentUpdate,
    StageMove,
    StatusMove,
    UndoMove,
)
from models.deal_outcome import OutcomeCreate, VisitCreate
from models.enums import Currency, NeedStatus, ReasonCode, Role, SubjectKind
from models.history import Event
from models.match_enums import MatchStatus
from models.need import Need
from models.notice_enums import ReminderKind
from models.work import Reminder
from tests.workflow.deal_world import World
from tests.workflow.test_return_visits import DAY, WHY, accept, signed, waiting
from tracking.store import extra_code
from workflow.deals import (
    add_party,
    add_stage,
    advance_deal,
    deal_timeline,
    edit_contract,
    edit_milestone,
    edit_payment,
    lose_deal,
    plan_milestone,
    plan_payment,
    reach_milestone,
    record_answer,
    record_evidence,
    record_outcome,
    record_payment,
    record_visit,
    remove_milestone,
    remove_party,
    remove_payment,
    revive_deal,
    show_deal,
    split_deal,
    start_deal,
    undo_move,
    withdraw_evidence,
)

MISTAKE = PartRemoved(reason=ReasonCode.ENTERED_BY_MISTAKE, text="登记错了")
AGAIN = StatusMove(reason=ReasonCode.ENTERED_BY_MISTAKE, text="点错了")
WON = OutcomeCreate(status=DealStatus.WON, text="已投产", despite_unfinished=True)


@pytest.fixture
def world(session: WriteSession, now: datetime) -> World:
    return World(session, now)


@pytest.fixture
def lead(world: World) -> Viewer:
    return world.viewer(Role.LEAD)


@pytest.fixture
def deal(world: World, lead: Viewer, now: datetime) -> Deal:
    return signed(world, lead, now)


@pytest.fixture
def helper(world: World, deal: Deal) -> Viewer:
    return member(world, deal)


def member(world: World, deal: Deal) -> Viewer:
    viewer = world.viewer(Role.STAFF, name="同事")
    assert viewer.person_id is not None
    world.session.add(DealMember(deal_id=deal.key, person_id=viewer.person_id))
    world.session.flush()
    return viewer


def told(world: World, deal: Deal, code: str) -> list[Event]:
    about = (Event.subject_kind == SubjectKind.DEAL, Event.subject_id == deal.key, Event.code == code)
    return list(world.session.exec(select(Event).where(*about).order_by(Event.id)))  # type: ignore[arg-type]  # the id of a stored row


def need_of(world: World, deal: Deal) -> Need:
    return world.session.exec(select(Need).where(Need.id == deal.need_id)).one()


def test_a_signing_by_mistake_is_as_if_it_had_not_been_made(world: World, lead: Viewer, now: datetime) -> None:
    session, deal = world.session, signed(world, lead, now - 40 * DAY)
    key, helper = deal.public_id, member(world, deal)
    assert show_deal(session, lead, key, now=now).tracks[0].undo_signing
    assert not show_deal(session, helper, key, now=now).tracks[0].undo_signing
    with pytest.raises(Refused, match="needs_owner"):
        undo_move(session, helper, key, UndoMove(), now=now)
    undo_move(session, lead, key, UndoMove(text="另一项目的合同"), now=now)
    shown = show_deal(session, lead, key, now=now)
    assert [(track.contract, track.stage) for track in shown.tracks] == [(None, "contact")]
    assert ([stage.code for stage in shown.history], shown.evidence) == (["contact"], [])
    [event] = told(world, deal, "deal.signing_undone")
    assert (event.params["contract"], event.params["kind"]) == (1, "service")
    again = StageMove(to="signed", signing=ContractCreate(kind=ContractKind.LICENCE), reason=WHY)
    advance_deal(session, lead, key, again, now=now)
    assert [track.kind for track in show_deal(session, lead, key, now=now).tracks] == [ContractKind.LICENCE]


def test_only_the_last_contract_is_undone_and_only_while_nothing_happened_under_it(
    world: World, lead: Viewer, now: datetime
) -> None:
    session, two = world.session, [ContractCreate(kind=ContractKind.SERVICE, signed_on=now.date())] * 2
    deal = signed(world, lead, now, *two)
    with pytest.raises(Conflict, match="signing_stands"):
        undo_move(session, lead, deal.public_id, UndoMove(contract=1), now=now)
    plan_payment(session, lead, deal.public_id, 2, PaymentCreate(amount=3, due_on=now.date()), now=now)
    with pytest.raises(Conflict, match="signing_stands"):
        undo_move(session, lead, deal.public_id, UndoMove(contract=2), now=now)
    on = StageMove(to="carrying_out", contract=1, reason=WHY)
    advance_deal(session, lead, deal.public_id, on, now=now)
    other = signed(world, lead, now, *two)
    undo_move(session, lead, other.public_id, UndoMove(contract=2), now=now)
    [left] = show_deal(session, lead, other.public_id, now=now).tracks
    assert (left.contract, left.stage) == (1, "registration")
    lose_deal(session, lead, other.public_id, StatusMove(reason=ReasonCode.BUDGET), now=now)
    with pytest.raises(Conflict, match="move_illegal"):
        undo_move(session, lead, other.public_id, UndoMove(contract=1), now=now)


def test_a_further_contract_is_signed_with_its_day_or_with_an_owners_reason(
    world: World, lead: Viewer, deal: Deal, helper: Viewer, now: datetime
) -> None:
    bare = StageMove(to="signed", signing=ContractCreate(kind=ContractKind.LICENCE))
    with pytest.raises(Refused, match="needs_owner"):
        advance_deal(world.session, helper, deal.public_id, bare, now=now)
    with pytest.raises(Invalid, match="evidence_missing"):
        advance_deal(world.session, lead, deal.public_id, bare, now=now)
    dated = StageMove(to="signed", signing=ContractCreate(kind=ContractKind.LICENCE, signed_on=now.date()))
    advance_deal(world.session, helper, deal.public_id, dated, now=now)
    assert len(show_deal(world.session, lead, deal.public_id, now=now).tracks) == 2


def test_a_contract_put_down_as_another_kind_goes_on_by_the_stages_of_its_own(
    world: World, lead: Viewer, now: datetime
) -> None:
    session, deal = world.session, signed(world, lead, now, ContractCreate(kind=ContractKind.TRANSFER))
    key = deal.public_id
    edit_contract(
        session, lead, key, 1, ContractUpdate(kind=ContractKind.CONSULTING, currency=Currency.USD), now=now + DAY
    )
    [track] = show_deal(session, lead, key, now=now).tracks
    assert (track.kind, track.currency, track.stages[1]) == (ContractKind.CONSULTING, Currency.USD, "carrying_out")
    changes = [event.params for event in told(world, deal, "deal.contract_field_changed")]
    assert {(one["field"], one["before"], one["after"]) for one in changes} == {
        ("currency", "CNY", "USD"),
        ("kind", "transfer", "consulting"),
    }
    accept(world, lead, deal, now + 2 * DAY)
    assert len(waiting(world, deal)) == 1
    edit_contract(session, lead, key, 1, ContractUpdate(kind=ContractKind.SERVICE), now=now + 3 * DAY)
    assert len(waiting(world, deal)) == 3
    with pytest.raises(Invalid):
        edit_contract(session, lead, key, 1, ContractUpdate(kind=None), now=now)


def test_a_contract_does_not_become_of_a_kind_that_lacks_its_stage(world: World, lead: Viewer, now: datetime) -> None:
    deal = signed(world, lead, now, ContractCreate(kind=ContractKind.DEVELOPMENT, cooperative=True))
    advance_deal(world.session, lead, deal.public_id, StageMove(to="pilot", reason=WHY), now=now)
    with pytest.raises(Conflict, match="stage_of_other_kind") as refused:
        edit_contract(world.session, lead, deal.public_id, 1, ContractUpdate(cooperative=False), now=now)
    assert refused.value.params["stage"] == "pilot"


def test_a_milestone_is_corrected_undone_and_taken_away_and_the_others_keep_their_numbers(
    world: World, lead: Viewer, deal: Deal, helper: Viewer, now: datetime
) -> None:
    session, key, due = world.session, deal.public_id, now.date() + 10 * DAY
    for title in ("样机", "试产"):
        plan_milestone(session, lead, key, 1, MilestoneCreate(title=title, due_on=due), now=now)
    reach_milestone(session, helper, key, 1, 1, DoneOn(), now=now)
    edit_milestone(session, helper, key, 1, 1, MilestoneUpdate(reached_on=None, due_on=due + DAY), now=now)
    [first, _] = show_deal(session, lead, key, now=now).tracks[0].milestones
    assert (first.title, first.reached_on, first.due_on) == ("样机", None, due + DAY)
    changed = {event.params["field"]: event.params for event in told(world, deal, "deal.milestone_field_changed")}
    assert changed["reached_on"] | {"before": now.date().isoformat(), "after": None} == changed["reached_on"]
    with pytest.raises(Refused, match="needs_owner"):
        remove_milestone(session, helper, key, 1, 1, MISTAKE, now=now)
    remove_milestone(session, lead, key, 1, 1, MISTAKE, now=now)
    [left] = show_deal(session, lead, key, now=now).tracks[0].milestones
    assert (left.number, left.title) == (2, "试产")
    [event] = told(world, deal, "deal.milestone_removed")
    assert (event.params["number"], event.params["reason"], event.text) == (1, "entered_by_mistake", "样机\n登记错了")
    open_ones = [row for row in reminders(world, deal, ReminderKind.MILESTONE) if row.cancelled_at is None]
    assert [row.params["number"] for row in open_ones] == [2]
    with pytest.raises(NotFound, match="no_such_item"):
        edit_milestone(session, lead, key, 1, 1, MilestoneUpdate(title="x"), now=now)
    with pytest.raises(Invalid):
        edit_milestone(session, lead, key, 1, 2, MilestoneUpdate(due_on=None), now=now)
    with pytest.raises(Invalid, match="day_in_future"):
        edit_milestone(session, lead, key, 1, 2, MilestoneUpdate(reached_on=now.date() + 2 * DAY), now=now)
    with pytest.raises(Conflict, match="changed_meanwhile"):
        edit_milestone(session, lead, key, 1, 2, MilestoneUpdate(title="x", version=0), now=now)


def test_a_payment_is_corrected_within_the_sum_and_taken_away(
    world: World, lead: Viewer, deal: Deal, now: datetime
) -> None:
    session, key, due = world.session, deal.public_id, now.date() + 10 * DAY
    for amount in (100, 150):
        plan_payment(session, lead, key, 1, PaymentCreate(amount=amount, due_on=due), now=now)
    record_payment(session, lead, key, 1, 1, DoneOn(), now=now)
    with pytest.raises(Invalid, match="payments_above_sum"):
        edit_payment(session, lead, key, 1, 1, PaymentUpdate(amount=151), now=now)
    edit_payment(session, lead, key, 1, 1, PaymentUpdate(amount=150, paid_on=None), now=now)
    remove_payment(session, lead, key, 1, 2, MISTAKE, now=now)
    [left] = show_deal(session, lead, key, now=now).tracks[0].payments
    assert (left.number, left.amount, left.paid_on) == (1, 150, None)
    plan_payment(session, lead, key, 1, PaymentCreate(amount=150, due_on=due), now=now)
    assert [row.number for row in show_deal(session, lead, key, now=now).tracks[0].payments] == [1, 3]


def reminders(world: World, deal: Deal, kind: ReminderKind) -> list[Reminder]:
    about = (Reminder.subject_kind == SubjectKind.DEAL, Reminder.subject_id == deal.key, Reminder.kind == kind)
    return list(world.session.exec(select(Reminder).where(*about)))


def test_a_deal_that_was_won_by_mistake_goes_on_and_its_need_with_its_suggestions(
    world: World, lead: Viewer, deal: Deal, helper: Viewer, now: datetime
) -> None:
    session, key, need = world.session, deal.public_id, need_of(world, deal)
    suggested = world.match(need, world.supplier("另一位"), MatchStatus.PROPOSED)
    met_before = world.match(need, world.supplier("早先的"), MatchStatus.PROPOSED)
    met_before.ended_at, met_before.end_reason = now - DAY, ReasonCode.NEED_MET
    with pytest.raises(Refused, match="needs_owner"):
        record_outcome(session, helper, key, WON, now=now)
    record_outcome(session, lead, key, OutcomeCreate(status=DealStatus.WON, text="已投产", jobs=7), now=now)
    assert (need.status, suggested.end_reason) == (NeedStatus.CLOSED, ReasonCode.NEED_MET)
    with pytest.raises(Invalid, match="reason_needed"):
        revive_deal(session, lead, key, StatusMove(), now=now)
    revive_deal(session, lead, key, AGAIN, now=now)
    assert (deal.status, deal.closed_at, need.status) == (DealStatus.OPEN, None, NeedStatus.INTRODUCED)
    assert (suggested.ended_at, met_before.end_reason) == (None, ReasonCode.NEED_MET)
    assert session.exec(select(Outcome).where(Outcome.deal_id == deal.key)).first() is None
    assert [event.params["before"] for event in told(world, deal, "deal.field_changed")] == [7]
    explained = deal_timeline(session, lead, key).items
    assert any(event.params.get("reason") == "entered_by_mistake" and event.text == "点错了" for event in explained)
    advance_deal(session, lead, key, StageMove(to="carrying_out", reason=WHY), now=now)


def test_a_need_that_another_deal_has_met_too_stays_closed(world: World, lead: Viewer, now: datetime) -> None:
    session, deal = world.session, signed(world, lead, now)
    need = need_of(world, deal)
    other = start_deal(session, lead, DealCreate(title="另一个", need=need.public_id), now=now)
    move = StageMove(to="signed", signing=ContractCreate(kind=ContractKind.SERVICE), reason=WHY)
    advance_deal(session, lead, other.public_id, move, now=now)
    for one in (deal, other):
        record_outcome(session, lead, one.public_id, WON, now=now)
    revive_deal(session, lead, deal.public_id, AGAIN, now=now)
    assert need_of(world, deal).status is NeedStatus.CLOSED
    revive_deal(session, lead, other.public_id, AGAIN, now=now)
    assert need_of(world, deal).status is NeedStatus.INTRODUCED


def test_why_a_deal_ended_is_changed_by_its_owner_and_told_once(
    world: World, lead: Viewer, deal: Deal, helper: Viewer, now: datetime
) -> None:
    session, key = world.session, deal.public_id
    lose_deal(session, lead, key, StatusMove(reason=ReasonCode.SAFETY), now=now)
    with pytest.raises(Refused, match="needs_owner"):
        record_outcome(session, helper, key, lost(ReasonCode.BUDGET), now=now)
    record_outcome(session, helper, key, lost(ReasonCode.SAFETY, jobs=1), now=now)
    record_outcome(session, lead, key, lost(ReasonCode.BUDGET), now=now)
    record_outcome(session, lead, key, lost(ReasonCode.BUDGET, jobs=2), now=now)
    assert [event.params["reason"] for event in told(world, deal, "deal.end_told")] == ["safety", "budget"]


def lost(reason: ReasonCode, jobs: int | None = None) -> OutcomeCreate:
    return OutcomeCreate(status=DealStatus.LOST, reason=reason, jobs=jobs)


def test_a_deal_is_not_won_for_the_reason_of_a_lost_one(world: World, lead: Viewer, deal: Deal, now: datetime) -> None:
    for reason in (ReasonCode.ENTERED_BY_MISTAKE, ReasonCode.BUDGET):
        form = OutcomeCreate(status=DealStatus.WON, text="已投产", reason=reason)
        with pytest.raises(Invalid, match="reason_does_not_fit"):
            record_outcome(world.session, lead, deal.public_id, form, now=now)
    good = OutcomeCreate(status=DealStatus.WON, text="已投产", reason=ReasonCode.GOOD_FIT)
    assert record_outcome(world.session, lead, deal.public_id, good, now=now).status is DealStatus.WON


def test_a_service_entered_by_mistake_leaves_a_signed_deal_and_who_asks_does_not(
    world: World, lead: Viewer, deal: Deal, now: datetime
) -> None:
    session, key, bank = world.session, deal.public_id, world.organisation("某银行")
    for role in (PartyRole.SERVICE, PartyRole.PARTNER):
        add_party(session, lead, key, PartyCreate(role=role, organisation=bank.public_id), now=now)
        remove_party(session, lead, key, 3, MISTAKE, now=now)
    with pytest.raises(Conflict, match="last_of_its_side"):
        remove_party(session, lead, key, 1, MISTAKE, now=now)


def test_a_stage_of_its_own_after_the_acceptance_keeps_the_visits(world: World, lead: Viewer, now: datetime) -> None:
    session, deal = world.session, signed(world, lead, now - 400 * DAY)
    accept(world, lead, deal, now - 300 * DAY)
    planned = waiting(world, deal)
    form = ExtraStageCreate(name="推广", after="return_visit", usual_from=1, usual_to=30)
    stage = add_stage(session, lead, deal.public_id, form, now=now)
    advance_deal(session, lead, deal.public_id, StageMove(to=extra_code(stage), reason=WHY), now=now)
    assert len(planned) == 3
    assert waiting(world, deal) == planned


def test_a_deal_that_ended_and_came_back_is_visited_when_it_was_to_be(
    world: World, lead: Viewer, now: datetime
) -> None:
    session, deal = world.session, signed(world, lead, now - 900 * DAY)
    key = deal.public_id
    accept(world, lead, deal, now - 800 * DAY)
    planned = waiting(world, deal)
    record_visit(session, lead, key, 1, 1, VisitCreate(text="已投产"), now=now - 430 * DAY)
    lose_deal(session, lead, key, StatusMove(reason=ReasonCode.ENTERED_BY_MISTAKE), now=now - 20 * DAY)
    assert waiting(world, deal) == []
    revive_deal(session, lead, key, AGAIN, now=now)
    assert waiting(world, deal) == planned[1:]
    record_outcome(session, lead, key, WON, now=now)
    revive_deal(session, lead, key, AGAIN, now=now)
    assert waiting(world, deal) == planned[1:]


def test_an_acceptance_report_that_comes_later_moves_the_visits_that_wait(
    world: World, lead: Viewer, now: datetime
) -> None:
    session, deal = world.session, signed(world, lead, now - 400 * DAY)
    accept(world, lead, deal, now - 100 * DAY)
    planned, accepted = waiting(world, deal), (now - 200 * DAY).date()
    form = EvidenceCreate(kind=EvidenceKind.ACCEPTANCE_REPORT, dated_on=accepted, contract=1)
    record_evidence(session, lead, deal.public_id, form, now=now)
    assert {row.accepted_on for row in session.exec(select(ReturnVisit))} == {accepted}
    assert waiting(world, deal)[0][1] < planned[0][1]
    due = {row.due_on for row in reminders(world, deal, ReminderKind.RETURN_VISIT) if row.cancelled_at is None}
    assert due == {day for _, day in waiting(world, deal)}
    report = next(e for e in show_deal(session, lead, deal.public_id, now=now).evidence if e.dated_on == accepted)
    withdraw_evidence(session, lead, deal.public_id, report.number, now=now)
    assert waiting(world, deal) == planned


def test_an_answer_to_the_whole_is_none_to_the_part(world: World, lead: Viewer, now: datetime) -> None:
    session, long_ago = world.session, now - timedelta(days=300)
    form = DealCreate(title="整体", need=world.need().public_id, supplier=world.supplier().public_id)
    deal = start_deal(session, lead, form, now=long_ago)
    answer = AnswerCreate(side=PartyRole.SUPPLY, answered_on=date.fromordinal(long_ago.date().toordinal() + 10))
    record_answer(session, lead, deal.public_id, answer, now=now)
    part = split_deal(session, lead, deal.public_id, DealSplit(title="部分", note="分开"), now=now)
    assert {side.answered_after for side in show_deal(session, lead, part.public_id, now=now).parties} == {None}
