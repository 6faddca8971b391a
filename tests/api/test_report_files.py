"""The funnel as a file: figures as exact as the history is, not as a computer writes them."""

import csv
import io
from collections.abc import Callable

from core import clock
from core.database import Database
from tests.api.page_reader import Browser
from tests.workflow.deal_world import World
from tests.workflow.test_reports import past


def test_shares_and_days_leave_rounded(database: Database, as_user: Callable[[str], Browser]) -> None:
    with database.writing() as session:
        world = World(session, clock.now())
        owner = world.staff()
        for number in range(13):
            past(world, owner, f"第{number}家", 20 + number, 3, lost=number % 3 == 0)
    text = as_user("staff").get("/reports/funnel.csv").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    figures = [cell for row in rows for name, cell in row.items() if ("比例" in name or "天数" in name) and cell]
    assert figures
    assert [cell for cell in figures if len(cell.partition(".")[2]) > 3] == []
