"""Who works on a deal, on its page: colleagues come and go, also where nobody else may see the deal."""

import re
from collections.abc import Callable

import pytest
from fastapi import FastAPI
from sqlmodel import select

from core import clock
from core.database import Database
from core.errors import NotFound
from models.access import viewer_of
from models.enums import OrganisationKind, Role
from models.organisation import Organisation
from models.person import Person
from models.user import Membership, User
from tests.api.page_reader import Browser
from workflow.deals import get_deal

ADDED = {"person": "lin"}


@pytest.fixture
def staff(app: FastAPI, database: Database, as_user: Callable[[str], Browser]) -> Browser:
    """Somebody of the centre; 林若川 works for a branch, whose rights do not reach the centre's deals."""
    with database.writing() as session:
        now = clock.now()
        branch = Organisation(name="示例分会", kind=OrganisationKind.SOCIETY_BRANCH, created_at=now)
        person = Person(name="林若川", created_at=now)
        session.add_all([branch, person])
        session.flush()
        place = branch.key
        session.add(Membership(person_id=person.key, role=Role.STAFF, organisation_id=place, valid_from=now))
        session.add(User(person_id=person.key, login="lin", password_hash="", created_at=now))
    return as_user("staff")


def started(staff: Browser, **more: str) -> str:
    """The page of a new deal."""
    page = staff.send("/deals/new", "/deals", {"title": "试验项目", "no_step_reason": "等通知"}).url.path
    staff.send(page, f"{page}/edit", {"title": "试验项目", **more})
    return page


def sees(database: Database, login: str, page: str) -> bool:
    """Whether somebody finds the deal."""
    with database.reading() as session:
        person_id = session.exec(select(User.person_id).where(User.login == login)).one()
        viewer = viewer_of(session, person_id, clock.now())
        try:
            return bool(get_deal(session, viewer, page.removeprefix("/deals/")))
        except NotFound:
            return False


@pytest.mark.parametrize("more", [{}, {"team_only": "1"}], ids=["open", "closed to all but its team"])
def test_a_colleague_is_added_and_taken_out_on_the_page(
    staff: Browser, database: Database, more: dict[str, str]
) -> None:
    page = started(staff, **more)
    assert ("只有项目组成员可见；" in staff.get(page).text) is bool(more)
    assert not sees(database, "lin", page)
    shown = staff.send(page, f"{page}/team", ADDED).text
    assert "已加入项目组" in shown
    [path] = re.findall(r'action="(/deals/\w+/team/\w+/remove)"><[^>]+><button[^>]+将林若川移出', shown)
    assert sees(database, "lin", page)
    assert "将林若川移出" not in staff.send(page, path).text
    assert not sees(database, "lin", page)
    again = staff.send(page, path)
    assert (again.status_code, "不是项目组成员" in again.text) == (404, True)


@pytest.mark.parametrize(
    ("typed", "status", "said"),
    [("", 422, "person-problem"), ("没有这人", 404, "没有这人"), ("supplier", 422, "须是学会工作人员")],
)
def test_whoever_cannot_be_on_a_team_is_refused_with_what_was_typed(
    staff: Browser, typed: str, status: int, said: str
) -> None:
    page = started(staff)
    answer = staff.send(page, f"{page}/team", {"person": typed})
    assert (answer.status_code, said in answer.text, f'value="{typed}"' in answer.text) == (status, True, True)


def test_whoever_leaves_a_closed_deal_goes_back_to_the_list(
    staff: Browser, as_user: Callable[[str], Browser], database: Database
) -> None:
    page = started(staff, team_only="1")
    lead = as_user("lead")
    assert lead.get(page).status_code == 404
    shown = staff.send(page, f"{page}/team", {"person": "lead"}).text
    [path] = re.findall(r'action="(/deals/\w+/team/\w+/remove)"', shown)
    assert lead.get(page).status_code == 200
    assert lead.send(page, path).url.path == "/deals"
    assert lead.get(page).status_code == 404


def test_sides_read_nothing_of_who_works_on_a_deal(staff: Browser, as_user: Callable[[str], Browser]) -> None:
    page = started(staff)
    [firm] = re.findall(r'href="/organisations/([a-z0-9]{12})">示例企业甲<', staff.get("/organisations").text)
    staff.send(page, f"{page}/parties", {"role": "demand", "organisation": firm})
    side = as_user("enterprise")
    assert 'id="team"' not in side.get(page).text
    assert side.send(page, f"{page}/team", ADDED).status_code == 403
