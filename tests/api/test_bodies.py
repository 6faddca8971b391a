"""What is asked before a body is read, and how much of one is read."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.bodies import BODY_MAX
from api.rates import RATES, RateClass
from tests.api.page_reader import Browser

WAIT_SECONDS = 20


def status_with_a_withheld_body(app: FastAPI, path: str, headers: dict[str, str]) -> int:
    """The status of the answer to a POST that promises a megabyte and sends nothing; a wait for it fails."""
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "https",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [
            (name.encode(), value.encode())
            for name, value in {"host": "testserver", "content-length": "1000000", **headers}.items()
        ],
        "client": ("192.0.2.1", 1),
        "server": ("testserver", 443),
    }
    sent: list[Any] = []

    async def receive() -> Any:
        await asyncio.Event().wait()

    async def send(message: Any) -> None:
        sent.append(message)

    async def call() -> None:
        await asyncio.wait_for(app(scope, receive, send), WAIT_SECONDS)

    asyncio.run(call())
    status: int = sent[0]["status"]
    return status


@pytest.mark.parametrize(
    ("path", "content_type"),
    [
        ("/api/v1/imports/needs", "multipart/form-data; boundary=x"),
        ("/api/v1/needs", "application/json"),
        ("/import", "multipart/form-data; boundary=x"),
    ],
)
def test_who_is_not_signed_in_is_told_so_before_the_body_is_read(app: FastAPI, path: str, content_type: str) -> None:
    assert status_with_a_withheld_body(app, path, {"content-type": content_type}) == 401


def test_who_has_another_role_is_refused_before_the_body_is_read(
    app: FastAPI, as_user: Callable[[str], Browser]
) -> None:
    cookies = as_user("supplier").client.cookies
    headers = {
        "content-type": "multipart/form-data; boundary=x",
        "cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
    }
    assert status_with_a_withheld_body(app, "/api/v1/imports/needs", headers) == 403


def test_who_calls_too_often_is_told_so_before_the_body_is_read(app: FastAPI) -> None:
    headers = {"content-type": "application/json", "authorization": "Bearer nobody"}
    for _ in range(RATES[RateClass.EXPORT].burst):
        assert status_with_a_withheld_body(app, "/api/v1/imports/needs", headers) == 401
    assert status_with_a_withheld_body(app, "/api/v1/imports/needs", headers) == 429


def test_a_body_without_a_file_is_small_whether_its_size_is_announced_or_not(app: FastAPI) -> None:
    body = b'{"login": "x", "password": "' + b"x" * BODY_MAX + b'"}'
    for content in (body, iter([body[:100], body[100:]])):
        sent = TestClient(app, base_url="https://testserver").post(
            "/api/v1/session", content=content, headers={"content-type": "application/json"}
        )
        assert (sent.status_code, sent.json()["code"]) == (413, "too_large")


def test_a_file_may_be_larger(as_user: Callable[[str], Browser]) -> None:
    staff = as_user("staff")
    rows = "name,kind\n" + "".join(f"示例机构{number},enterprise\n" for number in range(2))
    file = ("organisations.csv", rows + "\n" * BODY_MAX, "text/csv")
    page = staff.send("/import", "/import", {"kind": "organisations"}, files={"file": file})
    assert page.status_code == 200
