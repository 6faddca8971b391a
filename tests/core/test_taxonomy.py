import subprocess
import sys
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.taxonomy import (
    Code,
    Maturity,
    Taxonomy,
    UnknownCode,
    disciplines,
    industries,
    maturities,
    maturity_of_trl,
    regions,
    technical_fields,
    trl_range,
)

ALL = (technical_fields, industries, disciplines, regions, maturities)


@pytest.fixture
def tree() -> Taxonomy:
    return Taxonomy("tree", (Code("a", "甲", "Alpha"), Code("ab", "乙", "Beta", "a"), Code("ac", "丙", "Gamma", "a"),
                             Code("abd", "丁", "Delta", "ab"), Code("z", "癸", "Zeta")))  # fmt: skip


def test_each_list_has_the_official_number_of_codes() -> None:
    assert [len(load()) for load in ALL] == [11, 1424, 2916, 35, 5]


def test_technical_fields_keep_the_order_of_contract_registration() -> None:
    assert [field.code for field in technical_fields()] == [
        "electronics", "aerospace", "manufacturing", "biomedical", "materials", "energy", "environment", "nuclear",
        "agriculture", "transport", "urban",
    ]  # fmt: skip


@pytest.mark.parametrize("load", ALL)
def test_every_code_has_a_name_in_both_languages(load: Callable[[], Taxonomy]) -> None:
    taxonomy = load()
    for entry in taxonomy:
        assert taxonomy.label(entry.code, "zh_Hans") == entry.zh != ""
        assert taxonomy.label(entry.code, "en") == entry.en != ""
        assert entry.en.isascii()


def test_industry_sections_and_divisions_have_names_of_their_own() -> None:
    upper = [entry for entry in industries() if len(entry.code) in (1, 3)]
    assert len([e for e in upper if len(e.code) == 1]) == 20
    assert not [entry for entry in upper if f"({entry.code})" in entry.en]


def test_a_deeper_industry_shows_its_divisions_english_name_and_its_code() -> None:
    assert industries().label("C3841", "en") == "Manufacture of electrical machinery and apparatus (C3841)"
    assert industries().label("C3841", "zh") == "锂离子电池制造"


def test_a_class_without_a_group_hangs_on_its_division() -> None:
    assert industries().get("I6510").parent == "I65"


def test_the_same_code_means_different_things_in_two_taxonomies() -> None:
    assert (industries().label("A01", "en"), disciplines().label("A01", "en")) == (
        "Agriculture",
        "Mathematics",
    )


def test_an_unknown_code_is_named_in_the_error() -> None:
    with pytest.raises(UnknownCode, match=r"industries has no code 'C99'") as caught:
        industries().get("C99")
    assert isinstance(caught.value, KeyError)
    assert caught.value.code == "C99"


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="'fr'"):
        regions().label("110000", "fr")


def test_a_code_listed_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="appears twice"):
        Taxonomy("t", (Code("a", "甲", "A"), Code("a", "乙", "B")))


def test_a_code_before_its_parent_is_refused() -> None:
    with pytest.raises(ValueError, match="before its parent"):
        Taxonomy("t", (Code("ab", "甲", "A", "a"),))


def test_children_and_ancestors_are_each_others_inverse(tree: Taxonomy) -> None:
    assert [c.code for c in tree.children("a")] == ["ab", "ac"]
    assert [c.code for c in tree.ancestors("abd")] == ["ab", "a"]
    assert tree.ancestors("a") == () == tree.children("z")
    assert [c.code for c in tree.roots()] == ["a", "z"]


@pytest.mark.parametrize(
    ("a", "b", "distance"),
    [
        ("a", "a", 0),
        ("a", "ab", 1 / 3),
        ("ab", "ac", 1 / 2),
        ("abd", "ac", 3 / 5),
        ("a", "abd", 1 / 2),
        ("ab", "z", 1),
    ],
)
def test_distance_is_as_worked_by_hand(tree: Taxonomy, a: str, b: str, distance: float) -> None:
    assert tree.distance(a, b) == pytest.approx(distance)


_CODES = st.sampled_from([entry.code for entry in disciplines()])


@given(_CODES, _CODES)
def test_distance_is_symmetric_bounded_and_zero_only_for_the_same_code(a: str, b: str) -> None:
    distance = disciplines().distance(a, b)
    assert distance == disciplines().distance(b, a)
    assert 0 <= distance <= 1
    assert (distance == 0) == (a == b)


def test_search_finds_by_prefix_of_code_and_of_either_name() -> None:
    assert [c.code for c in regions().search("黑")] == ["230000"]
    assert [c.code for c in regions().search("ＸＩ")] == ["540000", "650000"]
    assert [c.code for c in industries().search("C384", limit=2)] == ["C384", "C3841"]
    assert len(disciplines().search("")) == 20
    assert disciplines().search("no such field") == []


def test_a_readiness_level_gives_the_word_that_claims_less() -> None:
    words = [maturity_of_trl(level) for level in range(1, 10)]
    assert words == [Maturity.IN_RESEARCH] * 3 + [Maturity.PROTOTYPE] * 2 + [Maturity.LAB_TEST] + [
        Maturity.PILOT_TEST
    ] * 2 + [Maturity.MASS_PRODUCTION]


@pytest.mark.parametrize("level", [0, 10, -1])
def test_a_readiness_level_outside_the_scale_is_refused(level: int) -> None:
    with pytest.raises(ValueError, match=str(level)):
        maturity_of_trl(level)


def test_every_maturity_covers_the_level_it_is_given_for() -> None:
    for level in range(1, 10):
        low, high = trl_range(maturity_of_trl(level))
        assert low <= level <= high
    assert [entry.code for entry in maturities()] == list(Maturity)


def test_importing_the_package_reads_no_data() -> None:
    code = "import core.taxonomy.lists as l; print([f.cache_info().currsize for f in (l.industries, l.disciplines)])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[0, 0]"
