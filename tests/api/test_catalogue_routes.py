"""Organisations, suppliers, capabilities and needs over the API, files in and out, and signing in for a token."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlmodel import select

from core.database import Database
from core.demo_users import DEMO_USERS, PASSWORD
from core.i18n import Language
from models import AuditEntry, Organisation

API = "/api/v1"
NEED: dict[str, Any] = {"title": "轴承润滑脂高温失效", "problem": "高温下润滑脂流失", "indicators": "工作温度≥180℃"}
CAPABILITY: dict[str, Any] = {"title": "耐高温润滑脂", "summary": "滴点 330 ℃", "technical_field": "materials"}
SignIn = Callable[[str], TestClient]


@pytest.fixture
def firm(database: Database) -> str:
    with database.reading() as session:
        return session.exec(select(Organisation.public_id)).one()


def supplier_of(staff: TestClient) -> str:
    added = staff.post(f"{API}/suppliers", json={"name": "润滑课题组", "kind": "team"})
    assert added.status_code == 201
    return str(added.json()["public_id"])


def test_a_token_opens_the_api_until_the_session_is_closed(as_program: SignIn) -> None:
    staff = as_program("staff")
    assert staff.get(f"{API}/session").json()["roles"] == ["staff"]

    assert staff.delete(f"{API}/session").status_code == 204

    assert staff.get(f"{API}/session").status_code == 401


def test_a_wrong_password_is_counted_and_audited(app: FastAPI, database: Database) -> None:
    client = TestClient(app)
    answers = [client.post(f"{API}/session", json={"login": "staff", "password": "x"}) for _ in range(5)]
    locked = client.post(f"{API}/session", json={"login": "staff", "password": PASSWORD})

    assert {answer.status_code for answer in (*answers, locked)} == {401}
    assert locked.json()["code"] == "user.sign_in_failed"
    assert locked.headers["content-type"] == "application/problem+json"
    with database.reading() as session:
        outcomes = session.exec(select(AuditEntry.outcome).where(AuditEntry.action == "session.open")).all()
    assert outcomes == ["refused"] * 6


def test_a_need_goes_its_way_over_the_api(as_program: SignIn, firm: str, database: Database) -> None:
    member, staff, supplier = as_program("member"), as_program("staff"), as_program("supplier")
    submitted = member.post(f"{API}/needs", json=NEED | {"organisation": firm})
    assert submitted.status_code == 201
    path = f"{API}/needs/{submitted.json()['public_id']}"
    assert supplier.get(path).status_code == 404

    focused = staff.post(f"{path}/triage", params={"version": submitted.json()["version"]}).json()
    assert (focused["status"], focused["requirements"][-1]["text"]) == ("focused", "工作温度≥180℃")
    card = supplier.get(path).json()
    assert (card["level"], card["title"], card["organisation"]) == (1, "", None)

    revised = member.put(path, json=NEED | {"disclosure": 2, "version": focused["version"]}).json()
    assert supplier.get(path).json()["title"] == NEED["title"]
    late = member.put(path, json=NEED | {"title": "晚了", "version": focused["version"]})
    assert (late.status_code, late.json()["code"]) == (409, "conflict.changed_meanwhile")

    assert member.post(f"{path}/archive", params={"version": revised["version"]}).json()["archived"]
    assert supplier.get(path).status_code == 404
    assert not member.post(f"{path}/restore").json()["archived"]
    with database.reading() as session:
        actions = set(session.exec(select(AuditEntry.action).where(AuditEntry.subject == path.split("/")[-1])))
    assert actions == {"need.triage", "need.revise", "need.archive", "need.restore"}


def test_reading_a_need_in_full_is_logged_and_reading_its_card_is_not(
    as_program: SignIn, firm: str, database: Database
) -> None:
    member = as_program("member")
    public_id = member.post(f"{API}/needs", json=NEED | {"organisation": firm}).json()["public_id"]

    member.get(f"{API}/needs/{public_id}")
    as_program("auditor").get(f"{API}/needs/{public_id}")

    with database.reading() as session:
        reads = session.exec(select(AuditEntry).where(AuditEntry.action == "need.read")).all()
    assert len(reads) == 1


def test_lists_are_filtered_and_paged(as_program: SignIn, firm: str) -> None:
    member = as_program("member")
    for number in range(3):
        member.post(f"{API}/needs", json=NEED | {"title": f"需求 {number}", "organisation": firm})

    page = member.get(f"{API}/needs", params={"q": "需求", "size": 2, "page": 2, "order": "oldest"}).json()

    assert [item["title"] for item in page["items"]] == ["需求 2"]
    assert (page["total"], page["pages"]) == (3, 2)
    wrong = member.get(f"{API}/needs", params={"status": "lost", "size": 100_000})
    assert {problem["field"] for problem in wrong.json()["problems"]} == {"status", "size"}


def test_what_a_need_still_leaves_open_and_what_is_like_it(as_program: SignIn, firm: str) -> None:
    member = as_program("member")
    first, second = (
        member.post(f"{API}/needs", json=NEED | {"title": title, "organisation": firm}).json()["public_id"]
        for title in ("轴承润滑脂高温失效", "轴承润滑脂耐高温")
    )

    similar = member.get(f"{API}/needs/{first}/similar").json()
    questions = member.get(f"{API}/needs/{first}/questions").json()

    assert [found["need"]["public_id"] for found in similar] == [second]
    assert {"question": "no_keywords", "params": {}} in questions


def test_a_capability_is_offered_revised_archived_and_restored(as_program: SignIn) -> None:
    staff, visitor = as_program("staff"), as_program("visitor")
    supplier = supplier_of(staff)
    offered = staff.post(f"{API}/capabilities", json=CAPABILITY | {"supplier": supplier}).json()
    path = f"{API}/capabilities/{offered['public_id']}"

    revised = staff.put(path, json=CAPABILITY | {"trl": 7, "version": offered["version"]}).json()
    assert (revised["revision"], revised["trl"]) == (2, 7)
    assert visitor.get(path).json()["summary"] == ""
    assert staff.get(f"{API}/suppliers/{supplier}").json()["capability_count"] == 1

    staff.post(f"{path}/archive")
    assert visitor.get(path).status_code == 404
    assert not staff.post(f"{path}/restore").json()["archived"]


def test_suppliers_and_organisations_are_added_and_edited(as_program: SignIn) -> None:
    staff = as_program("staff")
    path = f"{API}/suppliers/{supplier_of(staff)}"
    edited = staff.patch(path, json={"intro": "新的介绍", "version": 1}).json()
    assert (edited["name"], edited["intro"]) == ("润滑课题组", "新的介绍")
    assert staff.post(f"{path}/archive").json()["archived"]
    assert not staff.post(f"{path}/restore").json()["archived"]

    added = staff.post(f"{API}/organisations", json={"name": "示例大学", "kind": "university"}).json()
    changed = staff.patch(f"{API}/organisations/{added['public_id']}", json={"city": "示例市", "version": 1})
    assert changed.json()["city"] == "示例市"


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({"title": "长" * 201}, "title", "field.too_long"),
        ({"title": " "}, "title", "field.required"),
        ({"title": "a\0b"}, "title", "field.not_writable"),
        ({"budget_from": 10**30}, "budget_from", "field.too_large"),
        ({"budget_from": 2, "budget_to": 1}, "", "field.budget_order"),
        ({"asker": "谁"}, "asker", "field.not_a_choice"),
        ({"deadline": "昨天"}, "deadline", "field.not_a_date"),
        ({"colour": "红"}, "colour", "field.unknown"),
        ({"industry": "X99"}, "industry", "field.unknown_code"),
    ],
)
def test_what_is_wrong_with_a_body_is_told_by_field(
    as_program: SignIn, firm: str, body: dict[str, Any], field: str, code: str
) -> None:
    answer = as_program("member").post(f"{API}/needs", json=NEED | {"organisation": firm} | body)

    assert answer.status_code == 422
    assert [(problem["field"], problem["code"]) for problem in answer.json()["problems"]] == [(field, code)]


@pytest.mark.parametrize("path", ["needs/%00", "capabilities/%F0%9F%98%80", "suppliers/x", "needs?q=%00&industry=%00"])
def test_strange_addresses_are_answered_and_break_nothing(as_program: SignIn, path: str) -> None:
    assert as_program("staff").get(f"{API}/{path}").status_code in {200, 404, 422}


@pytest.mark.parametrize("login", [user.login for user in DEMO_USERS])
def test_only_the_society_brings_files_in_and_takes_them_out(as_program: SignIn, login: str) -> None:
    client = as_program(login)
    allowed = login in {"staff", "lead"}

    brought = client.post(f"{API}/imports/suppliers", files={"file": ("s.csv", "name,kind\n甲组,team\n".encode())})
    taken = client.get(f"{API}/exports/suppliers.csv")

    assert (brought.status_code, taken.status_code) == ((200, 200) if allowed else (403, 403))
    if allowed:
        assert brought.json()["created"] == 1
        assert "甲组" in taken.content.decode("utf-8-sig")
        assert taken.headers["content-disposition"].startswith("attachment")


def test_a_faulty_file_is_told_by_row_in_the_callers_language(as_program: SignIn) -> None:
    staff = as_program("staff")
    file = {"file": ("n.csv", "title,deadline\n甲,昨天\n".encode())}

    answer = staff.post(f"{API}/imports/needs", files=file)

    (problem,) = answer.json()["problems"]
    assert answer.status_code == 422
    assert (problem["row"], problem["field"], problem["code"]) == (2, "deadline", "field.not_a_date")
    chinese = staff.post(f"{API}/imports/needs", files=file, headers={"Accept-Language": Language.ZH.replace("_", "-")})
    assert chinese.json()["title"] != answer.json()["title"]


def test_an_import_tells_its_source_and_no_status_that_only_the_loop_gives(as_program: SignIn, firm: str) -> None:
    staff = as_program("staff")
    file = {"file": ("n.csv", "编号,标题\n1,轴承润滑\n".encode())}

    first, again, elsewhere = (
        staff.post(f"{API}/imports/needs", files=file, data={"source": source, "organisation": firm}).json()
        for source in ("轴承厂", "轴承厂", "铸造厂")
    )
    refused = staff.post(f"{API}/imports/needs", files=file, data={"status": "introduced", "organisation": firm})

    assert [answer["created"] for answer in (first, again, elsewhere)] == [1, 0, 1]
    assert (refused.status_code, refused.json()["code"]) == (422, "import.status")
    assert "1 row;" in first["sentences"][0]
