from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

from catalog.supply.capabilities import CapabilityFilter
from catalog.supply.disclosure import LEVELS
from catalog.supply.organisations import OrganisationFilter
from catalog.supply.suppliers import SupplierFilter
from core.database import WriteSession
from core.errors import Conflict, Invalid, NotFound, Refused
from models import (
    Capability,
    CapabilityCreate,
    CapabilityPublic,
    CapabilityRevision,
    CapabilityVector,
    Change,
    OrganisationCreate,
    OrganisationUpdate,
    Person,
    Supplier,
    SupplierCreate,
    SupplierUpdate,
)
from models.access import Viewer, viewer_of
from models.capability import CapabilityText
from models.enums import DisclosureLevel, OrganisationKind, Role, SupplierKind
from tests.workflow.society import DigestEmbedder, Society, found_society
from workflow.capabilities import (
    add_capability,
    archive_capability,
    list_capabilities,
    restore_capability,
    revise_capability,
    show_capability,
)
from workflow.organisations import add_organisation, edit_organisation, list_organisations, show_organisation
from workflow.suppliers import (
    add_supplier,
    archive_supplier,
    edit_supplier,
    list_suppliers,
    restore_supplier,
    show_supplier,
)

EMBEDDER = DigestEmbedder()
CAPABILITY: dict[str, Any] = {
    "title": "耐高温润滑脂",
    "summary": "复合磺酸钙基脂，滴点 330 ℃",
    "economics": "每公斤成本 45 元",
    "keywords": ["润滑脂"],
    "technical_field": "materials",
}


def form(**changes: Any) -> CapabilityCreate:
    return CapabilityCreate.model_validate(CAPABILITY | changes)


@pytest.fixture
def society(session: WriteSession, now: datetime) -> Society:
    return found_society(session, now)


@pytest.fixture
def supplier(session: WriteSession, society: Society, now: datetime) -> Supplier:
    new = SupplierCreate(name="润滑课题组", kind=SupplierKind.TEAM, organisation=society.university.public_id)
    return add_supplier(session, society.staff, new, now=now)


@pytest.fixture
def capability(session: WriteSession, society: Society, supplier: Supplier, now: datetime) -> Capability:
    return add_capability(session, society.staff, supplier.public_id, form(), now=now, embedder=EMBEDDER)


def owner_of(session: WriteSession, supplier: Supplier, society: Society, now: datetime) -> Viewer:
    """The supplier itself, signed in."""
    supplier.person_id = society.supplier.person_id
    session.flush()
    assert society.supplier.person_id is not None
    return viewer_of(session, society.supplier.person_id, now)


def test_a_person_who_offers_becomes_a_person(session: WriteSession, society: Society, now: datetime) -> None:
    new = SupplierCreate(name="演示教授", kind=SupplierKind.PERSON)

    supplier = add_supplier(session, society.staff, new, now=now)

    assert session.get_one(Person, supplier.person_id).name == "演示教授"
    assert supplier.branch_id == society.branch.id


def test_a_persons_name_is_never_cut_off(session: WriteSession, society: Society, now: datetime) -> None:
    with pytest.raises(Invalid) as caught:
        add_supplier(session, society.staff, SupplierCreate(name="长" * 61, kind=SupplierKind.PERSON), now=now)

    assert [(problem.field, problem.code) for problem in caught.value.problems] == [("name", "field.too_long")]


@pytest.mark.parametrize("role", ["visitor", "member", "supplier", "auditor", "admin"])
def test_only_the_society_adds_suppliers_and_organisations(
    session: WriteSession, society: Society, now: datetime, role: str
) -> None:
    viewer = getattr(society, role)
    with pytest.raises(Refused):
        add_supplier(session, viewer, SupplierCreate(name="甲", kind=SupplierKind.TEAM), now=now)
    with pytest.raises(Refused):
        add_organisation(session, viewer, OrganisationCreate(name="甲", kind=OrganisationKind.ENTERPRISE), now=now)


def test_a_new_capability_has_a_vector_and_a_line_in_the_change_log(
    session: WriteSession, capability: Capability
) -> None:
    vector = session.exec(select(CapabilityVector)).one()
    revision = session.exec(select(CapabilityRevision)).one()

    assert (vector.capability_id, vector.capability_revision_id, vector.dim) == (capability.id, revision.id, 8)
    assert [(c.capability_id, c.operation) for c in session.exec(select(Change))] == [(capability.id, "upsert")]


def test_a_revised_capability_keeps_what_it_said_and_gets_a_new_vector(
    session: WriteSession, society: Society, capability: Capability, now: datetime
) -> None:
    later = now + timedelta(days=1)

    revise_capability(
        session, society.staff, capability.public_id, form(title="新标题"), now=later, embedder=EMBEDDER, version=1
    )

    titles = {r.number: (r.title, r.valid_to) for r in session.exec(select(CapabilityRevision))}
    assert titles == {1: ("耐高温润滑脂", later), 2: ("新标题", None)}
    assert len(session.exec(select(CapabilityVector)).all()) == 2
    with pytest.raises(Conflict, match=r"conflict\.changed_meanwhile"):
        revise_capability(session, society.staff, capability.public_id, form(), now=later, embedder=EMBEDDER, version=1)


def test_confirming_a_capability_unchanged_makes_no_revision(
    session: WriteSession, society: Society, capability: Capability, now: datetime
) -> None:
    later = now + timedelta(days=30)

    revise_capability(session, society.staff, capability.public_id, form(), now=later, embedder=EMBEDDER)

    shown = show_capability(session, society.staff, capability.public_id)
    assert (shown.revision, shown.confirmed_on) == (1, later.date())


@pytest.mark.parametrize(
    ("role", "level"),
    [("visitor", 1), ("member", 2), ("supplier", 2), ("staff", 3), ("other_staff", 2), ("lead", 3), ("auditor", 2)],
)
def test_each_role_sees_a_capability_cut_to_its_level(
    session: WriteSession, society: Society, capability: Capability, role: str, level: int
) -> None:
    viewer = getattr(society, role)
    shown = show_capability(session, viewer, capability.public_id)
    (listed,) = list_capabilities(session, viewer).items

    assert shown == listed
    assert shown.level == level
    assert shown.title == CAPABILITY["title"]
    assert (shown.summary != "", shown.economics != "") == (level >= 2, level >= 3)
    found = list_capabilities(session, viewer, CapabilityFilter(query="复合磺酸钙"))
    assert found.total == (level >= 2)


@pytest.mark.parametrize("disclosure", [0, 1])
def test_what_is_not_disclosed_is_in_no_list_and_no_count(
    session: WriteSession, society: Society, supplier: Supplier, now: datetime, disclosure: int
) -> None:
    hidden = form(disclosure=disclosure)
    capability = add_capability(session, society.staff, supplier.public_id, hidden, now=now, embedder=EMBEDDER)

    seen = bool(disclosure)
    assert list_capabilities(session, society.member).total == seen
    assert list_suppliers(session, society.member).total == seen
    assert list_organisations(session, society.member, OrganisationFilter(query="示例大学")).total == seen
    if not seen:
        with pytest.raises(NotFound):
            show_capability(session, society.member, capability.public_id)
        with pytest.raises(NotFound):
            show_supplier(session, society.member, supplier.public_id)


def test_a_count_of_capabilities_counts_what_the_viewer_sees(
    session: WriteSession, society: Society, supplier: Supplier, capability: Capability, now: datetime
) -> None:
    add_capability(session, society.staff, supplier.public_id, form(disclosure=0), now=now, embedder=EMBEDDER)

    counts = {
        role: show_supplier(session, getattr(society, role), supplier.public_id).capability_count
        for role in ("visitor", "member", "staff")
    }

    assert counts == {"visitor": 1, "member": 1, "staff": 2}


def test_an_archived_supplier_disappears_with_what_it_offers_and_comes_back(
    session: WriteSession, society: Society, supplier: Supplier, capability: Capability, now: datetime
) -> None:
    archive_supplier(session, society.staff, supplier.public_id, now=now)

    with pytest.raises(NotFound):
        show_capability(session, society.member, capability.public_id)
    assert list_suppliers(session, society.member).total == 0
    assert list_suppliers(session, society.staff, SupplierFilter(archived=True)).total == 1
    with pytest.raises(Conflict, match=r"supplier\.archived"):
        add_capability(session, society.staff, supplier.public_id, form(), now=now, embedder=EMBEDDER)

    restore_supplier(session, society.staff, supplier.public_id, now=now)
    assert show_capability(session, society.member, capability.public_id).level == DisclosureLevel.SUMMARY
    assert [change.operation for change in session.exec(select(Change))] == ["upsert", "remove", "upsert"]


def test_an_archived_capability_is_removed_from_the_indexes_and_comes_back(
    session: WriteSession, society: Society, capability: Capability, now: datetime
) -> None:
    archive_capability(session, society.staff, capability.public_id, now=now)
    archive_capability(session, society.staff, capability.public_id, now=now)
    assert list_capabilities(session, society.staff).total == 0
    with pytest.raises(Conflict, match=r"capability\.archived"):
        revise_capability(session, society.staff, capability.public_id, form(), now=now, embedder=EMBEDDER)

    restore_capability(session, society.staff, capability.public_id, now=now)

    assert list_capabilities(session, society.staff).total == 1
    assert [change.operation for change in session.exec(select(Change))] == ["upsert", "remove", "upsert"]


def test_a_supplier_keeps_its_own_profile_and_no_other(
    session: WriteSession, society: Society, supplier: Supplier, capability: Capability, now: datetime
) -> None:
    with pytest.raises(Refused):
        edit_supplier(session, society.supplier, supplier.public_id, SupplierUpdate(intro="别人的"), now=now)
    owner = owner_of(session, supplier, society, now)

    edit_supplier(session, owner, supplier.public_id, SupplierUpdate(intro="自己的", regions=["330000"]), now=now)
    revise_capability(session, owner, capability.public_id, form(trl=6), now=now, embedder=EMBEDDER)

    shown = show_supplier(session, owner, supplier.public_id)
    assert (shown.intro, shown.regions, shown.organisation_name) == ("自己的", ["330000"], "示例大学")
    assert show_capability(session, owner, capability.public_id).trl == 6


def test_suppliers_are_found_by_field_word_and_organisation(
    session: WriteSession, society: Society, supplier: Supplier, capability: Capability
) -> None:
    def total(**wanted: Any) -> int:
        return list_suppliers(session, society.member, SupplierFilter(**wanted)).total

    assert total(technical_field="materials", query="课题组 示例大学", kind=SupplierKind.TEAM) == 1
    assert total(organisation=society.university.public_id) == 1
    assert total(technical_field="agriculture") == total(query="没有") == total(mine=True) == 0
    assert total(query="100%_") == 0


def test_an_organisation_is_edited_by_its_administrator_and_its_branch(
    session: WriteSession, society: Society, now: datetime
) -> None:
    enterprise = society.enterprise
    administrator = Viewer(
        person_id=society.member.person_id,
        roles=frozenset({Role.ENTERPRISE_ADMIN}),
        organisations=frozenset({enterprise.key}),
        at=now,
    )
    with pytest.raises(Refused):
        edit_organisation(session, society.member, enterprise.public_id, OrganisationUpdate(city="甲"), now=now)
    with pytest.raises(Invalid):
        edit_organisation(session, administrator, enterprise.public_id, OrganisationUpdate(region="99"), now=now)

    edit_organisation(session, administrator, enterprise.public_id, OrganisationUpdate(city="甲市"), now=now)

    assert show_organisation(session, society.lead, enterprise.public_id).city == "甲市"


def test_an_enterprise_is_not_listed_to_strangers(session: WriteSession, society: Society) -> None:
    names = {item.name for item in list_organisations(session, society.supplier).items}

    assert society.enterprise.name not in names
    with pytest.raises(NotFound):
        show_organisation(session, society.supplier, society.enterprise.public_id)
    assert {item.name for item in list_organisations(session, society.member).items} == {society.enterprise.name}


def test_every_field_of_a_capability_has_a_level() -> None:
    assert set(LEVELS) == set(CapabilityText.model_fields) <= set(CapabilityPublic.model_fields)
