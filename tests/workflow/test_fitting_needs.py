from dataclasses import replace
from datetime import datetime

import pytest
from sqlmodel import select

from core.database import WriteSession
from core.errors import Conflict, NotFound, Refused
from models.access import ANONYMOUS, Viewer
from models.enums import DisclosureLevel, NeedStatus, ReasonCode, Role, SupplierKind
from models.fitting_need import FittingNeedsPublic
from models.match_public import MatchPublic
from models.need import NeedRevision
from models.person import Person
from models.refusal import RefusalCreate
from models.supplier import Supplier
from tests.workflow.deal_world import World
from tests.workflow.test_matches import NoEmbedder
from workflow.indexing import SearchIndex, write_vectors
from workflow.matches import propose_matches, show_matches
from workflow.matches.fitting import MOST_EXPLAINED, needs_for_supplier
from workflow.refusals import refuse_supplier

WELDING = "薄板激光焊接后变形大，需要控制变形的焊接工艺。"


@pytest.fixture
def world(session: WriteSession, now: datetime) -> World:
    return World(session, now)


@pytest.fixture
def staff(world: World) -> Viewer:
    return world.staff()


@pytest.fixture
def index() -> SearchIndex:
    return SearchIndex(NoEmbedder())


@pytest.fixture
def welder(world: World, index: SearchIndex) -> Supplier:
    """A person who welds thin sheets, and says so."""
    supplier = world.supplier("李教授", person=world.person("李教授"))
    offer(world, index, supplier, "铝合金薄板激光焊接", "控制薄板焊接变形，效果好。")
    return supplier


def offer(world: World, index: SearchIndex, supplier: Supplier, title: str, summary: str) -> None:
    revision = world.capability(supplier, title, summary)
    write_vectors(world.session, [revision], embedder=NoEmbedder(), now=world.now)
    index.refresh(world.session)


def titles(world: World, viewer: Viewer, supplier: Supplier, index: SearchIndex, k: int = 10) -> list[str]:
    found = needs_for_supplier(world.session, viewer, supplier.public_id, index, now=world.now, k=k)
    return [one.need.title for one in found.needs]


def acting_for(world: World, supplier: Supplier) -> Viewer:
    return Viewer(roles=frozenset({Role.SUPPLIER}), suppliers=frozenset({supplier.key}), at=world.now)


def test_the_needs_that_look_for_it_come_best_first(
    world: World, staff: Viewer, index: SearchIndex, welder: Supplier
) -> None:
    world.need(world.organisation("乙公司"), title="管道焊接", problem="现场焊接效率低。")
    world.need(title="铝合金薄板焊接变形", problem=WELDING)
    world.need(world.organisation("丙公司"), title="水稻抗旱", problem="培育抗旱水稻品种。")
    assert titles(world, staff, welder, index)[:2] == ["铝合金薄板焊接变形", "管道焊接"]


def test_a_pair_has_the_score_and_the_findings_it_has_on_the_needs_own_list(
    world: World, staff: Viewer, index: SearchIndex, welder: Supplier
) -> None:
    need = world.need(title="铝合金薄板焊接变形", problem=WELDING)
    [fitting] = needs_for_supplier(world.session, staff, welder.public_id, index, now=world.now).needs
    propose_matches(world.session, staff, need.public_id, index, now=world.now)
    listed: MatchPublic = show_matches(world.session, staff, need.public_id).matches[0]
    assert (fitting.score, fitting.text_score, fitting.band) == (listed.score, listed.text_score, listed.band)
    assert (fitting.findings, fitting.rules, fitting.need_side) == (listed.findings, listed.rules, listed.need_side)


def test_only_needs_that_still_look_for_somebody_are_compared(
    world: World, staff: Viewer, index: SearchIndex, welder: Supplier
) -> None:
    for status in (NeedStatus.SUBMITTED, NeedStatus.INTRODUCED, NeedStatus.CLOSED):
        world.need(world.organisation(status.value), title=f"薄板焊接 {status}", problem=WELDING, status=status)
    world.need(title="薄板焊接", problem=WELDING, status=NeedStatus.MATCHED)
    assert titles(world, staff, welder, index) == ["薄板焊接"]


def test_a_supplier_compares_what_it_may_read_only_and_sees_no_score_and_no_rule(
    world: World, index: SearchIndex, welder: Supplier
) -> None:
    world.need(title="保密的焊接", problem=WELDING, disclosure=DisclosureLevel.CARD)
    card = world.need(world.organisation("丁公司"), "保密", problem=WELDING, public_title="激光焊接")
    world.need(world.organisation("乙公司"), title="公开的焊接", problem=WELDING, disclosure=DisclosureLevel.SUMMARY)
    viewer = acting_for(world, welder)
    found = needs_for_supplier(world.session, viewer, welder.public_id, index, now=world.now)
    assert found.compared == 2
    by_card, one = sorted(found.needs, key=lambda fitting: fitting.need.title)
    assert (by_card.need.public_id, by_card.need.title, by_card.findings) == (card.public_id, "", [])
    assert one.need.title == "公开的焊接"
    assert (one.score, one.rules, one.questions, one.ways) == (None, [], [], [])
    assert one.need_side is not None


def test_what_a_supplier_sees_does_not_change_with_a_budget_an_exclusion_or_a_decision_it_may_not_know(
    world: World, staff: Viewer, index: SearchIndex, welder: Supplier
) -> None:
    need = world.need(title="公开的焊接", problem=WELDING, disclosure=DisclosureLevel.SUMMARY)
    welder.min_budget = 10**9
    viewer = acting_for(world, welder)

    def seen() -> FittingNeedsPublic:
        return needs_for_supplier(world.session, viewer, welder.public_id, index, now=world.now)

    before = seen()
    [revision] = world.session.exec(select(NeedRevision).where(NeedRevision.need_id == need.key))
    revision.budget_to, revision.excluded_names = 100, [welder.name]
    world.session.flush()
    assert seen() == before
    form = RefusalCreate(supplier=welder.public_id, reason=ReasonCode.OFF_TOPIC)
    refuse_supplier(world.session, staff, need.public_id, form, now=world.now)
    assert seen() == before


@pytest.mark.parametrize("related", ["its contact is the supplier", "the supplier works there", "the asker is one"])
def test_what_a_supplier_sees_does_not_change_with_who_asks(
    world: World, index: SearchIndex, welder: Supplier, related: str
) -> None:
    firm, other = world.organisation("甲公司"), world.organisation("乙公司")
    person = world.session.get_one(Person, welder.person_id)
    stranger = world.need(other, title="公开的焊接", problem=WELDING, disclosure=DisclosureLevel.SUMMARY)
    near = world.need(
        firm,
        title="公开的焊接",
        problem=WELDING,
        disclosure=DisclosureLevel.SUMMARY,
        contact=person if related == "its contact is the supplier" else world.person("联系人"),
    )
    if related == "the supplier works there":
        world.affiliation(person, firm)
    elif related == "the asker is one":
        welder.organisation_id = firm.key
        world.session.flush()
    viewer = acting_for(world, welder)
    found = needs_for_supplier(world.session, viewer, welder.public_id, index, now=world.now).needs
    assert {one.need.public_id for one in found} == {stranger.public_id, near.public_id}
    one, twin = (fitting.model_copy(update={"rank": 1, "need": found[0].need}) for fitting in found)
    assert one == twin
    assert one.need_side is not None
    assert "field" in {part.aspect for part in one.need_side.parts}


def test_whoever_reads_a_need_in_full_is_not_told_that_his_own_fits_him(
    world: World, index: SearchIndex, welder: Supplier
) -> None:
    firm = world.organisation("甲公司")
    world.affiliation(world.session.get_one(Person, welder.person_id), firm)
    world.need(firm, title="自己的焊接", problem=WELDING, disclosure=DisclosureLevel.SUMMARY)
    viewer = replace(acting_for(world, welder), organisations=frozenset({firm.key}))
    assert titles(world, viewer, welder, index) == []


def test_needs_that_are_hardly_alike_are_left_out(
    world: World, staff: Viewer, index: SearchIndex, welder: Supplier
) -> None:
    world.need(title="铝合金薄板焊接变形", problem=WELDING)
    other = "大型数据中心制冷机房需要降低能耗，并控制设备的噪声与振动。"
    world.need(world.organisation("乙公司"), title="机房节能", problem=other)
    assert titles(world, staff, welder, index) == ["铝合金薄板焊接变形"]


def test_no_more_needs_are_explained_than_somebody_waits_for(
    world: World, staff: Viewer, index: SearchIndex, welder: Supplier
) -> None:
    firm = world.organisation("甲公司")
    for _ in range(MOST_EXPLAINED + 2):
        world.need(firm, title="铝合金薄板焊接变形", problem=WELDING)
    assert len(titles(world, staff, welder, index, k=MOST_EXPLAINED + 2)) == MOST_EXPLAINED


def test_nobody_else_sees_what_fits_a_supplier(world: World, index: SearchIndex, welder: Supplier) -> None:
    world.need(title="薄板焊接", problem=WELDING)
    other = world.supplier("王所长", person=world.person("王所长"))
    with pytest.raises(Refused):
        needs_for_supplier(world.session, acting_for(world, other), welder.public_id, index, now=world.now)
    with pytest.raises((Refused, NotFound)):
        needs_for_supplier(world.session, ANONYMOUS, welder.public_id, index, now=world.now)


def test_what_its_own_organisation_asks_does_not_fit_and_neither_does_who_refused_it(
    world: World, staff: Viewer, index: SearchIndex
) -> None:
    institute = world.organisation("某研究所")
    team = world.supplier("焊接团队", organisation=institute, kind=SupplierKind.ORGANISATION)
    offer(world, index, team, "铝合金薄板激光焊接", "控制薄板焊接变形，效果好。")
    world.need(institute, title="自己的焊接难题", problem=WELDING)
    refused = world.need(world.organisation("乙公司"), title="不再推荐的焊接", problem=WELDING)
    world.need(world.organisation("丙公司"), title="别家的焊接难题", problem=WELDING)
    form = RefusalCreate(supplier=team.public_id, reason=ReasonCode.OFF_TOPIC)
    refuse_supplier(world.session, staff, refused.public_id, form, now=world.now)
    assert titles(world, staff, team, index) == ["别家的焊接难题"]


def test_an_archived_supplier_has_no_needs(world: World, staff: Viewer, index: SearchIndex, welder: Supplier) -> None:
    welder.archived_at = world.now
    world.session.flush()
    with pytest.raises(Conflict, match="archived"):
        needs_for_supplier(world.session, staff, welder.public_id, index, now=world.now)


def test_a_supplier_without_anything_to_compare_gets_an_empty_list(
    world: World, staff: Viewer, index: SearchIndex
) -> None:
    world.need(title="薄板焊接", problem=WELDING)
    index.refresh(world.session)
    assert titles(world, staff, world.supplier("没有成果的人"), index) == []
