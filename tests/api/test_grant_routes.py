"""Grants, teams and roles over the API: what is given opens a door, what is taken back closes it at once."""

from collections.abc import Callable

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlmodel import select

from core import clock
from core.database import Database
from models import Need
from models.enums import DisclosureLevel, Role
from tests.api.page_reader import Browser
from tests.api.page_world import FIRM, add_catalogue
from workflow.users import OPERATOR, end_role, find_user_person

SignIn = Callable[[str], TestClient]


@pytest.fixture
def need(app: FastAPI, database: Database) -> str:
    """A need of which outsiders see nothing."""
    with database.writing() as session:
        add_catalogue(session, clock.now())
        found = session.exec(select(Need)).one()
        found.disclosure = DisclosureLevel.STATISTICS
        return found.public_id


def test_a_grant_is_given_listed_and_taken_back(as_program: SignIn, need: str) -> None:
    staff, guest = as_program("lead"), as_program("supplier")
    path = f"/api/v1/needs/{need}"
    assert guest.get(path).status_code == 404

    given = staff.post(f"{path}/grants", json={"person": "supplier", "level": 2})
    assert (given.status_code, [line["level"] for line in given.json()]) == (201, [2])
    assert guest.get(path).json()["level"] == 2
    assert guest.post(f"{path}/grants", json={"person": "supplier", "level": 3}).status_code == 403
    assert staff.get(f"{path}/grants").json() == given.json()

    assert staff.delete(f"{path}/grants/supplier").status_code == 204
    assert guest.get(path).status_code == 404
    assert staff.delete(f"{path}/grants/supplier").status_code == 404


def test_a_team_is_made_and_unmade(as_program: SignIn) -> None:
    lead = as_program("lead")
    deal = lead.post("/api/v1/deals", json={"title": "示例项目", "no_step_reason": "等通知"}).json()["public_id"]
    path = f"/api/v1/deals/{deal}/team"
    assert lead.post(path, json={"person": "supplier"}).json()["code"] == "deal.member_of_society"

    [member] = lead.post(path, json={"person": "staff"}).json()
    assert lead.get(path).json() == [member]
    assert lead.delete(f"{path}/{member['person']}").status_code == 204
    assert lead.get(path).json() == []


def test_a_role_that_is_taken_back_ends_at_the_next_request(as_program: SignIn, database: Database) -> None:
    staff = as_program("staff")
    assert staff.get("/api/v1/deals").status_code == 200
    with database.writing() as session:
        end_role(session, OPERATOR, find_user_person(session, OPERATOR, "staff"), Role.STAFF, now=clock.now())
    assert staff.get("/api/v1/deals").status_code == 403


def test_roles_are_given_and_taken_back_on_the_page_of_users(as_user: Callable[[str], Browser]) -> None:
    admin, staff = as_user("admin"), as_user("staff")
    place = {"role": "enterprise_member", "organisation_name": FIRM}

    assert FIRM in admin.send("/users?q=staff", "/users/staff/grant", place).text
    assert staff.get("/deals").status_code == 200
    assert admin.send("/users", "/users/staff/revoke", {"role": "staff"}).status_code == 200
    assert admin.send("/users", "/users/staff/revoke", place).status_code == 200
    assert staff.get("/deals").status_code == 403
    assert admin.send("/users", "/users/staff/revoke", place).status_code == 404
    assert admin.send("/users", "/users/staff/grant", {"role": "enterprise_member"}).status_code == 422
    assert admin.send("/users", "/users/staff/grant", {"role": ""}).status_code == 422
