from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import AppError, Conflict, Invalid
from models.enums import DealStatus, ReasonCode
from tracking.lifecycle import CLOSED, Move, MoveKind, State, advance, begin, options
from tracking.templates import COMMON, CONTRACT, SIGNED, all_templates, template_of

STATES = [State(t, at, status) for t in all_templates() for at in t.codes for status in DealStatus]
TARGETS = ["", "elsewhere", *COMMON.codes, *CONTRACT.codes]
MOVES = [Move(kind, to, reason) for kind, to, reason in product(MoveKind, TARGETS, [None, ReasonCode.BUDGET])]


def stages_of(state: State, kind: MoveKind) -> list[str]:
    return [option.to for option in options(state) if option.kind is kind]


def test_the_common_way_goes_from_contact_to_signing_step_by_step() -> None:
    state, seen = begin(COMMON), ["contact"]
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
    with pytest.raises(Invalid) as refused:
        advance(state, move)
    assert refused.value.code == "deal.reason_needed"
    assert advance(state, Move(move.kind, move.to, ReasonCode.CAPACITY)) != state


def test_signing_is_not_undone_and_nothing_is_won_before_it() -> None:
    assert stages_of(State(COMMON, SIGNED), MoveKind.BACK) == []
    for code in COMMON.codes:
        assert MoveKind.WIN not in {option.kind for option in options(State(COMMON, code))}
    for code in CONTRACT.codes:
        assert advance(State(CONTRACT, code), Move(MoveKind.WIN)).status is DealStatus.WON


def test_a_paused_deal_is_revived_where_it_stood_and_moves_no_stage_before() -> None:
    paused = advance(State(COMMON, "feasibility"), Move(MoveKind.PAUSE))
    assert {option.kind for option in options(paused)} == {MoveKind.REVIVE, MoveKind.LOSE}
    assert advance(paused, Move(MoveKind.REVIVE)) == State(COMMON, "feasibility")


def test_a_lost_deal_comes_back_only_with_a_reason_and_a_won_one_never() -> None:
    lost = State(COMMON, "exchange", DealStatus.LOST)
    with pytest.raises(Invalid):
        advance(lost, Move(MoveKind.REVIVE))
    assert advance(lost, Move(MoveKind.REVIVE, reason=ReasonCode.CIRCUMSTANCES_CHANGED)).status is DealStatus.OPEN
    assert options(State(CONTRACT, "acceptance", DealStatus.WON)) == ()


def test_every_move_from_every_state_is_an_option_or_refused() -> None:
    for state, move in product(STATES, MOVES):
        legal = any((o.kind, o.to) == (move.kind, move.to) for o in options(state))
        reason_missing = (
            legal
            and move.reason is None
            and any(o.needs_reason for o in options(state) if (o.kind, o.to) == (move.kind, move.to))
        )
        if legal and not reason_missing:
            after = advance(state, move)
            assert after.template is state.template
            assert (after.at == state.at) or (after.status is state.status is DealStatus.OPEN)
        else:
            with pytest.raises(Invalid if legal else Conflict):
                advance(state, move)


@given(st.lists(st.sampled_from(MOVES), max_size=60), st.sampled_from(STATES))
def test_closed_is_final_but_for_a_revival_and_no_walk_leaves_the_template(moves: list[Move], state: State) -> None:
    for move in moves:
        try:
            after = advance(state, move)
        except AppError:
            continue
        if state.status in CLOSED:
            assert (state.status, move.kind) == (DealStatus.LOST, MoveKind.REVIVE)
            assert move.reason is not None
        assert after.at in after.template.codes
        state = after


def test_every_template_is_found_by_the_name_and_version_that_stages_store() -> None:
    for template in all_templates():
        assert template_of(template.name, template.version) is template
        assert len(set(template.codes)) == len(template.codes)
        assert all(0 <= low <= high for low, high in (stage.usual_days for stage in template.stages))
