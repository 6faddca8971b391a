"""The rules of the next best action: when each is proposed, and what holds of all of them."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.deal_enums import ActionReason, ContractKind, DealStatus, EvidenceKind, NextAction, PartyRole
from tracking.actions.choosing import proposals, resting, worn_out
from tracking.actions.facts import LEAST_WORTH, MOST_WORTH, USUAL_WORTH, Facts
from tracking.actions.rules import COSTS, RULES
from tracking.reasons import Phase
from tracking.templates import all_stages

TODAY = date(2026, 3, 2)
PLAIN = Facts(stage="negotiation", phase=Phase.NEGOTIATION, today=TODAY, percentile=80.0, ends_well=0.5)
BUILDING = replace(PLAIN, stage="carrying_out", phase=Phase.CARRYING_OUT, kind=ContractKind.DEVELOPMENT)
A, R, E = NextAction, ActionReason, EvidenceKind
ASKED = frozenset({A.REMIND, A.CHANGE_CONTACT})

everything = st.builds(
    Facts,
    stage=st.sampled_from(all_stages()),
    phase=st.sampled_from(Phase),
    today=st.just(TODAY),
    status=st.sampled_from(DealStatus),
    days=st.floats(0, 2000),
    percentile=st.floats(0, 100),
    ends_well=st.floats(0, 1),
    remaining=st.floats(0, 3650),
    value=st.none() | st.integers(0, 10**12),
    waiting_for=st.none() | st.sampled_from(PartyRole),
    waiting_days=st.integers(0, 400),
    overdue_days=st.integers(0, 400),
    silent_days=st.integers(0, 400),
    missing=st.lists(st.sampled_from(E), max_size=2, unique=True).map(tuple),
    shown=st.frozensets(st.sampled_from(E), max_size=4),
    names_contact=st.booleans(),
    needs=st.integers(0, 3),
    suppliers=st.integers(0, 3),
    has_partner=st.booleans(),
    kind=st.none() | st.sampled_from(ContractKind),
    trl=st.none() | st.integers(1, 9),
    tried=st.frozensets(st.sampled_from(A)),
    resting=st.frozensets(st.sampled_from(A), max_size=2),
)


def proposed(facts: Facts) -> dict[NextAction, ActionReason]:
    return {made.action: made.because for made in proposals(facts)}


@pytest.mark.parametrize(
    ("facts", "action", "because"),
    [
        (replace(PLAIN, waiting_for=PartyRole.DEMAND, waiting_days=14), A.REMIND, R.WAITING_LONG),
        (replace(PLAIN, overdue_days=3), A.REMIND, R.STEP_OVERDUE),
        (replace(PLAIN, silent_days=45), A.REMIND, R.SILENT),
        (
            replace(PLAIN, waiting_for=PartyRole.SUPPLY, waiting_days=45, tried=frozenset({A.REMIND})),
            A.CHANGE_CONTACT,
            R.NO_ANSWER_TO_REMINDERS,
        ),
        (replace(PLAIN, names_contact=False), A.CHANGE_CONTACT, R.NO_CONTACT),
        (replace(PLAIN, missing=(E.NDA, E.VISIT_NOTE)), A.ASK_EVIDENCE, R.EVIDENCE_MISSING),
        (replace(PLAIN, needs=2), A.SPLIT, R.SEVERAL_NEEDS),
        (replace(PLAIN, suppliers=2), A.SPLIT, R.SEVERAL_SUPPLIERS),
        (replace(PLAIN, trl=4), A.PILOT_PARTNER, R.SCALE_UP_AHEAD),
        (BUILDING, A.PILOT_PARTNER, R.SCALE_UP_SLOW),
        (replace(BUILDING, shown=frozenset({E.REGISTRATION_CERTIFICATE})), A.SUBSIDY, R.REGISTERED),
        (replace(PLAIN, ends_well=0.1, tried=ASKED, remaining=300), A.CLOSE, R.HARDLY_ANY_CHANCE),
    ],
)
def test_each_reason_leads_to_its_action(facts: Facts, action: NextAction, because: ActionReason) -> None:
    assert proposed(facts)[action] is because


def test_every_reason_has_its_rule_and_every_action_its_cost() -> None:
    assert {rule.because for rule in RULES} == set(R)
    assert set(COSTS) == set(A)


@pytest.mark.parametrize(
    ("facts", "action"),
    [
        (replace(PLAIN, waiting_for=PartyRole.DEMAND, waiting_days=13), A.REMIND),
        (replace(PLAIN, waiting_for=PartyRole.DEMAND, waiting_days=90), A.CHANGE_CONTACT),  # nobody was reminded
        (replace(PLAIN, missing=(E.NDA,), percentile=49), A.ASK_EVIDENCE),
        (replace(BUILDING, has_partner=True), A.PILOT_PARTNER),
        (replace(PLAIN, trl=7), A.PILOT_PARTNER),
        (replace(BUILDING, needs=3, suppliers=3), A.SPLIT),
        (BUILDING, A.SUBSIDY),  # not registered
        (replace(PLAIN, ends_well=0.0, percentile=100.0), A.CLOSE),  # nobody was asked
        (replace(BUILDING, ends_well=0.0, tried=ASKED), A.CLOSE),  # a signed contract is not given up so
    ],
)
def test_an_action_waits_for_what_it_rests_on(facts: Facts, action: NextAction) -> None:
    assert action not in proposed(facts)


def test_the_cheap_comes_first_and_what_was_tried_rests() -> None:
    facts = replace(PLAIN, waiting_for=PartyRole.DEMAND, waiting_days=50, missing=(E.SIGNED_CONTRACT,), needs=2)
    assert [made.action for made in proposals(facts)] == [A.REMIND, A.ASK_EVIDENCE, A.SPLIT]
    later = replace(facts, tried=frozenset({A.REMIND}), resting=frozenset({A.REMIND}))
    assert [made.action for made in proposals(later)] == [A.CHANGE_CONTACT, A.ASK_EVIDENCE, A.SPLIT]


def test_a_score_is_worth_times_risk_times_share_by_effort() -> None:
    facts = replace(PLAIN, value=200_000_000, ends_well=0.6, percentile=75.0, overdue_days=5)
    [made] = proposals(facts)
    assert facts.worth == 200.0
    assert facts.risk == pytest.approx(1 - 0.6 * 0.75)
    assert made.gain == pytest.approx(200 * 0.55 * 0.03)
    assert made.score == pytest.approx(made.gain / 0.1)
    assert made.due_on == date(2026, 3, 5)  # three working days after a Monday


def test_worth_is_kept_within_bounds() -> None:
    assert [replace(PLAIN, value=value).worth for value in (None, 0, 10**13)] == [USUAL_WORTH, LEAST_WORTH, MOST_WORTH]


def test_an_action_rests_for_its_own_time() -> None:
    decided = [(A.REMIND, date(2026, 2, 17)), (A.SUBSIDY, date(2025, 6, 1)), (A.SPLIT, date(2025, 6, 1))]
    assert resting(decided, TODAY) == {A.REMIND, A.SUBSIDY}
    assert resting(decided, date(2026, 3, 3)) == {A.SUBSIDY}


def test_what_was_tried_often_enough_in_a_stage_is_not_tried_again_there() -> None:
    assert worn_out([A.REMIND, A.REMIND, A.CHANGE_CONTACT]) == {A.CHANGE_CONTACT}
    assert worn_out([A.REMIND] * 3) == {A.REMIND}


@given(everything)
def test_nothing_impossible_is_ever_proposed(facts: Facts) -> None:
    found = proposals(facts)
    assert len({made.action for made in found}) == len(found)
    if facts.status is not DealStatus.OPEN:
        assert found == []
    for made in found:
        assert made.action not in facts.resting
        assert made.gain >= 0
        assert made.due_on > TODAY
    actions = {made.action for made in found}
    if A.ASK_EVIDENCE in actions:
        assert facts.missing
        assert not facts.shown & set(facts.missing)
    if A.SPLIT in actions:
        assert max(facts.needs, facts.suppliers) > 1
        assert facts.kind is None
    if A.PILOT_PARTNER in actions:
        assert not facts.has_partner
    if A.SUBSIDY in actions:
        assert E.REGISTRATION_CERTIFICATE in facts.shown
    if A.CLOSE in actions:
        assert facts.tried >= ASKED
        assert facts.kind is None


@given(everything, st.floats(0, 100), st.floats(0, 1))
def test_more_danger_never_takes_an_action_away_or_makes_it_less_urgent(
    facts: Facts, slower: float, worse: float
) -> None:
    graver = replace(
        facts,
        percentile=max(facts.percentile, slower),
        ends_well=min(facts.ends_well, worse),
    )
    assert graver.risk >= facts.risk
    scores = {made.action: made.score for made in proposals(graver)}
    for made in proposals(facts):
        assert scores[made.action] >= made.score


@given(everything, st.integers(0, 10**12))
def test_a_larger_deal_is_never_less_urgent(facts: Facts, more: int) -> None:
    if facts.value is None:
        return
    scores = {made.action: made.score for made in proposals(replace(facts, value=facts.value + more))}
    assert all(scores[made.action] >= made.score for made in proposals(facts))
