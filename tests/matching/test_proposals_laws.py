"""What holds of every proposal, whatever the facts: tested over offers of all kinds."""

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from core.i18n import read_messages
from matching.evidence.caps import rank_key
from matching.proposals.types import Offer, Policy, Refused, Slot
from matching.proposals.variety import FIRST_PLACES
from matching.rules import NeedFacts, excluded_by
from matching.types import Band
from tests.matching.proposals_world import CAPABILITY, JUDGES, NEED, SUPPLIER, listed, offer, wanted
from tests.matching.rules_world import NOW, capabilities, law, needs, suppliers

offers = st.lists(
    st.builds(
        lambda score, facts, capability, owners, shown, refused: replace(
            offer(0, score, capability=capability, organisations=owners, shown=shown), facts=facts, refused=refused
        ),
        st.sampled_from([0.05, 0.13, 0.2, 0.34, 0.36, 0.6, 0.9]),
        st.just(SUPPLIER) | suppliers | suppliers.map(lambda facts: replace(facts, party=SUPPLIER.party)),
        st.just(CAPABILITY) | capabilities,
        st.lists(st.integers(1, 3), max_size=2),
        st.integers(0, 3),
        st.sampled_from([None, None, None, Refused("too_early")]),
    ),
    max_size=7,
).map(lambda drawn: [replace(one, supplier=i, best=replace(one.best, document=i)) for i, one in enumerate(drawn)])
policies = st.builds(
    Policy, st.integers(1, 6), st.booleans(), st.integers(1, 2), st.sampled_from([0, 0.4, 1.0]), st.integers(0, 9)
)
TEXTS = read_messages()
askers = st.just(NEED) | needs().map(lambda need: replace(need, asker=NEED.asker))
"""Known askers: unknown ones get no list at all."""


@law
@given(needs(), offers, policies)
def test_nobody_that_a_hard_rule_excludes_or_people_refused_is_on_a_list(
    need: NeedFacts, given: Sequence[Offer], policy: Policy
) -> None:
    by_id = {one.supplier: one for one in given}
    for place in listed(wanted(need), given, policy=policy).proposed:
        one = by_id[place.supplier]
        assert excluded_by(JUDGES.rules, need, one.facts, one.capability, NOW) is None
        assert one.refused is None
        assert place.band is not Band.excluded


@law
@given(askers, offers, policies)
def test_a_list_is_in_order_without_gaps_and_its_chances_are_chances(
    need: NeedFacts, given: Sequence[Offer], policy: Policy
) -> None:
    places = listed(wanted(need), given, policy=policy).proposed
    assert [place.rank for place in places] == list(range(1, len(places) + 1))
    keys = [rank_key(place.band, place.score) for place in places]
    assert keys == sorted(keys)
    for place in places:
        assert place.probability == 1.0 if place.slot is Slot.ranked else 0 < place.probability <= 1.0
        assert place.slot is Slot.ranked or (place.rank > FIRST_PLACES and place.band is not Band.weak)


@law
@given(askers, offers, policies)
def test_everybody_among_the_first_by_score_is_listed_or_passed_over_with_a_reason(
    need: NeedFacts, given: Sequence[Offer], policy: Policy
) -> None:
    proposal = listed(wanted(need), given, policy=policy)
    over = {one.supplier: one for one in proposal.passed_over}
    on_list = {place.supplier for place in proposal.proposed}
    assert not over.keys() & on_list
    assert len({one.would_rank for one in over.values()}) == len(over)
    missing = {one.supplier for one in given} - over.keys() - on_list
    assert len(given) - len(missing) >= min(policy.k, len(given))
    scores = [place.score for place in proposal.proposed] + [one.score for one in over.values()]
    assert sum(one.would_rank <= policy.k for one in over.values()) + len(on_list) >= min(policy.k, len(given))
    assert all(0 <= score <= 1 for score in scores)
    for one in over.values():
        assert all(text.format(**one.reason.params) for text in TEXTS[one.reason.code].values())


@law
@given(askers, offers, policies)
def test_the_order_in_which_offers_come_changes_no_byte(
    need: NeedFacts, given: Sequence[Offer], policy: Policy
) -> None:
    assert repr(listed(wanted(need), given, policy=policy)) == repr(listed(wanted(need), given[::-1], policy=policy))


@law
@given(askers, offers)
def test_without_variety_a_list_is_the_best_by_band_and_score(need: NeedFacts, given: Sequence[Offer]) -> None:
    few, all_of_them = (
        listed(wanted(need), given, policy=Policy(k=k, varied=False)).proposed for k in (2, max(1, len(given)))
    )
    assert [place.supplier for place in few] == [place.supplier for place in all_of_them[:2]]
