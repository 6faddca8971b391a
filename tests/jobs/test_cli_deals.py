"""Deals at the command line: listed, moved, handed over, checked before they are brought in."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from core.clock import now
from models.deal_forms import DealCreate, ExtraStageCreate
from tests.jobs.command_line import run
from tests.jobs.test_cli_catalogue import Place
from tests.workflow.deal_world import World
from workflow.deals import add_stage, start_deal
from workflow.users import OPERATOR


@pytest.fixture
def place(tmp_path: Path, sqlite_template: Path) -> Iterator[Place]:
    """An installation with two deals of one person, and somebody who may take them over."""
    place = Place(tmp_path / "here", sqlite_template)
    before = now() - timedelta(hours=1)
    with place.database.writing() as session:
        world = World(session, before)
        staff, taker = world.staff("示例员"), world.staff("接手人")
        world.sign_in_of(staff)
        world.sign_in_of(taker)
        for title in ("第一个", "第二个"):
            start_deal(session, staff, DealCreate(title=title), now=before)
    yield place
    place.database.dispose()


def listed(place: Place, words: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(run("deals", "list", words, "--json", **place.environment).stdout)
    return found


def test_deals_are_listed_moved_and_handed_over(place: Place) -> None:
    found = listed(place, "第一个")
    assert [(line["title"], line["stages"]) for line in found] == [("第一个", ["contact"])]
    deal = found[0]["public_id"]
    moved = run("deals", "move", deal, "exchange", **place.environment)
    assert moved.returncode == 0, moved.stderr
    assert "Exchange and visits" in run("deals", "list", **place.environment, COLUMNS="200").stdout
    refused = run("deals", "move", deal, "negotiation", "--reason", "safety", **place.environment)
    assert refused.returncode == 1
    assert "“Safety" in refused.stderr  # the reason that does not fit, by its name
    handed = place.report("deals", "hand-over", "user2", "--all-of", "user1", "--note", "离职")
    assert (len(handed["deals"]), deal in handed["deals"]) == (2, True)
    assert run("deals", "hand-over", "user2", "--note", "x", **place.environment).returncode == 1


def test_a_stage_that_is_unknown_is_named_with_those_there_are(place: Place) -> None:
    deal = listed(place, "第一个")[0]["public_id"]
    wrong = run("deals", "move", deal, "exchnage", **place.environment)
    assert wrong.returncode == 1
    assert "no stage “exchnage”" in wrong.stderr
    assert "exchange (Exchange and visits)" in " ".join(wrong.stderr.split())
    skipping = run("deals", "move", deal, "negotiation", **place.environment)
    assert skipping.returncode == 1
    assert "known_partner (A known partner)" in " ".join(skipping.stderr.split())
    nowhere = run("deals", "list", "--stage", "foo", **place.environment)
    assert (nowhere.returncode, "negotiation (Negotiation)" in " ".join(nowhere.stderr.split())) == (1, True)
    shown = json.loads(run("deals", "stages", deal, "--json", **place.environment).stdout)
    assert [(line["contract"], line["code"], line["is_here"]) for line in shown][:2] == [
        (None, "contact", True),
        (None, "exchange", False),
    ]
    assert "return_visit" in run("deals", "stages", **place.environment).stdout
    assert "deals stages" in run("deals", "move", "--help", **place.environment, COLUMNS="200").stdout


def test_a_stage_and_a_reason_are_taken_by_name_and_an_unknown_reason_is_told_those_that_fit(place: Place) -> None:
    deal = listed(place, "第一个")[0]["public_id"]
    unknown = run("deals", "move", deal, "可行性与意向", "--reason", "foo", **place.environment)
    told = " ".join(unknown.stderr.split())
    assert (unknown.returncode, "no reason “foo”" in told, "known_partner (A known partner)" in told) == (1, True, True)
    assert "need_withdrawn" not in told  # the end of a suggestion is no reason for a move
    usual = run("deals", "move", deal, "exchange", "--reason", "foo", **place.environment)
    assert (usual.returncode, "“foo”" in usual.stderr, "need_withdrawn" in usual.stderr) == (1, True, False)
    nowhere = run("deals", "move", deal, "contact", "--reason", "foo", **place.environment)
    assert (nowhere.returncode, "foo" in nowhere.stderr) == (1, False)  # where it stands already: no reason would do
    moved = run("deals", "move", deal, "可行性与意向", "--reason", "A known partner", **place.environment)
    assert (moved.returncode, listed(place, "第一个")[0]["stages"]) == (0, ["feasibility"])
    found = run("deals", "list", "--stage", "可行性", "--json", **place.environment)
    assert [line["public_id"] for line in json.loads(found.stdout)] == [deal]


def test_signing_at_the_terminal_says_where_it_is_done(place: Place) -> None:
    deal = listed(place, "第一个")[0]["public_id"]
    refused = run("deals", "move", deal, "已签约", **place.environment, COLUMNS="200")
    assert refused.returncode == 1
    assert f"on the deal’s page: http://127.0.0.1:8000/deals/{deal}" in " ".join(refused.stderr.split())


def test_stages_are_listed_in_the_order_in_which_a_deal_meets_them(place: Place) -> None:
    codes = [line["code"] for line in json.loads(run("deals", "stages", "--json", **place.environment).stdout)]
    assert codes[:6] == ["contact", "exchange", "feasibility", "negotiation", "signed", "registration"]
    assert codes[-4:] == ["handover", "pilot", "acceptance", "return_visit"]


def test_a_stage_that_only_one_deal_has_is_called_as_people_wrote(place: Place) -> None:
    deal = listed(place, "第一个")[0]["public_id"]
    form = ExtraStageCreate(name="专家论证", after="exchange", usual_from=7, usual_to=20)
    with place.database.writing() as session:
        add_stage(session, OPERATOR, deal, form, now=now())
    shown = json.loads(run("deals", "stages", deal, "--json", **place.environment).stdout)
    assert [line["name"] for line in shown][:3] == ["First contact", "Exchange and visits", "专家论证"]
    for code in ("exchange", shown[2]["code"]):
        moved = run("deals", "move", deal, code, **place.environment)
    assert "专家论证" in moved.stderr


def test_a_file_of_deals_is_only_checked_by_a_dry_run(place: Place, tmp_path: Path) -> None:
    file = tmp_path / "deals.csv"
    file.write_text("项目名称,阶段,开始日期,负责人\n老项目,初次接触,2024-01-06,user1\n", encoding="utf-8-sig")
    said = run("import", "deals", str(file), "--dry-run", "--json", **place.environment)
    report = json.loads(said.stdout)
    assert (report["created"], report["dry_run"]) == (1, True)
    assert listed(place, "老项目") == []
    assert run("import", "deals", str(file), **place.environment).returncode == 0
    assert [line["opened_at"][:4] for line in listed(place, "老项目")] == ["2024"]
