"""Failures as answers: problem+json for programs, a page for people, headers on everything."""

import errno
import sqlite3
from collections.abc import Callable

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from psycopg.errors import DeadlockDetected
from pydantic import BaseModel
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError
from structlog.testing import capture_logs

from api.app import routed_app
from api.headers import HEADERS
from api.policy import ANYONE, PolicyRouter, RateClass
from core.errors import Conflict, Invalid, Problem
from tests.api.page_reader import Browser


class Body(BaseModel):
    amount: int


def _raise(error: Exception) -> Callable[[], None]:
    def endpoint() -> None:
        raise error

    return endpoint


def _full_disk() -> Exception:
    return OperationalError("COMMIT", {}, sqlite3.OperationalError("database or disk is full"))


@pytest.fixture(scope="module")
def routes() -> FastAPI:
    """The application with routes that fail."""
    app = routed_app()
    router = PolicyRouter()
    failures = {
        "conflict": Conflict("need.archived"),
        "invalid": Invalid("invalid", (Problem("field.too_long", (("max", 5),), field="name", row=3),)),
        "stale": StaleDataError("rows"),
        "full": _full_disk(),
        "deadlock": OperationalError("UPDATE", {}, DeadlockDetected("deadlock detected")),
        "fault": ValueError("the password is swordfish"),
        "system": OSError(errno.EIO, "broken"),
    }
    for name, error in failures.items():
        for prefix in ("/api/v1/test", "/test"):
            router.get(f"{prefix}/{name}", roles=ANYONE, rate=RateClass.READ)(_raise(error))

    def take(body: Body) -> int:
        return body.amount

    router.post("/api/v1/test/body", roles=ANYONE, rate=RateClass.WRITE, audit="test")(take)
    app.include_router(router)
    return app


@pytest.fixture
def client(app: FastAPI) -> TestClient:
    """A client of the application with routes that fail."""
    return TestClient(app)


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        ("conflict", 409, "need.archived"),
        ("invalid", 422, "invalid"),
        ("stale", 409, "conflict.changed_meanwhile"),
        ("full", 503, "disk_full"),
        ("deadlock", 409, "conflict.at_the_same_time"),
        ("fault", 500, "unexpected"),
        ("missing", 404, "page_not_found"),
    ],
)
def test_a_failure_is_a_problem_for_programs_and_a_page_for_people(
    client: TestClient, name: str, status: int, code: str
) -> None:
    problem = client.get(f"/api/v1/test/{name}", headers={"accept-language": "en"})
    assert problem.status_code == status
    assert problem.headers["content-type"] == "application/problem+json"
    assert problem.json()["code"] == code
    page = client.get(f"/test/{name}", headers={"accept-language": "en"})
    assert page.status_code == status
    assert page.headers["content-type"].startswith("text/html")
    if name != "fault":  # each has a reference of its own
        assert problem.json()["title"] in page.text.replace("&#39;", "'")


def test_problems_name_field_row_and_reason_in_the_readers_language(client: TestClient) -> None:
    path = "/api/v1/test/invalid"
    [chinese] = client.get(path, headers={"accept-language": "zh-CN"}).json()["problems"]
    [english] = client.get(path, headers={"accept-language": "en"}).json()["problems"]
    assert (chinese["field"], chinese["row"], chinese["title"]) == ("name", 3, "最多 5 个字符。")
    assert english["title"] == "At most 5 characters."


def test_a_body_that_does_not_fit_is_named_by_field(client: TestClient) -> None:
    answer = client.post("/api/v1/test/body", json={"amount": "many"})
    assert answer.status_code == 422
    assert [(p["field"], p["code"]) for p in answer.json()["problems"]] == [("amount", "field.not_a_number")]


def test_an_unexpected_failure_gives_a_reference_and_no_detail(client: TestClient) -> None:
    with capture_logs() as logged:
        answer = client.get("/api/v1/test/fault").json()
    assert "swordfish" not in str(answer)
    assert [line["reference"] for line in logged] == [answer["params"]["reference"]]
    assert logged[0]["exc_info"]


@pytest.mark.parametrize(
    "path", ["/needs/%00", "/needs?q=%00&field=%00", "/suppliers?organisation=a%00b", "/deals/%00"]
)
def test_a_nul_in_an_address_is_no_fault_of_the_software(as_user: Callable[[str], Browser], path: str) -> None:
    assert as_user("staff").get(path).status_code in {200, 404, 422}


def test_another_method_is_not_allowed(client: TestClient) -> None:
    assert client.delete("/api/v1/test/conflict").status_code == 405


@pytest.mark.parametrize("path", ["/sign-in", "/needs", "/api/v1/test/conflict", "/test/fault", "/nothing", "/healthz"])
def test_every_answer_carries_the_security_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert {name: headers[name] for name in HEADERS} == HEADERS
    assert headers["cache-control"] == "no-store"


def test_the_content_policy_allows_no_inline_code() -> None:
    assert "unsafe" not in HEADERS["Content-Security-Policy"]
    assert "default-src 'self'" in HEADERS["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in HEADERS["Content-Security-Policy"]


def test_files_of_the_software_are_kept_by_browsers(browser: Browser) -> None:
    page = browser.get("/sign-in").text
    address = page.split('rel="stylesheet" href="')[1].split('"')[0]
    assert "immutable" in browser.get(address).headers["cache-control"]


def test_a_write_that_fails_to_commit_is_not_reported_as_done(as_user: Callable[[str], Browser], app: FastAPI) -> None:
    from sqlalchemy import event

    def refuse(_connection: object) -> None:
        raise _full_disk()

    browser = as_user("staff")
    engine = app.state.database.engine
    fields = {"name": "写不进去的机构", "kind": "enterprise"}
    page = "/organisations/new"
    browser.get(page)
    event.listen(engine, "commit", refuse)
    try:
        answer = browser.send(page, "/organisations", fields)
    finally:
        event.remove(engine, "commit", refuse)
    assert answer.status_code == 503
    assert "磁盘已满" in answer.text
    assert "写不进去的机构" not in browser.get("/organisations").text
