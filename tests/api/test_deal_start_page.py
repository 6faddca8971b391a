"""A deal is started with what words find; stages and sides of one deal; what a supplier is told; a file of deals."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi import FastAPI

from core import clock
from core.database import Database
from core.i18n import Language
from tests.api.page_reader import Browser, find_link
from tests.api.page_world import add_catalogue, add_deals


@pytest.fixture
def staff(app: FastAPI, database: Database, as_user: Callable[[str], Browser]) -> Browser:
    """Staff with a small catalogue."""
    with database.writing() as session:
        add_catalogue(session, clock.now())
        add_deals(session, clock.now())
    return as_user("staff")


def start(staff: Browser, **fields: str) -> tuple[int, str]:
    answer = staff.send("/deals/new", "/deals", {"title": "按词找", "no_step_reason": "等通知", **fields})
    return answer.status_code, answer.text


def test_words_that_mean_one_are_taken_and_several_are_offered_to_choose_from(staff: Browser) -> None:
    names = re.findall(r'class="title" href="/suppliers/([a-z0-9]{12})">([^<]+)<', staff.get("/suppliers").text)
    public_id, name = names[0]
    status, text = start(staff, supplier=name)
    assert (status, f'href="/suppliers/{public_id}"' in text) == (200, True)
    status, text = start(staff, supplier=name[0], need="没有这样的需求")
    assert status == 422
    assert "没有找到" in text
    common = set.intersection(*(set(one) for _, one in names))
    if len(names) > 1 and common:
        status, text = start(staff, supplier=common.pop())
        assert (status, '<select class="form-select' in text) == (422, True)
    assert start(staff, supplier=public_id)[0] == 200


def test_a_stage_and_a_side_of_one_deal_come_and_go_on_its_page(staff: Browser) -> None:
    page = staff.send("/deals/new", "/deals", {"title": "一步一步", "no_step_reason": "等通知"}).url.path
    stage = {"name": "专家论证", "after": "contact", "usual_from": "7", "usual_to": "20"}
    shown = staff.send(page, f"{page}/stages", stage).text
    code = re.findall(rf"{page}/stages/(contact\+\d+)/remove", shown)[0]
    assert shown.count("专家论证") > 2
    refused = staff.send(page, f"{page}/stages", {**stage, "name": "另一步", "usual_from": "30"})
    assert (refused.status_code, "下限不能大于上限" in refused.text, "另一步" in refused.text) == (422, True, True)
    assert staff.send(page, f"{page}/stages/{code}/remove").status_code == 200
    bank = re.findall(r'href="/organisations/([a-z0-9]{12})"', staff.get("/organisations").text)[0]
    shown = staff.send(page, f"{page}/parties", {"role": "service", "organisation": bank}).text
    assert f"{page}/parties/1/remove" in shown
    gone = staff.send(page, f"{page}/parties/1/remove", {"reason": "entered_by_mistake"}).text
    assert f"{page}/parties/1/remove" not in gone


def test_the_supplier_reads_why_a_suggestion_ended_in_either_language(
    staff: Browser, as_user: Callable[[str], Browser]
) -> None:
    need = find_link(staff, "/needs")
    staff.send(need, f"{need}/triage")
    staff.send(f"{need}/matches", f"{need}/matches")
    supplier = as_user("supplier")
    assert "还没有结束的推荐" in supplier.get("/suggestions").text
    ended = staff.send(f"{need}/matches", f"{need}/matches/end", {"scope": "unjudged", "reason": "no_answer"})
    assert (ended.status_code, "已结束：" in ended.text) == (200, True)
    for language, reason in ((Language.ZH, "联系无回应"), (Language.EN, "No answer")):
        supplier.speak(language)
        assert reason in supplier.get("/suggestions").text
    assert staff.get("/suggestions").status_code == 403
    wrong = staff.send(f"{need}/matches", f"{need}/matches/end", {"scope": "all", "reason": "safety"})
    assert wrong.status_code == 422


def test_the_page_of_a_deal_says_why_its_sides_were_suggested(staff: Browser) -> None:
    need = find_link(staff, "/needs")
    staff.send(need, f"{need}/triage")
    listed = staff.send(f"{need}/matches", f"{need}/matches").text
    match = re.findall(rf"{need}/matches/([a-z0-9]{{12}})/review", listed)[0]
    version = re.findall(rf'{match}/review".*?name="version" value="(\d+)"', listed, re.DOTALL)[0]
    judged = {"verdict": "accept", "reason": "good_fit", "version": version}
    staff.send(f"{need}/matches", f"{need}/matches/{match}/review", judged)
    deal = staff.send(f"{need}/matches", f"{need}/matches/{match}/deal").text
    assert "当初为何推荐" in deal
    assert f"{need}/matches#{match}" in deal


def test_a_file_of_deals_is_checked_first_and_brought_in_then(staff: Browser, tmp_path: Path) -> None:
    content = "项目名称,阶段,开始日期,下一步,下一步期限\n线下谈了一年的,初次接触,2025-01-06,约见面,2099-01-01\n"
    form = {"kind": "deals", "status": "submitted"}

    def bring(**more: str) -> str:
        files = {"file": ("deals.csv", content.encode("gbk"), "text/csv")}
        return staff.send("/import", "/import", {**form, **more}, files=files).text

    checked = bring(dry_run="1")
    assert ("只做了检查，没有写入" in checked, "将新增 1" in checked, "查看对接项目" in checked) == (True, True, False)
    assert "线下谈了一年的" not in staff.get("/deals").text
    brought = bring()
    assert "新增 1，" in brought
    assert '<a href="/deals">查看对接项目</a>' in brought
    assert "线下谈了一年的" in staff.get("/deals").text
    assert "未变 1" in bring()


def test_the_page_of_imports_names_the_columns_and_hands_out_samples(staff: Browser) -> None:
    page = staff.get("/import").text
    assert "必填：名称、阶段、开始日期" in page
    assert "项目名称" in page
    sample = staff.get("/import/samples/deals.csv")
    assert sample.content.decode("utf-8-sig").startswith("编号,项目名称,")
    assert "attachment" in sample.headers["Content-Disposition"]
    staff.speak(Language.EN)
    assert staff.get("/import/samples/deals.csv").content.decode("utf-8-sig").startswith("id,title,")
    assert staff.get("/import/samples/foo.csv").status_code in (404, 422)


def test_sides_needs_deals_and_people_of_a_deal_are_named_by_words_and_names(staff: Browser) -> None:
    page = staff.send("/deals/new", "/deals", {"title": "按名办理", "no_step_reason": "等通知"}).url.path
    staff.send("/deals/new", "/deals", {"title": "并入者甲", "no_step_reason": "等通知"})
    staff.send("/deals/new", "/deals", {"title": "并入者乙", "no_step_reason": "等通知"})
    name = re.findall(r'href="/organisations/[a-z0-9]{12}">([^<]+)<', staff.get("/organisations").text)[0]
    assert (
        f"{page}/parties/1/remove" in staff.send(page, f"{page}/parties", {"role": "demand", "organisation": name}).text
    )
    nothing = staff.send(page, f"{page}/needs", {"need": "没有这样的需求"})
    assert (nothing.status_code, "没有找到" in nothing.text) == (422, True)
    several = staff.send(page, f"{page}/merge", {"deal": "并入者", "note": "一起做"})
    offered = re.findall(r'<option value="([a-z0-9]{12})"[^>]*>(并入者[甲乙])<', several.text)
    assert (several.status_code, sorted(title for _, title in offered)) == (422, ["并入者乙", "并入者甲"])
    assert staff.send(page, f"{page}/merge", {"deal": "并入者甲", "note": "一起做"}).status_code == 200
    assert '<option value="lead">lead</option>' in staff.get(page).text
    queue = staff.get("/work").text
    assert '<option value="lead">lead</option>' in queue
    assert 'name="leaving" value="staff"' in re.sub(r"\s+", " ", queue).replace(' id="all-leaving"', "")
    assert staff.send(page, f"{page}/hand-over", {"person": "lead", "note": "下周一回电"}).url.path == "/deals"


def test_a_lead_reads_on_the_queue_that_nobody_is_so_called(staff: Browser, as_user: Callable[[str], Browser]) -> None:
    answer = as_user("lead").get("/work?person=查无此人")
    assert (answer.status_code, "查无此人" in answer.text, "work-person" in answer.text) == (404, True, True)
