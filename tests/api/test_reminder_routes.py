"""Reminders over the API and on pages, for who works on what they are about."""

from datetime import timedelta

import pytest
from fastapi import FastAPI
from sqlmodel import select

from core import clock
from core.clock import local_day
from core.database import Database
from models.access import viewer_of
from models.deal_forms import DealCreate
from models.user import User
from tests.api.page_reader import Browser
from workflow.deals import start_deal


@pytest.fixture
def deal(app: FastAPI, database: Database) -> str:
    """The id of a deal of the demo user `staff` whose next step is due in three days."""
    now = clock.now()
    with database.writing() as session:
        person = session.exec(select(User.person_id).where(User.login == "staff")).one()
        due = local_day(now, "Asia/Shanghai") + timedelta(days=3)
        form = DealCreate(title="联合攻关", next_step="寄样品", next_step_due=due)
        return start_deal(session, viewer_of(session, person, now), form, now=now).public_id


def test_a_deals_reminders_are_read_by_who_works_on_it(app: FastAPI, deal: str) -> None:
    staff = Browser(app).enter("staff")
    found = staff.client.get(f"/api/v1/deals/{deal}/reminders").json()
    assert [one["kind"] for one in found] == ["next_step", "stage"]
    mine = staff.client.get("/api/v1/reminders", params={"days": 14}).json()
    assert [(one["kind"], one["title"], one["subject"]) for one in mine] == [("next_step", "联合攻关", deal)]
    assert staff.client.get("/api/v1/deals/unknown/reminders").status_code == 404
    assert "联合攻关" in staff.client.get("/reminders").text
    assert 'id="reminders"' in staff.client.get(f"/deals/{deal}").text


def test_who_takes_part_alone_may_not_ask_for_them(app: FastAPI, deal: str) -> None:
    enterprise = Browser(app).enter("enterprise")
    assert enterprise.client.get(f"/api/v1/deals/{deal}/reminders").status_code == 403
    assert enterprise.client.get("/api/v1/reminders").status_code == 403
