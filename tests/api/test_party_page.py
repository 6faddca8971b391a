"""What a side reads on a deal's page."""

import re
from collections.abc import Callable

from fastapi import FastAPI

from core import clock
from core.database import Database
from tests.api.page_reader import Browser
from tests.api.page_world import add_catalogue, add_deals


def test_a_side_that_is_waited_for_reads_whom_to_turn_to(
    app: FastAPI, database: Database, as_user: Callable[[str], Browser]
) -> None:
    with database.writing() as session:
        add_catalogue(session, clock.now())
        add_deals(session, clock.now())
    staff, firm = as_user("staff"), as_user("enterprise")
    places = re.findall(r'href="/organisations/([a-z0-9]{12})">示例企业甲<', staff.get("/organisations").text)
    page = staff.send("/deals/new", "/deals", {"title": "等企业答复", "no_step_reason": "等通知"}).url.path
    staff.send(page, f"{page}/parties", {"role": "demand", "organisation": places[0]})
    assert "等待您的答复" not in firm.get(page).text
    staff.send(page, f"{page}/waiting", {"waiting_for": "demand"})
    assert re.search(r"等待您的答复，请与项目负责人\S+联系", firm.get(page).text)
    assert "等待您的答复" not in staff.get(page).text
