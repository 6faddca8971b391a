"""What would help really helps, and nothing smaller does."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.i18n import read_messages
from core.language.clauses import RequirementKind
from matching.evidence.caps import ORDER
from matching.evidence.types import Finding, Requirement, Verdict
from matching.proposals.changes import changed
from matching.proposals.options import options
from matching.proposals.standing import Candidate, stand
from matching.proposals.types import Change, Side, Way
from matching.proposals.types import ChangeCode as Code
from matching.proposals.ways import MOST_CHANGES, made, ways
from matching.rules import CapabilityFacts, IprStance, NeedFacts, SupplierFacts
from matching.types import Band
from tests.matching.proposals_world import (
    BOLTS,
    CAPABILITY,
    FATIGUE,
    JUDGES,
    NEED,
    STRENGTH,
    SUPPLIER,
    finding,
    listed,
    must,
    offer,
    wanted,
)  # fmt: skip
from tests.matching.rules_world import TODAY, Facts, cases, law

SIDES = (Side.supplier, Side.need)


def candidate(
    need: NeedFacts = NEED,
    supplier: SupplierFacts = SUPPLIER,
    capability: CapabilityFacts = CAPABILITY,
    *,
    score: float = 0.5,
    asked: Sequence[tuple[Requirement, Finding]] = (),
) -> Candidate:
    return Candidate(need, tuple(r for r, _ in asked), supplier, capability, score, tuple(f for _, f in asked))


def way(of: Candidate, side: Side) -> Way:
    return next(one for one in ways(of, JUDGES) if one.side is side)


def told(of: Candidate, side: Side) -> list[tuple[Code, dict[str, str | float | int], int | None]]:
    return [(change.code, dict(change.params), change.requirement) for change in way(of, side).changes]


def band_of(of: Candidate, changes: Sequence[Change] = ()) -> Band:
    return stand(made(of, changes, JUDGES), JUDGES).band


# --- single faults ---------------------------------------------------------------------------------------------------


def test_what_is_not_mature_enough_is_raised_or_accepted_as_it_is() -> None:
    early = candidate(replace(NEED, least_trl=6), capability=replace(CAPABILITY, trl=4))
    assert told(early, Side.supplier) == [(Code.raise_maturity, {"from": 4, "to": 6}, None)]
    assert told(early, Side.need) == [(Code.accept_maturity, {"to": 4, "word": "prototype"}, None)]


def test_a_readiness_level_is_raised_no_further_than_it_takes() -> None:
    early = candidate(replace(NEED, least_trl=6, wanted_trl=9), capability=replace(CAPABILITY, trl=4))
    assert told(early, Side.supplier) == [(Code.raise_maturity, {"from": 4, "to": 6}, None)]


def test_an_unknown_maturity_is_asked_for() -> None:
    silent = candidate(replace(NEED, least_trl=6), capability=replace(CAPABILITY, trl=None))
    assert told(silent, Side.supplier) == [(Code.state_maturity, {"to": 6}, None)]


def test_an_expired_profile_is_confirmed_and_the_asker_can_do_nothing_about_it() -> None:
    old = candidate(capability=replace(CAPABILITY, confirmed_on=TODAY - timedelta(days=800)))
    assert told(old, Side.supplier) == [(Code.confirm_profile, {}, None)]
    assert way(old, Side.need).changes == ()
    assert way(old, Side.need).reason is not None


def test_a_full_supplier_takes_one_more() -> None:
    full = candidate(supplier=replace(SUPPLIER, open_deals=7, load_limit=5))
    assert told(full, Side.supplier) == [(Code.raise_limit, {"limit": 8}, None)]


def test_a_region_is_served_or_accepted() -> None:
    far = candidate(replace(NEED, regions=frozenset({"330000"})), replace(SUPPLIER, regions=frozenset({"650000"})))
    assert told(far, Side.supplier) == [(Code.serve_region, {"region": "330000"}, None)]
    assert told(far, Side.need) == [(Code.accept_region, {"region": "650000"}, None)]


def test_rights_are_granted_or_done_without() -> None:
    need = replace(NEED, ipr_stances=frozenset({IprStance.ASKER_OWNS}), ipr_states=frozenset({"granted"}))
    supplier = replace(SUPPLIER, ipr_stances=frozenset({IprStance.LICENCE}))
    apart = candidate(need, supplier, replace(CAPABILITY, ipr_state="applied"))
    assert told(apart, Side.supplier) == [
        (Code.accept_rights, {"stance": "asker_owns"}, None),
        (Code.obtain_rights, {"state": "granted"}, None),
    ]
    assert told(apart, Side.need) == [
        (Code.accept_rights, {"stance": "licence"}, None),
        (Code.accept_rights_state, {"state": "applied"}, None),
    ]


def test_budget_and_ways_of_working_lift_a_score_that_is_close() -> None:
    need = replace(NEED, budget_to=50, modes=frozenset({"commissioned"}))
    close = candidate(need, replace(SUPPLIER, min_budget=100, modes=frozenset({"licence"})), score=0.335)
    assert band_of(close) is Band.worth_a_look
    assert told(close, Side.need) == [(Code.raise_budget, {"amount": 100, "currency": "CNY"}, None)]
    assert told(close, Side.supplier) == [(Code.lower_floor, {"amount": 50, "currency": "CNY"}, None)]
    closer = replace(close, text_score=0.375)
    assert told(closer, Side.supplier) == [(Code.accept_mode, {"mode": "commissioned"}, None)]
    farther = replace(close, text_score=0.31)
    assert [code for code, *_ in told(farther, Side.supplier)] == [Code.accept_mode, Code.lower_floor]


def test_a_budget_that_is_not_stated_is_asked_for() -> None:
    close = candidate(NEED, replace(SUPPLIER, min_budget=100), score=0.31)
    assert told(close, Side.need) == [(Code.state_budget, {"amount": 100, "currency": "CNY"}, None)]


@pytest.mark.parametrize(
    ("found", "by_supplier", "by_need"),
    [
        (finding(Verdict.no_evidence, "silent"), Code.add_evidence, Code.relax_requirement),
        (finding(Verdict.contradicted, "denied"), Code.add_partner, Code.relax_requirement),
        (finding(Verdict.contradicted, "place_missed"), Code.add_partner, Code.relax_requirement),
        (finding(Verdict.contradicted, "date_missed"), Code.keep_date, Code.relax_requirement),
        (finding(Verdict.contradicted, "level_missed"), Code.meet_requirement, Code.relax_requirement),
        (
            finding(Verdict.contradicted, "figure_missed", asked="≥1000", offered="800", percent=20),
            Code.meet_figure,
            Code.relax_indicator,
        ),
    ],
)
def test_what_a_must_lacks_is_shown_or_given_up(found: Finding, by_supplier: Code, by_need: Code) -> None:
    open_must = candidate(asked=[(must(FATIGUE), finding(Verdict.met)), (must(STRENGTH, confirmed=True), found)])
    assert told(open_must, Side.supplier) == [(by_supplier, {}, 1)]
    assert told(open_must, Side.need) == [(by_need, {}, 1)]
    assert way(open_must, Side.supplier).band is Band.strong


def test_what_was_ruled_out_is_done_without_or_allowed() -> None:
    excluded = Requirement("不含铬", RequirementKind.EXCLUDE, True)
    present = candidate(asked=[(excluded, finding(Verdict.contradicted, "present"))])
    assert told(present, Side.supplier) == [(Code.do_without, {}, 0)]
    assert told(present, Side.need) == [(Code.allow_excluded, {}, 0)]


# --- several faults --------------------------------------------------------------------------------------------------


def test_every_open_must_is_in_the_set() -> None:
    silent = [(must(f"要求{i}"), finding(Verdict.no_evidence, "silent")) for i in range(3)]
    assert [change.requirement for change in way(candidate(asked=silent), Side.supplier).changes] == [0, 1, 2]


def test_more_changes_than_anybody_makes_are_no_way() -> None:
    silent = [(must(f"要求{i}"), finding(Verdict.no_evidence, "silent")) for i in range(MOST_CHANGES + 1)]
    none = way(candidate(asked=silent), Side.need)
    assert (none.changes, none.band) == ((), Band.strong)
    assert none.reason is not None
    assert (none.reason.code, none.reason.params) == ("proposal.no_way.too_many", {"most": MOST_CHANGES})


@pytest.mark.parametrize("kind", [RequirementKind.MUST, RequirementKind.EXCLUDE])
def test_hundreds_of_open_requirements_are_looked_through_at_once(kind: RequirementKind) -> None:
    """A search among sets of them would take hours."""
    verdict = Verdict.contradicted if kind is RequirementKind.EXCLUDE else Verdict.no_evidence
    asked = [(Requirement(f"要求{i}", kind, confirmed=True), finding(verdict, "silent")) for i in range(200)]
    told_of = {one.reason.code for one in ways(candidate(asked=asked), JUDGES) if one.reason is not None}
    assert told_of == {"proposal.no_way.too_many"}


def test_texts_that_are_unlike_are_nothing_that_changes_can_help() -> None:
    for one in ways(candidate(score=0.06), JUDGES):
        assert one.reason is not None
        assert (one.band, one.reason.code) == (Band.worth_a_look, "proposal.no_way.texts")


def test_where_neither_side_can_alone_both_together_may() -> None:
    old = replace(CAPABILITY, confirmed_on=TODAY - timedelta(days=360))
    close = candidate(NEED, replace(SUPPLIER, min_budget=100), old, score=0.305)
    by_supplier, by_need, both = ways(close, JUDGES)
    assert (by_supplier.changes, by_need.changes) == ((), ())
    assert (both.side, both.band) == (Side.even, Band.strong)
    assert [(change.code, change.side) for change in both.changes] == [
        (Code.confirm_profile, Side.supplier),
        (Code.state_budget, Side.need),
    ]


def test_whoever_takes_no_deals_at_all_is_not_asked_how_many_there_are() -> None:
    none = candidate(supplier=replace(SUPPLIER, open_deals=None, load_limit=0))
    assert way(none, Side.supplier).changes == ()


def test_conflicts_and_the_askers_own_exclusions_are_no_near_miss() -> None:
    same = candidate(supplier=replace(SUPPLIER, party=NEED.asker))
    assert band_of(same) is Band.excluded
    assert ways(same, JUDGES) == ()
    assert ways(candidate(score=0.9), JUDGES) == ()


def test_mere_words_have_nobody_to_change_anything() -> None:
    weak = replace(candidate(score=0.1), need=None)
    assert ways(weak, JUDGES) == ()
    with pytest.raises(ValueError, match="needs somebody who asks"):
        changed(weak, Change(Code.confirm_profile, Side.supplier), TODAY)


def test_a_change_about_a_requirement_names_it() -> None:
    with pytest.raises(ValueError, match="names no requirement"):
        changed(candidate(), Change(Code.add_evidence, Side.supplier), TODAY)


# --- laws ------------------------------------------------------------------------------------------------------------

verdicts = st.sampled_from(
    [
        finding(Verdict.met),
        finding(Verdict.no_evidence, "silent"),
        finding(Verdict.contradicted, "figure_missed", asked="≥1", offered="0"),
        finding(Verdict.contradicted, "present"),
    ]
)
asked = st.lists(
    st.tuples(st.builds(Requirement, st.just("要求"), st.sampled_from(RequirementKind), st.booleans()), verdicts),
    max_size=3,
)
close_scores = st.sampled_from([0.05, 0.1, 0.13, 0.17, 0.28, 0.33, 0.36, 0.9])


def unrelated(facts: Facts) -> Facts:
    """The facts without a conflict of interest, so that most are near misses."""
    need, supplier, capability = facts
    return replace(need, asker=NEED.asker), replace(supplier, party=SUPPLIER.party, id=9), capability


near_misses = st.builds(
    lambda facts, score, asked: candidate(*facts, score=score, asked=asked), cases.map(unrelated), close_scores, asked
)


@law
@given(near_misses)
def test_no_change_ever_makes_a_candidate_stand_lower(of: Candidate) -> None:
    before = stand(of, JUDGES)
    for change in options(of, before, Side.even):
        after = stand(made(of, [change], JUDGES), JUDGES)
        assert ORDER.index(after.band) <= ORDER.index(before.band)
        assert after.score >= before.score - 1e-9


@law
@given(near_misses)
def test_a_way_lifts_the_match_to_its_band_and_no_smaller_set_lifts_it_at_all(of: Candidate) -> None:
    before = stand(of, JUDGES)
    for found in ways(of, JUDGES):
        possible = options(of, before, found.side)
        smaller = len(found.changes) if found.changes else MOST_CHANGES + 1
        for size in range(smaller):
            for few in combinations(possible, size):
                assert ORDER.index(band_of(of, few)) >= ORDER.index(before.band)
        if found.changes:
            assert band_of(of, found.changes) is found.band
            assert ORDER.index(found.band) < ORDER.index(before.band)
        else:
            assert found.reason is not None


@law
@given(near_misses)
def test_the_order_of_changes_makes_no_difference(of: Candidate) -> None:
    changes = options(of, stand(of, JUDGES), Side.even)
    assert made(of, changes, JUDGES) == made(of, changes[::-1], JUDGES)


TEXTS = read_messages()


@law
@given(near_misses)
def test_every_change_and_every_reason_has_its_message(of: Candidate) -> None:
    for change in options(of, stand(of, JUDGES), Side.even):
        assert all(text.format(**change.params) for text in TEXTS[f"proposal.change.{change.code}"].values())
    for found in ways(of, JUDGES):
        if found.reason:
            assert all(text.format(**found.reason.params) for text in TEXTS[found.reason.code].values())


def test_no_change_is_without_a_message_and_no_message_is_left_over() -> None:
    assert {key for key in TEXTS if key.startswith("proposal.change.")} == {f"proposal.change.{code}" for code in Code}


# --- on whole proposals ----------------------------------------------------------------------------------------------


def test_a_place_on_the_list_says_what_would_lift_it() -> None:
    (place,) = listed(wanted(NEED, must(FATIGUE)), [offer(1, texts=[BOLTS])]).proposed
    assert [(one.side, one.band, one.changes[0].code) for one in place.ways] == [
        (Side.supplier, Band.strong, Code.add_evidence),
        (Side.need, Band.strong, Code.relax_requirement),
    ]


def test_whom_a_rule_that_can_be_met_took_out_is_told_how() -> None:
    early = offer(1, capability=replace(CAPABILITY, trl=4))
    (over,) = listed(wanted(replace(NEED, least_trl=6)), [early]).passed_over
    assert [one.changes[0].code for one in over.ways] == [Code.raise_maturity, Code.accept_maturity]
