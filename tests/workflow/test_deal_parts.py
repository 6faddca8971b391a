"""Large deals: terms of contracts, further needs and sides, splitting, merging, handing over."""

from datetime import date, datetime, timedelta

import pytest
from sqlmodel import col, select

from core.database import WriteSession
from core.errors import AppError, Conflict, Invalid, NotFound, Refused
from core.i18n import Language
from models.access import Viewer
from models.deal import Deal, DealMember
from models.deal_enums import ContractKind, DealStatus, PartyRole, PaymentPlan
from models.deal_forms import (
    ContractCreate,
    ContractUpdate,
    DealCreate,
    DealMerge,
    DealSplit,
    DoneOn,
    HandOver,
    HandOverAll,
    MilestoneCreate,
    NeedAdded,
    PartyCreate,
    PaymentCreate,
    StageMove,
    StatusMove,
)
from models.deal_outcome import OutcomeCreate
from models.enums import NeedStatus, ReasonCode, Role
from models.notice_enums import Channel, NoticeKind
from models.work import OutboxMessage, Reminder
from tests.workflow.deal_world import World
from tracking.terms import check_payments
from workflow.deals import (
    add_member,
    add_need,
    add_party,
    advance_deal,
    deal_timeline,
    edit_contract,
    hand_over,
    hand_over_all,
    list_deals,
    lose_deal,
    merge_deals,
    plan_milestone,
    plan_payment,
    reach_milestone,
    record_outcome,
    record_payment,
    restore_deal,
    revive_deal,
    show_deal,
    split_deal,
    start_deal,
)
from workflow.notifications import list_inbox

DAY = timedelta(days=1)


@pytest.fixture
def world(session: WriteSession, now: datetime) -> World:
    return World(session, now)


@pytest.fixture
def staff(world: World) -> Viewer:
    return world.staff()


@pytest.fixture
def deal(world: World, staff: Viewer, now: datetime) -> Deal:
    return started(world, staff)


def started(world: World, viewer: Viewer, title: str = "联合攻关") -> Deal:
    due = world.now.date() + 9 * DAY
    form = DealCreate(title=title, need=world.need().public_id, supplier=world.supplier().public_id)
    form = form.model_copy(update={"next_step": "电话", "next_step_due": due})
    return start_deal(world.session, viewer, form, now=world.now)


def sign(session: WriteSession, viewer: Viewer, deal: Deal, now: datetime, amount: int | None = 1000) -> date:
    """A contract signed ten days ago."""
    day = now.date() - 10 * DAY
    signing = ContractCreate(kind=ContractKind.DEVELOPMENT, amount=amount, signed_on=day)
    move = StageMove(to="signed", signing=signing, reason=ReasonCode.KNOWN_PARTNER)
    advance_deal(session, viewer, deal.public_id, move, now=now)
    return day


@pytest.mark.parametrize(
    ("agreed", "plan", "sums", "code"),
    [
        (1000, PaymentPlan.INSTALMENTS, [400, 600], None),
        (1000, PaymentPlan.INSTALMENTS, [400, 601], "payments_above_sum"),
        (1000, None, [1001], "payments_above_sum"),
        (None, None, [10**12], None),
        (1000, PaymentPlan.ONE_OFF, [400, 600], "one_payment_only"),
        (1000, PaymentPlan.INSTALMENTS, [None], "payment_needs_sum"),
        (1000, PaymentPlan.COMMISSION, [None, 5000], None),
    ],
)
def test_payments_fit_the_plan_and_the_sum(
    agreed: int | None, plan: PaymentPlan | None, sums: list[int | None], code: str | None
) -> None:
    if code is None:
        check_payments(agreed, plan, sums)
    else:
        with pytest.raises(Invalid, match=code):
            check_payments(agreed, plan, sums)


def test_milestones_and_payments_stand_under_their_contract_and_are_done_once(
    session: WriteSession, staff: Viewer, deal: Deal, now: datetime
) -> None:
    signed_on, key = sign(session, staff, deal, now), deal.public_id
    edit_contract(session, staff, key, 1, ContractUpdate(payment_plan=PaymentPlan.INSTALMENTS), now=now)
    plan_milestone(session, staff, key, 1, MilestoneCreate(title="样机", due_on=signed_on + 90 * DAY), now=now)
    for amount in (400, 600):
        plan_payment(session, staff, key, 1, PaymentCreate(amount=amount, due_on=signed_on), now=now)
    reach_milestone(session, staff, key, 1, 1, DoneOn(), now=now)
    record_payment(session, staff, key, 1, 2, DoneOn(done_on=signed_on), now=now)
    with pytest.raises(Conflict, match="done_already"):
        reach_milestone(session, staff, key, 1, 1, DoneOn(), now=now)
    [track] = show_deal(session, staff, key, now=now).tracks
    assert [(row.title, row.reached_on) for row in track.milestones] == [("样机", now.date())]
    assert [(row.amount, row.paid_on) for row in track.payments] == [(400, None), (600, signed_on)]


def test_days_and_sums_that_cannot_be_are_refused_and_change_nothing(
    session: WriteSession, staff: Viewer, deal: Deal, now: datetime
) -> None:
    signed_on, key = sign(session, staff, deal, now), deal.public_id
    early = signed_on - DAY
    plan_payment(session, staff, key, 1, PaymentCreate(amount=900, due_on=signed_on), now=now)
    before = deal_timeline(session, staff, key).total

    def refused(code: str, kind: type[AppError], **contract: object) -> None:
        with pytest.raises(kind, match=code):
            edit_contract(session, staff, key, 1, ContractUpdate.model_validate(contract), now=now)

    refused("before_contract", Invalid, ends_on=early)
    refused("day_in_future", Invalid, signed_on=now.date() + 2 * DAY)
    refused("before_contract", Invalid, signed_on=signed_on + DAY)
    refused("payments_above_sum", Invalid, amount=899)
    with pytest.raises(Invalid, match="before_contract"):
        plan_milestone(session, staff, key, 1, MilestoneCreate(title="样机", due_on=early), now=now)
    with pytest.raises(Invalid, match="payments_above_sum"):
        plan_payment(session, staff, key, 1, PaymentCreate(amount=101, due_on=signed_on), now=now)
    for day, code in ((early, "before_contract"), (now.date() + 2 * DAY, "day_in_future")):
        with pytest.raises(Invalid, match=code):
            record_payment(session, staff, key, 1, 1, DoneOn(done_on=day), now=now)
    with pytest.raises(NotFound):
        plan_milestone(session, staff, key, 2, MilestoneCreate(title="样机", due_on=signed_on), now=now)
    assert deal_timeline(session, staff, key).total == before


def test_a_deal_takes_further_needs_and_sides_but_none_twice(
    world: World, staff: Viewer, deal: Deal, now: datetime
) -> None:
    session, key = world.session, deal.public_id
    need = world.need(world.organisation("乙公司"), title="另一需求")
    add_need(session, staff, key, NeedAdded(need=need.public_id), now=now)
    bank = world.organisation("某银行")
    party = PartyCreate(role=PartyRole.SERVICE, organisation=bank.public_id)
    add_party(session, staff, key, party, now=now)
    shown = show_deal(session, staff, key, now=now)
    assert (shown.further_needs, need.status) == ([need.public_id], NeedStatus.INTRODUCED)
    assert [side.name for side in shown.parties] == ["甲公司", "李教授", "乙公司", "某银行"]
    with pytest.raises(Conflict, match="need_already"):
        add_need(session, staff, key, NeedAdded(need=need.public_id), now=now)
    with pytest.raises(Conflict, match="party_already"):
        add_party(session, staff, key, party, now=now)
    with pytest.raises(ValueError, match="one_side"):
        PartyCreate(role=PartyRole.PARTNER)


def test_every_need_of_a_deal_is_met_with_it_or_free_again(
    world: World, staff: Viewer, deal: Deal, now: datetime
) -> None:
    session = world.session
    needs = [world.need(title=title) for title in ("随交易成", "并入带来")]
    add_need(session, staff, deal.public_id, NeedAdded(need=needs[0].public_id), now=now)
    other = start_deal(session, staff, DealCreate(title="并入", need=needs[1].public_id), now=now)
    merge_deals(session, staff, deal.public_id, DealMerge(deal=other.public_id, note="一起"), now=now)
    lose_deal(session, staff, deal.public_id, StatusMove(reason=ReasonCode.BUDGET), now=now)
    assert [need.status for need in needs] == [NeedStatus.MATCHED] * 2
    again = StatusMove(reason=ReasonCode.CIRCUMSTANCES_CHANGED)
    revive_deal(session, world.viewer(Role.LEAD), deal.public_id, again, now=now)
    assert [need.status for need in needs] == [NeedStatus.INTRODUCED] * 2
    sign(session, staff, deal, now)
    record_outcome(session, staff, deal.public_id, OutcomeCreate(status=DealStatus.WON, text="已投产"), now=now)
    assert [need.status for need in needs] == [NeedStatus.CLOSED] * 2


def test_a_part_goes_its_own_way_with_the_same_sides_and_team(
    world: World, staff: Viewer, deal: Deal, now: datetime
) -> None:
    session, helper = world.session, world.sign_in_of(world.staff("同事"))
    add_member(session, staff, deal.public_id, helper.login, now=now)
    advance_deal(session, staff, deal.public_id, StageMove(to="exchange"), now=now)
    form = DealSplit(title="中试部分", note="企业分两家做")
    with pytest.raises(Refused, match="needs_owner"):
        split_deal(session, world.staff("外人"), deal.public_id, form, now=now)
    part = show_deal(session, staff, split_deal(session, staff, deal.public_id, form, now=now).public_id, now=now)
    assert (part.stages, part.split_from, part.need) == (
        ("exchange",),
        deal.public_id,
        show_deal(session, staff, deal.public_id, now=now).need,
    )
    assert [side.name for side in part.parties] == ["甲公司", "李教授"]
    assert len(session.exec(select(DealMember)).all()) == 2
    sign(session, staff, deal, now)
    further = split_deal(session, staff, deal.public_id, form, now=now)
    assert show_deal(session, staff, further.public_id, now=now).stages == ("contact",)


def test_a_deal_that_joins_another_brings_its_sides_and_is_not_brought_back(
    world: World, staff: Viewer, deal: Deal, now: datetime
) -> None:
    session, other = world.session, started(world, staff, "同一件事")
    form = DealMerge(deal=other.public_id, note="两边说的是同一件事")
    merge_deals(session, staff, deal.public_id, form, now=now)
    assert len(show_deal(session, staff, deal.public_id, now=now).further_needs) == 1
    assert show_deal(session, staff, other.public_id, now=now).merged_into == deal.public_id
    assert [line.public_id for line in list_deals(session, staff, now=now).items] == [deal.public_id]
    with pytest.raises(Conflict, match="merged"):
        restore_deal(session, staff, other.public_id, now=now)
    with pytest.raises(Conflict, match="merge_itself"):
        merge_deals(session, staff, deal.public_id, DealMerge(deal=deal.public_id, note="x"), now=now)
    signed = started(world, staff, "已签")
    sign(session, staff, signed, now)
    with pytest.raises(Conflict, match="merge_signed"):
        merge_deals(session, staff, deal.public_id, DealMerge(deal=signed.public_id, note="x"), now=now)


def test_a_deal_is_handed_over_with_its_reminder_and_a_note(
    world: World, staff: Viewer, deal: Deal, now: datetime
) -> None:
    session, taker = world.session, world.staff("接手人")
    form = HandOver(person=world.sign_in_of(taker).login, note="下周一要给企业回电")
    with pytest.raises(Refused, match="needs_owner"):
        hand_over(session, taker, deal.public_id, form, now=now)
    hand_over(session, staff, deal.public_id, form, now=now)
    assert deal.owner_id == taker.person_id
    waiting = select(Reminder.person_id).where(col(Reminder.cancelled_at).is_(None))
    assert set(session.exec(waiting)) == {taker.person_id}
    assert deal_timeline(session, staff, deal.public_id).items[0].text == "下周一要给企业回电"
    [told] = list_inbox(session, taker, now=now, language=Language.EN).items
    assert (told.kind, told.path) == (NoticeKind.HAND_OVER, f"/deals/{deal.public_id}")
    assert told.text == f"“{deal.title}” is handed over to you. Read the note that came with it."
    assert list_inbox(session, staff, now=now, language=Language.EN).total == 0
    with pytest.raises(Conflict, match="owned_already"):
        hand_over(session, taker, deal.public_id, form, now=now)
    outsider = HandOver(person=world.sign_in_of(world.viewer(Role.SUPPLIER)).login, note="x")
    with pytest.raises(Invalid, match="member_of_society"):
        hand_over(session, taker, deal.public_id, outsider, now=now)


def test_nothing_is_handed_over_to_somebody_whom_no_reminder_would_reach(
    world: World, staff: Viewer, deal: Deal, now: datetime
) -> None:
    session, taker, lead = world.session, world.staff("没有账号的"), world.viewer(Role.LEAD)
    with pytest.raises(Invalid, match="taker_without_login") as refused:
        hand_over(session, staff, deal.public_id, HandOver(person="没有账号的", note="接手"), now=now)
    assert [problem.field for problem in refused.value.problems] == ["person"]
    everything = HandOverAll(leaving=world.sign_in_of(staff).login, person="没有账号的", note="离任")
    with pytest.raises(Invalid, match="taker_without_login"):
        hand_over_all(session, lead, everything, now=now)
    assert deal.owner_id == staff.person_id
    world.sign_in_of(taker)
    assert hand_over_all(session, lead, everything, now=now) == [deal.public_id]


def test_all_deals_of_somebody_who_leaves_go_to_another(world: World, staff: Viewer, deal: Deal, now: datetime) -> None:
    session, taker = world.session, world.staff("接手人")
    second = started(world, staff, "第二个")
    others = started(world, taker, "本来就是")
    leaving = world.sign_in_of(staff).login
    form = HandOverAll(leaving=leaving, person=world.sign_in_of(taker).login, note="退休")
    with pytest.raises(Refused, match="needs_lead"):
        hand_over_all(session, world.staff("旁人"), form, now=now)
    lead = world.viewer(Role.LEAD)
    assert hand_over_all(session, lead, form, now=now) == [deal.public_id, second.public_id]
    assert {row.owner_id for row in (deal, second, others)} == {taker.person_id}
    assert hand_over_all(session, lead, form, now=now) == []
    waiting = select(OutboxMessage.for_digest).where(OutboxMessage.channel == Channel.CONSOLE)
    assert session.exec(waiting).all() == [True, True]
