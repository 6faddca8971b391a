"""Does the need fit what the supplier wants, part by part, and who holds a match back."""

import pytest
from hypothesis import given

from core.i18n import read_messages
from matching.evidence.caps import ORDER
from matching.proposals.sides import STRONG, WORTH_A_LOOK, bottleneck, need_side
from matching.proposals.types import Aspect, Side, SideFit
from matching.rules import CapabilityFacts, NeedFacts, SupplierFacts, shipped_rules
from matching.types import Band
from tests.matching.rules_world import Facts, cases, law

RULES = shipped_rules()
TEXTS = read_messages()
NOTHING = (NeedFacts(), SupplierFacts(), CapabilityFacts())


def part(
    need: NeedFacts, supplier: SupplierFacts, aspect: Aspect, offer: CapabilityFacts = NOTHING[2]
) -> tuple[str, float | None]:
    found = next(one for one in need_side(need, supplier, offer, RULES).parts if one.aspect is aspect)
    return found.code, found.fit


@pytest.mark.parametrize(
    ("budget", "least", "expected"),
    [
        (100, 100, ("enough", 1.0)),
        (90, 100, ("short", 0.8)),
        (75, 100, ("short", 0.5)),
        (10, 100, ("short", 0.0)),
        (None, 100, ("budget_unknown", None)),
        (100, None, ("least_unknown", None)),
        (None, 0, ("enough", 1.0)),
    ],
)
def test_a_budget_fits_by_how_much_of_the_floor_it_lacks(
    budget: int | None, least: int | None, expected: tuple[str, float | None]
) -> None:
    assert part(NeedFacts(budget_to=budget), SupplierFacts(min_budget=least), Aspect.budget) == expected


@pytest.mark.parametrize(
    ("asked", "wanted", "expected"),
    [
        ("materials", frozenset({"materials", "energy"}), ("wanted", 1.0)),
        ("materials", frozenset({"energy"}), ("not_wanted", 0.0)),
        ("materials", frozenset[str](), ("any", 1.0)),
        (None, frozenset[str](), ("any", 1.0)),
        ("materials", None, ("fields_unknown", None)),
        (None, frozenset({"energy"}), ("field_unknown", None)),
        ("alchemy", frozenset({"energy"}), ("field_unknown", None)),
        ("energy", frozenset({"alchemy"}), ("field_unknown", None)),
    ],
)
def test_a_field_fits_where_the_supplier_wants_it_or_wants_any(
    asked: str | None, wanted: frozenset[str] | None, expected: tuple[str, float | None]
) -> None:
    assert part(NeedFacts(field=asked), SupplierFacts(fields=wanted), Aspect.field) == expected


@pytest.mark.parametrize(
    ("where", "served", "expected"),
    [
        ("330100", frozenset({"330000"}), ("served", 1.0)),
        ("330100", frozenset({"310000"}), ("not_served", 0.0)),
        ("330100", frozenset[str](), ("anywhere", 1.0)),
        ("330100", None, ("regions_unknown", None)),
        (None, frozenset({"330000"}), ("region_unknown", None)),
    ],
)
def test_a_region_fits_where_the_supplier_works_where_the_asker_is(
    where: str | None, served: frozenset[str] | None, expected: tuple[str, float | None]
) -> None:
    assert part(NeedFacts(region=where), SupplierFacts(regions=served), Aspect.region) == expected


@pytest.mark.parametrize(
    ("accepted", "offered", "expected"),
    [
        (frozenset({"service"}), frozenset({"service", "transfer"}), ("shared", 1.0)),
        (frozenset({"service"}), frozenset({"transfer"}), ("none_shared", 0.0)),
        (frozenset({"service"}), None, ("modes_unknown", None)),
        (frozenset[str](), None, ("not_demanded", 1.0)),
    ],
)
def test_a_way_of_working_fits_where_it_is_shared(
    accepted: frozenset[str], offered: frozenset[str] | None, expected: tuple[str, float | None]
) -> None:
    assert part(NeedFacts(modes=accepted), SupplierFacts(modes=offered), Aspect.mode) == expected


@pytest.mark.parametrize(
    ("open_deals", "limit", "expected"),
    [
        (0, 4, ("free", 1.0)),
        (3, 4, ("free", 0.25)),
        (4, 4, ("full", 0.0)),
        (None, 4, ("open_deals_unknown", None)),
    ],
)
def test_load_fits_by_the_room_that_is_left(
    open_deals: int | None, limit: int, expected: tuple[str, float | None]
) -> None:
    assert part(NOTHING[0], SupplierFacts(open_deals=open_deals, load_limit=limit), Aspect.load) == expected


def test_the_score_is_the_mean_of_what_is_known() -> None:
    side = need_side(
        NeedFacts(budget_to=90), SupplierFacts(min_budget=100, open_deals=2, load_limit=4), NOTHING[2], RULES
    )
    assert side.score == pytest.approx((0.8 + 1.0 + 0.5) / 3, abs=1e-6)
    assert side.band is Band.strong


def test_a_part_that_fits_not_at_all_leaves_at_most_worth_a_look() -> None:
    need = NeedFacts(budget_to=1, region="330000", field="energy")
    supplier = SupplierFacts(min_budget=100, regions=frozenset(), fields=frozenset(), open_deals=0, load_limit=4)
    side = need_side(need, supplier, NOTHING[2], RULES)
    assert side.score is not None
    assert side.score >= STRONG
    assert side.band is Band.worth_a_look


def test_where_nothing_is_known_there_is_no_score() -> None:
    side = need_side(NeedFacts(modes=frozenset({"service"})), SupplierFacts(), CapabilityFacts(), RULES)
    assert (side.score, side.band) == (None, None)
    assert len(side.parts) == len(Aspect)


@law
@given(cases)
def test_scores_lie_between_the_parts_and_bands_follow_the_thresholds(facts: Facts) -> None:
    side = need_side(*facts, RULES)
    known = [one.fit for one in side.parts if one.fit is not None]
    assert [one.aspect for one in side.parts] == list(Aspect)
    assert (side.score is None) == (not known)
    if side.score is not None and side.band is not None:
        assert min(known) - 1e-6 <= side.score <= max(known) + 1e-6
        by_mean = (
            Band.strong if side.score >= STRONG else Band.worth_a_look if side.score >= WORTH_A_LOOK else Band.weak
        )
        assert ORDER.index(side.band) >= ORDER.index(by_mean)
        assert side.band is by_mean or min(known) == 0


@law
@given(cases)
def test_every_part_has_its_message(facts: Facts) -> None:
    for one in need_side(*facts, RULES).parts:
        key = f"proposal.fit.{one.aspect}.{one.code}"
        assert all(text.format(**one.params) for text in TEXTS[key].values())


@pytest.mark.parametrize(
    ("band", "other", "side"),
    [
        (Band.strong, Band.weak, Side.need),
        (Band.weak, Band.strong, Side.supplier),
        (Band.worth_a_look, Band.worth_a_look, Side.even),
        (Band.weak, None, Side.even),
    ],
)
def test_the_side_with_the_lower_band_holds_the_match_back(band: Band, other: Band | None, side: Side) -> None:
    assert bottleneck(band, SideFit(None, other, ())) is side
