"""Conflict of interest: certain ones, past ones, doubles, and what is not known."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from matching.rules import Affiliation, AskOf, NeedFacts, Party, Person, SupplierFacts, Verdict
from matching.rules.conflict import ConflictOfInterest
from matching.rules.facts import CapabilityFacts
from matching.rules.findings import Case, Finding

TODAY = date(2026, 3, 2)
FACTORY, COLLEGE = 1, 2
RULE = ConflictOfInterest(cooling_days=100)

ENGINEER = Person(frozenset({11}), (Affiliation(FACTORY),))
PROFESSOR = Person(frozenset({22}), (Affiliation(COLLEGE),))
ASKER = Party(frozenset({FACTORY}), (ENGINEER,))
SUPPLIER = Party(frozenset(), (PROFESSOR,))


def judged(asker: Party = ASKER, supplier: Party = SUPPLIER) -> Finding:
    case = Case(NeedFacts(asker=asker), SupplierFacts(party=supplier), CapabilityFacts(), TODAY)
    return RULE.find(case)


def professor(*affiliations: Affiliation) -> Party:
    return Party(frozenset(), (replace(PROFESSOR, affiliations=affiliations),))


def test_strangers_have_no_conflict() -> None:
    assert judged().verdict is Verdict.PASS


def test_an_organisation_cannot_supply_itself() -> None:
    found = judged(supplier=Party(frozenset({COLLEGE, FACTORY}), ()))
    assert (found.code, found.params) == ("same_organisation", {"organisation": FACTORY})


def test_one_person_cannot_act_for_both_sides_even_under_two_ids() -> None:
    twin = Person(frozenset({11, 33}), ())
    found = judged(supplier=Party(frozenset(), (twin,)))
    assert (found.verdict, found.code, found.params) == (Verdict.FAIL, "same_person", {"person": 11})


@pytest.mark.parametrize("days_ago", [0, 1, 99, 100])
def test_who_left_the_asker_within_the_cooling_time_still_belongs(days_ago: int) -> None:
    left = Affiliation(FACTORY, until=TODAY - timedelta(days=days_ago))
    assert judged(supplier=professor(Affiliation(COLLEGE), left)).code == "supplier_belongs_to_asker"


def test_who_left_before_the_cooling_time_is_free() -> None:
    left = Affiliation(FACTORY, until=TODAY - timedelta(days=101))
    assert judged(supplier=professor(left)).verdict is Verdict.PASS


def test_who_will_join_the_asker_belongs_already() -> None:
    coming = Affiliation(FACTORY, since=TODAY + timedelta(days=30))
    assert judged(supplier=professor(coming)).code == "supplier_belongs_to_asker"


def test_the_askers_people_may_not_belong_to_the_supplier() -> None:
    moonlighting = replace(ENGINEER, affiliations=(Affiliation(FACTORY), Affiliation(COLLEGE)))
    asker = Party(frozenset({FACTORY}), (moonlighting,))
    found = judged(asker, Party(frozenset({COLLEGE}), ()))
    assert (found.code, found.params) == ("asker_belongs_to_supplier", {"person": 11, "organisation": COLLEGE})


def test_a_third_organisation_in_common_is_no_conflict() -> None:
    society = Affiliation(99)
    asker = Party(frozenset({FACTORY}), (replace(ENGINEER, affiliations=(society,)),))
    assert judged(asker, professor(society)).verdict is Verdict.PASS


@pytest.mark.parametrize(
    ("asker", "supplier", "code", "ask"),
    [
        (Party(), SUPPLIER, "asker_unknown", AskOf.ASKER),
        (Party(frozenset({FACTORY}), None), SUPPLIER, "asker_unknown", AskOf.ASKER),
        (Party(None, (ENGINEER,)), SUPPLIER, "asker_unknown", AskOf.ASKER),
        (Party(frozenset(), ()), SUPPLIER, "asker_unknown", AskOf.ASKER),
        (ASKER, Party(), "supplier_unknown", AskOf.SUPPLIER),
        (ASKER, Party(frozenset(), ()), "supplier_unknown", AskOf.SUPPLIER),
        (ASKER, Party(None, (PROFESSOR,)), "supplier_unknown", AskOf.SUPPLIER),
        (
            ASKER,
            Party(frozenset(), (Person(frozenset({22})),)),
            "supplier_affiliations_unknown",
            AskOf.SUPPLIER,
        ),
        (
            Party(frozenset({FACTORY}), (Person(frozenset({11})),)),
            Party(frozenset({COLLEGE}), ()),
            "asker_affiliations_unknown",
            AskOf.ASKER,
        ),
    ],
)
def test_what_is_not_known_leaves_it_unknown_and_asks(asker: Party, supplier: Party, code: str, ask: AskOf) -> None:
    found = judged(asker, supplier)
    assert (found.verdict, found.code, found.ask) == (Verdict.UNKNOWN, code, ask)


def test_affiliations_that_could_not_matter_need_not_be_known() -> None:
    private_asker = Party(frozenset(), (Person(frozenset({11})),))
    assert judged(private_asker, Party(frozenset(), (Person(frozenset({22})),))).verdict is Verdict.PASS


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (replace(ENGINEER, maybe=frozenset({22})), PROFESSOR),
        (ENGINEER, replace(PROFESSOR, maybe=frozenset({11}))),
        (replace(ENGINEER, maybe=frozenset({7})), replace(PROFESSOR, maybe=frozenset({7}))),
    ],
)
def test_an_unsettled_double_on_both_sides_leaves_it_unknown(one: Person, other: Person) -> None:
    found = judged(Party(frozenset({FACTORY}), (one,)), Party(frozenset(), (other,)))
    assert (found.code, found.ask) == ("maybe_same_person", AskOf.STAFF)


def test_a_certain_conflict_comes_before_anything_unknown() -> None:
    hidden = Person(frozenset({44}), None, maybe=frozenset({11}))
    found = judged(supplier=Party(frozenset({FACTORY}), (hidden,)))
    assert found.verdict is Verdict.FAIL
