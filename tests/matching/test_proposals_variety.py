"""No organisation fills a list, rarely shown suppliers get their chance, and the noted chance is the true one."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import permutations
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.evidence.caps import ORDER, rank_key
from matching.proposals.lottery import drawn, probabilities
from matching.proposals.types import Policy, Slot
from matching.proposals.variety import FIRST_PLACES, Choice, Entrant, choose, explored_places, varied_order
from matching.types import Band
from tests.matching.proposals_world import listed, offer, reasons, suppliers, wanted

law = settings(max_examples=60, deadline=None)
SHARES = [0, 2, 1]


def entrant(supplier: int, score: float, *owners: int, band: Band = Band.strong, shown: int = 0) -> Entrant:
    return Entrant(supplier, rank_key(band, score), frozenset(owners), shown)


def chosen(entrants: list[Entrant], policy: Policy) -> Choice:
    keys = {one.supplier: one.key for one in entrants}
    return choose(entrants, policy, lambda some: {supplier: keys[supplier] for supplier in some})


NO_LOTS = Policy(explored_share=0)


def test_an_organisation_takes_its_share_and_no_more() -> None:
    entrants = [entrant(i, 1 - i / 100, 1) for i in range(5)] + [entrant(i, 0.1, i) for i in range(5, 15)]
    choice = chosen(entrants, NO_LOTS)
    assert choice.listed == (0, 1, *range(5, 13))
    assert choice.set_aside == {2: 1, 3: 1, 4: 1}


def test_those_set_aside_come_back_where_nobody_else_is_left_in_the_order_of_their_scores() -> None:
    entrants = [entrant(1, 0.9, 1), entrant(2, 0.8, 1), entrant(3, 0.7, 1), entrant(4, 0.6, 1), entrant(5, 0.5, 2)]
    choice = chosen(entrants, replace(NO_LOTS, k=4))
    assert choice.listed == (1, 2, 3, 5)
    assert choice.set_aside == {4: 1}


def test_whoever_belongs_to_two_organisations_needs_room_in_both() -> None:
    entrants = [entrant(1, 0.9, 1), entrant(2, 0.8, 1), entrant(3, 0.7, 1, 2), entrant(4, 0.6, 2), entrant(5, 0.5)]
    assert chosen(entrants, replace(NO_LOTS, k=4)).listed == (1, 2, 4, 5)


def test_without_variety_the_list_is_the_plain_order() -> None:
    entrants = [entrant(i, i / 100, 1, shown=i) for i in range(30)]
    choice = chosen(entrants, Policy(varied=False))
    assert choice.listed == tuple(range(29, 19, -1))
    assert (choice.chances, choice.set_aside) == ({}, {})


@pytest.mark.parametrize(
    ("k", "share", "places"),
    [(10, 0.1, 1), (9, 0.1, 0), (20, 0.1, 2), (10, 1.0, 7), (3, 1.0, 0), (1, 1.0, 0), (10, 0, 0)],
)
def test_the_share_is_rounded_down_and_leaves_the_first_places_alone(k: int, share: float, places: int) -> None:
    assert explored_places(Policy(k=k, explored_share=share)) == places
    assert explored_places(Policy(k=k, explored_share=share, varied=False)) == 0


def test_a_lot_goes_to_somebody_who_qualifies_and_did_not_earn_a_place() -> None:
    strong = [entrant(i, 0.9 - i / 100, shown=9) for i in range(12)]
    weak = [entrant(i, 0.1, band=Band.weak) for i in range(20, 30)]
    seen = Counter(chosen([*strong, *weak], Policy(seed=seed)).listed[9] for seed in range(40))
    assert set(seen) == {9, 10, 11}


def test_where_nobody_qualifies_the_place_is_earned() -> None:
    strong = [entrant(i, 0.9 - i / 100) for i in range(9)]
    weak = [entrant(i, 0.1 - i / 1000, band=Band.weak) for i in range(20, 30)]
    choice = chosen([*strong, *weak], Policy())
    assert choice.listed == (*range(9), 20)
    assert choice.chances == {}


def test_the_least_shown_take_part_in_the_lottery() -> None:
    earned = [entrant(i, 0.9) for i in range(9)]
    waiting = [entrant(i, 0.5, shown=i) for i in range(20, 40)]
    seen = {chosen([*earned, *waiting], Policy(seed=seed)).listed[9] for seed in range(200)}
    assert seen == set(range(20, 25))


def test_an_organisation_has_no_more_than_its_share_with_those_drawn() -> None:
    entrants = [entrant(i, 0.9 - i / 100, i % 3) for i in range(9)] + [entrant(i, 0.5, 7) for i in range(20, 40)]
    for seed in range(50):
        choice = chosen(entrants, Policy(k=10, explored_share=0.7, per_organisation=1, seed=seed))
        assert sum(20 <= supplier < 40 for supplier in choice.listed) == 1


@pytest.mark.parametrize("share", [0.1, 0.3])
def test_the_noted_chance_is_how_often_a_seed_draws_the_supplier(share: float) -> None:
    entrants = [entrant(i, 0.9 - i / 100) for i in range(10)]
    entrants += [entrant(i, 0.5, shown=(i * i) % 7) for i in range(20, 30)]
    noted: dict[int, Fraction] = {}
    drawn_times: Counter[int] = Counter()
    rounds = 4000
    for seed in range(rounds):
        chances = chosen(entrants, Policy(explored_share=share, seed=seed)).chances
        drawn_times.update(chances.keys())
        assert all(noted.setdefault(supplier, chance) == chance for supplier, chance in chances.items())
    assert sum(noted.values()) == int(share * 10)
    for supplier, chance in noted.items():
        deviation = 4.5 * (float(chance * (1 - chance)) / rounds) ** 0.5
        assert abs(drawn_times[supplier] / rounds - float(chance)) <= deviation


@given(st.lists(st.integers(0, 50), min_size=1, max_size=12), st.integers(0, 14), st.integers(0, 10**6))
def test_chances_sum_to_the_places_and_exactly_so_many_are_drawn(shown: list[int], places: int, seed: int) -> None:
    weights = [Fraction(1, 1 + times) for times in shown]
    chances = probabilities(weights, places)
    assert sum(chances) == min(places, len(shown))
    assert all(0 <= chance <= 1 for chance in chances)
    assert len(drawn(chances, seed)) == min(places, len(shown))
    by_weight = sorted(zip(weights, chances, strict=True))
    assert [chance for _, chance in by_weight] == sorted(chances)


def test_a_certain_one_is_always_drawn() -> None:
    chances = probabilities([Fraction(9), Fraction(1), Fraction(1)], 2)
    assert chances == [1, Fraction(1, 2), Fraction(1, 2)]
    assert all(0 in drawn(chances, seed) for seed in range(20))


def test_a_seed_draws_the_same_everywhere() -> None:
    chances = probabilities([Fraction(1)] * 10, 1)
    assert [drawn(chances, seed) for seed in (0, 1, 2, 20260302)] == [[6], [5], [2], [3]]


entrants = st.lists(
    st.tuples(
        st.integers(0, 20), st.frozensets(st.integers(1, 4), max_size=2), st.sampled_from(ORDER[:3]), st.integers(0, 3)
    ),
    max_size=14,
).map(
    lambda rows: [
        Entrant(i, rank_key(band, score / 20), owners, shown) for i, (score, owners, band, shown) in enumerate(rows)
    ]
)
policies = st.builds(
    Policy, st.integers(1, 8), st.booleans(), st.integers(1, 3), st.sampled_from([0, 0.1, 0.3, 1.0]), st.integers(0, 99)
)


@law
@given(entrants, policies)
def test_a_list_is_full_in_order_within_shares_and_earned_at_its_head(given: list[Entrant], policy: Policy) -> None:
    choice = chosen(given, policy)
    by_id = {one.supplier: one for one in given}
    on_list = [by_id[supplier] for supplier in choice.listed]
    assert len(set(choice.listed)) == len(choice.listed) == min(policy.k, len(given))
    assert [one.key for one in on_list] == sorted(one.key for one in on_list)
    assert not set(choice.listed[:FIRST_PLACES]) & choice.chances.keys()
    assert len(choice.chances) <= explored_places(policy)
    taken = Counter(owner for one in on_list for owner in one.organisations)
    if policy.varied and taken and max(taken.values()) > policy.per_organisation:
        left = [one for one in given if one.supplier not in choice.listed]
        assert {one.supplier for one in left} == choice.set_aside.keys()


@law
@given(entrants, policies, st.randoms(use_true_random=False))
def test_neither_the_order_of_entrants_nor_loose_bounds_change_the_list(
    given: list[Entrant], policy: Policy, random: Random
) -> None:
    final = {one.supplier: one.key for one in given}
    policy = replace(policy, explored_share=0)
    loose = [replace(one, key=(max(0, one.key[0] - 1), one.key[1])) for one in given]
    random.shuffle(loose)
    assert choose(loose, policy, lambda some: {i: final[i] for i in some}).listed == chosen(given, policy).listed


def test_only_those_are_settled_whose_turn_comes() -> None:
    asked: list[int] = []
    some = [entrant(i, 1 - i / 100, band=Band.strong) for i in range(20)] + [
        entrant(i, 0.1, band=Band.weak) for i in (30, 31)
    ]
    final = {one.supplier: one.key for one in some} | {1: rank_key(Band.weak, 0.99)}

    def settle(suppliers: Sequence[int]) -> dict[int, tuple[int, float]]:
        asked.extend(suppliers)
        return {supplier: final[supplier] for supplier in suppliers}

    assert choose(some, replace(NO_LOTS, k=4), settle).listed == (0, 2, 3, 4)
    assert asked == [0, 1, 2, 3, 4]
    asked.clear()
    assert choose(some[-2:], NO_LOTS, settle).listed == (30, 31)
    assert asked == []


def test_whoever_qualifies_for_the_lottery_anyway_is_settled_only_when_drawn_or_told_of() -> None:
    asked: list[int] = []
    sure = [replace(entrant(i, 1 - i / 100), least=ORDER.index(Band.worth_a_look), is_told=i < 5) for i in range(12)]

    def settle(suppliers: Sequence[int]) -> dict[int, tuple[int, float]]:
        asked.extend(suppliers)
        return {supplier: sure[supplier].key for supplier in suppliers}

    choice = choose(sure, Policy(k=4, explored_share=0.25), settle)
    assert choice.listed[:3] == (0, 1, 2)
    assert sorted(asked) == sorted({0, 1, 2, 3, 4, choice.listed[3]})
    asked.clear()
    unsure = [replace(one, least=ORDER.index(Band.weak)) for one in sure]
    assert choose(unsure, Policy(k=4, explored_share=0.25), settle) == choice
    assert asked == [*range(3), *range(3, 8)]


@law
@given(entrants, policies, st.lists(st.integers(0, 2), min_size=14, max_size=14), st.integers(0, 14))
def test_knowing_how_far_evidence_can_lower_changes_no_list_and_no_chance(
    given: list[Entrant], policy: Policy, falls: list[int], told: int
) -> None:
    lowest, pairs = ORDER.index(Band.weak), list(zip(given, falls, strict=False))
    final = {one.supplier: (min(lowest, one.key[0] + fall // 2), one.key[1]) for one, fall in pairs}
    known = [replace(one, least=min(lowest, one.key[0] + fall), is_told=one.supplier < told) for one, fall in pairs]
    assert choose(known, policy, lambda some: {i: final[i] for i in some}) == choose(
        given, policy, lambda some: {i: final[i] for i in some}
    )


def test_every_order_of_entrants_gives_one_list() -> None:
    some = [entrant(i, 0.5, i % 2, shown=i) for i in range(5)]
    lists = {chosen(list(order), Policy(k=4, seed=3)).listed for order in permutations(some)}
    assert len(lists) == 1


# --- on whole proposals ---------------------------------------------------------------------------------------------


def test_whom_an_organisation_crowded_out_is_named_with_the_share() -> None:
    offers = [offer(i, 0.9 - i / 100, organisations=[5]) for i in range(4)] + [offer(i, 0.2) for i in range(10, 20)]
    proposal = listed(wanted(), offers)
    assert suppliers(proposal)[:3] == [0, 1, 10]
    assert reasons(proposal) == dict.fromkeys((2, 3), "proposal.passed_over.organisation_full")
    assert proposal.passed_over[0].reason.params == {"organisation": 5, "most": 2}


def test_an_explored_place_is_marked_with_its_chance_and_the_one_it_cost_is_told() -> None:
    offers = [offer(i, 0.9 - i / 100, shown=9) for i in range(10)] + [offer(i, 0.5) for i in range(10, 14)]
    proposal = listed(wanted(), offers)
    *earned, last = proposal.proposed
    assert {(place.slot, place.probability) for place in earned} == {(Slot.ranked, 1.0)}
    assert (last.slot, last.probability) in {(Slot.explored, round(c, 6)) for c in (10 / 41, 1 / 41)}
    if last.supplier != 9:
        assert reasons(proposal) == {9: "proposal.passed_over.gave_way"}


# --- what it costs ---------------------------------------------------------------------------------------------------


def test_the_varied_order_lists_first_and_then_goes_on_by_score() -> None:
    scores = np.array([0.9, 0.8, 0.7, 0.6, 0.5])
    owners = [frozenset({1})] * 3 + [frozenset[int]()] * 2
    order = varied_order(scores, owners, [0] * 5, Policy(k=3))
    assert order.tolist() == [0, 1, 3, 2, 4]
    assert order.dtype == np.int64
    assert varied_order(scores, owners, [0] * 5, Policy(k=3, varied=False)).tolist() == [0, 1, 2, 3, 4]


def test_whom_rules_exclude_comes_last_in_the_varied_order() -> None:
    bands = [Band.excluded, Band.weak, Band.strong]
    order = varied_order([0.9, 0.3, 0.4], [frozenset()] * 3, [0] * 3, Policy(k=3), bands=bands)
    assert order.tolist() == [2, 1, 0]


def test_lengths_that_differ_are_refused() -> None:
    with pytest.raises(ValueError, match="shorter"):
        varied_order([0.9, 0.8], [frozenset()], [0, 0], Policy())


@pytest.mark.parametrize(
    "make",
    [
        lambda: Policy(k=0),
        lambda: Policy(per_organisation=0),
        lambda: Policy(seed=-1),
        lambda: Policy(explored_share=1.5),
        lambda: Policy(explored_share=float("nan")),
    ],
)
def test_a_policy_that_makes_no_sense_is_refused(make: Callable[[], Policy]) -> None:
    with pytest.raises(ValueError, match=r"k is 0|per_organisation is 0|seed is -1|explored_share is (1.5|nan)"):
        make()
