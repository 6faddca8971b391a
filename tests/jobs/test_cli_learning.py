"""`keqiao retrain` and `keqiao promote`."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sqlmodel import select

from benchmarks.learning import PLANTED, draw
from core.clock import now
from matching.ranker import COLD, SHIPPED
from models.history import AuditEntry
from models.learning import ModelVersion
from tests.jobs.command_line import run
from tests.jobs.test_cli_catalogue import Place
from tests.workflow.learning_world import LearningWorld, candidate


@pytest.fixture
def place(tmp_path: Path, sqlite_template: Path) -> Iterator[Place]:
    place = Place(tmp_path / "here", sqlite_template)
    yield place
    place.database.dispose()


def remember(place: Place, needs: int) -> None:
    with place.database.writing() as session:
        drawn = draw(np.random.default_rng(3), needs, replace(COLD, weights=PLANTED))
        LearningWorld(session, now()).remember(drawn)


def actions(place: Place) -> list[str]:
    with place.database.reading() as session:
        return [entry.action for entry in session.exec(select(AuditEntry))]


def test_too_little_is_refused_with_how_much_is_missing(place: Place) -> None:
    remember(place, 12)
    done = run("retrain", KEQIAO_LANGUAGE="en", **place.environment)
    assert done.returncode == 1
    assert "12 needs of at least 60 that read differently: 48 missing" in " ".join(done.stdout.split())
    report = json.loads(run("retrain", "--json", **place.environment).stdout)
    assert report["versions"] == []
    assert {one["code"] for one in report["missing_for_order"]} >= {"too_few_needs", "too_short"}


def test_a_trial_is_kept_and_its_winner_promoted_and_rolled_back(place: Place) -> None:
    remember(place, 70)
    report = place.report("retrain")
    [version] = [one for one in report["versions"] if one["kind"] == "order"]
    assert (version["compared_with"], version["figures"]["held_out"]) == (SHIPPED.name, 28)
    with place.database.writing() as session:
        won = candidate(0.9)
        session.add(won)
        session.flush()
        key, name = won.public_id, won.name
    assert place.report("promote", key) == {"ranker": name}
    assert {finding["state"] for finding in _findings(place)} == {"ok"}
    with place.database.writing() as session:
        row = session.exec(select(ModelVersion).where(ModelVersion.public_id == key)).one()
        row.content = {}
    assert {finding["state"] for finding in _findings(place)} == {"failed"}
    assert place.report("promote", "--rollback") == {"ranker": SHIPPED.name}
    again = run("promote", "--rollback", KEQIAO_LANGUAGE="en", **place.environment)
    assert (again.returncode, "nothing to roll back" in again.stderr) == (1, True)
    assert actions(place) == ["learning.retrain", "learning.promote", "learning.roll_back"]


def test_what_lost_is_not_promoted_and_one_thing_is_asked_for_at_a_time(place: Place) -> None:
    with place.database.writing() as session:
        session.add(candidate(0.9, won=False))
    refused = run("promote", candidate(0.9).name, KEQIAO_LANGUAGE="en", **place.environment)
    assert (refused.returncode, "did not win its trial" in refused.stderr) == (1, True)
    assert run("promote", **place.environment).returncode == 2
    assert run("promote", "x", "--rollback", **place.environment).returncode == 2


def _findings(place: Place) -> list[dict[str, str]]:
    found = json.loads(run("doctor", "--json", **place.environment).stdout)
    return [finding for finding in found if finding["check"] == "ranker"]
