"""What a side reads on a deal's page, and writes there."""

import re
from collections.abc import Callable
from datetime import datetime

import pytest
from fastapi import FastAPI

from core import clock
from core.database import Database
from tests.api.entering import program_of
from tests.api.page_reader import Browser
from tests.api.page_world import add_catalogue, add_deals
from tests.api.test_language_switch import fields_of
from tests.workflow.file_samples import PDF
from workflow.days import day_of


@pytest.fixture
def browsers(app: FastAPI, database: Database, as_user: Callable[[str], Browser]) -> tuple[Browser, Browser, str]:
    """Staff, somebody of an enterprise, and the page of a deal in which that enterprise takes part."""
    with database.writing() as session:
        add_catalogue(session, clock.now())
        add_deals(session, clock.now())
    staff, firm = as_user("staff"), as_user("enterprise")
    places = re.findall(r'href="/organisations/([a-z0-9]{12})">示例企业甲<', staff.get("/organisations").text)
    page = staff.send("/deals/new", "/deals", {"title": "等企业答复", "no_step_reason": "等通知"}).url.path
    staff.send(page, f"{page}/parties", {"role": "demand", "organisation": places[0]})
    return staff, firm, page


def test_a_side_that_is_waited_for_reads_whom_to_turn_to(browsers: tuple[Browser, Browser, str], app: FastAPI) -> None:
    staff, firm, page = browsers
    assert "等待您的答复" not in firm.get(page).text
    staff.send(page, f"{page}/waiting", {"waiting_for": "demand"})
    assert re.search(r"等待您的答复，请在下面答复，或与项目负责人\S+联系", firm.get(page).text)
    assert "等待您的答复" not in staff.get(page).text
    app.state.settings = app.state.settings.model_copy(update={"contact_phone": "010-0000 0000"})
    told = '也可联系学会：电话 <a href="tel:01000000000">010-0000 0000</a>。'
    assert told in firm.get(page).text


def test_a_side_replies_on_the_page_and_the_staff_say_how_things_stand(browsers: tuple[Browser, Browser, str]) -> None:
    staff, firm, page = browsers
    staff.send(page, f"{page}/waiting", {"waiting_for": "demand"})
    sent = firm.send(
        page,
        f"{page}/replies",
        {"text": "样品已寄出", "visibility": ""},
        files={"file": ("单.pdf", PDF, "application/pdf")},
    )
    assert "答复已送达学会" in sent.text
    for shown in ("样品已寄出", "单.pdf", "需求方答复", "需求方和学会可见", "的答复已收到，尚待项目负责人"):
        assert shown in sent.text, shown
    assert "等待您的答复" not in sent.text
    assert "在项目页面答复了您" in staff.get("/messages").text
    assert "今天已答复，尚未处理" in staff.get("/work").text
    there = staff.get(page).text
    assert "已在此答复" not in there
    assert re.search(r"需求方已于\S+在此答复，尚未处理", there)
    staff.send(page, f"{page}/waiting", {"waiting_for": "demand"})
    assert "等待您的答复" in firm.get(page).text
    assert "尚未处理" not in staff.get("/work").text
    firm.send(page, f"{page}/replies", {"text": "快递单号在此", "visibility": "parties"})
    [day] = re.findall(r'name="answered_on" value="([0-9-]+)"><button', staff.get(page).text)
    staff.send(page, f"{page}/answers", {"side": "demand", "answered_on": day})
    assert "答复已收到" not in firm.get(page).text
    assert "等待您的答复" not in firm.get(page).text


def test_a_refused_reply_is_shown_in_the_other_language_with_every_word(browsers: tuple[Browser, Browser, str]) -> None:
    _, firm, page = browsers
    wrong = {"file": ("病毒.exe", b"MZ", "application/octet-stream")}
    refused = firm.send(page, f"{page}/replies", {"text": "三天写成的长信", "visibility": "parties"}, files=wrong)
    assert refused.status_code == 422
    switched = firm.client.post("/language", data={**fields_of(refused), "language": "en"})
    assert "What you typed still stands below" in switched.text
    assert "三天写成的长信" in switched.text
    assert "三天写成的长信" not in firm.get(page).text


def test_who_shares_a_side_reads_on_the_form_with_whom(browsers: tuple[Browser, Browser, str]) -> None:
    staff, firm, page = browsers
    assert "我方（需求方）" not in firm.get(page).text
    [other] = re.findall(r'href="/suppliers/([a-z0-9]{12})">示例专家<', staff.get("/suppliers").text)
    staff.send(page, f"{page}/parties", {"role": "demand", "supplier": other})
    assert "我方（需求方）：示例企业甲、示例专家" in firm.get(page).text
    assert "我方（" not in staff.get(page).text


@pytest.mark.parametrize(
    ("fields", "name", "said"),
    [
        ({"text": "  "}, "", "reply-text-problem"),
        ({"text": "字" * 100_000}, "", "4000"),
        ({"text": "别丢", "visibility": "team"}, "", "答复可给各方看"),
        ({"text": "别丢"}, "病毒.exe", "exe"),
    ],
)
def test_a_reply_that_is_refused_comes_back_as_typed(
    browsers: tuple[Browser, Browser, str], fields: dict[str, str], name: str, said: str
) -> None:
    _, firm, page = browsers
    files = {"file": (name, b"MZ", "application/octet-stream")} if name else None
    answer = firm.send(page, f"{page}/replies", fields, files=files)
    assert answer.status_code == 422
    assert said in answer.text
    assert f"{fields['text'].strip()}</textarea>" in answer.text


def test_a_reply_to_a_deal_that_has_just_ended_is_refused_and_not_lost(browsers: tuple[Browser, Browser, str]) -> None:
    staff, firm, page = browsers
    staff.send(page, f"{page}/lose", {"reason": "no_answer"})
    answer = firm.send("/deals", f"{page}/replies", {"text": "我们还在考虑"})
    assert answer.status_code == 409
    assert "该项目已结束，不能再答复" in answer.text
    assert "我们还在考虑" in answer.text
    assert "/replies" not in firm.get(page).text


def test_a_reply_of_meanwhile_is_read_before_an_earlier_one_counts_as_the_answer(
    browsers: tuple[Browser, Browser, str],
) -> None:
    staff, firm, page = browsers
    firm.send(page, f"{page}/replies", {"text": "样品已寄出"})
    form = staff.get(page).text.split(f'action="{page}/answers">', 1)[1].split("</form>", 1)[0]
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    firm.send(page, f"{page}/replies", {"text": "请等一等，样品有误"})
    answer = staff.client.post(f"{page}/answers", data=fields)
    assert answer.status_code == 409
    meanwhile = answer.text.split('id="answer-error"', 1)[1].split("</ol>", 1)[0]
    assert "样品有误" in meanwhile
    assert "尚未处理" in staff.get("/work").text


def test_programs_reply_for_their_side_and_others_are_told_nothing(
    browsers: tuple[Browser, Browser, str], app: FastAPI
) -> None:
    path = f"/api/v1{browsers[2]}"
    firm = program_of(app, "enterprise")
    sent = firm.post(f"{path}/replies", data={"text": "请改到下周"}, files={"file": ("a.pdf", PDF, "application/pdf")})
    assert sent.status_code == 201
    line = sent.json()
    assert (line["code"], line["visibility"], line["kind"], line["actor_name"]) == (
        "deal.reply",
        "demand",
        "reply",
        "enterprise",
    )
    assert [file["name"] for file in line["files"]] == ["a.pdf"]
    assert firm.get(path).json()["replies"] == [
        {
            "side": "demand",
            "on": day_of(datetime.fromisoformat(line["recorded_at"])).isoformat(),
            "entry": line["public_id"],
        }
    ]
    assert firm.post(f"{path}/replies", data={"text": "x" * 4001}).status_code == 422
    assert firm.post(f"{path}/replies", data={"text": ""}).status_code == 422
    assert firm.post(f"{path}/replies", data={"text": "x", "visibility": "staff"}).status_code == 422
    assert program_of(app, "supplier").post(f"{path}/replies", data={"text": "x"}).status_code == 404
    assert program_of(app, "staff").post(f"{path}/replies", data={"text": "x"}).status_code == 403


def test_a_side_that_was_taken_out_reads_so_in_its_list_of_deals(
    browsers: tuple[Browser, Browser, str], app: FastAPI
) -> None:
    staff, firm, page = browsers
    assert "不再参与的项目" not in firm.get("/deals").text
    staff.send(page, f"{page}/parties/1/remove", {"reason": "circumstances_changed"})
    assert firm.get(page).status_code == 404
    shown = firm.get("/deals").text
    assert "不再参与的项目" in shown
    assert page.removeprefix("/deals/") in shown
    assert "等企业答复" not in shown
    assert "不再参与的项目" not in staff.get("/deals").text
    assert "贵方不再参与" in firm.get("/messages").text
    [line] = program_of(app, "enterprise").get("/api/v1/deals/left").json()
    assert (line["role"], line["name"], line["reason"]) == ("demand", "示例企业甲", "circumstances_changed")
    assert program_of(app, "supplier").get("/api/v1/deals/left").json() == []
