"""What the rules get to know, read from the database in a fixed number of queries."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

import pytest
from sqlalchemy import event
from sqlmodel import select

from core.database import WriteSession
from matching.rules import NeedFacts, SupplierFacts
from models.capability import Capability
from models.deal import Deal, DealParty
from models.deal_enums import DealStatus, PartyRole
from models.enums import CooperationMode, IprStance, OrganisationKind, SolutionMode, SupplierKind
from models.need import Need, NeedRevision
from models.person import Affiliation, Person
from models.supplier import Supplier
from tests.workflow.deal_world import World
from workflow.matches.facts import Sides, capability_facts, read_sides

TODAY = date(2026, 3, 2)


@pytest.fixture
def world(session: WriteSession, now: datetime) -> World:
    return World(session, now)


def sides(world: World, need: Need, *suppliers: Supplier) -> Sides:
    return read_sides(world.session, need, revision_of(world, need), suppliers, TODAY)


def revision_of(world: World, need: Need) -> NeedRevision:
    return world.session.exec(select(NeedRevision).where(NeedRevision.need_id == need.key)).one()


def of_supplier(world: World, supplier: Supplier) -> SupplierFacts:
    return sides(world, world.need(), supplier).suppliers[supplier.key]


def of_need(world: World, need: Need) -> NeedFacts:
    return sides(world, need).need


@contextmanager
def counted(session: WriteSession) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    bind = session.connection().engine
    event.listen(bind, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(bind, "before_cursor_execute", note)


def test_empty_forms_are_what_the_rules_mean_by_them(world: World) -> None:
    supplier = of_supplier(world, world.supplier("李教授", person=world.person("李教授")))
    assert (supplier.modes, supplier.ipr_stances, supplier.min_budget, supplier.region) == (None, None, None, None)
    assert (supplier.regions, supplier.fields, supplier.open_deals) == (frozenset(), frozenset(), 0)
    need = of_need(world, world.need())
    assert (need.regions, need.modes, need.ipr_stances, need.region) == (frozenset(), frozenset(), frozenset(), None)
    assert need.asker.people == ()
    assert need.asker.is_known


def test_what_the_forms_say_arrives(world: World) -> None:
    place = world.organisation("研究院", OrganisationKind.INSTITUTE)
    place.region = "320000"
    supplier = world.supplier("李教授", person=world.person("李教授"), organisation=place)
    supplier.cooperation_modes = [CooperationMode.LICENCE]
    supplier.ipr_stances, supplier.min_budget, supplier.load_limit = [IprStance.JOINT], 100, 2
    supplier.technical_fields, supplier.regions = ["materials"], ["320000", "310000"]
    facts = of_supplier(world, supplier)
    assert (facts.kind, facts.region, facts.min_budget, facts.load_limit) == ("person", "320000", 100, 2)
    assert facts.modes == frozenset({"licence"})
    assert {stance.value for stance in facts.ipr_stances or ()} == {"joint"}
    assert facts.fields == frozenset({"materials"})
    assert facts.party.organisations == frozenset({place.key})


@pytest.mark.parametrize(
    ("solution", "modes"),
    [
        (SolutionMode.INDEPENDENT, {"transfer", "licence", "consulting", "service"}),
        (SolutionMode.COMMISSIONED, {"commissioned", "consulting", "service"}),
        (SolutionMode.COOPERATIVE, {"cooperative"}),
        (SolutionMode.OTHER, set()),
        (None, set()),
    ],
)
def test_a_way_of_solving_stands_for_ways_of_working_until_those_are_named(
    world: World, solution: SolutionMode | None, modes: set[str]
) -> None:
    need = world.need()
    revision_of(world, need).solution_mode = solution
    assert of_need(world, need).modes == modes
    revision_of(world, need).modes = [CooperationMode.TRANSFER]
    assert of_need(world, need).modes == {"transfer"}


def test_the_contact_acts_for_every_organisation_he_belongs_to_today(world: World) -> None:
    firm, university, former = (world.organisation(name) for name in ("甲公司", "大学", "老东家"))
    contact = world.person("联系人")
    world.affiliation(contact, university)
    world.affiliation(contact, former).valid_to = date(2025, 1, 1)
    asker = of_need(world, world.need(firm, contact=contact)).asker
    assert asker.organisations == frozenset({firm.key, university.key})
    [person] = asker.people or ()
    assert {(place.organisation, place.until) for place in person.affiliations or ()} == {
        (university.key, None),
        (former.key, date(2025, 1, 1)),
    }


def test_two_records_of_one_name_may_be_one_person_and_with_one_address_are(world: World) -> None:
    first, second, third = world.person("王强"), world.person("王强"), world.person("王强")
    first.email = second.email = "wang@example.org"
    world.affiliation(second, place := world.organisation("研究院"))
    world.session.flush()
    [person] = of_supplier(world, world.supplier("王强", person=first)).party.people or ()
    assert (person.ids, person.maybe) == (frozenset({first.key, second.key}), frozenset({third.key}))
    assert [one.organisation for one in person.affiliations or ()] == [place.key]


def test_an_english_name_and_a_mail_address_in_other_case_are_the_same(world: World) -> None:
    first, second, third = world.person("张三"), world.person("Zhang San"), world.person("李四")
    first.name_en, first.email, third.email = "ZHANG San", "Zhang@Example.org", "zhang@example.ORG"
    world.session.flush()
    [person] = of_supplier(world, world.supplier("张三", person=first)).party.people or ()
    assert person.maybe == {second.key, third.key}


def test_whom_only_a_name_stands_for_is_compared_by_that_name(world: World) -> None:
    person, place = world.person("王强"), world.organisation("某某研究院")
    [known] = of_supplier(world, world.supplier("王强", kind=SupplierKind.TEAM)).party.people or ()
    assert (known.ids, known.maybe, known.affiliations) == (frozenset(), frozenset({person.key}), ())
    party = of_supplier(world, world.supplier("某某研究院", kind=SupplierKind.ORGANISATION)).party
    assert (party.organisations, party.people) == (frozenset({place.key}), ())


def test_only_open_deals_count_and_each_once(world: World, now: datetime) -> None:
    supplier, owner = world.supplier("李教授"), world.person("工作人员")
    for status, archived in ((DealStatus.OPEN, None), (DealStatus.WON, None), (DealStatus.OPEN, now)):
        deal = Deal(
            title="对接", status=status, owner_id=owner.key, opened_at=now, last_activity_at=now, archived_at=archived
        )
        world.session.add(deal)
        world.session.flush()
        for role in (PartyRole.SUPPLY, PartyRole.PARTNER):
            world.session.add(DealParty(deal_id=deal.key, role=role, supplier_id=supplier.key))
    world.session.flush()
    assert of_supplier(world, supplier).open_deals == 1


def test_excluded_names_become_the_suppliers_they_mean(world: World) -> None:
    place, person = world.organisation("华为某某有限公司"), world.person("赵六")
    person.name_en = "Zhao Liu"
    suppliers = [
        world.supplier("一队", organisation=place, kind=SupplierKind.TEAM),
        world.supplier("二队", person=person, kind=SupplierKind.TEAM),
        world.supplier("三队", kind=SupplierKind.TEAM),
    ]
    need = world.need()
    revision_of(world, need).excluded_names = ["华为", "zhao liu"]
    facts = sides(world, need, *suppliers).need
    assert facts.excluded.suppliers == {suppliers[0].key, suppliers[1].key}
    assert facts.excluded.names == ()


def test_an_excluded_name_means_those_who_work_there_today_as_well(world: World) -> None:
    firm, university = world.organisation("华为某某有限公司"), world.organisation("大学")
    firm.name_en = "Huawei Example Ltd"
    works_there, left, elsewhere, lent = (world.person(name) for name in ("张工", "李工", "王工", "赵工"))
    for person in (works_there, lent):
        world.affiliation(person, firm)
    world.affiliation(left, firm).valid_to = date(2026, 3, 1)
    world.affiliation(elsewhere, university)
    suppliers = [world.supplier(person.name, person=person) for person in (works_there, left, elsewhere)]
    suppliers.append(world.supplier("赵工", person=lent, organisation=university))
    need = world.need()
    for written in ("华为某某有限公司", "huawei example"):
        revision_of(world, need).excluded_names = [written]
        facts = sides(world, need, *suppliers).need
        assert facts.excluded.suppliers == {suppliers[0].key, suppliers[3].key}


def test_what_a_capability_does_not_say_its_supplier_may(world: World) -> None:
    supplier = world.supplier()
    supplier.confirmed_on = date(2026, 1, 1)
    revision = world.capability(supplier)
    capability = world.session.get_one(Capability, revision.capability_id)
    facts = capability_facts(capability, revision, supplier)
    assert (facts.confirmed_on, facts.modes, facts.ipr_state, facts.industries, facts.field) == (
        date(2026, 1, 1),
        None,
        None,
        None,
        None,
    )
    capability.confirmed_on, revision.industries, revision.trl = date(2026, 2, 1), ["C33"], 5
    facts = capability_facts(capability, revision, supplier)
    assert (facts.confirmed_on, facts.industries, facts.trl) == (date(2026, 2, 1), frozenset({"C33"}), 5)


def test_a_hundred_suppliers_take_no_more_queries_than_two(world: World) -> None:
    need = world.need(contact=world.person("联系人"))

    def queries(number: int) -> int:
        suppliers = []
        for i in range(number):
            person = world.person(f"专家{number}-{i}")
            world.session.add(
                Affiliation(person_id=person.key, organisation_id=world.organisation(f"单位{number}-{i}").key)
            )
            suppliers.append(world.supplier(f"专家{i}", person=person))
        world.session.flush()
        world.session.expire_all()
        loaded = list(world.session.exec(select(Supplier).where(Supplier.name.startswith("专家"))))[-number:]
        revision = revision_of(world, need)
        with counted(world.session) as statements:
            found = read_sides(world.session, need, revision, loaded, TODAY)
        assert len(found.suppliers) == number
        return len(statements)

    assert queries(100) == queries(2) <= 8


def test_an_erased_person_is_nobodys_double(world: World, now: datetime) -> None:
    first = world.person("王强")
    world.session.add(Person(name="王强", created_at=now, erased_at=now))
    world.session.flush()
    [person] = of_supplier(world, world.supplier("王强", person=first)).party.people or ()
    assert person.maybe == frozenset()
