"""The requirements of a need, and who is never proposed for it, on its page; without scripts."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI

from core import clock
from core.database import Database
from tests.api.page_reader import Browser, find_link
from tests.api.page_world import add_catalogue

AsUser = Callable[[str], Browser]
_LINE = re.compile(r'name="line" value="(\w+)"')
_TEXT = re.compile(r'<textarea[^>]* name="text-(\w+)"[^>]*>(.*?)</textarea>', re.DOTALL)


@pytest.fixture
def need(app: FastAPI, database: Database, as_user: AsUser) -> str:
    """The path of a focused need."""
    with database.writing() as session:
        add_catalogue(session, clock.now())
    staff = as_user("staff")
    path = find_link(staff, "/needs")
    staff.send(path, f"{path}/triage")
    return path


def typed(browser: Browser, need: str, **changes: Any) -> dict[str, Any]:
    """The form as the browser would send it, and what is typed on top."""
    html = browser.get(need).text
    fields: dict[str, Any] = {"line": _LINE.findall(html), "confirmed": []}
    for key, text in _TEXT.findall(html):
        fields |= {f"text-{key}": text, f"kind-{key}": "must"}
    return fields | changes


def texts(browser: Browser, need: str) -> list[str]:
    return [text for key, text in _TEXT.findall(browser.get(need).text) if key != "new"]


def test_the_asker_changes_adds_moves_takes_out_and_confirms(as_user: AsUser, need: str) -> None:
    firm = as_user("enterprise")
    before = texts(firm, need)
    assert len(before) == 4

    changes = {"text-1": "温升是主要问题", "text-new": "供样周期不超过30天", "confirmed": ["2"], "do": "save"}
    saved = firm.send(need, f"{need}/requirements", typed(firm, need, **changes))

    assert "需求要点已保存" in saved.text
    assert texts(firm, need) == ["温升是主要问题", *before[1:], "供样周期不超过30天"]
    assert saved.text.count(" checked>") == 1
    assert "原文：" in saved.text

    firm.send(need, f"{need}/requirements", typed(firm, need, do="up:2", confirmed=["2"]))
    assert texts(firm, need)[:2] == [before[1], "温升是主要问题"]
    firm.send(need, f"{need}/requirements", typed(firm, need, do="remove:2"))
    assert texts(firm, need)[:2] == [before[1], before[2]]
    everything = firm.send(need, f"{need}/requirements", typed(firm, need, do="confirm_all"))
    assert "全部已确认" in everything.text


def test_a_refused_list_is_shown_again_as_it_was_typed(as_user: AsUser, need: str) -> None:
    staff = as_user("staff")
    long = "长" * 1001

    refused = staff.send(need, f"{need}/requirements", typed(staff, need, **{"text-1": long, "text-new": "新的一条"}))

    assert refused.status_code == 422
    assert long in refused.text
    assert "新的一条" in refused.text
    assert 'aria-describedby="problem-1"' in refused.text

    stale = staff.send(need, f"{need}/requirements", typed(staff, need) | {"version": "1", "text-new": "别丢"})
    assert stale.status_code == 409
    assert "别丢" in stale.text


def test_who_may_not_decide_reads_the_list_only(as_user: AsUser, need: str) -> None:
    supplier = as_user("supplier")

    page = supplier.get(need).text

    assert 'id="requirements"' in page
    assert "<textarea" not in page
    assert supplier.send(need, f"{need}/requirements", {"do": "save"}).status_code == 403


def test_a_supplier_is_refused_and_the_refusal_lifted(as_user: AsUser, need: str) -> None:
    staff = as_user("staff")
    supplier = find_link(staff, "/suppliers").rpartition("/")[2]
    reason = {"supplier": supplier, "reason": "known_partner", "comment": "上次合作没有结果", "everywhere": "true"}

    decided = staff.send(need, f"{need}/refusals", reason)

    assert "不再推荐" in decided.text
    assert "上次合作没有结果" in decided.text
    assert "该需求方的所有需求" in decided.text
    assert "上次合作没有结果" not in as_user("enterprise").get(need).text
    lift = re.search(rf'action="({need}/refusals/\w+/lift)"', decided.text)
    assert lift
    assert "上次合作没有结果" not in staff.send(need, lift.group(1), {"version": "1"}).text


def test_what_a_supplier_must_bring_is_kept_and_shown(as_user: AsUser, need: str) -> None:
    firm = as_user("enterprise")
    demands = {
        "title": "轴承", "currency": "CNY", "disclosure": "2", "least_trl": "4", "wanted_trl": "6",
        "modes": ["", "licence"], "ipr_stances": ["", "joint"], "regions": ["", "330000"],
        "excluded_terms": "含铅添加剂、整机替换", "excluded_names": "Example Co., Ltd\n某某公司",
    }  # fmt: skip

    shown = firm.send(f"{need}/edit", f"{need}/edit", demands).text

    assert "4 有实验室样品" in shown
    assert "Example Co., Ltd、某某公司" in shown
    again = firm.get(f"{need}/edit").text
    assert "Example Co., Ltd\n某某公司</textarea>" in again
    assert "某某公司" not in as_user("supplier").get(need).text
    assert "含铅添加剂" in as_user("supplier").get(need).text
    refused = firm.send(f"{need}/edit", f"{need}/edit", demands | {"least_trl": "9"})
    assert refused.status_code == 422
    assert 'id="need-least_trl-problem"' in refused.text


def test_a_deal_with_a_refused_supplier_asks_on_its_form(as_user: AsUser, need: str) -> None:
    staff = as_user("staff")
    supplier = find_link(staff, "/suppliers").rpartition("/")[2]
    staff.send(need, f"{need}/refusals", {"supplier": supplier, "reason": "known_partner"})
    deal = {"title": "轴承合作", "need": need.rpartition("/")[2], "supplier": supplier, "no_step_reason": "等企业回话"}

    asked = staff.send("/deals/new", "/deals", deal)

    assert asked.status_code == 409
    assert 'name="despite_refusal"' in asked.text
    assert staff.send("/deals/new", "/deals", deal | {"despite_refusal": "true"}).status_code == 200


def test_staff_name_the_contact_of_a_need_they_brought_in(as_user: AsUser, need: str) -> None:
    staff = as_user("staff")
    choice = re.search(r'<option value="(\w{12})">enterprise<', staff.get(need).text)
    assert choice

    assert "<dd>enterprise" in staff.send(need, f"{need}/contact", {"contact": choice.group(1)}).text
    assert f"{need}/contact" not in as_user("supplier").get(need).text
