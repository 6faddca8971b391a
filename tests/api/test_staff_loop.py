"""The whole way of one need through the pages, as staff and the asking enterprise go it."""

import re
from collections.abc import Callable

import pytest
from fastapi import FastAPI
from sqlmodel import col, select

from core import clock
from core.database import Database
from models.enums import AuditOutcome, NeedStatus, ReasonCode
from models.history import AuditEntry
from models.match import Impression, Judgement
from models.need import Need
from tests.api.page_reader import Browser, find_link
from tests.api.page_world import FIRM, add_catalogue


@pytest.fixture
def staff(app: FastAPI, database: Database, as_user: Callable[[str], Browser]) -> Browser:
    """Staff, with a small catalogue to work on."""
    with database.writing() as session:
        add_catalogue(session, clock.now())
    return as_user("staff")


@pytest.fixture
def need(staff: Browser) -> str:
    """The page of the need that was just submitted."""
    return find_link(staff, "/needs")


@pytest.fixture
def matched(staff: Browser, need: str) -> str:
    """The page of the need's matches, proposed."""
    staff.send(need, f"{need}/triage")
    assert "已生成匹配" in staff.send(f"{need}/matches", f"{need}/matches").text
    return f"{need}/matches"


def _first_match(staff: Browser, matched: str) -> str:
    found = re.search(rf'action="({matched}/[a-z0-9]{{12}})/review"', staff.get(matched).text)
    assert found
    return found.group(1)


def _review(staff: Browser, matched: str, **fields: str) -> str:
    match = _first_match(staff, matched)
    page = staff.get(matched).text
    form = page[page.index(f'action="{match}/review"') :]
    version = re.search(r'name="version" value="(\d+)"', form)
    assert version
    return staff.send(matched, f"{match}/review", {"version": version.group(1), **fields}).text


def test_focusing_marks_requirements_and_figures(staff: Browser, need: str) -> None:
    page = staff.send(need, f"{need}/triage").text
    assert '<mark class="must">' in page
    assert '<span class="figure">' in page
    assert "≤ 30" in page
    assert "还要向企业问清楚" in page


def test_a_focused_need_waits_for_matches_and_offers_to_propose_them(staff: Browser, need: str) -> None:
    staff.send(need, f"{need}/triage")
    assert f'href="{need}/matches"' in staff.get("/").text
    page = staff.get(need).text
    assert f'action="{need}/matches"' in page
    assert f'href="{need}/matches"' not in page
    staff.send(need, f"{need}/matches")
    page = staff.get(need).text
    assert f'action="{need}/matches"' not in page
    assert f'href="{need}/matches"' in page
    assert f'href="{need}/matches"' not in staff.get("/").text


def test_a_closed_deal_has_no_next_step(staff: Browser) -> None:
    path = staff.send("/deals/new", "/deals", {"title": "试验项目", "no_step_reason": "等通知"}).url.path
    assert 'id="next"' in staff.get(path).text
    staff.send(path, f"{path}/lose", {"reason": "no_answer"})
    assert 'id="next"' not in staff.get(path).text


def test_the_first_page_leads_to_what_one_brings_in(staff: Browser, as_user: Callable[[str], Browser]) -> None:
    assert 'href="/needs/new"' in as_user("enterprise").get("/").text
    supplier = as_user("supplier")
    form = re.search(r'href="(/capabilities/new\?supplier=[a-z0-9]{12})"', supplier.get("/").text)
    assert form
    assert "示例专家" in supplier.get(form.group(1)).text


def test_the_best_match_names_the_capability_and_quotes_it(staff: Browser, matched: str) -> None:
    page = staff.get(matched).text
    best = page[page.index('<li id="') :].split("</li>")[0]
    assert "示例大学轴承团队" in best
    assert "高速主轴陶瓷球轴承设计与润滑技术" in best
    assert "<blockquote" in best


def test_what_was_shown_is_recorded_once(staff: Browser, matched: str, database: Database) -> None:
    staff.get(matched)
    with database.reading() as session:
        positions = [row.position for row in session.exec(select(Impression).order_by(col(Impression.position)))]
    assert positions == list(range(1, len(positions) + 1))
    assert positions


def test_a_decision_needs_a_reason_and_keeps_the_comment(staff: Browser, matched: str, database: Database) -> None:
    page = _review(staff, matched, verdict="decline", reason="", comment="写了一半的意见")
    assert "写了一半的意见" in page
    assert "请从列表中选择" in page
    with database.reading() as session:
        assert session.exec(select(Judgement)).all() == []


def test_a_reason_is_offered_under_the_verdicts_it_speaks_for_and_refused_for_another(
    staff: Browser, matched: str, database: Database
) -> None:
    page = staff.get(matched).text
    assert '<optgroup label="采纳"><option value="good_fit">' in page
    assert '<optgroup label="否决、暂缓"><option value="too_early">' in page
    refused = _review(staff, matched, verdict="accept", reason="off_topic", comment="写了一半的意见")
    assert "“方向不对”不是这一结论的原因，可选：技术对口、已有合作基础、情况有变、其他原因。" in refused
    assert "写了一半的意见" in refused
    with database.reading() as session:
        assert session.exec(select(Judgement)).all() == []


def test_the_whole_way_to_an_outcome(staff: Browser, matched: str, need: str, database: Database) -> None:
    assert "评审意见已记录" in _review(staff, matched, verdict="accept", reason="good_fit", comment="对口")
    match = _first_match(staff, matched)
    deal = staff.send(matched, f"{match}/deal")
    assert "项目已建立" in deal.text
    path = deal.url.path
    step = {"next_step": "约见", "next_step_due": "2099-01-01"}
    assert "下一步已安排" in staff.send(path, f"{path}/next-step", step).text
    note = {"text": "已通电话", "kind": "call", "visibility": "staff", "when": "2026-01-02"}
    assert "2026年1月2日" in staff.send(path, f"{path}/notes", note).text
    assert "阶段已变更" in staff.send(path, f"{path}/advance", {"to": "exchange"}).text
    signing = {"to": "signed", "reason": "known_partner", "kind": "development", "amount": "80", "currency": "CNY"}
    assert "合同 1：技术开发" in staff.send(path, f"{path}/advance", signing).text
    outcome = {"status": "won", "text": "样机验收通过", "contract_sum": "80", "revenue": "", "jobs": "3"}
    refused = staff.send(path, f"{path}/outcome", outcome)
    assert "合同 1 没有登记签订日期" in refused.text
    done = staff.send(path, f"{path}/outcome", outcome | {"despite_unfinished": "1"}).text
    assert "成果已登记" in done
    assert "结束时还有 1 项没有完成" in done
    with database.reading() as session:
        assert session.exec(select(Need)).one().status is NeedStatus.CLOSED
        assert session.exec(select(Judgement)).one().reason is ReasonCode.GOOD_FIT
        actions = session.exec(select(AuditEntry.action).where(AuditEntry.outcome == AuditOutcome.DONE)).all()
    assert {"need.triage", "match.propose", "match.review", "deal.open", "deal.advance", "deal.outcome"} <= set(actions)


def test_a_supplier_can_be_added_by_hand(staff: Browser, matched: str) -> None:
    found = staff.get(f"{matched}?supplier=废水").text
    supplier = re.search(r'name="supplier" value="([a-z0-9]{12})"', found)
    assert supplier
    fields = {"supplier": supplier.group(1), "note": "我认识这个团队"}
    page = staff.send(matched, f"{matched}/candidates", fields)
    assert "我认识这个团队" in page.text or page.status_code == 409  # it may stand on the list already


def test_skipping_a_stage_without_a_reason_is_refused_and_nothing_typed_is_lost(staff: Browser) -> None:
    path = staff.send("/deals/new", "/deals", {"title": "试验项目", "no_step_reason": "等通知"}).url.path
    page = staff.send(path, f"{path}/advance", {"to": "negotiation", "text": "直接进入洽谈"})
    assert page.status_code == 422
    assert "直接进入洽谈" in page.text
    assert "这一步须选择原因" in page.text


def test_who_looked_at_an_older_version_changes_nothing(staff: Browser, need: str) -> None:
    page = f"{need}/edit"
    fields = {"title": "新标题", "disclosure": "1", "currency": "CNY"}
    assert staff.send(page, page, fields | {"version": "1"}).status_code == 200
    again = staff.send(page, page, fields | {"version": "1", "title": "另一个标题"})
    assert again.status_code == 409
    assert "另一个标题" in again.text  # kept in the form


def test_an_enterprise_sees_its_need_and_whom_the_society_accepted(
    staff: Browser, matched: str, as_user: Callable[[str], Browser]
) -> None:
    enterprise = as_user("enterprise")
    assert "示例大学轴承团队" not in enterprise.get(matched).text
    _review(staff, matched, verdict="accept", reason="good_fit")
    page = enterprise.get(matched).text
    assert "示例大学轴承团队" in page
    assert "/review" not in page


def test_an_enterprise_submits_a_need_of_its_own(as_user: Callable[[str], Browser]) -> None:
    enterprise = as_user("enterprise")
    fields = {"title": "铝合金薄板焊接变形大", "budget_from": "20", "disclosure": "1", "currency": "CNY"}
    page = enterprise.send("/needs/new", "/needs", fields)
    assert page.status_code == 200
    assert "20 万元以上" in page.text
    assert FIRM in page.text


def test_others_read_no_more_of_a_need_than_its_level(
    staff: Browser, need: str, as_user: Callable[[str], Browser]
) -> None:
    supplier = as_user("supplier")
    assert supplier.get(need).status_code == 404
    staff.send(need, f"{need}/triage")
    page = supplier.get(need).text
    assert "电主轴" in page
    assert FIRM not in page
    assert "万元" not in page.split("need.goal")[0] or "30–50" not in page


def test_free_text_finds_suppliers(staff: Browser) -> None:
    page = staff.get("/search", params={"q": "谁能处理高盐有机废水"}).text
    assert page.index("示例研究院废水组") < page.index("示例大学轴承团队") if "示例大学轴承团队" in page else True
    assert "高盐有机废水催化氧化处理工艺" in page


def test_an_archived_need_leaves_the_list_and_comes_back(staff: Browser, need: str) -> None:
    assert "随时可以恢复" in staff.send(need, f"{need}/archive").text
    assert need not in staff.get("/needs").text
    assert need in staff.get("/needs?archived=1").text
    assert "已恢复" in staff.send(need, f"{need}/restore").text


def test_an_import_reports_every_fault_by_row_and_column(staff: Browser) -> None:
    content = "名称,机构性质\n示例企业乙,企业\n,不存在的性质\n".encode("gb18030")
    sent = {"kind": "organisations", "status": "submitted"}
    bad = staff.send("/import", "/import", sent, files={"file": ("机构.csv", content)})
    assert bad.status_code == 422
    assert "<td>3</td>" in bad.text
    assert "示例企业乙" not in staff.get("/organisations").text
    good = "名称,机构性质\n示例企业乙,企业\n".encode("gb18030")
    assert staff.send("/import", "/import", sent, files={"file": ("机构.csv", good)}).status_code == 200
    assert "示例企业乙" in staff.get("/organisations").text


def test_an_import_without_a_file_says_so(staff: Browser) -> None:
    page = staff.send("/import", "/import", {"kind": "needs"})
    assert page.status_code == 422
    assert "必填" in page.text
