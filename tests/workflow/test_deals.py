import threading
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from core.database import Database, WriteSession
from core.errors import Conflict, Invalid, NotFound, Refused
from models.access import Viewer, viewer_of
from models.deal import Deal, DealParty, DealStage, Outcome
from models.deal_enums import ContractKind, DealStatus, NoteKind, PartyRole, Visibility
from models.deal_forms import (
    ContractCreate,
    DealCreate,
    DealOpen,
    DealUpdate,
    NextStepUpdate,
    NoteCreate,
    StageMove,
    StatusMove,
)
from models.deal_outcome import OutcomeCreate
from models.enums import NeedStatus, OrganisationKind, Precision, ReasonCode, Role, SubjectKind, SupplierKind
from models.history import Event
from models.match_enums import MatchStatus
from models.need import Need
from models.user import Membership
from tests.workflow.deal_world import World
from workflow.deals import (
    DealFilter,
    add_note,
    advance_deal,
    archive_deal,
    deal_timeline,
    edit_deal,
    get_deal,
    list_deals,
    lose_deal,
    open_deal,
    pause_deal,
    record_outcome,
    restore_deal,
    revive_deal,
    set_next_step,
    show_deal,
    start_deal,
)

SIGNING = ContractCreate(kind=ContractKind.DEVELOPMENT, amount=120_000_000)


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


def started(session: WriteSession, viewer: Viewer, now: datetime, title: str = "联合攻关") -> Deal:
    return start_deal(session, viewer, DealCreate(title=title), now=now)


def codes(session: WriteSession, deal: Deal) -> list[str]:
    return list(
        session.exec(
            select(Event.code)
            .where(Event.subject_kind == SubjectKind.DEAL, Event.subject_id == deal.key)
            .order_by(col(Event.id))
        )
    )


def stages(session: WriteSession, deal: Deal) -> list[DealStage]:
    return list(session.exec(select(DealStage).where(DealStage.deal_id == deal.key).order_by(col(DealStage.id))))


def signed(session: WriteSession, staff: Viewer, deal: Deal, now: datetime) -> Deal:
    signing = SIGNING.model_copy(update={"signed_on": now.date()})
    move = StageMove(to="signed", signing=signing, reason=ReasonCode.KNOWN_PARTNER)
    return advance_deal(session, staff, deal.public_id, move, now=now)


# --- opening -------------------------------------------------------------------------------------------------------


def test_an_accepted_match_becomes_a_deal_between_its_two_sides(world: World, staff: Viewer, now: datetime) -> None:
    contact = world.person("王工")
    need, supplier = world.need(contact=contact, title="焊接变形控制"), world.supplier("李教授", person=world.person())
    match = world.match(need, supplier)
    deal = open_deal(world.session, staff, match.public_id, now=now)
    assert (deal.title, deal.owner_id, deal.match_id) == ("焊接变形控制 · 李教授", staff.person_id, match.id)
    assert need.status is NeedStatus.INTRODUCED
    parties = world.session.exec(select(DealParty).order_by(col(DealParty.id))).all()
    assert [(p.role, p.organisation_id, p.supplier_id) for p in parties] == [
        (PartyRole.DEMAND, need.organisation_id, None),
        (PartyRole.SUPPLY, None, supplier.id),
    ]
    assert parties[0].person_id == contact.id
    assert [stage.code for stage in stages(world.session, deal)] == ["contact"]
    assert codes(world.session, deal) == ["deal.opened"]


def test_a_need_with_a_public_title_does_not_give_its_own_away_in_the_deal(
    world: World, staff: Viewer, now: datetime
) -> None:
    match = world.match(world.need(title="秘密工艺", public_title="焊接类需求"), world.supplier("李教授"))
    assert open_deal(world.session, staff, match.public_id, now=now).title == "焊接类需求 · 李教授"


@pytest.mark.parametrize("status", [MatchStatus.PROPOSED, MatchStatus.DECLINED, MatchStatus.DEFERRED])
def test_only_an_accepted_match_becomes_a_deal(world: World, staff: Viewer, now: datetime, status: MatchStatus) -> None:
    match = world.match(world.need(), world.supplier(), status)
    with pytest.raises(Conflict, match="not_accepted"):
        open_deal(world.session, staff, match.public_id, now=now)


def test_a_match_becomes_one_deal_only(world: World, staff: Viewer, now: datetime) -> None:
    match = world.match(world.need(), world.supplier())
    open_deal(world.session, staff, match.public_id, now=now)
    with pytest.raises(Conflict, match="already_open"):
        open_deal(world.session, staff, match.public_id, now=now)


def test_a_need_that_was_met_is_not_opened_again_by_another_deal(
    world: World, staff: Viewer, deal: Deal, now: datetime
) -> None:
    session = world.session
    assert deal.need_id is not None
    need = session.get_one(Need, deal.need_id)
    rival = world.match(need, world.supplier("另一位"))
    other = start_deal(session, staff, DealCreate(title="备选", need=need.public_id), now=now)
    lose_deal(session, staff, other.public_id, StatusMove(reason=ReasonCode.CAPACITY), now=now)
    assert _need_status(session, deal) is NeedStatus.INTRODUCED  # the first deal still runs
    signed(session, staff, deal, now)
    record_outcome(session, staff, deal.public_id, OutcomeCreate(status=DealStatus.WON, text="已投产"), now=now)
    again = StatusMove(reason=ReasonCode.OTHER)
    revive_deal(session, world.viewer(Role.LEAD), other.public_id, again, now=now)
    assert _need_status(session, deal) is NeedStatus.CLOSED
    with pytest.raises(Conflict, match="closed"):
        open_deal(session, staff, rival.public_id, now=now)


def test_nobody_but_staff_who_see_the_need_opens_a_deal(world: World, now: datetime) -> None:
    need = world.need(branch=world.organisation("分会", OrganisationKind.SOCIETY_BRANCH))
    match = world.match(need, world.supplier())
    other_branch = world.viewer(Role.STAFF, world.organisation("另一分会", OrganisationKind.SOCIETY_BRANCH))
    with pytest.raises(NotFound):
        open_deal(world.session, other_branch, match.public_id, now=now)
    enterprise = viewer_of(world.session, _member(world, need.organisation_id), now)
    with pytest.raises(Refused):
        open_deal(world.session, enterprise, match.public_id, now=now)


def test_a_deal_starts_without_a_match_with_the_sides_that_are_known(
    world: World, staff: Viewer, now: datetime
) -> None:
    need = world.need()
    supplier = world.supplier("研究院", organisation=world.organisation("研究院"), kind=SupplierKind.ORGANISATION)
    form = DealCreate(title="联合攻关", need=need.public_id, supplier=supplier.public_id)
    deal = start_deal(world.session, staff, form, now=now)
    shown = show_deal(world.session, staff, deal.public_id, now=now)
    assert [party.name for party in shown.parties] == ["甲公司", "研究院"]
    assert (shown.need, shown.match, shown.status) == (need.public_id, None, DealStatus.OPEN)
    assert start_deal(world.session, staff, DealCreate(title="只有题目"), now=now).need_id is None


# --- moving --------------------------------------------------------------------------------------------------------


def test_a_move_leaves_one_stage_enters_the_next_and_is_history(
    session: WriteSession, staff: Viewer, deal: Deal, now: datetime
) -> None:
    later = now + timedelta(days=40)
    advance_deal(session, staff, deal.public_id, StageMove(to="exchange"), now=later)
    assert [(s.code, s.entered_at, s.left_at) for s in stages(session, deal)] == [
        ("contact", now, later),
        ("exchange", later, None),
    ]
    event = session.exec(select(Event).where(Event.code == "deal.moved", Event.subject_id == deal.key)).one()
    assert (event.params, event.visibility) == ({"move": "forward", "from": "contact", "to": "exchange"}, "parties")
    assert deal.last_activity_at == later


@pytest.mark.parametrize(
    "form",
    [
        StageMove(to="feasibility"),
        StageMove(to="nowhere"),
        StageMove(to="contact"),
        StageMove(to="signed", reason=ReasonCode.OTHER),
        StageMove(to="carrying_out", reason=ReasonCode.OTHER),
    ],
)
def test_an_illegal_move_is_refused_and_changes_nothing(
    session: WriteSession, staff: Viewer, deal: Deal, now: datetime, form: StageMove
) -> None:
    before = (deal.version, codes(session, deal), [s.code for s in stages(session, deal)])
    with pytest.raises((Conflict, Invalid)):
        advance_deal(session, staff, deal.public_id, form, now=now)
    session.flush()
    assert (deal.version, codes(session, deal), [s.code for s in stages(session, deal)]) == before


def test_the_reason_of_a_skip_is_written_down_for_the_staff_alone(
    session: WriteSession, staff: Viewer, deal: Deal, now: datetime
) -> None:
    form = StageMove(to="negotiation", reason=ReasonCode.KNOWN_PARTNER, text="合作过三次")
    advance_deal(session, staff, deal.public_id, form, now=now)
    explained = session.exec(select(Event).where(Event.code == "deal.explained", Event.subject_id == deal.key)).one()
    assert (explained.params, explained.text) == ({"move": "skip", "reason": "known_partner"}, "合作过三次")
    assert explained.visibility is Visibility.STAFF


def test_each_contract_goes_its_own_way_after_signing(
    session: WriteSession, staff: Viewer, deal: Deal, now: datetime
) -> None:
    signed(session, staff, deal, now)
    second = StageMove(to="signed", signing=ContractCreate(kind=ContractKind.LICENCE))
    with pytest.raises(Invalid, match="evidence_missing"):
        advance_deal(session, staff, deal.public_id, second, now=now)
    second.reason = ReasonCode.EVIDENCE_FOLLOWS
    advance_deal(session, staff, deal.public_id, second, now=now)
    on = StageMove(to="licence_filing", contract=2, reason=ReasonCode.EVIDENCE_FOLLOWS)
    advance_deal(session, staff, deal.public_id, on, now=now)
    shown = show_deal(session, staff, deal.public_id, now=now)
    assert [(t.contract, t.kind, t.stage) for t in shown.tracks] == [
        (1, ContractKind.DEVELOPMENT, "registration"),
        (2, ContractKind.LICENCE, "licence_filing"),
    ]
    with pytest.raises(Invalid, match="which_contract"):
        advance_deal(session, staff, deal.public_id, StageMove(to="carrying_out"), now=now)
    with pytest.raises(NotFound):
        advance_deal(session, staff, deal.public_id, StageMove(to="acceptance", contract=3), now=now)


def test_the_time_of_a_pause_is_counted_and_the_deal_goes_on_where_it_stood(
    session: WriteSession, staff: Viewer, deal: Deal, now: datetime
) -> None:
    pause_deal(session, staff, deal.public_id, StatusMove(reason=ReasonCode.BUDGET), now=now)
    with pytest.raises(Conflict, match="move_illegal"):
        advance_deal(session, staff, deal.public_id, StageMove(to="exchange"), now=now)
    revive_deal(session, staff, deal.public_id, StatusMove(reason=ReasonCode.BUDGET), now=now + timedelta(days=10))
    [stage] = stages(session, deal)
    assert (deal.status, stage.paused_at, stage.paused_seconds) == (DealStatus.OPEN, None, 10 * 86_400)


def test_a_lost_deal_keeps_its_phase_and_reason_and_frees_its_need(
    session: WriteSession, staff: Viewer, deal: Deal, now: datetime
) -> None:
    lose_deal(session, staff, deal.public_id, StatusMove(reason=ReasonCode.IP_PROBLEM, text="权属谈不拢"), now=now)
    outcome = session.exec(select(Outcome).where(Outcome.deal_id == deal.key)).one()
    assert (outcome.stage, outcome.reason, deal.closed_at) == ("contact", ReasonCode.IP_PROBLEM, now)
    assert show_deal(session, staff, deal.public_id, now=now).stages == ("contact",)
    assert _need_status(session, deal) is NeedStatus.MATCHED
    with pytest.raises(Conflict):
        advance_deal(session, staff, deal.public_id, StageMove(to="exchange"), now=now)


def test_a_lost_deal_is_revived_by_a_lead_with_a_reason_where_it_ended(
    world: World, session: WriteSession, staff: Viewer, deal: Deal, now: datetime
) -> None:
    lead = world.viewer(Role.LEAD)
    advance_deal(session, staff, deal.public_id, StageMove(to="exchange"), now=now)
    lose_deal(session, staff, deal.public_id, StatusMove(reason=ReasonCode.NO_ANSWER), now=now)
    with pytest.raises(Invalid, match="reason_needed"):
        revive_deal(session, lead, deal.public_id, StatusMove(), now=now)
    assert deal.status is DealStatus.LOST
    back = now + timedelta(days=90)
    again = StatusMove(reason=ReasonCode.CIRCUMSTANCES_CHANGED)
    with pytest.raises(Refused, match="needs_lead"):
        revive_deal(session, staff, deal.public_id, again, now=back)
    revive_deal(session, lead, deal.public_id, again, now=back)
    assert (deal.status, deal.closed_at) == (DealStatus.OPEN, None)
    assert [(s.code, s.entered_at, s.left_at) for s in stages(session, deal)][1:] == [
        ("exchange", now, now),
        ("exchange", back, None),
    ]
    assert session.exec(select(Outcome).where(Outcome.deal_id == deal.key)).first() is None
    assert "deal.lost" in codes(session, deal)
    assert _need_status(session, deal) is NeedStatus.INTRODUCED


def test_a_won_deal_closes_its_need_and_is_final_but_takes_later_figures(
    session: WriteSession, staff: Viewer, deal: Deal, now: datetime
) -> None:
    with pytest.raises(Conflict, match="move_illegal"):
        record_outcome(session, staff, deal.public_id, OutcomeCreate(status=DealStatus.WON, text="已投产"), now=now)
    signed(session, staff, deal, now)
    won = OutcomeCreate(status=DealStatus.WON, contract_sum=120_000_000, text="已投产")
    record_outcome(session, staff, deal.public_id, won, now=now)
    assert _need_status(session, deal) is NeedStatus.CLOSED
    record_outcome(session, staff, deal.public_id, OutcomeCreate(status=DealStatus.WON, jobs=12), now=now)
    outcome = session.exec(select(Outcome).where(Outcome.deal_id == deal.key)).one()
    assert (outcome.stage, outcome.contract_sum, outcome.jobs, outcome.text) == (
        "registration",
        120_000_000,
        12,
        "已投产",
    )
    for refused in (DealStatus.LOST, DealStatus.PAUSED):
        form = OutcomeCreate(status=refused, reason=ReasonCode.OTHER)
        with pytest.raises((Conflict, Invalid)):
            record_outcome(session, staff, deal.public_id, form, now=now)
    with pytest.raises(Refused, match="needs_lead"):
        revive_deal(session, staff, deal.public_id, StatusMove(reason=ReasonCode.OTHER), now=now)


def test_a_form_filled_in_before_somebody_else_saved_is_a_conflict(
    session: WriteSession, staff: Viewer, deal: Deal, now: datetime
) -> None:
    seen = deal.version
    edit_deal(session, staff, deal.public_id, DealUpdate(title="新题目", version=seen), now=now)
    with pytest.raises(Conflict, match="changed_meanwhile"):
        pause_deal(session, staff, deal.public_id, StatusMove(reason=ReasonCode.BUDGET, version=seen), now=now)


def test_of_two_people_who_move_a_deal_at_once_one_wins_and_nothing_is_lost(database: Database, now: datetime) -> None:
    with database.writing() as session:
        world = World(session, now)
        viewers = [world.viewer(Role.LEAD), world.viewer(Role.LEAD)]
        public_id = started(session, viewers[0], now).public_id
    barrier, results = threading.Barrier(2), []

    def move(viewer: Viewer) -> None:
        barrier.wait()
        try:
            with database.writing() as session:
                advance_deal(session, viewer, public_id, StageMove(to="exchange"), now=now)
            results.append("moved")
        except Conflict as conflict:
            results.append(conflict.code)

    threads = [threading.Thread(target=move, args=(viewer,)) for viewer in viewers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["deal.move_illegal", "moved"]
    with database.reading() as reading:
        rows = reading.exec(select(DealStage).order_by(col(DealStage.id))).all()
        assert [row.code for row in rows] == ["contact", "exchange"]
        assert reading.exec(select(Event).where(Event.code == "deal.moved")).one().actor_id is not None


# --- notes, next step, editing -------------------------------------------------------------------------------------


def test_a_note_is_told_later_than_it_happened_and_never_before(
    session: WriteSession, staff: Viewer, deal: Deal, now: datetime
) -> None:
    visit = NoteCreate(
        kind=NoteKind.VISIT, text="参观中试线", occurred_at=now - timedelta(days=9), precision=Precision.DAY
    )
    event = add_note(session, staff, deal.public_id, visit, now=now)
    assert (event.code, event.recorded_at - event.occurred_at) == ("deal.visit", timedelta(days=9))
    with pytest.raises(Invalid, match="note_in_future"):
        add_note(session, staff, deal.public_id, NoteCreate(text="x", occurred_at=now + timedelta(1)), now=now)
    with pytest.raises(ValueError, match="time_zone"):
        NoteCreate(text="x", occurred_at=datetime(2026, 1, 1))  # naive on purpose


def test_a_day_without_a_step_and_a_step_of_a_closed_deal_are_refused(
    session: WriteSession, staff: Viewer, deal: Deal, now: datetime
) -> None:
    with pytest.raises(Invalid, match="step_needed"):
        set_next_step(session, staff, deal.public_id, NextStepUpdate(next_step_due=date(2026, 4, 1)), now=now)
    lose_deal(session, staff, deal.public_id, StatusMove(reason=ReasonCode.BUDGET), now=now)
    with pytest.raises(Conflict, match="closed"):
        set_next_step(session, staff, deal.public_id, NextStepUpdate(next_step="电话"), now=now)


def test_a_next_step_is_due_today_or_later_unless_its_day_was_known(
    world: World, staff: Viewer, deal: Deal, now: datetime
) -> None:
    session, today = world.session, now.date()
    yesterday = today - timedelta(days=1)
    past = NextStepUpdate(next_step="电话", next_step_due=yesterday)
    with pytest.raises(Invalid, match="step_in_past") as refused:
        set_next_step(session, staff, deal.public_id, past, now=now)
    assert [(one.code, one.field) for one in refused.value.problems] == [("field.before_today", "next_step_due")]
    begun = DealCreate(title="另一个", next_step="电话", next_step_due=yesterday)
    with pytest.raises(Invalid, match="step_in_past"):
        start_deal(session, staff, begun, now=now)
    match = world.match(world.need(title="电池热管理"), world.supplier("赵研究员"))
    with pytest.raises(Invalid, match="step_in_past"):
        open_deal(session, staff, match.public_id, DealOpen(next_step="电话", next_step_due=yesterday), now=now)
    set_next_step(session, staff, deal.public_id, past.model_copy(update={"next_step_due": today}), now=now)
    later = now + timedelta(days=3)
    reworded = NextStepUpdate(next_step="再打一次电话", next_step_due=today)
    assert set_next_step(session, staff, deal.public_id, reworded, now=later).next_step == "再打一次电话"


def test_an_archived_deal_leaves_the_list_and_comes_back(
    session: WriteSession, staff: Viewer, deal: Deal, now: datetime
) -> None:
    archive_deal(session, staff, deal.public_id, now=now)
    assert list_deals(session, staff, now=now).total == 0
    assert list_deals(session, staff, DealFilter(archived=True), now=now).total == 1
    restore_deal(session, staff, deal.public_id, now=now)
    assert list_deals(session, staff, now=now).total == 1


ACTS_ON_A_DEAL: dict[str, Callable[[WriteSession, Viewer, str, datetime], Any]] = {
    "advance": lambda s, v, deal, now: advance_deal(s, v, deal, StageMove(to="exchange"), now=now),
    "pause": lambda s, v, deal, now: pause_deal(s, v, deal, StatusMove(reason=ReasonCode.BUDGET), now=now),
    "lose": lambda s, v, deal, now: lose_deal(s, v, deal, StatusMove(reason=ReasonCode.BUDGET), now=now),
    "win": lambda s, v, deal, now: record_outcome(
        s, v, deal, OutcomeCreate(status=DealStatus.WON, text="已投产"), now=now
    ),
    "note": lambda s, v, deal, now: add_note(s, v, deal, NoteCreate(kind=NoteKind.CALL, text="x"), now=now),
    "step": lambda s, v, deal, now: set_next_step(s, v, deal, NextStepUpdate(no_step_reason="等通知"), now=now),
    "edit": lambda s, v, deal, now: edit_deal(s, v, deal, DealUpdate(title="改名"), now=now),
}


@pytest.mark.parametrize("act", ACTS_ON_A_DEAL)
def test_an_archived_deal_takes_nothing_until_it_is_restored(
    session: WriteSession, staff: Viewer, deal: Deal, now: datetime, act: str
) -> None:
    archive_deal(session, staff, deal.public_id, now=now)
    with pytest.raises(Conflict, match=r"deal\.archived"):
        ACTS_ON_A_DEAL[act](session, staff, deal.public_id, now)
    shown = show_deal(session, staff, deal.public_id, now=now)
    assert (shown.moves, [track.moves for track in shown.tracks]) == ([], [[]])
    restore_deal(session, staff, deal.public_id, now=now)
    if act != "win":  # not before it is signed
        ACTS_ON_A_DEAL[act](session, staff, deal.public_id, now)


# --- reading -------------------------------------------------------------------------------------------------------


def test_a_list_finds_deals_by_words_status_stage_owner_and_overdue_step(
    world: World, staff: Viewer, now: datetime
) -> None:
    session, lead = world.session, world.viewer(Role.LEAD)
    match = world.match(world.need(title="电池热管理"), world.supplier("赵研究员"))
    opened = open_deal(
        session,
        staff,
        match.public_id,
        DealOpen(next_step="寄资料", next_step_due=date(2026, 3, 1)),
        now=now - timedelta(days=1),
    )
    other = started(session, lead, now, "水处理膜 100%_合作")
    signed(session, lead, other, now)

    def found(viewer: Viewer, **wanted: Any) -> list[str]:
        return [line.public_id for line in list_deals(session, viewer, DealFilter(**wanted), now=now).items]

    assert found(staff, query="赵研究员 电池") == [opened.public_id]
    assert found(staff, query="%_") == [other.public_id]
    assert found(staff, query="不存在") == []
    assert found(staff, stage="registration") == [other.public_id]
    assert found(staff, stage="contact") == [opened.public_id]
    assert found(lead, mine=True) == [other.public_id]
    assert found(staff, overdue=True) == [opened.public_id]
    assert found(staff, status=DealStatus.LOST) == []
    line = list_deals(session, staff, DealFilter(overdue=True), now=now).items[0]
    assert (line.overdue, line.next_step, line.stages) == (True, "寄资料", ("contact",))


def test_a_party_sees_that_the_deal_moves_but_nothing_that_is_meant_for_the_staff(
    world: World, staff: Viewer, now: datetime
) -> None:
    session = world.session
    person = world.person("李教授")
    need = world.need(title="秘密工艺")
    match = world.match(need, world.supplier("李教授", person=person))
    deal = open_deal(session, staff, match.public_id, DealOpen(next_step="压价", next_step_due=now.date()), now=now)
    supplier = viewer_of(session, _with_role(world, person.key, Role.SUPPLIER), now)
    form = StageMove(to="feasibility", reason=ReasonCode.KNOWN_PARTNER, text="内部意见")
    advance_deal(session, staff, deal.public_id, form, now=now)
    add_note(session, staff, deal.public_id, NoteCreate(text="给双方", visibility=Visibility.PARTIES), now=now)
    add_note(session, staff, deal.public_id, NoteCreate(text="内部", visibility=Visibility.TEAM), now=now)
    shown = show_deal(session, supplier, deal.public_id, now=now)
    assert (shown.title, shown.next_step, shown.next_step_due, shown.overdue) == ("", "", None, False)
    assert (shown.may_change, shown.moves, shown.match, shown.outcome) == (False, [], None, None)
    assert [moves for track in shown.tracks for moves in track.moves] == []
    texts = [event.text for event in deal_timeline(session, supplier, deal.public_id).items]
    assert texts == ["给双方", "", ""]
    assert len(deal_timeline(session, staff, deal.public_id).items) == 5
    assert list_deals(session, supplier, DealFilter(query="秘密"), now=now).total == 0
    with pytest.raises(Refused):
        add_note(session, supplier, deal.public_id, NoteCreate(text="x"), now=now)


def test_a_deal_is_not_found_by_those_who_have_no_part_in_it(
    world: World, staff: Viewer, deal: Deal, now: datetime
) -> None:
    for viewer in (world.viewer(Role.SUPPLIER), world.viewer(Role.ENTERPRISE_MEMBER, world.organisation("乙公司"))):
        with pytest.raises(NotFound):
            get_deal(world.session, viewer, deal.public_id)
        assert list_deals(world.session, viewer, now=now).total == 0
    edit_deal(world.session, staff, deal.public_id, DealUpdate(team_only=True), now=now)
    with pytest.raises(NotFound):
        get_deal(world.session, world.staff("同事"), deal.public_id)


def test_the_page_offers_exactly_the_moves_that_are_legal(
    session: WriteSession, staff: Viewer, deal: Deal, now: datetime
) -> None:
    shown = show_deal(session, staff, deal.public_id, now=now)
    [track] = shown.tracks
    assert [(move.kind, move.to, move.needs_reason) for move in track.moves] == [
        ("forward", "exchange", False),
        ("skip", "feasibility", True),
        ("skip", "negotiation", True),
        ("skip", "signed", True),
    ]
    assert [move.kind for move in shown.moves] == ["pause", "lose"]
    assert shown.history[0].usual_days == (60, 90)


def _member(world: World, organisation_id: int) -> int:
    return _with_role(world, world.person("经理").key, Role.ENTERPRISE_MEMBER, organisation_id)


def _with_role(world: World, person_id: int, role: Role, organisation_id: int | None = None) -> int:

    world.session.add(Membership(person_id=person_id, role=role, organisation_id=organisation_id, valid_from=world.now))
    world.session.flush()
    return person_id


def _need_status(session: WriteSession, deal: Deal) -> NeedStatus:

    assert deal.need_id is not None
    return session.get_one(Need, deal.need_id).status
