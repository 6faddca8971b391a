from datetime import datetime

import pytest

from core.database import WriteSession
from core.errors import Conflict, Invalid, NotFound, Refused
from models.access import Viewer
from models.deal import Deal
from models.deal_enums import ContractKind, PartyRole
from models.deal_forms import (
    ContractCreate,
    DealCreate,
    DealUpdate,
    HandOverAll,
    NeedAdded,
    PartRemoved,
    PartyCreate,
    StageMove,
    StatusMove,
    WaitingUpdate,
)
from models.enums import NeedStatus, ReasonCode, Role
from tests.workflow.deal_world import World
from workflow.deals import (
    add_need,
    add_party,
    advance_deal,
    deal_timeline,
    edit_deal,
    get_deal,
    hand_over_all,
    lose_deal,
    open_deal,
    remove_need,
    remove_party,
    set_waiting,
    show_deal,
    start_deal,
)

MISTAKE = PartRemoved(reason=ReasonCode.ENTERED_BY_MISTAKE, text="同名的另一家")


@pytest.fixture
def world(session: WriteSession, now: datetime) -> World:
    return World(session, now)


@pytest.fixture
def staff(world: World) -> Viewer:
    return world.staff()


@pytest.fixture
def deal(world: World, staff: Viewer, now: datetime) -> Deal:
    match = world.match(world.need(), world.supplier())
    return open_deal(world.session, staff, match.public_id, now=now)


def test_a_side_added_by_mistake_is_out_with_its_sight_of_the_deal(
    world: World, staff: Viewer, deal: Deal, now: datetime
) -> None:
    session, key, bank = world.session, deal.public_id, world.organisation("某银行")
    add_party(session, staff, key, PartyCreate(role=PartyRole.SERVICE, organisation=bank.public_id), now=now)
    set_waiting(session, staff, key, WaitingUpdate(waiting_for=PartyRole.SERVICE), now=now)
    banker = world.viewer(Role.ENTERPRISE_MEMBER, bank)
    [party] = [side for side in show_deal(session, banker, key, now=now).parties if side.role is PartyRole.SERVICE]
    with pytest.raises(Refused, match="needs_owner"):
        remove_party(session, world.staff("同事"), key, party.number, MISTAKE, now=now)
    remove_party(session, staff, key, party.number, MISTAKE, now=now)
    shown = show_deal(session, staff, key, now=now)
    assert ([side.name for side in shown.parties], shown.waiting_for) == (["甲公司", "李教授"], None)
    event = deal_timeline(session, staff, key).items[0]
    assert (event.code, event.params["reason"], event.text) == (
        "deal.party_removed",
        "entered_by_mistake",
        "同名的另一家",
    )
    with pytest.raises(NotFound):
        get_deal(session, banker, key)
    with pytest.raises(NotFound, match="no_such_party"):
        remove_party(session, staff, key, 3, MISTAKE, now=now)


def test_the_last_of_its_side_stays_once_a_contract_is_signed(
    world: World, staff: Viewer, deal: Deal, now: datetime
) -> None:
    session, key = world.session, deal.public_id
    signing = ContractCreate(kind=ContractKind.SERVICE, signed_on=now.date())
    skip = StageMove(to="signed", signing=signing, reason=ReasonCode.KNOWN_PARTNER)
    advance_deal(session, staff, key, skip, now=now)
    with pytest.raises(Conflict, match="last_of_its_side"):
        remove_party(session, staff, key, 2, MISTAKE, now=now)
    other = world.supplier("王教授")
    add_party(session, staff, key, PartyCreate(role=PartyRole.SUPPLY, supplier=other.public_id), now=now)
    remove_party(session, staff, key, 2, MISTAKE, now=now)
    with pytest.raises(Invalid, match="reason_does_not_fit"):
        remove_party(session, staff, key, 1, PartRemoved(reason=ReasonCode.EVIDENCE_FOLLOWS), now=now)
    lose_deal(session, staff, key, StatusMove(reason=ReasonCode.BUDGET), now=now)
    with pytest.raises(Conflict, match="closed"):
        remove_party(session, staff, key, 2, MISTAKE, now=now)


def test_a_need_taken_out_looks_for_somebody_again(world: World, staff: Viewer, deal: Deal, now: datetime) -> None:
    session, key, need = world.session, deal.public_id, world.need(title="另一需求")
    add_need(session, staff, key, NeedAdded(need=need.public_id), now=now)
    remove_need(session, staff, key, need.public_id, MISTAKE, now=now)
    assert (show_deal(session, staff, key, now=now).further_needs, need.status) == ([], NeedStatus.MATCHED)
    with pytest.raises(NotFound):  # the one it began with stays
        remove_need(session, staff, key, show_deal(session, staff, key, now=now).need or "", MISTAKE, now=now)


def test_a_lead_hands_over_what_somebody_who_left_kept_closed_and_reads_nothing_of_it(
    world: World, staff: Viewer, now: datetime
) -> None:
    session, lead, taker = world.session, world.viewer(Role.LEAD), world.staff("接手人")
    leaving, taking = world.sign_in_of(staff), world.sign_in_of(taker)
    closed = start_deal(session, staff, DealCreate(title="保密合作"), now=now)
    edit_deal(session, staff, closed.public_id, DealUpdate(team_only=True), now=now)
    form = HandOverAll(leaving=leaving.login, person=taking.login, note="离职移交")
    assert hand_over_all(session, lead, form, now=now) == []
    leaving.disabled_at = now
    assert hand_over_all(session, lead, form, now=now) == [closed.public_id]
    with pytest.raises(NotFound):
        get_deal(session, lead, closed.public_id)
    event = deal_timeline(session, taker, closed.public_id).items[0]
    assert (event.code, event.text, event.actor_name) == ("deal.handed_over", "离职移交", "lead")
    back = HandOverAll(leaving=taking.login, person=leaving.login, note="x")
    with pytest.raises(Conflict, match="taker_left"):
        hand_over_all(session, lead, back, now=now)


def test_a_lead_hands_over_what_somebody_kept_closed_who_lost_the_role_and_still_signs_in(
    world: World, staff: Viewer, now: datetime
) -> None:
    session, lead = world.session, world.viewer(Role.LEAD)
    leaving, taking = world.sign_in_of(staff), world.sign_in_of(world.staff("接手人"))
    closed = start_deal(session, staff, DealCreate(title="保密合作"), now=now)
    edit_deal(session, staff, closed.public_id, DealUpdate(team_only=True), now=now)
    for membership in world.memberships(leaving.person_id):
        membership.valid_to = now
    form = HandOverAll(leaving=leaving.login, person=taking.login, note="转岗移交")
    assert hand_over_all(session, lead, form, now=now) == [closed.public_id]


def test_staff_who_are_no_leads_hand_over_nothing_of_others(world: World, staff: Viewer, now: datetime) -> None:
    leaving = world.sign_in_of(staff)
    leaving.disabled_at = now
    taking = world.sign_in_of(world.staff("接手人"))
    form = HandOverAll(leaving=leaving.login, person=taking.login, note="x")
    with pytest.raises(Refused, match="needs_lead"):
        hand_over_all(world.session, world.staff("同事"), form, now=now)
