"""Requirements decided by people, what a supplier must bring, and who is never proposed again, over the API."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from core.database import Database
from models import Organisation

API = "/api/v1"
DEMANDS: dict[str, Any] = {
    "regions": ["330000"],
    "least_trl": 4,
    "wanted_trl": 6,
    "ipr_stances": ["asker_owns", "joint"],
    "modes": ["commissioned"],
    "excluded_names": ["示例竞争公司"],
    "excluded_terms": ["含铅添加剂"],
}
NEED: dict[str, Any] = {"title": "高温润滑脂", "problem": "高温下流失", "indicators": "工作温度≥180℃"} | DEMANDS
SignIn = Callable[[str], TestClient]


@pytest.fixture
def need(as_program: SignIn, database: Database) -> dict[str, Any]:
    """A focused need of the demo enterprise, whose content suppliers may read."""
    with database.reading() as session:
        firm = session.exec(select(Organisation.public_id)).one()
    submitted = as_program("member").post(f"{API}/needs", json=NEED | {"organisation": firm, "disclosure": 2}).json()
    focused: dict[str, Any] = as_program("staff").post(f"{API}/needs/{submitted['public_id']}/triage").json()
    return focused


def test_what_a_supplier_must_bring_is_told_at_its_level(as_program: SignIn, need: dict[str, Any]) -> None:
    path = f"{API}/needs/{need['public_id']}"

    full, summary = as_program("member").get(path).json(), as_program("supplier").get(path).json()

    assert {name: full[name] for name in DEMANDS} == DEMANDS
    assert {name: summary[name] for name in DEMANDS} == DEMANDS | {"excluded_names": []}


def test_the_least_readiness_is_not_above_the_wanted_one(as_program: SignIn, need: dict[str, Any]) -> None:
    body = NEED | {"least_trl": 7, "wanted_trl": 6, "version": need["version"]}

    refused = as_program("member").put(f"{API}/needs/{need['public_id']}", json=body)

    assert refused.status_code == 422
    assert [problem["code"] for problem in refused.json()["problems"]] == ["field.trl_order"]


def test_the_list_of_requirements_is_replaced_and_confirmed(as_program: SignIn, need: dict[str, Any]) -> None:
    member, path = as_program("member"), f"{API}/needs/{need['public_id']}/requirements"
    lines = [
        {"number": 2, "kind": "must", "confirmed": True},
        {"kind": "should", "wording": "供样周期不超过30天"},
    ]

    edited = member.put(path, json={"requirements": lines, "version": need["version"]})

    assert edited.status_code == 200
    shown = [(r["number"], r["kind"], r["text"], r["confirmed"]) for r in edited.json()["requirements"]]
    assert shown == [(1, "must", "工作温度≥180℃", True), (2, "should", "供样周期不超过30天", False)]
    again = member.put(path, json={"requirements": lines, "version": need["version"]})
    assert (again.status_code, again.json()["code"]) == (409, "conflict.changed_meanwhile")
    all_of_them = member.post(f"{path}/confirm", json={"version": edited.json()["version"]}).json()["requirements"]
    assert [line["confirmed"] for line in all_of_them] == [True, True]


@pytest.mark.parametrize(
    ("line", "field", "code"),
    [
        ({"kind": "must"}, "requirements.0", "field.required"),
        ({"kind": "must", "field": "goal", "start": 3, "end": 3}, "requirements.0", "field.empty_quote"),
        ({"kind": "must", "wording": "，。！😀"}, "requirements.0", "field.no_words"),
        ({"kind": "must", "number": 9}, "requirements.0.number", "requirement.number"),
        ({"kind": "must", "field": "title", "start": 0, "end": 1}, "requirements.0.field", "field.not_a_choice"),
    ],
)
def test_what_is_wrong_with_a_line_is_told(
    as_program: SignIn, need: dict[str, Any], line: dict[str, Any], field: str, code: str
) -> None:
    path = f"{API}/needs/{need['public_id']}/requirements"

    refused = as_program("member").put(path, json={"requirements": [line], "version": need["version"]})

    assert refused.status_code == 422
    assert [(p["field"], p["code"]) for p in refused.json()["problems"]] == [(field, code)]


def test_an_earlier_revision_is_erased_by_staff(as_program: SignIn, need: dict[str, Any]) -> None:
    member, staff, path = as_program("member"), as_program("staff"), f"{API}/needs/{need['public_id']}"
    member.put(path, json=NEED | {"problem": "新的问题", "version": need["version"]})

    assert member.post(f"{path}/revisions/1/erase").status_code == 403
    assert staff.post(f"{path}/revisions/2/erase").json()["code"] == "need.revision_holds"
    assert staff.post(f"{path}/revisions/1/erase").json()["problem"] == "新的问题"


def test_a_supplier_tells_what_it_takes_on(as_program: SignIn) -> None:
    staff = as_program("staff")
    wishes = {"load_limit": 2, "ipr_stances": ["joint"], "technical_fields": ["materials"]}

    added = staff.post(f"{API}/suppliers", json={"name": "润滑课题组", "kind": "team"} | wishes).json()
    path = f"{API}/suppliers/{added['public_id']}"
    edited = staff.patch(path, json={"load_limit": None, "version": added["version"]}).json()
    refused = staff.patch(path, json={"technical_fields": ["x"], "version": edited["version"]})

    assert {name: added[name] for name in wishes} == wishes
    assert {name: edited[name] for name in wishes} == wishes | {"load_limit": None}
    assert [(p["field"], p["code"]) for p in refused.json()["problems"]] == [("technical_fields", "field.unknown_code")]


def test_a_supplier_is_refused_for_a_need_and_the_refusal_lifted(as_program: SignIn, need: dict[str, Any]) -> None:
    staff, path = as_program("staff"), f"{API}/needs/{need['public_id']}/refusals"
    supplier = staff.post(f"{API}/suppliers", json={"name": "润滑课题组", "kind": "team"}).json()["public_id"]
    body = {"supplier": supplier, "reason": "known_partner", "comment": "已合作过"}

    decided = staff.post(path, json=body)

    assert decided.status_code == 201
    [refusal] = decided.json()
    assert (refusal["supplier_name"], refusal["reason"], refusal["everywhere"]) == (
        "润滑课题组",
        "known_partner",
        False,
    )
    assert staff.post(path, json=body).json()["code"] == "refusal.in_force"
    assert as_program("member").get(path).json() == []
    assert staff.post(f"{path}/{refusal['public_id']}/lift", params={"version": refusal["version"]}).json() == []
