"""Pages, files and routes about what came of deals and what may be done next."""

import csv
import io
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from fastapi import FastAPI
from sqlmodel import select

from core import clock
from core.database import Database
from models.deal import Deal, Milestone
from tests.api.page_reader import Browser
from tests.api.page_world import add_deals
from workflow.days import day_of


@pytest.fixture
def staff(app: FastAPI, database: Database, as_user: Callable[[str], Browser]) -> Browser:
    """Staff with some deals."""
    with database.writing() as session:
        add_deals(session, clock.now())
    return as_user("staff")


def page_of(database: Database, title: str) -> str:
    with database.reading() as session:
        return f"/deals/{session.exec(select(Deal.public_id).where(Deal.title == f'示例项目：{title}')).one()}"


def test_a_contract_takes_its_technical_sum_and_registration_number(staff: Browser, database: Database) -> None:
    deal = page_of(database, "成功")
    terms = {"amount": "80", "signed_on": day_of(clock.now()).isoformat(), "technical_amount": "81"}
    assert "不能超过合同金额" in staff.send(deal, f"{deal}/contracts/1", terms).text
    wrong = terms | {"technical_amount": "60", "registration_number": "待登记"}
    assert "至少 8 位数字" in staff.send(deal, f"{deal}/contracts/1", wrong).text
    doubtful = wrong | {"registration_number": "2633010100012345"}
    assert "不是常见的 14 位数字" in staff.send(deal, f"{deal}/contracts/1", doubtful).text
    year = f"{day_of(clock.now()).year % 100:02}"
    shown = staff.send(deal, f"{deal}/contracts/1", wrong | {"registration_number": f"{year}33 0101 000123"}).text
    assert f"{year}330101000123" in shown
    assert "请核对编号" not in shown


def test_a_visit_is_planned_recorded_and_refused_with_everything_typed(staff: Browser, database: Database) -> None:
    deal = page_of(database, "成功")
    assert staff.get(deal).text.count("前后回访") == 3
    early = day_of(clock.now() - timedelta(days=9)).isoformat()
    refused = staff.send(deal, f"{deal}/contracts/1/visits/1", {"text": "设备在用", "done_on": early})
    assert refused.status_code == 422
    assert "不能早于验收之日" in refused.text
    assert "设备在用" in refused.text
    found = {"text": "设备在用", "revenue": "12", "jobs": "2", "satisfaction_demand": "5"}
    shown = staff.send(deal, f"{deal}/contracts/1/visits/1", found).text
    assert "新增就业 2 人" in shown
    assert "需求方评价 5 分" in shown
    assert staff.send(deal, f"{deal}/contracts/1/visits/1", {"text": "x", "revenue": "-1"}).status_code == 422


def test_outcomes_are_shown_by_year_and_leave_as_a_file_without_formulas(staff: Browser, database: Database) -> None:
    with database.writing() as session:
        deal = session.exec(select(Deal).where(Deal.title == "示例项目：成功")).one()
        deal.title = "=1+1"
    year = day_of(clock.now()).year
    page = staff.get(f"/reports/outcomes?year={year}").text
    assert "成功 1 个，未成 1 个" in page
    assert "只计成功的项目" in page
    assert '<th scope="col">合同总额</th>' in page
    assert "成功 0 个" in staff.get("/reports/outcomes?year=1999").text
    text = staff.get(f"/reports/outcomes.csv?year={year}").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {row["项目"]: row["合同金额（元）"] for row in rows} == {"'=1+1": "800000", "示例项目：未成": ""}
    assert "供给方" in staff.get("/reports/supplier-records.csv").content.decode("utf-8-sig")
    assert "数据不足" in staff.get("/reports/actions").text


def test_a_proposed_action_is_taken_or_put_off_on_the_deals_page(staff: Browser, database: Database) -> None:
    deal = page_of(database, "进行中")
    pausing = re.search(r'<select[^>]*id="pause-reason".*?</select>', staff.get(deal).text, re.DOTALL)
    assert pausing is not None
    assert "不选" not in pausing.group()
    page = staff.get(deal).text
    assert "下一步已逾期 3 天" in page
    assert "建议：催办" in staff.get("/work").text
    early = {"action": "remind", "next_step": "", "next_step_due": "2099-01-01"}
    assert staff.send(deal, f"{deal}/actions", early).status_code == 422
    taken = staff.send(deal, f"{deal}/actions", early | {"next_step": "打电话给双方"}).text
    assert "打电话给双方" in taken
    assert "采取行动：催办（下一步逾期）" in taken
    again = staff.send(deal, f"{deal}/actions/decline", {"action": "remind", "not_now": "other"})
    assert again.status_code == 409


def test_programs_read_proposals_outcomes_and_visits(staff: Browser, database: Database) -> None:
    deal = page_of(database, "进行中")
    [made, *_] = staff.get(f"/api/v1{deal}/actions").json()
    assert (made["action"], made["because"], made["params"]) == ("remind", "step_overdue", {"days": 3})
    assert staff.get("/api/v1/reports/outcomes").json()["sums"]["won"] == 1
    assert staff.get("/api/v1/reports/supplier-records").json() == []
    assert {one["action"] for one in staff.get("/api/v1/reports/actions").json()} >= {"remind", "close"}
    work = staff.get("/api/v1/work").json()
    assert work["overdue"][0]["actions"][0]["action"] == "remind"


def test_milestones_met_stand_beside_the_outcome(staff: Browser, database: Database) -> None:
    deal = page_of(database, "成功")
    due = {"title": "样机", "due_on": "2099-01-01"}
    staff.send(deal, f"{deal}/contracts/1/milestones", due)
    assert "0/1 已完成" in staff.get(deal).text
    with database.reading() as session:
        assert session.exec(select(Milestone.title)).all() == ["样机"]
