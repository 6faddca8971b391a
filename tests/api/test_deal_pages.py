"""The page of a deal: what is missing is offered, and what is refused comes again with everything typed."""

import re
from collections.abc import Callable

import pytest
from fastapi import FastAPI

from core import clock
from core.database import Database
from tests.api.entering import ADDRESS
from tests.api.page_reader import Browser
from tests.api.page_world import add_deals
from workflow.days import day_of


@pytest.fixture
def staff(app: FastAPI, database: Database, as_user: Callable[[str], Browser]) -> Browser:
    """Staff with some deals."""
    with database.writing() as session:
        add_deals(session, clock.now())
    return as_user("staff")


@pytest.fixture
def deal(staff: Browser) -> str:
    """The page of a deal at its second stage."""
    path = staff.send("/deals/new", "/deals", {"title": "试验项目", "no_step_reason": "等通知"}).url.path
    staff.send(path, f"{path}/advance", {"to": "exchange"})
    return path


def hidden(page: str) -> dict[str, str]:
    """What the forms of a deal's page send unseen, but for the token."""
    return {name: re.findall(rf'name="{name}" value="([^"]+)"', page)[0] for name in ("version", "read_at")}


def today() -> str:
    return day_of(clock.now()).isoformat()


def test_what_opens_the_next_stage_is_named_and_can_be_recorded_or_explained(staff: Browser, deal: str) -> None:
    assert "进入下一阶段还缺" in staff.get(deal).text
    refused = staff.send(deal, f"{deal}/advance", {"to": "feasibility", "text": "先谈起来"})
    assert refused.status_code == 422
    assert "先谈起来" in refused.text
    shown = staff.send(deal, f"{deal}/evidence", {"kind": "nda", "dated_on": today(), "note": "编号七"}).text
    assert "编号七" in shown
    assert "进入下一阶段还缺" not in shown
    assert "撤回上一次变更" in staff.send(deal, f"{deal}/advance", {"to": "feasibility"}).text
    assert "回到“交流考察”" in staff.send(deal, f"{deal}/undo", {"text": "点错"}).text
    assert 'id="evidence"' in staff.get(deal).text
    assert 'id="evidence"' not in staff.send(deal, f"{deal}/evidence/1/withdraw").text


def test_who_comes_second_reads_what_the_first_did_and_loses_no_word(
    staff: Browser, as_user: Callable[[str], Browser], deal: str
) -> None:
    lead = as_user("lead")
    old = hidden(staff.get(deal).text)
    lead.send(deal, f"{deal}/next-step", {"next_step": "约见面", "next_step_due": today()})
    refused = staff.send(deal, f"{deal}/pause", {**old, "reason": "budget", "text": "等明年预算"})
    assert refused.status_code == 409
    assert refused.text.count("您打开页面后，内容已被他人修改，这次没有保存") == 1
    assert "您填写的内容仍在下面。其他人做了以下变更" in refused.text
    assert "刷新" not in refused.text
    assert "等明年预算" in refused.text
    again = hidden(refused.text)
    assert staff.send(deal, f"{deal}/pause", {**again, "reason": "budget", "text": "等明年预算"}).status_code == 200


def test_terms_of_a_contract_are_planned_and_what_cannot_be_is_said_at_its_field(staff: Browser, deal: str) -> None:
    signing = {"to": "signed", "kind": "transfer", "amount": "50", "currency": "CNY", "signed_on": today()}
    assert "权利变更" in staff.send(deal, f"{deal}/advance", {**signing, "reason": "known_partner"}).text
    terms = f"{deal}/contracts/1"
    assert "样机交付" in staff.send(deal, f"{terms}/milestones", {"title": "样机交付", "due_on": "2099-01-01"}).text
    early = staff.send(deal, f"{terms}/milestones", {"title": "太早", "due_on": "2001-01-01"})
    assert early.status_code == 422
    assert "不能早于合同签订之日" in early.text
    assert 'value="太早"' in early.text
    assert "超过合同金额" in staff.send(deal, f"{terms}/payments", {"amount": "51", "due_on": "2099-01-01"}).text
    staff.send(deal, f"{terms}/payments", {"amount": "20", "due_on": "2099-01-01"})
    assert "支付" in staff.send(deal, f"{terms}/payments/1/paid", {"done_on": today()}).text
    fields = {"amount": "60", "payment_plan": "instalments", "signed_on": today(), "ends_on": "2098-01-01"}
    assert "分期支付" in staff.send(deal, terms, fields).text


def test_a_deal_is_split_merged_and_handed_over_on_its_page(staff: Browser, deal: str) -> None:
    part = staff.send(deal, f"{deal}/split", {"title": "中试部分", "note": "另一家做"}).url.path
    assert part != deal
    assert deal in staff.get(part).text
    merged = staff.send(deal, f"{deal}/merge", {"deal": part.rsplit("/", 1)[1], "note": "还是一起做"})
    assert merged.status_code == 200
    assert deal in staff.get(part).text
    assert staff.send(deal, f"{deal}/hand-over", {"person": "nobody", "note": "x"}).status_code == 404
    assert staff.send(deal, f"{deal}/hand-over", {"person": "lead", "note": "下周一回电"}).url.path == "/deals"
    assert "负责人：lead" in staff.get(deal).text
    assert "移交" in staff.get("/work").text


def test_whose_turn_it_is_and_why_nothing_is_to_be_done_stand_on_the_page(staff: Browser, deal: str) -> None:
    assert staff.send(deal, f"{deal}/next-step", {"next_step": ""}).status_code == 422
    step = {"next_step": "寄样品", "next_step_due": "2099-01-01"}
    staff.send(deal, f"{deal}/next-step", step)
    both = staff.send(deal, f"{deal}/next-step", {**step, "no_step_reason": "等批复"})
    assert (both.status_code, "请清空上面的下一步" in both.text, 'value="等批复"' in both.text) == (422, True, True)
    emptied = {**step, "next_step": "", "no_step_reason": "等批复"}
    assert "暂无下一步：等批复" in staff.send(deal, f"{deal}/next-step", emptied).text
    page = staff.send(deal, f"{deal}/waiting", {"waiting_for": "supply", "waiting_since": today()}).text
    assert "等待供给方答复" in page
    assert staff.get("/work").text.count(deal) == 1


def test_the_day_that_a_form_offers_is_one_that_is_accepted_wherever_one_reads(staff: Browser, deal: str) -> None:
    for zone in ("Pacific/Kiritimati", "Pacific/Midway"):  # in one of them it is always another day than here
        staff.send("/account", "/account/reading", {"language": "zh", "time_zone": zone})
        offered = re.search(r'name="waiting_since"\s+value="([^"]*)"', staff.get(deal).text)
        assert offered is not None
        assert offered[1] == today()
        assert (
            "等待供给方答复"
            in staff.send(deal, f"{deal}/waiting", {"waiting_for": "supply", "waiting_since": offered[1]}).text
        )
        staff.send(deal, f"{deal}/waiting", {"waiting_for": ""})


def test_a_button_pressed_in_vain_leads_back_to_its_page_and_never_elsewhere(staff: Browser, deal: str) -> None:
    stale = {"version": "0"}
    page = f"{ADDRESS}{deal}?page=2"
    refused = staff.send(deal, f"{deal}/archive", stale, headers={"Referer": page})
    assert refused.status_code == 409
    assert f'href="{deal}?page=2">返回刚才的页面' in refused.text
    for elsewhere in ("https://example.org/deals", f"{ADDRESS}//example.org/x", "", "javascript:alert(1)"):
        refused = staff.send(deal, f"{deal}/archive", stale, headers={"Referer": elsewhere})
        assert "返回刚才的页面" not in refused.text
        assert "返回首页" in refused.text


def choices(page: str, form: str, field: str) -> list[tuple[str, bool]]:
    """What can be chosen in a field, in its order, and whether it is chosen already."""
    found = re.search(rf'<select[^>]*id="{form}-{field}".*?</select>', page, re.DOTALL)
    assert found is not None
    return [
        (value, " selected" in more) for value, more in re.findall(r'<option value="([^"]*)"([^>]*)>', found.group())
    ]


def test_the_next_stage_comes_first_and_is_chosen_and_going_back_comes_last(staff: Browser, deal: str) -> None:
    staff.send(deal, f"{deal}/evidence", {"kind": "nda", "dated_on": today()})
    staff.send(deal, f"{deal}/advance", {"to": "feasibility"})
    page = staff.get(deal).text
    assert choices(page, "advance", "to") == [
        ("negotiation", True),
        ("signed", False),
        ("exchange", False),
        ("contact", False),
    ]


def test_where_nothing_follows_no_stage_is_chosen_for_whoever_presses_without_looking(
    staff: Browser, deal: str
) -> None:
    signing = {"to": "signed", "kind": "service", "currency": "CNY", "signed_on": today(), "reason": "known_partner"}
    staff.send(deal, f"{deal}/advance", signing)
    page = staff.get(deal).text
    last = re.findall(r'<option value="([a-z_]+)"[^>]*>[^<]*（跳过若干阶段）', page)[-1]
    moved = staff.send(deal, f"{deal}/advance", {"to": last, "contract": "1", "reason": "known_partner"})
    assert choices(moved.text, "advance1", "to")[0] == ("", False)
    assert not any(chosen for _, chosen in choices(moved.text, "advance1", "to"))
    refused = staff.send(deal, f"{deal}/advance", {"to": "", "contract": "1"})
    assert refused.status_code == 422
    assert 'id="advance1-to-problem"' in refused.text


def test_signing_tells_everything_that_is_wrong_at_once(staff: Browser, deal: str) -> None:
    wrong = {"to": "signed", "kind": "", "amount": "viel", "currency": "CNY", "signed_on": "2099-01-01"}
    refused = staff.send(deal, f"{deal}/advance", wrong)
    assert refused.status_code == 422
    for field in ("kind", "amount", "signed_on", "reason"):
        assert f'id="advance-{field}-problem"' in refused.text, field
    further = staff.send(deal, f"{deal}/advance", wrong | {"signed_on": "nie", "kind": "service", "amount": "1"})
    assert 'id="advance-signed_on-problem"' in further.text


def test_an_end_says_who_reads_why_and_who_takes_it_back_and_tells_its_reason_once(
    staff: Browser, as_user: Callable[[str], Browser], deal: str
) -> None:
    assert "双方都会看到终止的原因" in staff.get(deal).text
    ended = staff.send(deal, f"{deal}/lose", {"reason": "budget", "text": "明年再说"}).text
    assert (ended.count("终止原因：预算"), ended.count("终止的原因：")) == (1, 0)
    assert "明年再说" in ended
    assert "请主管恢复" in ended
    assert "请主管恢复" not in as_user("lead").get(deal).text


def test_a_deal_that_has_ended_is_listed_without_its_next_step(staff: Browser, deal: str) -> None:
    staff.send(deal, f"{deal}/next-step", {"next_step": "寄合同文本", "next_step_due": "2099-01-01"})
    assert "寄合同文本" in staff.get("/deals").text
    staff.send(deal, f"{deal}/lose", {"reason": "budget"})
    listed = staff.get("/deals?order=due").text
    assert deal in listed
    assert "寄合同文本" not in listed
    assert "2099" not in listed
    assert staff.get(f"/api/v1{deal}").json()["next_step_due"] is None


def test_a_deal_that_went_into_another_leads_there_and_offers_nothing_that_would_be_refused(
    staff: Browser, deal: str
) -> None:
    part = staff.send(deal, f"{deal}/split", {"title": "中试部分", "note": "另一家做"}).url.path
    staff.send(deal, f"{deal}/merge", {"deal": part.rsplit("/", 1)[1], "note": "还是一起做"})
    title = staff.get(f"/api/v1{deal}").json()["title"]
    page = staff.get(part).text
    assert f'<a href="{deal}">{title}</a>' in page
    assert f'action="{part}/restore"' not in page
    assert f'action="{part}/files"' not in page
    refused = staff.send(part, f"{part}/notes", {"text": "又来电话", "kind": "call", "visibility": "staff"})
    assert refused.status_code == 409
    assert "请到并入后的项目中继续" in refused.text


def test_why_a_deal_cannot_be_merged_is_said(staff: Browser, deal: str) -> None:
    unknown = staff.send(deal, f"{deal}/merge", {"deal": "没有这个名字", "note": "一起做"})
    assert "没有找到，请换个说法。" in unknown.text
    for name, why in (("未成", "要并入的项目已结束"), ("签约", "已签约的项目不能并入其他项目")):
        refused = staff.send(deal, f"{deal}/merge", {"deal": f"示例项目：{name}", "note": "一起做"})
        assert refused.status_code == 409
        assert why in refused.text


def test_what_can_be_done_stands_before_the_history(staff: Browser, deal: str) -> None:
    page = staff.get(deal).text
    places = [page.index(f'id="{name}"') for name in ("next", "moves", "history", "parties")]
    assert places == sorted(places)
