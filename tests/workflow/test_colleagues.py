"""People of the society are named as colleagues name them: by login, by id, or by their names."""

from datetime import datetime, timedelta

import pytest

from core.database import WriteSession
from core.errors import Conflict, NotFound
from models.enums import Role
from tests.workflow.deal_world import World
from workflow.people import list_colleagues, person_named


@pytest.fixture
def world(session: WriteSession, now: datetime) -> World:
    return World(session, now)


def test_the_society_s_people_are_found_by_name_and_others_are_not(world: World, now: datetime) -> None:
    taker, other = world.staff("顾启"), world.viewer(Role.SUPPLIER)
    world.sign_in_of(taker)
    outsider = world.person("外人")
    assert person_named(world.session, " 顾启 ").key == taker.person_id
    for name in (outsider.name, "查无此人"):
        with pytest.raises(NotFound, match="not_found"):
            person_named(world.session, name)
    twin = world.staff("顾启")
    with pytest.raises(Conflict, match="ambiguous_name"):
        person_named(world.session, "顾启")
    assert person_named(world.session, world.sign_in_of(twin).login).key == twin.person_id
    assert list_colleagues(world.session, other, now=now) == []


def test_colleagues_are_those_who_work_for_the_society_now_and_can_sign_in(world: World, now: datetime) -> None:
    here, left, bare = world.staff("在职"), world.staff("离职"), world.staff("无账号")
    login, gone = world.sign_in_of(here).login, world.sign_in_of(left)
    gone.disabled_at = now - timedelta(days=1)
    world.session.flush()
    found = dict(list_colleagues(world.session, bare, now=now))
    assert found == {login: "在职"}
    assert person_named(world.session, "离职").key == left.person_id
