"""What was entered by mistake on a deal, put right on its page and by the API."""

from collections.abc import Callable

import pytest
from fastapi import FastAPI

from core import clock
from core.database import Database
from tests.api.page_reader import Browser
from tests.api.page_world import add_deals


@pytest.fixture
def staff(app: FastAPI, database: Database, as_user: Callable[[str], Browser]) -> Browser:
    with database.writing() as session:
        add_deals(session, clock.now())
    return as_user("staff")


@pytest.fixture
def deal(staff: Browser) -> str:
    """The page of a deal with a contract."""
    path = staff.send("/deals/new", "/deals", {"title": "试验项目", "no_step_reason": "等通知"}).url.path
    signing = {"to": "signed", "kind": "transfer", "amount": "50", "currency": "CNY", "reason": "known_partner"}
    assert staff.send(path, f"{path}/advance", signing).status_code == 200
    return path


def test_a_signing_is_undone_on_the_page(staff: Browser, deal: str) -> None:
    assert "撤销第 1 份合同的签约" in staff.get(deal).text
    shown = staff.send(deal, f"{deal}/undo", {"contract": "1", "text": "登记错了"}).text
    assert "撤销第 1 份合同的签约：技术转让" in shown
    assert 'id="terms-1"' not in shown


def test_terms_and_what_is_planned_under_them_are_corrected_on_the_page(staff: Browser, deal: str) -> None:
    terms = f"{deal}/contracts/1"
    changed = {"kind": "licence", "currency": "USD", "amount": "50"}
    assert "由“技术转让”改为“技术许可”" in staff.send(deal, terms, changed).text
    staff.send(deal, f"{terms}/milestones", {"title": "样机", "due_on": "2099-01-01"})
    staff.send(deal, f"{terms}/milestones/1/reached", {})
    back = {"title": "样机二", "due_on": "2099-02-01", "reached_on": ""}
    shown = staff.send(deal, f"{terms}/milestones/1/edit", back).text
    assert "登记达成" in shown
    wrong = staff.send(deal, f"{terms}/milestones/1/edit", {**back, "title": ""})
    assert (wrong.status_code, "2099-02-01" in wrong.text) == (422, True)
    gone = staff.send(deal, f"{terms}/milestones/1/remove", {"reason": "entered_by_mistake"}).text
    assert "登记达成" not in gone
    staff.send(deal, f"{terms}/payments", {"amount": "20", "due_on": "2099-01-01"})
    staff.send(deal, f"{terms}/payments/1/edit", {"amount": "30", "due_on": "2099-01-01", "paid_on": ""})
    assert "登记支付" in staff.get(deal).text
    assert staff.send(deal, f"{terms}/payments/1/remove", {}).status_code == 422
    assert "登记支付" not in staff.send(deal, f"{terms}/payments/1/remove", {"reason": "other"}).text


def test_the_history_gives_a_sum_in_its_own_money_and_a_payment_its_own_name(staff: Browser, deal: str) -> None:
    terms = f"{deal}/contracts/1"
    staff.send(deal, terms, {"kind": "transfer", "currency": "USD", "amount": "60"})
    shown = staff.send(deal, terms, {"kind": "transfer", "currency": "USD", "amount": "70"}).text
    assert "第 1 份合同的“合同金额”由“50 万元”改为“60 万美元”" in shown
    assert "第 1 份合同的“合同金额”由“60 万美元”改为“70 万美元”" in shown
    staff.send(deal, f"{terms}/payments", {"amount": "20", "due_on": "2099-01-01"})
    shown = staff.send(deal, f"{terms}/payments/1/edit", {"amount": "30", "due_on": "2099-01-01", "paid_on": ""}).text
    assert "第 1 份合同第 1 笔付款的“付款金额”由“20 万美元”改为“30 万美元”" in shown
    shown = staff.send(
        deal, terms, {"kind": "development", "currency": "USD", "amount": "70", "cooperative": "on"}
    ).text
    assert "“合作开发”由“否”改为“是”" in shown


def test_a_lead_takes_up_a_won_deal_again_on_the_page(
    staff: Browser, as_user: Callable[[str], Browser], deal: str
) -> None:
    staff.send(deal, f"{deal}/contracts/1/payments", {"amount": "20", "due_on": "2099-01-01"})
    asked = staff.send(deal, f"{deal}/outcome", {"status": "won"})
    assert asked.status_code == 422
    assert "请简要写明取得了什么成果" in asked.text
    unaware = staff.send(deal, f"{deal}/outcome", {"status": "won", "text": "已投产"})
    assert unaware.status_code == 422
    assert "登记成果会结束项目" in unaware.text
    assert 'name="despite_unfinished"' in unaware.text
    assert "已投产" in unaware.text
    told = {"status": "won", "text": "已投产", "despite_unfinished": "1"}
    won = staff.send(deal, f"{deal}/outcome", told).text
    assert f"{deal}/revive" not in won
    lead = as_user("lead")
    assert f"{deal}/revive" in lead.get(deal).text
    assert "项目恢复" in lead.send(deal, f"{deal}/revive", {"reason": "entered_by_mistake"}).text


def test_the_api_corrects_and_takes_away_too(staff: Browser, deal: str) -> None:
    api = f"/api/v1{deal}/contracts/1"
    page = staff.get(deal).text
    token = {"X-CSRF-Token": page.split('name="csrf_token" value="')[1].split('"')[0]}
    for kind, made, change in (
        ("milestones", {"title": "样机", "due_on": "2099-01-01"}, {"title": "样机二"}),
        ("payments", {"amount": 100, "due_on": "2099-01-01"}, {"amount": 200}),
    ):
        staff.client.post(f"{api}/{kind}", json=made, headers=token)
        edited = staff.client.patch(f"{api}/{kind}/1", json=change, headers=token).json()["tracks"][0][kind]
        assert [row | change for row in edited] == edited
        gone = staff.client.post(f"{api}/{kind}/1/remove", json={"reason": "other"}, headers=token)
        assert gone.json()["tracks"][0][kind] == []
