"""What waits to be done, at the command line."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from core.clock import now
from models.deal_forms import DealCreate, StatusMove
from models.enums import ReasonCode, Role
from tests.jobs.command_line import run
from tests.jobs.test_cli_catalogue import Place
from tests.workflow.deal_world import World
from workflow.days import day_of
from workflow.deals import lose_deal, start_deal


@pytest.fixture
def place(tmp_path: Path, sqlite_template: Path) -> Iterator[Place]:
    """An installation with one deal that is overdue and one without a next step."""
    place = Place(tmp_path / "here", sqlite_template)
    with place.database.writing() as session:
        staff = World(session, now()).staff("示例员")
        ago = now() - timedelta(days=5)
        late = DealCreate(title="逾期的", next_step="电话", next_step_due=day_of(ago))
        start_deal(session, staff, late, now=ago)
        start_deal(session, staff, DealCreate(title="没有下一步的"), now=now())
    yield place
    place.database.dispose()


def test_the_queue_of_everybody_is_listed_and_reported(place: Place) -> None:
    report = place.report("work")
    assert [line["deal"]["title"] for line in report["without_step"]] == ["没有下一步的"]
    assert [line["deal"]["next_step"] for line in report["overdue"]] == ["电话"]
    shown = run("work", **place.environment)
    assert shown.returncode == 0, shown.stderr
    assert "逾期的" in shown.stdout
    assert report["overdue"][0]["deal"]["public_id"] in shown.stdout
    best = next(line["actions"][0] for line in report["overdue"] if line["actions"])
    assert best["because"] == "step_overdue"
    english = run("work", **place.environment | {"KEQIAO_LANGUAGE": "en"}).stdout
    last_cells = " ".join(line.split("│")[-2].strip() for line in english.splitlines() if line.count("│") > 1)
    assert "The next step has been overdue for 5 days." in " ".join(last_cells.split())
    unknown = run("work", "nobody", **place.environment)
    assert (unknown.returncode != 0, "nobody" in unknown.stderr) == (True, True)


def test_what_came_of_deals_is_listed_and_reported(place: Place) -> None:
    with place.database.writing() as session:
        world = World(session, now())
        lead = world.viewer(Role.LEAD)
        deal = start_deal(session, lead, DealCreate(title="未成的"), now=now())
        lose_deal(session, lead, deal.public_id, StatusMove(reason=ReasonCode.BUDGET), now=now())
    assert place.report("outcomes")["sums"]["lost"] == 1
    listed = run("outcomes", **place.environment, COLUMNS="200").stdout
    assert "未成的" in listed
    assert ("Status" in listed, "(yuan)" in listed) == (True, False)
    assert place.report("outcomes", "--year", "1999")["lines"] == []
