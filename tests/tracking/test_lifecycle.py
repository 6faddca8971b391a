from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import cycle, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import AppError, Conflict, Invalid, Refused
from models.deal_enums import ContractKind, DealStatus, EvidenceKind
from models.enums import ReasonCode
from tracking.extra_stages import Extra, base_of, code_of_extra, extended, is_extra
from tracking.lifecycle import (
    CLOSED,
    UNDO_WITHIN,
    Move,
    MoveKind,
    Option,
    Standing,
    State,
    advance,
    begin,
    missing_evidence,
    options,
    require_undoable,
)
from tracking.reasons import ENDS, Phase, phase_of, reasons_for, require_fitting
from tracking.templates import (
    COMMISSIONED,
    COMMON,
    COOPERATIVE,
    SERVICE,
    SIGNED,
    Template,
    all_stages,
    all_templates,
    template_for,
    template_of,
)

FIRST_COMMON, CONTRACT = template_of("common", 1), template_of("contract", 1)
NOTHING: frozenset[EvidenceKind] = frozenset()
SHOWN = [NOTHING, frozenset(EvidenceKind)]
WITH_EXTRAS = [
    extended(
        template,
        [
            Extra(code_of_extra(stage.code, n), stage.code, (1, 9), opened_by)
            for n, (stage, opened_by) in enumerate(zip(template.stages, cycle([EvidenceKind.VISIT_NOTE, None])))
        ],
    )
    for template in (COMMON, SERVICE)
]
"""Templates with a stage of one deal after every stage."""
TEMPLATES = [*all_templates(), *WITH_EXTRAS]
STATES = [State(t, at, s, e) for t in TEMPLATES for at in t.codes for s, e in product(DealStatus, SHOWN)]
TARGETS = list(dict.fromkeys(["", "elsewhere", SIGNED, *all_stages(), *(code for t in TEMPLATES for code in t.codes)]))
MOVES = [Move(*made) for made in product(MoveKind, TARGETS, [None, ReasonCode.BUDGET], Standing)]


def stages_of(state: State, kind: MoveKind) -> list[str]:
    return [option.to for option in options(state) if option.kind is kind]


def test_the_common_way_goes_from_contact_to_signing_step_by_step() -> None:
    state, seen = begin(FIRST_COMMON), ["contact"]
    while forward := stages_of(state, MoveKind.FORWARD):
        state = advance(state, Move(MoveKind.FORWARD, forward[0]))
        seen.append(state.at)
    assert seen == ["contact", "exchange", "feasibility", "negotiation", SIGNED]


def test_from_the_second_stage_one_goes_forward_one_back_and_two_are_skips() -> None:
    state = State(COMMON, "exchange")
    assert stages_of(state, MoveKind.FORWARD) == ["feasibility"]
    assert stages_of(state, MoveKind.SKIP) == ["negotiation", SIGNED]
    assert stages_of(state, MoveKind.BACK) == ["contact"]


@pytest.mark.parametrize(
    "move", [Move(MoveKind.SKIP, "negotiation"), Move(MoveKind.BACK, "contact"), Move(MoveKind.LOSE)]
)
def test_leaving_the_usual_way_needs_a_coded_reason(move: Move) -> None:
    state = State(COMMON, "exchange")
    move = replace(move, by=Standing.OWNER)
    with pytest.raises(Invalid) as refused:
        advance(state, move)
    assert refused.value.code == "deal.reason_needed"
    assert advance(state, replace(move, reason=ReasonCode.CAPACITY)) != state


def test_signing_is_not_undone_and_nothing_is_won_before_it() -> None:
    assert stages_of(State(COMMON, SIGNED), MoveKind.BACK) == []
    for code in COMMON.codes:
        assert MoveKind.WIN not in {option.kind for option in options(State(COMMON, code))}
    for code in CONTRACT.codes:
        won = Move(MoveKind.WIN, by=Standing.OWNER)
        assert advance(State(CONTRACT, code), won).status is DealStatus.WON
        with pytest.raises(Refused, match="needs_owner"):
            advance(State(CONTRACT, code), replace(won, by=Standing.TEAM))


def test_a_paused_deal_is_revived_where_it_stood_and_moves_no_stage_before() -> None:
    why = ReasonCode.BUDGET
    paused = advance(State(COMMON, "feasibility"), Move(MoveKind.PAUSE, reason=why, by=Standing.OWNER))
    assert {option.kind for option in options(paused)} == {MoveKind.REVIVE, MoveKind.LOSE}
    assert advance(paused, Move(MoveKind.REVIVE, reason=why, by=Standing.OWNER)) == State(COMMON, "feasibility")


@pytest.mark.parametrize(
    "ended", [State(COMMON, "exchange", DealStatus.LOST), State(CONTRACT, "acceptance", DealStatus.WON)]
)
def test_a_deal_that_has_ended_comes_back_only_by_a_lead_with_a_reason(ended: State) -> None:
    again = Move(MoveKind.REVIVE, reason=ReasonCode.CIRCUMSTANCES_CHANGED, by=Standing.LEAD)
    with pytest.raises(Invalid):
        advance(ended, replace(again, reason=None))
    with pytest.raises(Refused, match="needs_lead"):
        advance(ended, replace(again, by=Standing.OWNER))
    assert advance(ended, again) == replace(ended, status=DealStatus.OPEN)
    assert [option.kind for option in options(ended)] == [MoveKind.REVIVE]


def test_every_move_from_every_state_of_every_template_is_an_option_or_refused_without_a_trace() -> None:
    made: set[tuple[DealStatus, MoveKind]] = set()
    for state in STATES:
        before, legal = repr(state), {(o.kind, o.to): o for o in options(state)}
        for move in MOVES:
            option = legal.get((move.kind, move.to))
            refusal = _refusal(option, move)
            if refusal is not None:
                with pytest.raises(refusal):
                    advance(state, move)
            else:
                after = advance(state, move)
                made.add((state.status, move.kind))
                assert (after.template, after.shown) == (state.template, state.shown)
                assert (after.at == state.at) or (after.status is state.status is DealStatus.OPEN)
        assert repr(state) == before
    assert {status for status, kind in made if kind is MoveKind.REVIVE} == set(DealStatus) - {DealStatus.OPEN}


def _refusal(option: Option | None, move: Move) -> type[AppError] | None:
    if option is None:
        return Conflict
    if move.by < option.standing:
        return Refused
    return Invalid if option.needs_reason and move.reason is None else None


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: f"{template.name}-{'-'.join(template.codes)}")
def test_one_piece_of_the_evidence_a_stage_names_opens_the_next_without_a_reason(template: Template) -> None:
    for stage, following in zip(template.stages, template.codes[1:], strict=False):
        closed, on = State(template, stage.code), Move(MoveKind.FORWARD, following, by=Standing.OWNER)
        assert missing_evidence(closed) == stage.opens_next
        assert advance(closed, replace(on, reason=ReasonCode.EVIDENCE_FOLLOWS)).at == following
        for kind in stage.opens_next:
            opened = replace(closed, shown=frozenset({kind}))
            assert advance(opened, replace(on, by=Standing.TEAM)).at == following
            others = replace(closed, shown=frozenset(EvidenceKind) - set(stage.opens_next))
            with pytest.raises(Invalid, match="evidence_missing"):
                advance(others, on)


def test_every_kind_of_contract_has_stages_and_development_two_ways() -> None:
    assert template_for(ContractKind.DEVELOPMENT) is COMMISSIONED
    assert template_for(ContractKind.DEVELOPMENT, cooperative=True) is COOPERATIVE
    assert template_for(ContractKind.TRANSFER, cooperative=True) is template_for(ContractKind.TRANSFER)
    assert len({template_for(kind).name for kind in ContractKind}) == len(ContractKind)


def test_a_published_template_asks_no_more_than_it_did() -> None:
    for template in (FIRST_COMMON, CONTRACT):
        assert not any(stage.opens_next for stage in template.stages)


def test_a_move_is_undone_within_a_week_and_only_on_an_open_deal() -> None:
    entered = datetime(2026, 3, 1, tzinfo=UTC)
    require_undoable(entered, DealStatus.OPEN, now=entered + UNDO_WITHIN)
    with pytest.raises(Conflict, match="undo_too_late"):
        require_undoable(entered, DealStatus.OPEN, now=entered + UNDO_WITHIN + timedelta(seconds=1))
    for status in set(DealStatus) - {DealStatus.OPEN}:
        with pytest.raises(Conflict, match="move_illegal"):
            require_undoable(entered, status, now=entered)


def test_reasons_are_offered_by_phase_and_none_twice() -> None:
    assert [phase_of(stage) for stage in ("contact", "negotiation", "pilot")] == list(Phase)
    assert ReasonCode.NO_COUNTERPART in reasons_for(MoveKind.LOSE, "contact")
    assert ReasonCode.SAFETY not in reasons_for(MoveKind.LOSE, "negotiation")
    for kind, stage in product(MoveKind, all_stages()):
        offered = reasons_for(kind, stage)
        assert len(set(offered)) == len(offered) > 0
    assert all(ReasonCode.OTHER in reasons for reasons in ENDS.values())


def test_a_stage_of_one_deal_asks_later_for_what_was_asked_for_before() -> None:
    chained = [
        Extra("exchange+1", "exchange", (1, 2), EvidenceKind.PILOT_REPORT),
        Extra("exchange+2", "exchange+1", (1, 2)),
    ]
    template = extended(COMMON, chained)
    asked = {stage.code: stage.opens_next for stage in template.stages}
    assert asked["exchange"] == (EvidenceKind.PILOT_REPORT,)
    assert (asked["exchange+1"], asked["exchange+2"]) == ((), COMMON.stages[1].opens_next)
    assert extended(COMMON, [Extra("x+1", "elsewhere", (1, 2))]).codes == COMMON.codes
    assert (base_of("exchange+2"), is_extra("exchange+2"), is_extra("exchange")) == ("exchange", True, False)
    assert code_of_extra("exchange+1", 7) == "exchange+7"


def test_a_reason_of_another_phase_is_refused_and_those_that_fit_are_named() -> None:
    for kind, stage in product(MoveKind, all_stages()):
        fitting = reasons_for(kind, stage)
        for reason in ReasonCode:
            if reason in fitting:
                require_fitting(kind, stage, reason)
                continue
            with pytest.raises(Invalid, match="reason_does_not_fit") as refused:
                require_fitting(kind, stage, reason)
            assert str(refused.value.params["reasons"]).split(",") == [one.value for one in fitting]
    assert ReasonCode.TECHNOLOGY_FAILED not in reasons_for(MoveKind.SKIP, "contact")
    require_fitting(MoveKind.LOSE, "contact", None)


@given(st.lists(st.sampled_from(MOVES), max_size=60), st.sampled_from(STATES))
def test_closed_is_final_but_for_a_revival_and_no_walk_leaves_the_template(moves: list[Move], state: State) -> None:
    for move in moves:
        try:
            after = advance(state, move)
        except AppError:
            continue
        if state.status in CLOSED:
            assert (move.kind, move.by, after.at) == (MoveKind.REVIVE, Standing.LEAD, state.at)
            assert move.reason is not None
        assert after.at in after.template.codes
        state = after


def test_every_template_is_found_by_the_name_and_version_that_stages_store() -> None:
    for template in all_templates():
        assert template_of(template.name, template.version) is template
        assert len(set(template.codes)) == len(template.codes)
        assert all(0 <= low <= high for low, high in (stage.usual_days for stage in template.stages))
