"""Match runs at the command line: made, done again, compared, and the other way round."""

import pytest
from sqlmodel import select

from core.clock import now
from matching.embedding.static import shipped_embedder
from models.match import Match
from tests.jobs.command_line import run
from tests.jobs.test_cli_catalogue import Place, place
from tests.workflow.deal_world import World
from workflow.indexing import write_vectors

__all__ = ["place"]  # the fixture


@pytest.fixture
def need(place: Place) -> str:
    """A need, and two suppliers of which one fits it."""
    with place.database.writing() as session:
        world = World(session, now())
        revisions = [
            world.capability(world.supplier("李教授"), "铝合金薄板激光焊接", "薄板焊接变形量0.3mm。"),
            world.capability(world.supplier("王所长"), "水稻抗旱育种", "培育抗旱水稻。"),
        ]
        write_vectors(session, revisions, embedder=shipped_embedder(), now=now())
        return world.need(title="铝合金薄板焊接变形").public_id


def test_a_run_is_listed_done_again_and_compared(place: Place, need: str) -> None:
    listed = place.report("match", need)
    [found] = [line for line in listed["matches"] if line["supplier_name"] == "李教授"]
    assert {rule["rule"] for rule in found["rules"]} >= {"conflict_of_interest", "exclusion", "capacity"}
    assert found["need_side"]["parts"]
    assert listed["versions"]["rules"]
    again = place.report("match", "--replay", listed["run"])
    assert (again["same"], again["differences"]) == (True, [])
    changes = place.report("match", "--compare", listed["run"])
    assert changes["order"] == ["model", "rules", "data"]
    assert {line["change"] for line in changes["places"]} == {0}
    said = run("match", need, "--plain", **place.environment, KEQIAO_LANGUAGE="en", COLUMNS="200")
    assert "李教授" in said.stdout


def test_a_run_that_differs_from_its_record_fails_the_command(place: Place, need: str) -> None:
    listed = place.report("match", need)
    with place.database.writing() as session:
        match = session.exec(select(Match)).first()
        assert match is not None
        match.evidence = match.evidence | {"score": 0.5}
    done = run("match", "--replay", listed["run"], **place.environment, KEQIAO_LANGUAGE="en", COLUMNS="200")
    assert done.returncode == 1
    assert "/proposed/0/score" in done.stdout
    missing = run("match", "--replay", "nothing", **place.environment, KEQIAO_LANGUAGE="en")
    assert missing.returncode != 0
    assert "nothing" in missing.stderr


def test_the_other_way_round_finds_the_need(place: Place, need: str) -> None:
    found = place.report("match", "--supplier", place.report("match", need)["matches"][0]["supplier"])
    assert [line["need"]["public_id"] for line in found["needs"]] == [need]


def test_only_one_thing_is_asked_at_a_time(place: Place, need: str) -> None:
    for arguments in ((), (need, "--replay", "x"), ("--supplier", "x", "--compare", "y")):
        assert run("match", *arguments, **place.environment).returncode == 2


def test_a_mistyped_id_is_no_text_to_look_for(place: Place, need: str) -> None:
    mistyped = f"{need[:-1]}2" if need[-1] != "2" else f"{need[:-1]}3"
    done = run("match", mistyped, **place.environment, COLUMNS="200")
    assert (done.returncode, done.stdout) == (1, "")
    assert f"no need with the id “{mistyped}”" in done.stderr
