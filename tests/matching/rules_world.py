"""Facts of all kinds for the laws of rules: strategies, one candidate that lacks nothing, and ways to break it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from core.taxonomy import Maturity
from matching.rules import (
    Affiliation,
    CapabilityFacts,
    Exclusions,
    Grade,
    IprStance,
    NeedFacts,
    Party,
    Person,
    RuleOutcome,
    RuleSet,
    SupplierFacts,
    evaluate,
    shipped_rules,
)
from matching.types import Band

NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
TODAY = NOW.date()
RULES = replace(shipped_rules(), soft=tuple(replace(rule, enabled=True) for rule in shipped_rules().soft))
"""The shipped rules, also those that are off there: laws hold for all."""
BANDS = [Band.excluded, Band.weak, Band.worth_a_look, Band.strong]
"""Worst first."""

Facts = tuple[NeedFacts, SupplierFacts, CapabilityFacts]

law = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""One candidate is some sixty drawn facts: few candidates see much."""

ids = st.frozensets(st.integers(1, 6), max_size=2)
days = st.dates(date(2022, 1, 1), date(2027, 1, 1))
codes = st.frozensets(st.sampled_from(["330000", "330100", "310000", "110000", "overseas"]), max_size=2)
modes = st.frozensets(st.sampled_from(["licence", "transfer", "service"]), max_size=2)
stances = st.frozensets(st.sampled_from(IprStance), max_size=2)
texts = st.sampled_from(["膜材料研究所", "PVDF 膜", "无氰电镀", "不使用甲和乙", ""])
money = st.integers(0, 10**6)
levels = st.integers(1, 9)
affiliations = st.builds(Affiliation, st.integers(1, 6), st.none() | days, st.none() | days)
people = st.builds(
    Person,
    st.frozensets(st.integers(11, 16), min_size=1, max_size=2),
    st.none() | st.lists(affiliations, max_size=2).map(tuple),
    st.frozensets(st.integers(11, 16), max_size=1),
)
parties = st.builds(Party, st.none() | ids, st.none() | st.lists(people, max_size=2).map(tuple))
exclusions = st.builds(
    Exclusions,
    ids,
    ids,
    st.frozensets(st.integers(11, 16), max_size=2),
    st.lists(texts, max_size=1).map(tuple),
    st.lists(texts, max_size=1).map(tuple),
)


@st.composite
def needs(draw: st.DrawFn) -> NeedFacts:
    low, high = sorted((draw(money), draw(money)))
    return NeedFacts(
        asker=draw(parties),
        excluded=draw(exclusions),
        regions=draw(codes),
        region=draw(st.none() | st.sampled_from(["330000", "310000", "110000"])),
        ipr_stances=draw(stances),
        ipr_states=draw(st.frozensets(st.sampled_from(["granted", "applied"]), max_size=1)),
        least_trl=draw(st.none() | levels),
        least_maturity=draw(st.none() | st.sampled_from(Maturity)),
        wanted_trl=draw(st.none() | levels),
        budget_from=draw(st.sampled_from([None, low])),
        budget_to=draw(st.sampled_from([None, high])),
        currency=draw(st.sampled_from(["CNY", "EUR"])),
        modes=draw(modes),
        field=draw(st.sampled_from([None, "energy", "materials", "alchemy"])),
        industry=draw(st.sampled_from([None, "C38", "C39", "A01", "nothing"])),
    )


suppliers = st.builds(
    SupplierFacts,
    id=st.none() | st.integers(1, 6),
    kind=st.sampled_from([None, "person", "team", "organisation"]),
    party=parties,
    names=st.none() | st.frozensets(texts, max_size=2),
    open_deals=st.none() | st.integers(0, 9),
    load_limit=st.none() | st.integers(0, 9),
    regions=st.none() | codes,
    region=st.none() | st.sampled_from(["330000", "310000", "110000"]),
    ipr_stances=st.none() | stances,
    min_budget=st.none() | money,
    modes=st.none() | modes,
)
capabilities = st.builds(
    CapabilityFacts,
    text=st.none() | texts,
    confirmed_on=st.none() | days,
    valid_days=st.none() | st.integers(0, 800),
    evidence_on=st.none() | days,
    trl=st.none() | levels,
    maturity=st.none() | st.sampled_from(Maturity),
    ipr_state=st.sampled_from([None, "granted", "applied", "none"]),
    ipr_stances=st.none() | stances,
    modes=st.none() | modes,
    grade=st.none() | st.sampled_from(Grade),
    field=st.sampled_from([None, "energy", "materials", "alchemy"]),
    industries=st.none() | st.frozensets(st.sampled_from(["C38", "C39", "A01", "nothing"]), max_size=2),
)
cases = st.tuples(needs(), suppliers, capabilities)
bands = st.sampled_from(Band)
scores = st.floats(0, 1)

WISHED: Facts = (
    NeedFacts(asker=Party(frozenset({1}), ()), regions=frozenset({"330000"}), least_trl=5,
              ipr_stances=frozenset({IprStance.JOINT}), ipr_states=frozenset({"granted"}), budget_to=100,
              modes=frozenset({"licence"}), industry="C38",
              field="energy", region="330000", excluded=Exclusions(terms=("氰",))),
    SupplierFacts(id=9, kind="person", party=Party(frozenset({2}), ()), open_deals=0, regions=frozenset(), min_budget=1,
                  ipr_stances=frozenset({IprStance.JOINT}), region="330000"),
    CapabilityFacts(text="膜", confirmed_on=TODAY, trl=9, ipr_state="granted", modes=frozenset({"licence"}),
                    grade=Grade.A, field="energy", industries=frozenset({"C38"})),
)  # fmt: skip
"""A need that demands everything, and a candidate that lacks nothing."""


def outcome_of(facts: Facts, rules: RuleSet = RULES) -> RuleOutcome:
    return evaluate(rules, *facts, NOW)


def broken(facts: Facts, rule: str) -> Facts:
    """The facts changed so that one hard rule certainly fails."""
    need, supplier, offer = facts
    match rule:
        case "conflict_of_interest":
            asker = replace(need.asker, organisations=frozenset({1}))
            supplier = replace(supplier, party=replace(supplier.party, organisations=frozenset({1, 2})))
            return replace(need, asker=asker), supplier, offer
        case "exclusion":
            return (
                replace(need, excluded=replace(need.excluded, suppliers=frozenset({3}))),
                replace(supplier, id=3),
                offer,
            )
        case "capacity":
            return need, replace(supplier, open_deals=9, load_limit=9), offer
        case "required_region":
            need = replace(need, regions=frozenset({"650000"}))
            return need, replace(supplier, regions=frozenset({"330000"})), offer
        case "ipr_stance":
            need = replace(need, ipr_stances=frozenset({IprStance.JOINT}))
            return need, supplier, replace(offer, ipr_stances=frozenset({IprStance.LICENCE}))
        case "ipr_state":
            return replace(need, ipr_states=frozenset({"granted"})), supplier, replace(offer, ipr_state="none")
        case "expired":
            return need, supplier, replace(offer, confirmed_on=TODAY - timedelta(days=8), valid_days=7)
        case "minimum_maturity":
            return replace(need, least_trl=9), supplier, replace(offer, trl=8)
    raise AssertionError(rule)
