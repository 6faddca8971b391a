"""What makes no sense about deals: told in both languages, with the field it is about, and nothing half written."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from tests.api.entering import program_of
from tests.api.page_reader import Browser

Json = dict[str, Any]
HAN = re.compile("[\u4e00-\u9fff]")
LONG = "长" * 25_000
SIGNING = {"kind": "transfer", "amount": 50_000_000, "signed_on": "2026-03-01"}

# On a deal that is signed, with one contract of 50 万元: method, path, body, code, field and code of the fault.
REFUSED: tuple[tuple[str, str, Json, str, str, str], ...] = (
    ("patch", "", {"title": None, "version": 0}, "invalid", "title", "field.required"),
    ("patch", "", {"title": "\u202e\u200b\ufeff", "version": 0}, "invalid", "title", "field.required"),
    ("patch", "", {"title": "a\0b", "version": 0}, "invalid", "title", "field.not_writable"),
    ("patch", "", {"team_only": None, "version": 0}, "invalid", "team_only", "field.required"),
    ("patch", "", {"owner_id": 1, "version": 0}, "invalid", "owner_id", "field.unknown"),
    (
        "post",
        "/next-step",
        {"next_step": "去", "next_step_due": "2026-02-30"},
        "invalid",
        "next_step_due",
        "field.not_a_date",
    ),
    (
        "post",
        "/next-step",
        {"next_step": "去", "next_step_due": "0001-01-01"},
        "invalid",
        "next_step_due",
        "field.year_out_of_range",
    ),
    (
        "post",
        "/next-step",
        {"next_step": "去", "next_step_due": "9999-12-31"},
        "invalid",
        "next_step_due",
        "field.year_out_of_range",
    ),
    (
        "post",
        "/next-step",
        {"next_step": LONG, "next_step_due": "2099-01-05"},
        "invalid",
        "next_step",
        "field.too_long",
    ),
    ("post", "/next-step", {"next_step_due": "2099-01-05"}, "deal.step_needed", "next_step", "field.required"),
    ("post", "/notes", {"text": LONG}, "invalid", "text", "field.too_long"),
    ("post", "/notes", {"text": "\x07\x1b"}, "invalid", "text", "field.required"),
    (
        "post",
        "/notes",
        {"text": "x", "occurred_at": "2026-01-01T00:00:00"},
        "invalid",
        "occurred_at",
        "field.needs_time_zone",
    ),
    (
        "post",
        "/notes",
        {"text": "x", "occurred_at": "0001-01-01T00:00:00+14:00"},
        "invalid",
        "occurred_at",
        "field.year_out_of_range",
    ),
    (
        "post",
        "/notes",
        {"text": "x", "occurred_at": "9999-12-31T23:59:59-12:00"},
        "invalid",
        "occurred_at",
        "field.year_out_of_range",
    ),
    (
        "post",
        "/contracts/1/milestones",
        {"title": "样机", "due_on": "2026-02-28"},
        "deal.before_contract",
        "due_on",
        "field.before_contract",
    ),
    (
        "post",
        "/contracts/1/payments",
        {"amount": 50_000_001, "due_on": "2099-01-05"},
        "deal.payments_above_sum",
        "amount",
        "field.above_agreed",
    ),
    ("post", "/contracts/1/payments", {"amount": -1, "due_on": "2099-01-05"}, "invalid", "amount", "field.too_small"),
    (
        "post",
        "/contracts/1/payments",
        {"amount": 2**63, "due_on": "2099-01-05"},
        "invalid",
        "amount",
        "field.too_large",
    ),
    ("post", "/contracts/1/payments", {"due_on": "2099-01-05"}, "deal.payment_needs_sum", "amount", "field.required"),
    ("patch", "/contracts/1", {"ends_on": "2026-02-28"}, "deal.before_contract", "ends_on", "field.before_contract"),
    ("patch", "/contracts/1", {"amount": -1}, "invalid", "amount", "field.too_small"),
    ("patch", "/contracts/1", {"signed_on": "2190-01-01"}, "deal.day_in_future", "signed_on", "field.in_future"),
    (
        "post",
        "/evidence",
        {"kind": "nda", "dated_on": "2190-01-01"},
        "deal.day_in_future",
        "dated_on",
        "field.in_future",
    ),
    ("post", "/evidence", {"kind": "nosuch", "dated_on": "2026-01-05"}, "invalid", "kind", "field.not_a_choice"),
    (
        "post",
        "/waiting",
        {"waiting_for": "demand", "waiting_since": "2190-01-01"},
        "deal.day_in_future",
        "waiting_since",
        "field.in_future",
    ),
    ("post", "/outcome", {"status": "won", "contract_sum": -1}, "invalid", "contract_sum", "field.too_small"),
    ("post", "/outcome", {"status": "won", "jobs": 10**30}, "invalid", "jobs", "field.too_large"),
    (
        "post",
        "/outcome",
        {"status": "won", "satisfaction_demand": 6},
        "invalid",
        "satisfaction_demand",
        "field.too_large",
    ),
)
# What cannot be done where the deal stands: method, path, body, status, code.
IMPOSSIBLE: tuple[tuple[str, str, Json, int, str], ...] = (
    ("post", "/advance", {"to": "nosuch"}, 422, "deal.unknown_stage"),
    ("post", "/advance", {"to": "contact"}, 409, "deal.move_illegal"),
    ("post", "/contracts/2/milestones", {"title": "x", "due_on": "2099-01-05"}, 404, ""),
    ("post", f"/contracts/{10**30}/milestones", {"title": "x", "due_on": "2099-01-05"}, 0, ""),
    ("post", "/contracts/1/milestones/7/reached", {}, 404, ""),
    ("post", "/contracts/-1/payments/0/paid", {}, 404, ""),
    ("put", f"/contracts/1/visits/{10**30}", {"text": "x"}, 404, "deal.no_such_visit"),
    ("delete", f"/evidence/{10**30}", {}, 404, "deal.no_such_evidence"),
    ("post", "/needs", {"need": "nosuch"}, 404, "need.not_found"),
    ("post", "/parties", {"role": "supply", "supplier": "nosuch"}, 404, "supplier.not_found"),
    ("post", "/merge", {"deal": "nosuch", "note": "x"}, 404, "deal.not_found"),
    ("post", "/hand-over", {"person": "nosuch", "note": "x"}, 404, ""),
)
# What changes a deal that is over or put away is refused; only one that is put away takes no note, and no other reason.
CHANGES: tuple[tuple[str, Json], ...] = (
    ("/next-step", {"next_step": "再问", "next_step_due": "2099-01-05"}),
    ("/advance", {"to": "exchange", "reason": "other"}),
    ("/pause", {"reason": "budget"}),
    ("/lose", {"reason": "budget"}),
    ("/waiting", {"waiting_for": "demand"}),
    ("/needs", {"need": "nosuch"}),
    ("/split", {"title": "x", "note": "x"}),
)


@pytest.fixture
def client(app: FastAPI) -> TestClient:
    """A program that acts for a lead of the society."""
    return program_of(app, "lead", hides_faults=True)


def started(client: TestClient, title: str = "试验项目") -> str:
    answer = client.post("/api/v1/deals", json={"title": title, "no_step_reason": "等通知"})
    assert answer.status_code == 201, answer.text
    return f"/api/v1/deals/{answer.json()['public_id']}"


def asked(client: TestClient, method: str, path: str, body: Json) -> tuple[int, Json, Json]:
    """The status and what it says in Chinese and in English."""
    said = []
    for language in ("zh", "en"):
        json = None if method == "delete" else body
        said.append(client.request(method, path, json=json, headers={"Accept-Language": language}))
    assert said[0].status_code == said[1].status_code, path
    return said[0].status_code, said[0].json(), said[1].json()


def is_said_well(zh: Json, en: Json) -> bool:
    """Every text is in its language, and none shows a placeholder, or a code but for those that may be typed."""
    typed = zh["params"].get("stage_codes", "").split(",")
    texts = [[one["title"], *(problem["title"] for problem in one.get("problems", []))] for one in (zh, en)]
    return (
        all(HAN.search(text) for text in texts[0])
        and not any(HAN.search(text) for text in texts[1])
        and not any("{" in text or "_" in without(text, typed) for text in [*texts[0], *texts[1]])
    )


def without(text: str, codes: list[str]) -> str:
    for code in filter(None, codes):
        text = text.replace(code, "")
    return text


def test_what_makes_no_sense_is_refused_at_its_field_and_changes_nothing(client: TestClient) -> None:
    deal = started(client)
    signed = client.post(f"{deal}/advance", json={"to": "signed", "signing": SIGNING, "reason": "known_partner"})
    assert signed.status_code == 200, signed.text
    before = client.get(deal).json(), client.get(f"{deal}/events").json()
    wrong = []
    for method, path, body, code, field, fault in REFUSED:
        status, zh, en = asked(client, method, deal + path, body)
        found = [(problem["field"], problem["code"]) for problem in zh.get("problems", [])]
        if (status, zh["code"]) != (422, code) or (field, fault) not in found or not is_said_well(zh, en):
            wrong.append((method, path, body, status, zh))
    for method, path, body, expected, code in IMPOSSIBLE:
        status, zh, en = asked(client, method, deal + path, body)
        if status != (expected or status) or status >= 500 or code not in ("", zh["code"]) or not is_said_well(zh, en):
            wrong.append((method, path, body, status, zh))
    assert wrong == []
    assert (client.get(deal).json(), client.get(f"{deal}/events").json()) == before


def test_a_deal_that_is_over_or_put_away_takes_nothing_and_says_so(client: TestClient) -> None:
    lost, archived = started(client, "已未成"), started(client, "已归档")
    assert client.post(f"{lost}/lose", json={"reason": "budget"}).status_code == 200
    assert client.post(f"{archived}/archive").status_code == 200
    for deal in (lost, archived):
        before = client.get(deal).json(), client.get(f"{deal}/events").json()
        for path, body in CHANGES if deal == archived else (one for one in CHANGES if one[0] != "/lose"):
            status, zh, en = asked(client, "post", deal + path, body)
            assert (status, is_said_well(zh, en)) == (409, True), (deal, path, status, zh)
        assert (client.get(deal).json(), client.get(f"{deal}/events").json()) == before
    assert client.post(f"{lost}/notes", json={"text": "后来的消息"}).status_code == 201
    assert client.post(f"{archived}/notes", json={"text": "后来的消息"}).status_code == 409


def test_control_characters_are_taken_out_of_what_was_pasted(client: TestClient) -> None:
    deal = started(client)
    told = client.post(f"{deal}/notes", json={"text": "第一行\x0c\x1b[31m\n\t第二行\x07"}).json()
    assert told["items"][0]["text"] == "第一行[31m\n\t第二行"


def test_who_sends_a_form_that_the_page_has_no_more_reads_why_and_keeps_what_was_written(
    as_user: Callable[[str], Browser],
) -> None:
    staff, lead = as_user("staff"), as_user("lead")
    path = staff.send("/deals/new", "/deals", {"title": "试验项目", "no_step_reason": "等通知"}).url.path
    page = staff.get(path).text
    seen = {name: re.findall(rf'name="{name}" value="([^"]+)"', page)[0] for name in ("version", "read_at")}
    assert lead.send(path, f"{path}/lose", {"reason": "budget", "text": "没有钱"}).status_code == 200
    for form, fields in (
        ("pause", {"reason": "budget", "text": "我写的很长的说明"}),
        ("next-step", {"next_step": "我写的很长的说明", "next_step_due": "2099-01-05"}),
        ("advance", {"to": "exchange", "text": "我写的很长的说明"}),
    ):
        refused = staff.send(path, f"{path}/{form}", {**seen, **fields})
        assert refused.status_code == 409, form
        shown = refused.text[refused.text.index('id="left-over"') :]
        assert "您打开页面后，其他人做了以下变更" in shown, form
        assert "我写的很长的说明" in shown, form
    assert 'id="left-over"' not in staff.get(path).text
