"""What a writing session waits for, what it leaves in the audit log, and two people who write at once."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from api.app import create_app
from api.dependencies import undo
from api.errors import install_handlers
from core import clock
from core.database import Database
from core.demo_users import PASSWORD
from core.errors import Refused
from core.settings import Settings
from models import AuditEntry, Person, User
from models.enums import AuditOutcome
from tests.api.page_reader import Browser
from workflow.sign_in import ATTEMPTS_MAX, check_password, sign_in

LIFETIME = timedelta(hours=1)
SLOW = {"_search_index", "_embedder", "_check", "_check_of_visitor", "_check_of_old", "_read_form"}
"""Dependencies that load a model, compare a password or read a form."""


def order_of_dependencies(dependant: Any) -> Iterator[str]:
    for one in dependant.dependencies:
        yield from order_of_dependencies(one)
        yield getattr(one.call, "__name__", "")


def test_nothing_slow_is_waited_for_while_a_writing_session_is_open(tmp_path_factory: pytest.TempPathFactory) -> None:
    app = create_app(Settings(data_dir=tmp_path_factory.mktemp("data")))
    asked: set[str] = set()
    for route in iter_route_contexts(app.routes):
        if getattr(route, "dependant", None) is None:
            continue
        order = list(order_of_dependencies(route.dependant))
        asked |= set(order)
        if "_write_session" in order:
            late = set(order[order.index("_write_session") :]) & SLOW - set(order[: order.index("_write_session")])
            # a form has been read by the policy, however late a handler asks for it
            assert late <= {"_read_form"}, (route.path, late)
    assert asked >= SLOW


def audited(database: Database, action: str) -> list[tuple[AuditOutcome, bool]]:
    with database.reading() as session:
        rows = session.exec(select(AuditEntry).where(AuditEntry.action == action).order_by(col(AuditEntry.id))).all()
        return [(row.outcome, row.user_id is not None) for row in rows]


def test_wrong_old_passwords_are_audited_counted_and_lock(
    as_user: Callable[[str], Browser], database: Database
) -> None:
    staff = as_user("staff")
    new = {"new_password": "quite another one", "new_password_again": "quite another one"}
    for _ in range(ATTEMPTS_MAX):
        assert staff.send("/account", "/account/password", {"old_password": "a guess", **new}).status_code == 403

    assert audited(database, "account.password") == [(AuditOutcome.REFUSED, True)] * ATTEMPTS_MAX
    assert staff.send("/account", "/account/password", {"old_password": PASSWORD, **new}).status_code == 403
    with database.reading() as session:
        locked = session.exec(select(User.locked_until).where(User.login == "staff")).one()
    assert locked is not None
    assert locked > clock.now()


def test_a_form_that_is_refused_is_in_the_audit_log_and_a_mistyped_one_is_not(
    as_user: Callable[[str], Browser], database: Database
) -> None:
    staff = as_user("staff")
    assert staff.send("/suppliers/new", "/suppliers", {"name": ""}).status_code == 422
    assert audited(database, "supplier.add") == []

    with database.writing() as session:
        undo(session, Refused("supplier.refused"))
        assert session.info["audit"].outcome is AuditOutcome.REFUSED


def test_a_password_that_was_changed_while_it_was_compared_opens_nothing(app: FastAPI, database: Database) -> None:
    with database.reading() as session:
        check = check_password(session, "staff", PASSWORD)
    assert check.is_right
    with database.writing() as session:
        session.exec(select(User).where(User.login == "staff")).one().password_hash = "another"
    with database.writing() as session:
        opened = sign_in(session, check, now=clock.now(), lifetime=LIFETIME)
    assert not isinstance(opened, tuple)


def test_right_passwords_compared_before_a_lock_come_too_late(app: FastAPI, database: Database) -> None:
    with database.reading() as session:
        right, wrong = (check_password(session, "staff", password) for password in (PASSWORD, "a guess"))
    with database.writing() as session:
        for check in [wrong] * ATTEMPTS_MAX:
            sign_in(session, check, now=clock.now(), lifetime=LIFETIME)
        assert not isinstance(sign_in(session, right, now=clock.now(), lifetime=LIFETIME), tuple)


def test_two_people_who_take_the_same_login_at_once_get_a_conflict(database: Database) -> None:
    app = FastAPI()
    install_handlers(app)

    @app.post("/api/v1/twice")
    def twice() -> None:
        with database.writing() as session:
            person, other = Person(name="甲", created_at=clock.now()), Person(name="乙", created_at=clock.now())
            session.add_all([person, other])
            session.flush()
            for one in (person, other):
                session.add(User(person_id=one.key, login="same", password_hash="x", created_at=clock.now()))

    @app.post("/api/v1/wrong")
    def wrong() -> None:
        with database.writing() as session:
            session.add(User(person_id=123456, login="nobody", password_hash="x", created_at=clock.now()))

    app.state.settings = Settings()
    client = TestClient(app)
    answer = client.post("/api/v1/twice")
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict.at_the_same_time")
    with pytest.raises(IntegrityError):
        client.post("/api/v1/wrong")


def test_what_replaces_or_changes_names_the_version_that_was_read(as_program: Callable[[str], TestClient]) -> None:
    staff = as_program("staff")
    for method, path in (
        ("PUT", "/api/v1/needs/x"),
        ("PUT", "/api/v1/capabilities/x"),
        ("PATCH", "/api/v1/suppliers/x"),
        ("PATCH", "/api/v1/organisations/x"),
        ("PATCH", "/api/v1/deals/x"),
    ):
        answer = staff.request(method, path, json={"title": "题目"})
        assert answer.status_code == 422, path
        problems = {problem["field"]: problem for problem in answer.json()["problems"]}
        assert problems["version"]["code"] == "field.version_needed", path
