"""Capacity, region, rights, expiry and maturity: tables worked by hand, and all of maturity by brute force."""

from datetime import date, timedelta
from itertools import product

import pytest

from core.taxonomy import Maturity, trl_range
from matching.rules import CapabilityFacts, IprStance, NeedFacts, SupplierFacts, Verdict
from matching.rules.findings import Case, Finding, Kind
from matching.rules.hard import Capacity, Expiry, MinimumMaturity, RequiredRegion, RightsStance, RightsState

TODAY = date(2026, 3, 2)
CAPACITY = Capacity(person=3, team=6, organisation=None)
PASS, FAIL, UNKNOWN = Verdict


def judged(
    kind: Kind,
    need: NeedFacts | None = None,
    supplier: SupplierFacts | None = None,
    capability: CapabilityFacts | None = None,
) -> Finding:
    case = Case(need or NeedFacts(), supplier or SupplierFacts(), capability or CapabilityFacts(), TODAY)
    return kind.find(case)


@pytest.mark.parametrize(
    ("kind", "open_deals", "own_limit", "code"),
    [
        ("person", 2, None, "free"),
        ("person", 3, None, "full"),
        ("team", 5, None, "free"),
        ("team", 6, None, "full"),
        ("organisation", 500, None, "no_limit"),
        ("organisation", None, None, "no_limit"),
        ("organisation", 4, 4, "full"),
        ("person", 3, 4, "free"),
        ("person", 0, 0, "full"),
        ("person", None, None, "open_deals_unknown"),
        (None, 2, None, "free"),
        (None, 3, None, "limit_unknown"),
        (None, 1, 1, "full"),
    ],
)
def test_a_supplier_at_its_limit_is_full(
    kind: str | None, open_deals: int | None, own_limit: int | None, code: str
) -> None:
    assert judged(CAPACITY, supplier=SupplierFacts(kind=kind, open_deals=open_deals, load_limit=own_limit)).code == code


def test_without_any_limits_of_its_own_nobody_is_full() -> None:
    assert judged(Capacity(None, None, None)).code == "no_limit"


@pytest.mark.parametrize(
    ("demanded", "served", "verdict"),
    [
        (set(), None, PASS),
        ({"330000"}, set(), PASS),
        ({"330000"}, {"330000", "310000"}, PASS),
        ({"330000", "310000"}, {"310000"}, PASS),
        ({"330100"}, {"330000"}, PASS),
        ({"330000"}, {"330100"}, PASS),
        ({"330000"}, {"33"}, PASS),
        ({"330100"}, {"330200"}, FAIL),
        ({"330000"}, {"310000"}, FAIL),
        ({"overseas"}, {"330000"}, FAIL),
        ({"overseas"}, {"overseas"}, PASS),
        ({"330000"}, {""}, FAIL),
        ({"330000"}, None, UNKNOWN),
    ],
)
def test_a_demanded_region_must_be_served(demanded: set[str], served: set[str] | None, verdict: Verdict) -> None:
    need = NeedFacts(regions=frozenset(demanded))
    supplier = SupplierFacts(regions=None if served is None else frozenset(served))
    assert judged(RequiredRegion(), need, supplier).verdict is verdict


def stances(*values: IprStance) -> frozenset[IprStance]:
    return frozenset(values)


@pytest.mark.parametrize(
    ("demanded", "of_capability", "of_supplier", "verdict"),
    [
        (stances(), None, None, PASS),
        (stances(IprStance.JOINT), None, None, UNKNOWN),
        (stances(IprStance.JOINT), None, stances(IprStance.JOINT), PASS),
        (stances(IprStance.JOINT), stances(IprStance.LICENCE), stances(IprStance.JOINT), FAIL),
        (stances(IprStance.ASKER_OWNS, IprStance.JOINT), stances(IprStance.JOINT, IprStance.LICENCE), None, PASS),
        (stances(IprStance.ASKER_OWNS), stances(), None, FAIL),
    ],
)
def test_both_sides_must_accept_one_arrangement_about_the_rights(
    demanded: frozenset[IprStance],
    of_capability: frozenset[IprStance] | None,
    of_supplier: frozenset[IprStance] | None,
    verdict: Verdict,
) -> None:
    need, supplier = NeedFacts(ipr_stances=demanded), SupplierFacts(ipr_stances=of_supplier)
    assert judged(RightsStance(), need, supplier, CapabilityFacts(ipr_stances=of_capability)).verdict is verdict


@pytest.mark.parametrize(
    ("demanded", "state", "verdict"),
    [
        (set(), None, PASS),
        ({"granted", "applied"}, "applied", PASS),
        ({"granted"}, "applied", FAIL),
        ({"granted"}, None, UNKNOWN),
    ],
)
def test_the_rights_must_be_in_a_demanded_state(demanded: set[str], state: str | None, verdict: Verdict) -> None:
    need = NeedFacts(ipr_states=frozenset(demanded))
    assert judged(RightsState(), need, capability=CapabilityFacts(ipr_state=state)).verdict is verdict


@pytest.mark.parametrize(
    ("age", "own_days", "code", "days"),
    [
        (0, None, "current", 365),
        (365, None, "current", 0),
        (366, None, "lapsed", 1),
        (375, None, "lapsed", 10),
        (376, None, "expired", 11),
        (31, 30, "lapsed", 1),
        (41, 30, "expired", 11),
        (400, 730, "current", 330),
        (0, 0, "current", 0),
    ],
)
def test_a_confirmation_holds_through_its_last_day(age: int, own_days: int | None, code: str, days: int) -> None:
    offer = CapabilityFacts(confirmed_on=TODAY - timedelta(days=age), valid_days=own_days)
    found = judged(Expiry(valid_days=365, grace_days=10), capability=offer)
    assert (found.code, found.params) == (code, {"days": days})


def test_without_days_of_grace_what_is_over_is_expired_at_once() -> None:
    offer = CapabilityFacts(confirmed_on=TODAY - timedelta(days=366))
    assert judged(Expiry(valid_days=365, grace_days=0), capability=offer).verdict is FAIL


def test_no_day_or_one_in_the_future_is_unknown() -> None:
    rule = Expiry(valid_days=365, grace_days=0)
    ahead = CapabilityFacts(confirmed_on=TODAY + timedelta(days=1))
    assert judged(rule).code == "never_confirmed"
    assert judged(rule, capability=ahead).code == "confirmed_ahead"


def states(trl: int | None, word: Maturity | None) -> list[tuple[int, Maturity]]:
    """Every pair of level and word a capability may be at; one that contradicts itself is taken at its words."""
    if trl is not None and word is not None:
        return [(trl, word)]
    every = [(level, w) for w in Maturity for level in range(trl_range(w)[0], trl_range(w)[1] + 1)]
    return [(level, w) for level, w in every if trl in (None, level) and word in (None, w)]


def expected(need: NeedFacts, offer: CapabilityFacts) -> Verdict:
    order = list(Maturity)
    reached = [
        (need.least_trl is None or level >= need.least_trl)
        and (need.least_maturity is None or order.index(word) >= order.index(need.least_maturity))
        for level, word in states(offer.trl, offer.maturity)
    ]
    return PASS if all(reached) else UNKNOWN if any(reached) else FAIL


def test_maturity_is_judged_as_if_every_possibility_were_tried() -> None:
    levels = (None, *range(1, 10))
    words = (None, *Maturity)
    for least_trl, least_word, trl, word in product(levels, words, levels, words):
        need = NeedFacts(least_trl=least_trl, least_maturity=least_word)
        offer = CapabilityFacts(trl=trl, maturity=word)
        assert judged(MinimumMaturity(), need, capability=offer).verdict is expected(need, offer), (need, offer)


def test_nothing_known_of_the_maturity_asks_for_it_and_a_word_too_vague_for_the_level() -> None:
    need = NeedFacts(least_trl=5)
    assert judged(MinimumMaturity(), need).code == "maturity_unknown"
    vague = CapabilityFacts(maturity=Maturity.PROTOTYPE)
    assert judged(MinimumMaturity(), need, capability=vague).code == "level_unclear"
