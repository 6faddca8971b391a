from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from core.database import WriteSession
from core.errors import Conflict, Invalid, NotFound, Refused
from models.access import Viewer
from models.deal import Deal
from models.deal_enums import ContractKind, EvidenceKind
from models.deal_forms import (
    ContractCreate,
    DealCreate,
    DealSplit,
    EvidenceCreate,
    ExtraStageCreate,
    StageMove,
    UndoMove,
)
from models.enums import ReasonCode, Role
from tests.workflow.deal_world import World
from workflow.deals import (
    add_stage,
    advance_deal,
    deal_timeline,
    open_deal,
    read_queue,
    record_evidence,
    remove_stage,
    show_deal,
    split_deal,
    start_deal,
    undo_move,
)
from workflow.reports.forecasts import forecast_deal
from workflow.reports.funnel import funnel

HEARING = ExtraStageCreate(name="专家论证", after="exchange", usual_from=7, usual_to=20)


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


@pytest.fixture
def add(world: World, staff: Viewer, deal: Deal, now: datetime) -> Callable[[ExtraStageCreate], str]:
    def adding(form: ExtraStageCreate) -> str:
        add_stage(world.session, staff, deal.public_id, form, now=now)
        return show_deal(world.session, staff, deal.public_id, now=now).extra_stages[-1].code

    return adding


def test_a_deal_goes_through_a_stage_of_its_own_like_through_any_other(
    world: World, staff: Viewer, deal: Deal, now: datetime, add: Callable[[ExtraStageCreate], str]
) -> None:
    session, key = world.session, deal.public_id
    code = add(HEARING)
    assert show_deal(session, staff, key, now=now).tracks[0].stages[1:3] == ("exchange", code)
    for to in ("exchange", code):
        advance_deal(session, staff, key, StageMove(to=to), now=now)
    shown = show_deal(session, staff, key, now=now)
    assert (shown.stages, shown.history[-1].usual_days) == ((code,), (7, 20))
    with pytest.raises(Invalid, match="evidence_missing"):  # what opened the next stage is asked for here now
        advance_deal(session, staff, key, StageMove(to="feasibility"), now=now)
    nda = EvidenceCreate(kind=EvidenceKind.NDA, dated_on=now.date())
    record_evidence(session, staff, key, nda, now=now)
    advance_deal(session, staff, key, StageMove(to="feasibility"), now=now)
    back = undo_move(session, staff, key, UndoMove(), now=now)
    assert show_deal(session, staff, back.public_id, now=now).stages == (code,)
    with pytest.raises(Invalid, match="reason_does_not_fit"):  # its phase is that of the stage it follows
        advance_deal(session, staff, key, StageMove(to="contact", reason=ReasonCode.SAFETY), now=now)


def test_what_opens_it_is_asked_for_before_it(
    world: World, staff: Viewer, deal: Deal, now: datetime, add: Callable[[ExtraStageCreate], str]
) -> None:
    session, key = world.session, deal.public_id
    code = add(HEARING.model_copy(update={"after": "contact", "opened_by": EvidenceKind.VISIT_NOTE}))
    with pytest.raises(Invalid, match="evidence_missing"):
        advance_deal(session, staff, key, StageMove(to=code), now=now)
    note = EvidenceCreate(kind=EvidenceKind.VISIT_NOTE, dated_on=now.date())
    record_evidence(session, staff, key, note, now=now)
    advance_deal(session, staff, key, StageMove(to=code), now=now)
    advance_deal(session, staff, key, StageMove(to="exchange"), now=now)


def test_it_is_stalled_forecast_and_counted_by_its_own_time(
    world: World, staff: Viewer, deal: Deal, now: datetime, add: Callable[[ExtraStageCreate], str]
) -> None:
    session, key = world.session, deal.public_id
    code = add(HEARING.model_copy(update={"after": "contact"}))
    advance_deal(session, staff, key, StageMove(to=code), now=now)
    later = now + timedelta(days=21)
    [line] = read_queue(session, staff, now=later).stalled
    assert (line.stage, line.days, line.usual_days) == (code, 21, 20)
    [forecast] = forecast_deal(session, staff, key, now=later)
    assert (forecast.stage, forecast.stage_name) == (code, "专家论证")
    counted = {(line.template, line.stage): line.entered for line in funnel(session, staff, now=later).lines}
    assert counted == {("common", "contact"): 1, ("common", "extra"): 1}


def test_it_is_taken_away_while_nobody_entered_it_and_what_followed_closes_up(
    world: World, staff: Viewer, deal: Deal, now: datetime, add: Callable[[ExtraStageCreate], str]
) -> None:
    session, key = world.session, deal.public_id
    first = add(HEARING)
    second = add(ExtraStageCreate(name="海外认证", after=first, usual_from=30, usual_to=60))
    third = add(ExtraStageCreate(name="样机评审", after=second, usual_from=30, usual_to=60))
    assert show_deal(session, staff, key, now=now).tracks[0].stages[1:5] == ("exchange", first, second, third)
    remove_stage(session, staff, key, second, now=now)
    assert show_deal(session, staff, key, now=now).tracks[0].stages[1:4] == ("exchange", first, third)
    skip = StageMove(to=first, reason=ReasonCode.KNOWN_PARTNER)
    advance_deal(session, staff, key, skip, now=now)
    with pytest.raises(Conflict, match="stage_was_entered"):
        remove_stage(session, staff, key, first, now=now)
    with pytest.raises(NotFound):
        remove_stage(session, staff, key, second, now=now)
    undo_move(session, staff, key, UndoMove(), now=now)
    remove_stage(session, staff, key, first, now=now)
    assert show_deal(session, staff, key, now=now).tracks[0].stages[1:3] == ("exchange", third)


def test_only_an_owner_or_lead_adds_one_and_only_where_the_deal_has_not_been(
    world: World, staff: Viewer, deal: Deal, now: datetime
) -> None:
    session, key = world.session, deal.public_id
    with pytest.raises(Refused, match="needs_owner"):
        add_stage(session, world.staff("同事"), key, HEARING, now=now)
    advance_deal(session, staff, key, StageMove(to="exchange"), now=now)
    for form, code, error in (
        (HEARING.model_copy(update={"after": "contact"}), "stage_is_past", Conflict),
        (HEARING.model_copy(update={"after": "signed"}), "no_such_stage", Invalid),
        (HEARING.model_copy(update={"contract": 1}), "contract.not_found", NotFound),
    ):
        with pytest.raises(error, match=code):
            add_stage(session, staff, key, form, now=now)
    add_stage(session, world.viewer(Role.LEAD), key, HEARING, now=now)
    with pytest.raises(Conflict, match="stage_already"):
        add_stage(session, staff, key, HEARING, now=now)
    with pytest.raises(ValueError, match="usual_order"):
        ExtraStageCreate(name="x", after="exchange", usual_from=9, usual_to=1)


def test_a_contract_has_its_own_and_the_other_has_not(world: World, staff: Viewer, deal: Deal, now: datetime) -> None:
    session, key = world.session, deal.public_id
    for _ in range(2):
        signing = ContractCreate(kind=ContractKind.SERVICE, signed_on=now.date())
        sign = StageMove(to="signed", signing=signing, reason=ReasonCode.KNOWN_PARTNER)
        advance_deal(session, staff, key, sign, now=now)
    form = ExtraStageCreate(name="试运行", after="carrying_out", usual_from=30, usual_to=90, contract=2)
    add_stage(session, staff, key, form, now=now)
    one, two = show_deal(session, staff, key, now=now).tracks
    assert (len(one.stages), len(two.stages)) == (4, 5)


def test_its_name_is_for_those_who_work_on_the_deal(world: World, staff: Viewer, now: datetime) -> None:
    session, asker = world.session, world.organisation()
    need = world.need(asker)
    deal = start_deal(session, staff, DealCreate(title="t", need=need.public_id), now=now)
    add_stage(session, staff, deal.public_id, HEARING.model_copy(update={"after": "contact"}), now=now)
    code = show_deal(session, staff, deal.public_id, now=now).extra_stages[0].code
    advance_deal(session, staff, deal.public_id, StageMove(to=code), now=now)
    enterprise = world.viewer(Role.ENTERPRISE_MEMBER, asker)
    assert deal_timeline(session, staff, deal.public_id).items[0].stage_names == {code: "专家论证"}
    shown = show_deal(session, enterprise, deal.public_id, now=now)
    told = deal_timeline(session, enterprise, deal.public_id).items
    assert "专家论证" not in shown.model_dump_json() + "".join(event.model_dump_json() for event in told)


def test_a_part_that_goes_its_own_way_stands_at_the_standard_stage(
    world: World, staff: Viewer, deal: Deal, now: datetime, add: Callable[[ExtraStageCreate], str]
) -> None:
    code = add(HEARING.model_copy(update={"after": "contact"}))
    advance_deal(world.session, staff, deal.public_id, StageMove(to=code), now=now)
    part = split_deal(world.session, staff, deal.public_id, DealSplit(title="一部分", note="分开做"), now=now)
    assert show_deal(world.session, staff, part.public_id, now=now).stages == ("contact",)
