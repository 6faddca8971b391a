"""The whole way of one need over the API, and who is kept off it."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import col, select

from core import clock
from core.database import Database
from matching.embedding.static import shipped_embedder
from models.enums import DisclosureLevel, NeedStatus
from models.history import AuditEntry
from models.match import Impression
from models.need import Need, NeedCreate
from models.organisation import Organisation
from tests.workflow.deal_world import World
from workflow.indexing import write_vectors
from workflow.needs import submit_need
from workflow.triage import triage_need
from workflow.users import OPERATOR

Json = dict[str, Any]
SignIn = Callable[[str], TestClient]


@pytest.fixture
def suppliers(database: Database) -> list[str]:
    """Two suppliers with one capability each; their public ids."""
    now = clock.now()
    with database.writing() as session:
        world = World(session, now)
        able, other = world.supplier("李教授"), world.supplier("王所长")
        revisions = [
            world.capability(able, "铝合金薄板激光焊接", "控制薄板焊接变形。"),
            world.capability(other, "水稻抗旱育种", "培育抗旱水稻。"),
        ]
        write_vectors(session, revisions, embedder=shipped_embedder(), now=now)
        return [able.public_id, other.public_id]


@pytest.fixture
def need(database: Database) -> str:
    """A focused need; its public id."""
    now = clock.now()
    with database.writing() as session:
        firm = session.exec(select(Organisation).where(Organisation.name == "示例企业甲")).one()
        form = NeedCreate(title="铝合金薄板焊接变形", problem="薄板激光焊接后变形大。", disclosure=DisclosureLevel.CARD)
        submitted = submit_need(session, OPERATOR, form, organisation=firm.public_id, now=now)
        triage_need(session, OPERATOR, submitted.public_id, now=now)
        return submitted.public_id


def ok(response: Any, status: int = 200) -> Any:
    assert response.status_code == status, response.text
    return response.json()


def test_one_need_goes_the_whole_way_to_an_outcome(
    as_program: SignIn, database: Database, suppliers: list[str], need: str
) -> None:
    staff = as_program("lead")
    listed = ok(staff.post(f"/api/v1/needs/{need}/matches", params={"k": 5}))
    best = listed["matches"][0]
    assert (best["supplier"], best["rank"], listed["need_status"]) == (suppliers[0], 1, "matched")
    assert best["passages"][0]["text"]
    with database.reading() as session:
        assert len(session.exec(select(Impression)).all()) == len(listed["matches"])
    shown = ok(staff.get(f"/api/v1/needs/{need}/matches"))
    assert [match["public_id"] for match in shown["matches"]] == [match["public_id"] for match in listed["matches"]]

    refused = staff.post(f"/api/v1/matches/{best['public_id']}/deal")
    assert ok(refused, 409)["code"] == "match.not_accepted"
    verdict = {"verdict": "accept", "reason": "good_fit", "version": best["version"]}
    judged = ok(staff.post(f"/api/v1/matches/{best['public_id']}/review", json=verdict))
    assert judged["status"] == "accepted"
    assert ok(staff.post(f"/api/v1/matches/{best['public_id']}/review", json=verdict), 409)["code"].startswith(
        "conflict"
    )

    deal = ok(staff.post(f"/api/v1/matches/{best['public_id']}/deal", json={"next_step": "电话"}), 201)
    url = f"/api/v1/deals/{deal['public_id']}"
    for stage, evidence in (("exchange", ""), ("feasibility", "nda"), ("negotiation", "letter_of_intent")):
        if evidence:
            asked = ok(staff.post(f"{url}/advance", json={"to": stage}), 422)
            assert asked["code"] == "deal.evidence_missing"
            deal = ok(staff.post(f"{url}/evidence", json={"kind": evidence, "dated_on": "2026-01-05"}), 201)
        deal = ok(staff.post(f"{url}/advance", json={"to": stage, "version": deal["version"]}))
    signing = {
        "to": "signed",
        "signing": {"kind": "development", "amount": 120_000_000, "signed_on": "2026-02-01", "cooperative": True},
    }
    deal = ok(staff.post(f"{url}/advance", json=signing))
    assert deal["tracks"][0]["stage"] == "registration"
    note = {"kind": "visit", "text": "参观产线", "visibility": "parties"}
    assert ok(staff.post(f"{url}/notes", json=note), 201)["items"][0]["code"] == "deal.visit"
    step = {"next_step": "登记合同", "next_step_due": "2030-01-01"}
    assert ok(staff.post(f"{url}/next-step", json=step))["next_step_due"] == "2030-01-01"
    outcome = {"status": "won", "text": "已投产", "contract_sum": 120_000_000, "satisfaction_demand": 5}
    deal = ok(staff.post(f"{url}/outcome", json=outcome))
    assert (deal["status"], deal["outcome"]["contract_sum"]) == ("won", 120_000_000)
    events = ok(staff.get(f"{url}/events"))
    assert [event["code"] for event in events["items"]][-1] == "deal.opened"
    assert ok(staff.get("/api/v1/deals", params={"status": "won"}))["total"] == 1
    with database.reading() as session:  # the events were read, the deal itself was not
        assert session.exec(select(AuditEntry.action).where(AuditEntry.action == "deal.read")).all() == ["deal.read"]

    with database.reading() as session:
        assert session.exec(select(Need).where(Need.public_id == need)).one().status is NeedStatus.CLOSED
        assert len(session.exec(select(Impression)).all()) == len(listed["matches"])
        audited = session.exec(select(AuditEntry.action).order_by(col(AuditEntry.id))).all()
    assert {"match.propose", "match.read", "match.review", "deal.open", "deal.outcome"} <= set(audited)


def test_a_candidate_by_hand_and_free_text(as_program: SignIn, suppliers: list[str], need: str) -> None:
    staff = as_program("lead")
    form = {"supplier": suppliers[1], "note": "我认识他"}
    added = ok(staff.post(f"/api/v1/needs/{need}/candidates", json=form), 201)
    assert (added["origin"], added["note"]) == ("staff", "我认识他")
    assert ok(staff.post(f"/api/v1/needs/{need}/candidates", json=form), 409)["code"] == "match.already_listed"
    first = ok(staff.get("/api/v1/search", params={"q": "薄板激光焊接"}))["matches"][0]
    assert first["supplier"] == suppliers[0]


def test_whatever_shows_a_need_in_full_is_logged_and_lists_are_not(
    as_program: SignIn, database: Database, need: str
) -> None:
    asker = as_program("enterprise")

    def reads() -> int:
        with database.reading() as session:
            return len(session.exec(select(AuditEntry).where(AuditEntry.action == "need.read")).all())

    [listed] = ok(asker.get("/api/v1/needs"))["items"]
    ok(asker.get(f"/api/v1/needs/{need}/similar"))
    assert (listed["level"], "problem" in listed, "budget_from" in listed) == (3, False, False)
    assert reads() == 0
    for number, path in enumerate((f"/api/v1/needs/{need}/questions", f"/needs/{need}/edit"), start=1):
        assert asker.get(path).status_code == 200
        assert reads() == number


def test_each_role_gets_no_further_than_it_may(as_program: SignIn, need: str, suppliers: list[str]) -> None:
    lead = as_program("lead")
    deal = ok(lead.post("/api/v1/deals", json={"title": "联合攻关", "no_step_reason": "等通知"}), 201)["public_id"]
    for login in ("enterprise", "supplier", "auditor", "admin"):
        client = as_program(login)
        assert client.post(f"/api/v1/needs/{need}/matches").status_code == 403
        assert client.post(f"/api/v1/deals/{deal}/advance", json={"to": "exchange"}).status_code == 403
        assert client.get(f"/api/v1/deals/{deal}").status_code in (403, 404)
    assert ok(as_program("enterprise").get(f"/api/v1/needs/{need}/matches"))["matches"] == []
    anonymous = TestClient(lead.app, base_url="https://testserver")
    assert anonymous.get("/api/v1/deals").status_code == 401
    assert anonymous.get("/api/v1/search", params={"q": "焊接"}).status_code == 401


def test_a_deal_that_is_started_says_what_comes_next_or_why_nothing_does(as_program: SignIn) -> None:
    lead = as_program("lead")
    for body in ({}, {"next_step": "电话"}, {"next_step_due": "2030-01-01"}):
        refused = ok(lead.post("/api/v1/deals", json={"title": "联合攻关", **body}), 422)
        assert refused["problems"][0]["code"] == "field.step_or_reason"
    step = {"next_step": "电话", "next_step_due": "2030-01-01"}
    assert ok(lead.post("/api/v1/deals", json={"title": "联合攻关", **step}), 201)["next_step"] == "电话"


NONSENSE: list[tuple[str, Json, int]] = [
    ("/advance", {"to": "carrying_out"}, 422),
    ("/advance", {"to": "exchange", "colour": "red"}, 422),
    ("/advance", {"to": "feasibility"}, 422),
    ("/outcome", {"status": "open"}, 422),
    ("/outcome", {"status": "lost"}, 422),
    ("/outcome", {"status": "won", "contract_sum": 10**30}, 422),
    ("/notes", {"text": ""}, 422),
    ("/notes", {"text": "x", "occurred_at": "2026-01-01T00:00:00"}, 422),
    ("/next-step", {"next_step_due": "2026-13-01"}, 422),
    ("/revive", {}, 409),
]


def test_what_makes_no_sense_is_refused_with_a_problem_and_changes_nothing(as_program: SignIn) -> None:
    lead = as_program("lead")
    deal = ok(lead.post("/api/v1/deals", json={"title": "联合攻关", "no_step_reason": "等通知"}), 201)
    for path, body, status in NONSENSE:
        response = lead.post(f"/api/v1/deals/{deal['public_id']}{path}", json=body)
        assert ok(response, status)["code"]
        assert response.headers["content-type"] == "application/problem+json"
    assert ok(lead.get(f"/api/v1/deals/{deal['public_id']}"))["version"] == deal["version"]
