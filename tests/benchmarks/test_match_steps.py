"""The steps of the benchmarks measure what they say, at a size that takes a moment. No time is judged."""

import json
from argparse import Namespace
from pathlib import Path

import pytest

from benchmarks import match_steps
from benchmarks.steps import catalogue, step

SIZE = 1200


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("catalogue")
    drawn = match_steps.draw(place, SIZE, 0)
    assert drawn["short"] > 0
    assert match_steps.build(place, SIZE, 0)["disk"] > 0
    return place


def test_the_nearest_are_among_the_candidates_with_a_filter_and_without(folder: Path) -> None:
    found = match_steps.recall(folder, SIZE, 3)
    assert found["all recall"] >= 0.98
    assert found["filtered recall"] == 1.0
    assert found["all candidates"] <= 800
    assert found["filtered candidates"] == SIZE // match_steps.FILTER_SHARE


def test_a_round_lists_what_single_matches_list(folder: Path) -> None:
    assert match_steps.round_(folder, SIZE, 5)["same"] == 1.0


def test_a_full_match_has_all_its_stages(folder: Path) -> None:
    served = match_steps.serve(folder, SIZE, 1)
    stages = {name.removeprefix("stage ") for name in served if name.startswith("stage ")}
    assert stages == {
        "prepare", "lexical", "dense", "choose", "rescore", "suppliers", "rules and evidence", "reasons",
    }  # fmt: skip
    assert served["p50"] >= served["stage rules and evidence"]
    assert served["peak"] > 0


def test_a_kept_catalogue_is_not_drawn_again(tmp_path: Path, folder: Path) -> None:
    (tmp_path / str(SIZE)).symlink_to(folder)
    with catalogue(Namespace(folder=tmp_path, size=SIZE, needs=1)) as (place, drawn):
        assert (place / match_steps.VECTORS).exists()
        assert drawn == {}


def test_a_step_that_fails_says_why(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match=r"(?s)serve failed: .*CacheError: .*manifest.json: No such file"):
        step("serve", tmp_path, Namespace(size=1, needs=1))


def test_a_step_prints_one_json_object(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    match_steps.main(["yardstick", str(folder), str(SIZE), "2"])
    assert json.loads(capsys.readouterr().out)["p50"] > 0
