"""On which needs deals may be opened, and by whom."""

from collections.abc import Callable
from datetime import datetime

import pytest

from core.database import WriteSession
from core.errors import Conflict, NotFound, Refused
from models.access import Viewer, viewer_of
from models.deal import Deal
from models.deal_forms import DealCreate
from models.enums import DisclosureLevel, NeedStatus, OrganisationKind, Role, SubjectKind
from models.grant import Grant
from models.need import Need
from tests.workflow.deal_world import World
from workflow.deals import open_deal, start_deal
from workflow.needs import get_need

Opening = Callable[[World, Viewer, Need, datetime], Deal]


def from_match(world: World, viewer: Viewer, need: Need, now: datetime) -> Deal:
    return open_deal(world.session, viewer, world.match(need, world.supplier()).public_id, now=now)


def without_match(world: World, viewer: Viewer, need: Need, now: datetime) -> Deal:
    return start_deal(world.session, viewer, DealCreate(title="联合攻关", need=need.public_id), now=now)


EITHER_WAY = pytest.mark.parametrize("opening", [from_match, without_match])


@pytest.fixture
def world(session: WriteSession, now: datetime) -> World:
    return World(session, now)


@pytest.fixture
def outsider(world: World) -> Viewer:
    """Staff of a branch that curates no need of these tests."""
    return world.viewer(Role.STAFF, world.organisation("另一分会", OrganisationKind.SOCIETY_BRANCH))


def grant(world: World, viewer: Viewer, need: Need, level: DisclosureLevel) -> None:
    assert viewer.person_id is not None
    world.session.add(
        Grant(
            object_kind=SubjectKind.NEED,
            object_id=need.key,
            level=level,
            person_id=viewer.person_id,
            granted_by_id=viewer.person_id,
            granted_at=world.now,
        )
    )
    world.session.flush()


@EITHER_WAY
def test_who_sees_a_need_in_part_cannot_open_a_deal_to_see_the_rest(
    world: World, outsider: Viewer, now: datetime, opening: Opening
) -> None:
    need = world.need(branch=world.organisation("分会", OrganisationKind.SOCIETY_BRANCH))
    with pytest.raises(NotFound):
        opening(world, outsider, need, now)
    grant(world, outsider, need, DisclosureLevel.SUMMARY)
    with pytest.raises(Refused, match="need_not_in_full"):
        opening(world, outsider, need, now)
    assert get_need(world.session, outsider, need.public_id).level == DisclosureLevel.SUMMARY


@EITHER_WAY
def test_who_curates_a_need_or_was_granted_all_of_it_opens_deals_on_it(
    world: World, outsider: Viewer, now: datetime, opening: Opening
) -> None:
    branch = world.organisation("分会", OrganisationKind.SOCIETY_BRANCH)
    need, other = world.need(branch=branch), world.need(branch=branch)
    opening(world, world.viewer(Role.STAFF, branch), need, now)
    grant(world, outsider, other, DisclosureLevel.FULL)
    assert opening(world, outsider, other, now).owner_id == outsider.person_id


@EITHER_WAY
@pytest.mark.parametrize("state", ["submitted", "closed", "archived"])
def test_a_need_that_looks_for_nobody_gets_no_deal_and_stays_as_it_is(
    world: World, now: datetime, opening: Opening, state: str
) -> None:
    status = NeedStatus.FOCUSED if state == "archived" else NeedStatus(state)
    need = world.need(status=status)
    need.archived_at = now if state == "archived" else None
    world.session.flush()
    with pytest.raises(Conflict):
        opening(world, world.staff(), need, now)
    assert need.status is status


def test_who_leaves_the_society_keeps_nothing_of_the_needs_of_former_deals(world: World, now: datetime) -> None:
    need, staff = world.need(disclosure=DisclosureLevel.STATISTICS), world.staff()
    without_match(world, staff, need, now)
    assert get_need(world.session, staff, need.public_id).level == DisclosureLevel.FULL
    assert staff.person_id is not None
    for membership in world.memberships(staff.person_id):
        membership.valid_to = now
    world.session.flush()
    former = viewer_of(world.session, staff.person_id, now)
    with pytest.raises(NotFound):
        get_need(world.session, former, need.public_id, DisclosureLevel.CARD)
