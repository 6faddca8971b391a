"""Evidence, standing, undoing, waiting and answers, as the use cases keep them."""

from datetime import date, datetime, timedelta

import pytest
from sqlmodel import col, select

from core.database import WriteSession
from core.errors import Conflict, Invalid, NotFound, Refused
from models.access import Viewer, viewer_of
from models.deal import Deal, DealStage
from models.deal_enums import ContractKind, EvidenceKind, NoteKind, PartyRole
from models.deal_forms import (
    AnswerCreate,
    ContractCreate,
    EvidenceCreate,
    NextStepUpdate,
    NoteCreate,
    StageMove,
    StatusMove,
    UndoMove,
    WaitingUpdate,
)
from models.enums import ReasonCode, Role
from models.person import Person
from models.user import Membership
from tests.workflow.deal_world import World
from tracking.filters import DealFilter
from workflow.deals import (
    add_note,
    advance_deal,
    deal_timeline,
    list_deals,
    lose_deal,
    open_deal,
    record_answer,
    record_evidence,
    revive_deal,
    set_next_step,
    set_waiting,
    show_deal,
    undo_move,
    withdraw_evidence,
)

WEEK = timedelta(days=7)
WHY = ReasonCode.EVIDENCE_FOLLOWS


@pytest.fixture
def world(session: WriteSession, now: datetime) -> World:
    return World(session, now)


@pytest.fixture
def staff(world: World) -> Viewer:
    return world.staff()


@pytest.fixture
def deal(world: World, staff: Viewer, now: datetime) -> Deal:
    """A deal whose supplier is the demo person 李教授, at its second stage."""
    person = world.person("李教授")
    match = world.match(world.need(), world.supplier("李教授", person=person))
    opened = open_deal(world.session, staff, match.public_id, now=now)
    return advance_deal(world.session, staff, opened.public_id, StageMove(to="exchange"), now=now)


def forward(session: WriteSession, viewer: Viewer, deal: Deal, to: str, now: datetime) -> Deal:
    return advance_deal(session, viewer, deal.public_id, StageMove(to=to), now=now)


def test_evidence_opens_the_next_stage_for_everybody_on_the_team_and_closes_it_when_withdrawn(
    world: World, staff: Viewer, deal: Deal, now: datetime
) -> None:
    session, colleague = world.session, world.staff("同事")
    with pytest.raises(Refused, match="needs_owner"):
        forward(session, colleague, deal, "feasibility", now)
    form = EvidenceCreate(kind=EvidenceKind.NDA, dated_on=now.date() - WEEK, note="编号 7")
    record_evidence(session, colleague, deal.public_id, form, now=now)
    [shown] = show_deal(session, staff, deal.public_id, now=now).evidence
    assert (shown.number, shown.kind, shown.note) == (1, EvidenceKind.NDA, "编号 7")
    withdraw_evidence(session, staff, deal.public_id, 1, now=now)
    with pytest.raises(NotFound):
        withdraw_evidence(session, staff, deal.public_id, 1, now=now)
    with pytest.raises(Invalid, match="evidence_missing"):
        forward(session, staff, deal, "feasibility", now)
    record_evidence(session, colleague, deal.public_id, form, now=now)
    forward(session, colleague, deal, "feasibility", now)
    assert [stage.code for stage in _stages(session, deal)][-1] == "feasibility"


def test_a_deal_that_began_under_the_first_templates_goes_on_as_it_began(
    world: World, deal: Deal, now: datetime
) -> None:
    session, colleague = world.session, world.staff("同事")
    for row in _stages(session, deal):
        row.template_version = 1
    for stage in ("feasibility", "negotiation"):
        forward(session, colleague, deal, stage, now)
    form = StageMove(to="signed", signing=ContractCreate(kind=ContractKind.SERVICE))
    advance_deal(session, colleague, deal.public_id, form, now=now)
    versions = [(row.template, row.template_version) for row in _stages(session, deal)]
    assert versions == [("common", 1)] * 4 + [("service", 1)]


def test_a_noted_visit_is_its_own_evidence(session: WriteSession, staff: Viewer, deal: Deal, now: datetime) -> None:
    add_note(session, staff, deal.public_id, NoteCreate(kind=NoteKind.VISIT, text="看了中试线"), now=now)
    forward(session, staff, deal, "feasibility", now)


def test_what_is_missing_is_shown_with_who_may_move_without_it(
    world: World, staff: Viewer, deal: Deal, now: datetime
) -> None:
    [track] = show_deal(world.session, world.staff("同事"), deal.public_id, now=now).tracks
    assert track.missing == (EvidenceKind.NDA, EvidenceKind.VISIT_NOTE)
    [forward_move] = [move for move in track.moves if move.kind == "forward"]
    assert (forward_move.may, forward_move.standing, forward_move.needs_reason) == (False, "owner", True)
    assert ReasonCode.EVIDENCE_NOT_NEEDED in forward_move.reasons


def test_evidence_of_a_day_to_come_or_of_no_contract_in_particular_is_refused(
    session: WriteSession, staff: Viewer, deal: Deal, now: datetime
) -> None:
    tomorrow = EvidenceCreate(kind=EvidenceKind.NDA, dated_on=now.date() + 2 * WEEK)
    with pytest.raises(Invalid, match="day_in_future"):
        record_evidence(session, staff, deal.public_id, tomorrow, now=now)
    for kind in (ContractKind.TRANSFER, ContractKind.SERVICE):
        signing = ContractCreate(kind=kind, signed_on=now.date())
        advance_deal(session, staff, deal.public_id, StageMove(to="signed", signing=signing, reason=WHY), now=now)
    certificate = EvidenceCreate(kind=EvidenceKind.REGISTRATION_CERTIFICATE, dated_on=now.date())
    with pytest.raises(Invalid, match="which_contract"):
        record_evidence(session, staff, deal.public_id, certificate, now=now)
    record_evidence(session, staff, deal.public_id, certificate.model_copy(update={"contract": 2}), now=now)
    advance_deal(session, staff, deal.public_id, StageMove(to="carrying_out", contract=2), now=now)
    with pytest.raises(Invalid, match="evidence_missing"):
        advance_deal(session, staff, deal.public_id, StageMove(to="rights_transfer", contract=1), now=now)


def test_a_contract_with_its_day_of_signing_is_its_own_evidence_unless_that_day_is_to_come(
    session: WriteSession, staff: Viewer, deal: Deal, now: datetime
) -> None:
    advance_deal(session, staff, deal.public_id, StageMove(to="negotiation", reason=WHY), now=now)
    signing = ContractCreate(kind=ContractKind.DEVELOPMENT, cooperative=True)
    with pytest.raises(Invalid, match="evidence_missing"):
        advance_deal(session, staff, deal.public_id, StageMove(to="signed", signing=signing), now=now)
    late = signing.model_copy(update={"signed_on": now.date() + 2 * WEEK})
    with pytest.raises(Invalid, match="day_in_future"):
        advance_deal(session, staff, deal.public_id, StageMove(to="signed", signing=late), now=now)
    dated = signing.model_copy(update={"signed_on": now.date()})
    advance_deal(session, staff, deal.public_id, StageMove(to="signed", signing=dated), now=now)
    [track] = show_deal(session, staff, deal.public_id, now=now).tracks
    assert "pilot" in track.stages


def test_a_slip_is_undone_visibly_and_its_time_counts_where_the_deal_really_was(
    session: WriteSession, staff: Viewer, deal: Deal, now: datetime
) -> None:
    before = show_deal(session, staff, deal.public_id, now=now).tracks[0]
    assert before.undo_to == "contact"
    form = StageMove(to="negotiation", reason=ReasonCode.OTHER)
    advance_deal(session, staff, deal.public_id, form, now=now + timedelta(hours=1))
    undo_move(session, staff, deal.public_id, UndoMove(text="点错了"), now=now + timedelta(hours=2))
    rows = _stages(session, deal)
    assert [(row.code, row.left_at is None, row.undone_at is None) for row in rows] == [
        ("contact", False, True),
        ("exchange", True, True),
        ("negotiation", False, False),
    ]
    assert [stage.code for stage in show_deal(session, staff, deal.public_id, now=now).history] == [
        "contact",
        "exchange",
    ]
    assert list_deals(session, staff, DealFilter(stage="exchange"), now=now).total == 1
    assert list_deals(session, staff, DealFilter(stage="negotiation"), now=now).total == 0
    codes = [event.code for event in deal_timeline(session, staff, deal.public_id).items]
    assert codes[:2] == ["deal.explained", "deal.move_undone"]
    assert "deal.moved" in codes
    with pytest.raises(Conflict, match="undo_too_late"):
        undo_move(session, staff, deal.public_id, UndoMove(), now=now + 2 * WEEK)
    undo_move(session, staff, deal.public_id, UndoMove(), now=now + WEEK)
    with pytest.raises(Conflict, match="nothing_to_undo"):
        undo_move(session, staff, deal.public_id, UndoMove(), now=now + WEEK)


def test_a_stage_the_deal_does_not_have_is_named_with_those_it_has(
    world: World, staff: Viewer, deal: Deal, now: datetime
) -> None:
    for code in ("nosuch", "acceptance"):
        with pytest.raises(Invalid, match="unknown_stage") as told:
            advance_deal(world.session, staff, deal.public_id, StageMove(to=code), now=now)
        assert told.value.params == {"stage": code, "stage_codes": "contact,exchange,feasibility,negotiation,signed"}


def test_a_revival_is_no_move_to_undo(world: World, staff: Viewer, deal: Deal, now: datetime) -> None:
    session = world.session
    lose_deal(session, staff, deal.public_id, StatusMove(reason=ReasonCode.BUDGET), now=now + timedelta(hours=1))
    with pytest.raises(Conflict, match="move_illegal"):
        undo_move(session, staff, deal.public_id, UndoMove(), now=now)
    again = StatusMove(reason=ReasonCode.CIRCUMSTANCES_CHANGED)
    revive_deal(session, world.viewer(Role.LEAD), deal.public_id, again, now=now + timedelta(hours=1))
    with pytest.raises(Conflict, match="nothing_to_undo"):
        undo_move(session, staff, deal.public_id, UndoMove(), now=now)


def test_the_other_side_is_told_why_a_deal_ended_and_not_by_whom(
    world: World, staff: Viewer, deal: Deal, now: datetime
) -> None:
    session = world.session
    form = StatusMove(reason=ReasonCode.NO_COUNTERPART, text="内部：企业不愿意")
    lose_deal(session, staff, deal.public_id, form, now=now)
    told = deal_timeline(session, _supplier(world, now), deal.public_id).items
    assert told[0].params == {"reason": "no_counterpart"}
    assert {(event.actor_name, event.text) for event in told} == {(None, "")}


def test_a_deal_says_whose_turn_it_is_and_how_soon_a_side_answered(
    world: World, staff: Viewer, deal: Deal, now: datetime
) -> None:
    session, later = world.session, now + timedelta(days=12)
    waits = WaitingUpdate(waiting_for=PartyRole.SUPPLY)
    assert set_waiting(session, staff, deal.public_id, waits, now=now).waiting_for is PartyRole.SUPPLY
    for day, code in ((later.date() + WEEK, "day_in_future"), (date(2020, 1, 1), "before_it_began")):
        with pytest.raises(Invalid, match=code):
            set_waiting(session, staff, deal.public_id, waits.model_copy(update={"waiting_since": day}), now=later)
        with pytest.raises(Invalid, match=code):
            record_answer(
                session, staff, deal.public_id, AnswerCreate(side=PartyRole.SUPPLY, answered_on=day), now=later
            )
    with pytest.raises(NotFound, match="no_such_side"):
        record_answer(session, staff, deal.public_id, AnswerCreate(side=PartyRole.PARTNER), now=later)
    record_answer(session, staff, deal.public_id, AnswerCreate(side=PartyRole.SUPPLY), now=later)
    record_answer(session, staff, deal.public_id, AnswerCreate(side=PartyRole.SUPPLY), now=later + WEEK)
    shown = show_deal(session, staff, deal.public_id, now=later)
    assert (shown.waiting_for, shown.waiting_since) == (None, None)
    assert [(party.role, party.answered_after) for party in shown.parties] == [("demand", None), ("supply", 12)]
    hidden = show_deal(session, _supplier(world, now), deal.public_id, now=later)
    assert [party.answered_on for party in hidden.parties] == [None, None]


def test_an_open_deal_has_a_step_with_its_day_or_the_reason_why_not(
    session: WriteSession, staff: Viewer, deal: Deal, now: datetime
) -> None:
    with pytest.raises(Invalid, match="step_or_reason"):
        set_next_step(session, staff, deal.public_id, NextStepUpdate(), now=now)
    with pytest.raises(Invalid, match="step_needs_day"):
        set_next_step(session, staff, deal.public_id, NextStepUpdate(next_step="电话"), now=now)
    changed = set_next_step(session, staff, deal.public_id, NextStepUpdate(no_step_reason="等批复"), now=now)
    assert (changed.next_step, changed.no_step_reason) == ("", "等批复")
    step = NextStepUpdate(next_step="电话", next_step_due=now.date(), no_step_reason="等批复")
    assert set_next_step(session, staff, deal.public_id, step, now=now).no_step_reason == ""
    both = NextStepUpdate(next_step="电话", next_step_due=now.date(), no_step_reason="对方换人，等通知")
    with pytest.raises(Invalid, match="step_and_reason"):
        set_next_step(session, staff, deal.public_id, both, now=now)


def _stages(session: WriteSession, deal: Deal) -> list[DealStage]:
    session.flush()
    return list(session.exec(select(DealStage).where(DealStage.deal_id == deal.key).order_by(col(DealStage.id))))


def _supplier(world: World, now: datetime) -> Viewer:
    """The person behind the deal's supplier, who sees it as a party."""
    person = world.session.exec(select(Person).where(Person.name == "李教授")).one()
    world.session.add(Membership(person_id=person.key, role=Role.SUPPLIER, valid_from=now))
    world.session.flush()
    return viewer_of(world.session, person.key, now)
