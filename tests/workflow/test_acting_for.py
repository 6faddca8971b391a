"""For which suppliers a person may act."""

from datetime import datetime

import pytest

from core.database import WriteSession
from core.errors import Refused
from models.access import viewer_of
from models.enums import OrganisationKind, Role, SupplierKind
from models.person import Person
from models.supplier import SupplierUpdate
from models.user import Membership
from tests.workflow.deal_world import World
from workflow.suppliers import edit_supplier, get_supplier_to_edit


@pytest.fixture
def world(session: WriteSession, now: datetime) -> World:
    return World(session, now)


def test_a_supplier_of_an_organisation_acts_for_it_and_its_teams_but_not_for_its_people(
    world: World, now: datetime
) -> None:
    place = world.organisation("示例研究院", OrganisationKind.INSTITUTE)
    institute = world.supplier("示例研究院", organisation=place, kind=SupplierKind.ORGANISATION)
    team = world.supplier("轴承组", organisation=place, kind=SupplierKind.TEAM)
    colleague = world.supplier("李研究员", organisation=place, person=world.person("李研究员"))
    stranger = world.supplier("他院", organisation=world.organisation("他院"), kind=SupplierKind.ORGANISATION)
    agent = world.viewer(Role.SUPPLIER, place, name="成果转化办")
    own = world.supplier("本人", person=world.session.get_one(Person, agent.person_id))
    assert agent.person_id is not None

    agent = viewer_of(world.session, agent.person_id, now)

    assert agent.suppliers == {institute.key, team.key, own.key}
    edit_supplier(world.session, agent, institute.public_id, SupplierUpdate(name="示例研究院（新）"), now=now)
    for other in (colleague, stranger):
        world.capability(other)
        with pytest.raises(Refused):
            get_supplier_to_edit(world.session, agent, other.public_id)


def test_only_a_suppliers_membership_that_holds_now_lets_a_person_act(world: World, now: datetime) -> None:
    place = world.organisation("示例研究院", OrganisationKind.INSTITUTE)
    world.supplier("示例研究院", organisation=place, kind=SupplierKind.ORGANISATION)
    member = world.viewer(Role.ENTERPRISE_MEMBER, place)
    assert member.person_id is not None
    ended = Membership(person_id=member.person_id, role=Role.SUPPLIER, organisation_id=place.key, valid_from=now)
    ended.valid_to = now
    world.session.add(ended)
    world.session.add(Membership(person_id=member.person_id, role=Role.SUPPLIER, valid_from=now))
    world.session.flush()
    assert viewer_of(world.session, member.person_id, now).suppliers == frozenset()
