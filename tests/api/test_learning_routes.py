"""Learning on the page and under /api/v1: what is seen, promoted and rolled back, and by whom."""

from collections.abc import Callable
from html import unescape

from fastapi import FastAPI
from sqlmodel import col, select

from api.web.learning import ALPHA
from core.database import Database
from core.i18n import Language
from matching.learning.trial import ALPHA as OF_THE_TRIAL
from matching.ranker import SHIPPED
from models.enums import AuditOutcome
from models.history import AuditEntry
from models.learning import ModelVersion
from models.match_enums import ModelState
from tests.api.page_reader import Browser
from tests.workflow.learning_world import candidate

As = Callable[[str], Browser]


def stored(database: Database, version: ModelVersion) -> str:
    with database.writing() as session:
        session.add(version)
        session.flush()
        return version.public_id


def states(database: Database) -> list[ModelState]:
    with database.reading() as session:
        return [version.state for version in session.exec(select(ModelVersion).order_by(col(ModelVersion.id)))]


def test_the_page_says_the_level_that_trials_use() -> None:
    assert ALPHA == OF_THE_TRIAL


def test_a_lead_promotes_and_rolls_back_on_the_page(app: FastAPI, database: Database, as_user: As) -> None:
    won = candidate(0.9)
    won.figures = won.figures | {"current": 0.7, "candidate": 0.75, "low": 0.01, "high": 0.09, "p": 0.002}
    won.figures["left_out"] = {"too_young": 3}
    key = stored(database, won)
    stored(database, candidate(0.7, won=False))
    lead = as_user("lead")
    for language, words in (
        (Language.EN, "0.0500 (plausible: 0.0100 to 0.0900)"),
        (Language.ZH, "没有在检验中胜出"),
    ):
        lead.speak(language)
        page = unescape(lead.get("/learning").text)
        assert words in page
        assert SHIPPED.name in page
        assert page.index("<details") < page.index("nDCG@10")  # the method is for those who unfold it
    done = lead.send("/learning", f"/learning/versions/{key}/promote")
    assert done.status_code == 200
    assert "已启用，从下一次搜索起生效" in done.text
    assert states(database)[0] is ModelState.PROMOTED
    again = lead.send("/learning", f"/learning/versions/{key}/promote", {"version": "2"})
    assert (again.status_code, "已在启用中" in again.text) == (409, True)
    other = lead.send("/learning", "/learning/rollback", {"in_force": "another"})
    assert (other.status_code, "请查看现状后再试" in other.text) == (409, True)
    back = lead.send("/learning", "/learning/rollback", {"in_force": key})
    assert "已回退" in back.text
    assert states(database)[0] is ModelState.RETIRED
    with database.reading() as session:
        acts = session.exec(select(AuditEntry).where(col(AuditEntry.action).startswith("learning."))).all()
    assert [(act.action, act.subject) for act in acts if act.outcome is AuditOutcome.DONE] == [
        ("learning.promote", key),
        ("learning.roll_back", key),
    ]


def test_the_api_says_and_does_the_same(app: FastAPI, database: Database, as_user: As) -> None:
    key = stored(database, candidate(0.9))
    admin = as_user("admin")
    page = admin.get("/learning").text
    token = {"X-CSRF-Token": page.split('name="csrf_token" value="')[1].split('"')[0]}
    found = admin.get("/api/v1/learning").json()
    assert (found["ranker"], found["in_force"], found["needs"]) == (SHIPPED.name, None, 0)
    assert {one["code"] for one in found["missing_for_order"]} >= {"too_few_needs", "too_few_labels"}
    assert found["versions"][0]["obstacle"] is None
    promoted = admin.client.post(f"/api/v1/learning/versions/{key}/promote", json={"version": 1}, headers=token)
    assert promoted.json()["in_force"] == key
    stale = admin.client.post(f"/api/v1/learning/versions/{key}/promote", json={"version": 1}, headers=token)
    assert (stale.status_code, stale.json()["code"]) == (409, "conflict.changed_meanwhile")
    back = admin.client.post("/api/v1/learning/rollback", json={"in_force": key}, headers=token)
    assert back.json()["in_force"] is None
    nothing = admin.client.post("/api/v1/learning/rollback", json={"in_force": key}, headers=token)
    assert (nothing.status_code, nothing.json()["code"]) == (409, "learning.nothing_promoted")
    assert nothing.json()["title"]


def test_nobody_else_sees_or_changes_what_ranks(app: FastAPI, database: Database, as_user: As) -> None:
    key = stored(database, candidate(0.9))
    for login in ("staff", "enterprise", "auditor"):
        browser = as_user(login)
        assert browser.get("/learning").status_code == 403
        assert browser.get("/api/v1/learning").status_code == 403
        refused = browser.send("/account", f"/learning/versions/{key}/promote")
        assert refused.status_code == 403
        assert "/learning" not in browser.get("/").text
    assert states(database) == [ModelState.CANDIDATE]


def test_a_damaged_ranker_in_force_is_named_on_the_page(app: FastAPI, database: Database, as_user: As) -> None:
    damaged = candidate(0.9)
    damaged.content, damaged.state = {}, ModelState.PROMOTED
    stored(database, damaged)
    assert "已损坏" in as_user("lead").get("/learning").text
