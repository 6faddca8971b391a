"""The language button on a page that answers a form: it leads to a page, and on a deal's it keeps what was typed."""

import html
import json
import re
from collections.abc import Callable

import pytest
from fastapi import FastAPI
from httpx2 import Response

from api.policy import policies
from api.rates import RateLimiter
from api.web.returning import packed, unpacked
from core import clock
from core.database import Database
from core.i18n import Language
from tests.api.entering import ADDRESS
from tests.api.page_reader import Browser
from tests.api.page_world import add_catalogue, add_deals

BUTTON = re.compile(r'<form method="post" action="/language">(.*?)</form>', re.DOTALL)
FIELD = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


@pytest.fixture
def staff(app: FastAPI, database: Database, as_user: Callable[[str], Browser]) -> Browser:
    """Staff with some deals."""
    with database.writing() as session:
        add_catalogue(session, clock.now())
        add_deals(session, clock.now())
    return as_user("staff")


@pytest.fixture
def deal(staff: Browser) -> str:
    """The page of a deal."""
    return staff.send("/deals/new", "/deals", {"title": "试验项目", "no_step_reason": "等通知"}).url.path


def fields_of(page: Response) -> dict[str, str]:
    """What the language button of a page sends."""
    form = BUTTON.search(page.text)
    assert form is not None
    return {name: html.unescape(value) for name, value in FIELD.findall(form.group(1))}


def switch(browser: Browser, page: Response, language: Language = Language.EN) -> Response:
    return browser.client.post("/language", data={**fields_of(page), "language": language.value})


def test_wherever_a_form_is_answered_by_a_page_its_language_can_be_switched(app: FastAPI) -> None:
    looked = 0
    paths = sorted({path for method, path, _ in policies(app) if method == "POST" and not path.startswith("/api/")})
    for login in ("lead", "admin", "enterprise", "supplier"):
        browser = Browser(app).enter(login)
        token = {"csrf_token": fields_of(browser.get("/account"))["csrf_token"]}
        for path in paths:
            if path in ("/sign-out", "/account/password"):
                continue
            app.state.limiter = RateLimiter()  # more than anybody sends in a minute
            shown = browser.client.post(re.sub(r"\{[^}]+\}", "1", path), data=token, follow_redirects=False)
            if not BUTTON.search(shown.text):
                continue
            looked += 1
            behind = browser.client.get(fields_of(shown)["next"], follow_redirects=False)
            assert behind.status_code != 405, path
    assert looked > 100


@pytest.mark.parametrize(
    ("form", "typed"),
    [
        ("pause", {"reason": "", "text": "等明年预算“再说”\n<第二行>"}),
        ("next-step", {"next_step": "约见面", "next_step_due": "2001-01-01"}),
        ("advance", {"to": "signed", "kind": "transfer", "amount": "四十万元整", "signed_on": "2099-01-01"}),
        ("notes", {"text": "很久以后的事", "kind": "call", "visibility": "staff", "when": "2099-01-01"}),
    ],
)
def test_a_refused_form_of_a_deal_is_shown_in_the_other_language_with_every_word(
    staff: Browser, deal: str, form: str, typed: dict[str, str]
) -> None:
    refused = staff.send(deal, f"{deal}/{form}", typed)
    assert refused.status_code == 422
    before = staff.get(f"/api/v1{deal}").json()
    shown = switch(staff, refused)
    assert (shown.status_code, 'lang="en"' in shown.text) == (422, True)
    assert "What you typed still stands below" in shown.text
    for value in typed.values():
        assert html.escape(value, quote=False).replace('"', "&#34;") in shown.text
    assert staff.get(f"/api/v1{deal}").json() == before
    back = switch(staff, shown, Language.ZH)
    assert "您填写的内容仍在下面，还没有提交" in back.text


def test_what_would_be_accepted_is_not_done_by_switching_the_language(staff: Browser, deal: str) -> None:
    fields = fields_of(staff.send(deal, f"{deal}/pause", {"reason": ""}))
    fields["again"] = packed({"reason": ["budget"], "text": ["等明年"]})
    shown = staff.client.post("/language", data={**fields, "language": "en"})
    assert "等明年" in shown.text
    assert staff.get(f"/api/v1{deal}").json()["status"] == "open"


def test_other_forms_lead_to_the_page_they_stood_on_and_say_what_is_lost(staff: Browser) -> None:
    fields = {"csrf_token": fields_of(staff.get("/needs/new"))["csrf_token"], "title": ""}
    came_from = {"Referer": f"{ADDRESS}/deals/new"}
    refused = staff.client.post("/deals", data=fields, headers=came_from)
    assert refused.status_code == 422
    assert "填写的内容不会带过去" in refused.text
    shown = switch(staff, refused)
    assert (shown.status_code, shown.url.path) == (200, "/deals/new")
    assert "what was typed in it is not here" in shown.text


def test_another_site_is_never_led_to(staff: Browser, deal: str) -> None:
    token = fields_of(staff.get(deal))["csrf_token"]
    elsewhere = {"Referer": "https://elsewhere.example/needs"}
    refused = staff.client.post("/deals", data={"csrf_token": token}, headers=elsewhere)
    assert fields_of(refused)["next"] == "/deals"
    form = {"csrf_token": token, "language": "en", "again": "{}", "next": "//elsewhere.example/x"}
    answer = staff.client.post("/language", data=form, follow_redirects=False)
    assert answer.headers["location"] == "/?again=1"


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"a": 1}', json.dumps({"a": ["b"]}) + "x"])
def test_what_was_not_packed_is_nothing(text: str) -> None:
    assert unpacked(text) == {}


def test_what_was_packed_comes_out_as_it_was() -> None:
    fields = {"text": ["“引号” & <b>\n"], "sides": ["demand", "supply"]}
    assert unpacked(packed(fields)) == fields
