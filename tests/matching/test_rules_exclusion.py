"""Exclusions by id, by name and by term."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from matching.rules import (
    Affiliation,
    CapabilityFacts,
    Exclusions,
    NeedFacts,
    Party,
    Person,
    SupplierFacts,
    Verdict,
)
from matching.rules.exclusion import Exclusion
from matching.rules.findings import Case, Finding

TODAY = date(2026, 3, 2)
EXPERT = Person(frozenset({7}), (Affiliation(70), Affiliation(71, until=TODAY - timedelta(days=1))))
SUPPLIER = SupplierFacts(
    id=5, party=Party(frozenset({50}), (EXPERT,)), names=frozenset({"清河膜材料研究所", "Qinghe Membrane Lab"})
)
TEXT = "无氰电镀中试线：采用 PVDF 中空纤维膜，不使用丙酮和六价铬。"


def judged(excluded: Exclusions, supplier: SupplierFacts = SUPPLIER, text: str | None = TEXT) -> Finding:
    return Exclusion().find(Case(NeedFacts(excluded=excluded), supplier, CapabilityFacts(text=text), TODAY))


@pytest.mark.parametrize(
    ("excluded", "code"),
    [
        (Exclusions(suppliers=frozenset({5, 6})), "supplier"),
        (Exclusions(people=frozenset({7})), "person"),
        (Exclusions(organisations=frozenset({50})), "organisation"),
        (Exclusions(organisations=frozenset({70})), "organisation"),
        (Exclusions(names=("清河膜材料",)), "name"),
        (Exclusions(names=("ＱＩＮＧＨＥ  membrane",)), "name"),
        (Exclusions(terms=("中空纤维",)), "term"),
        (Exclusions(terms=("pvdf",)), "term"),
    ],
)
def test_what_is_excluded_fails(excluded: Exclusions, code: str) -> None:
    found = judged(excluded)
    assert (found.verdict, found.code) == (Verdict.FAIL, code)


@pytest.mark.parametrize(
    "excluded",
    [
        Exclusions(suppliers=frozenset({6})),
        Exclusions(people=frozenset({8})),
        Exclusions(organisations=frozenset({71})),
        Exclusions(names=("Membra",)),
        Exclusions(names=("清河水务",)),
        Exclusions(terms=("PVD",)),
        Exclusions(terms=("反渗透",)),
    ],
)
def test_what_is_not_excluded_passes(excluded: Exclusions) -> None:
    assert judged(excluded).code == "clear"


def test_nothing_excluded_demands_nothing_of_anybody() -> None:
    assert judged(Exclusions(), SupplierFacts(), None).code == "not_demanded"


def test_blank_names_and_terms_exclude_nobody() -> None:
    assert judged(Exclusions(names=("", " \u200b"), terms=("　",)), SupplierFacts(), None).code == "not_demanded"


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("无氰电镀", "氰"),
        ("不含任何六价铬", "六价铬"),
        ("六价铬替代技术", "六价铬"),
        ("可取代六价铬", "六价铬"),
        ("a chromium-free coating", "chromium"),
        ("coating without chromium", "chromium"),
        ("non-toxic", "toxic"),
        ("contains no toxic solvent", "toxic"),
    ],
)
def test_a_text_that_denies_the_term_right_beside_it_passes(text: str, term: str) -> None:
    assert judged(Exclusions(terms=(term,)), text=text).verdict is Verdict.PASS


def test_a_denial_further_off_leaves_it_unknown() -> None:
    found = judged(Exclusions(terms=("六价铬",)))
    assert (found.verdict, found.code, found.params) == (Verdict.UNKNOWN, "term_unclear", {"term": "六价铬"})


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("无氰前处理，再以氰化物镀铜", "氰"),
        ("不使用丙酮，采用六价铬", "六价铬"),
        ("the piano chromium plate", "chromium"),
        ("chromium freely dissolved", "chromium"),
    ],
)
def test_one_plain_mention_is_enough(text: str, term: str) -> None:
    assert judged(Exclusions(terms=(term,)), text=text).verdict is Verdict.FAIL


@pytest.mark.parametrize(
    ("excluded", "code"),
    [
        (Exclusions(suppliers=frozenset({1})), "identity_unknown"),
        (Exclusions(people=frozenset({1})), "people_unknown"),
        (Exclusions(organisations=frozenset({1})), "organisations_unknown"),
        (Exclusions(names=("甲",)), "names_unknown"),
        (Exclusions(terms=("甲",)), "text_unknown"),
    ],
)
def test_a_supplier_of_whom_nothing_is_known_is_unknown(excluded: Exclusions, code: str) -> None:
    found = judged(excluded, SupplierFacts(), None)
    assert (found.verdict, found.code) == (Verdict.UNKNOWN, code)


def test_people_whose_organisations_or_doubles_are_unsettled_are_unknown() -> None:
    hidden = replace(SUPPLIER, party=Party(frozenset({50}), (Person(frozenset({7}), None, frozenset({9})),)))
    assert judged(Exclusions(organisations=frozenset({1})), hidden).code == "organisations_unknown"
    assert judged(Exclusions(people=frozenset({9})), hidden).code == "people_unknown"


def test_a_hit_comes_before_anything_unknown() -> None:
    excluded = Exclusions(suppliers=frozenset({1}), terms=("PVDF",))
    assert judged(excluded, SupplierFacts()).code == "term"
