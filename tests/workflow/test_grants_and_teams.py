"""More than the rules give: grants on one object, and the team of one deal; both are taken back at once."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from pydantic import ValidationError
from sqlmodel import select

from core.database import WriteSession
from core.errors import Invalid, NotFound, Refused
from models import Capability, Event, Grant, Person
from models.access import Viewer, viewer_of
from models.deal_forms import DealCreate
from models.enums import DisclosureLevel, Role, SubjectKind
from models.grant import GrantCreate
from tests.workflow.deal_world import World
from workflow.capabilities import show_capability
from workflow.deals import add_member, get_deal, list_team, remove_member, start_deal
from workflow.grants import grant_access, list_grants, revoke_access
from workflow.needs import show_need


@pytest.fixture
def world(session: WriteSession, now: datetime) -> World:
    return World(session, now)


def level_of(show: Callable[[], object]) -> int:
    """The level at which something is shown; 0 where it is not."""
    try:
        return int(getattr(show(), "level"))  # noqa: B009  # needs and capabilities, which share no base
    except NotFound:
        return 0


def id_of(world: World, viewer: Viewer) -> str:
    assert viewer.person_id is not None
    return world.session.get_one(Person, viewer.person_id).public_id


def later(world: World, viewer: Viewer, after: timedelta) -> Viewer:
    """The same person at another instant."""
    assert viewer.person_id is not None
    return viewer_of(world.session, viewer.person_id, world.now + after)


def test_a_grant_opens_one_need_to_one_person_until_it_ends_or_is_taken_back(world: World, now: datetime) -> None:
    session, staff = world.session, world.staff()
    need = world.need(disclosure=DisclosureLevel.STATISTICS)
    guest, other = (world.viewer(Role.SUPPLIER, name=name) for name in ("客人", "旁人"))
    login = world.sign_in_of(guest).login
    day = timedelta(days=1)

    def seen_by(viewer: Viewer) -> int:
        return level_of(lambda: show_need(session, viewer, need.public_id))

    form = GrantCreate(person=login, level=DisclosureLevel.SUMMARY, valid_to=now + 2 * day)
    grant_access(session, staff, SubjectKind.NEED, need.public_id, form, now=now)
    assert [seen_by(guest), seen_by(other), seen_by(later(world, guest, 3 * day))] == [2, 0, 0]

    more = GrantCreate(person=id_of(world, guest), level=DisclosureLevel.FULL)
    grant_access(session, staff, SubjectKind.NEED, need.public_id, more, now=now)
    [listed] = list_grants(session, staff, SubjectKind.NEED, need.public_id, now=now)
    assert (listed.name, listed.level, listed.granted_by) == ("客人", DisclosureLevel.FULL, "staff")
    assert seen_by(guest) == 3

    revoke_access(session, staff, SubjectKind.NEED, need.public_id, login, now=now)
    assert seen_by(guest) == 0
    assert len(session.exec(select(Grant)).all()) == 2
    codes = session.exec(select(Event.code).where(Event.subject_kind == SubjectKind.NEED)).all()
    assert list(codes) == ["need.access_granted", "need.access_granted", "need.access_revoked"]
    with pytest.raises(NotFound, match=r"grant\.not_found"):
        revoke_access(session, staff, SubjectKind.NEED, need.public_id, login, now=now)


def test_a_grant_opens_a_capability(world: World, now: datetime) -> None:
    session, staff, guest = world.session, world.staff(), world.viewer(Role.SUPPLIER)
    revision = world.capability(world.supplier(), disclosure=DisclosureLevel.CARD)
    capability = session.get_one(Capability, revision.capability_id)

    form = GrantCreate(person=id_of(world, guest), level=DisclosureLevel.FULL)
    grant_access(session, staff, SubjectKind.CAPABILITY, capability.public_id, form, now=now)

    assert level_of(lambda: show_capability(session, guest, capability.public_id)) == 3


def test_only_who_curates_an_object_grants_access_to_it(world: World, now: datetime) -> None:
    session, guest = world.session, world.viewer(Role.SUPPLIER)
    firm, branch = world.organisation(), world.organisation("分会")
    need = world.need(firm, branch=branch)
    form = GrantCreate(person=id_of(world, guest), level=DisclosureLevel.FULL)
    for viewer in (world.viewer(Role.ENTERPRISE_ADMIN, firm), world.staff(), world.viewer(Role.STAFF, firm)):
        with pytest.raises(Refused, match=r"grant\.refused"):
            grant_access(session, viewer, SubjectKind.NEED, need.public_id, form, now=now)
        with pytest.raises(Refused, match=r"grant\.refused"):
            revoke_access(session, viewer, SubjectKind.NEED, need.public_id, form.person, now=now)
    curator, ended = world.viewer(Role.STAFF, branch), form.model_copy(update={"valid_to": now})
    with pytest.raises(Invalid):
        grant_access(session, curator, SubjectKind.NEED, need.public_id, ended, now=now)
    with pytest.raises(ValidationError):
        GrantCreate(person=form.person, level=DisclosureLevel.STATISTICS)


def test_a_member_of_the_team_sees_the_deal_until_removed(world: World, now: datetime) -> None:
    session, owner = world.session, world.staff("owner")
    colleague = world.viewer(Role.STAFF, world.organisation("分会"), name="colleague")
    deal = start_deal(session, owner, DealCreate(title="项目"), now=now).public_id
    with pytest.raises(NotFound):
        get_deal(session, colleague, deal)

    for _ in range(2):
        add_member(session, owner, deal, id_of(world, colleague), now=now)
    assert get_deal(session, colleague, deal).public_id == deal
    assert [member.name for member in list_team(session, owner, deal)] == ["colleague"]

    remove_member(session, owner, deal, id_of(world, colleague), now=now)
    with pytest.raises(NotFound):
        get_deal(session, colleague, deal)
    with pytest.raises(NotFound, match=r"deal\.not_a_member"):
        remove_member(session, owner, deal, id_of(world, colleague), now=now)
    codes = session.exec(select(Event.code).where(Event.subject_kind == SubjectKind.DEAL)).all()
    assert [code for code in codes if "member" in code] == ["deal.member_added", "deal.member_removed"]


def test_only_people_of_the_society_are_on_a_team(world: World, now: datetime) -> None:
    owner, outsider = world.staff(), world.viewer(Role.SUPPLIER)
    deal = start_deal(world.session, owner, DealCreate(title="项目"), now=now).public_id
    with pytest.raises(Invalid, match=r"deal\.member_of_society"):
        add_member(world.session, owner, deal, id_of(world, outsider), now=now)
