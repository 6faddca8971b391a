"""Measuring and fitting the ranker at the terminal."""

import json
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from jobs.cli.main import app
from matching.ranker import COLD, Ranker
from tests.matching.test_evaluation import write


def answer(*arguments: str | Path) -> Any:
    shown = CliRunner().invoke(app, [*map(str, arguments), "--json"], catch_exceptions=False)
    assert shown.exit_code == 0
    return json.loads(shown.stdout)


def test_every_need_is_compared_with_tf_idf(tmp_path: Path) -> None:
    told = answer("evaluate", write(tmp_path), "--compare")["compared_with_tf_idf"]
    assert set(told) == {"ndcg10", "recall50"}
    assert len(told["ndcg10"]["by_need"]) == 6
    assert 0 < told["ndcg10"]["p"] <= 1


def test_held_out_figures_and_files_are_given_for_each_seed(tmp_path: Path) -> None:
    run = tmp_path / "run.tsv"
    told = answer("evaluate", write(tmp_path), "--cv", "--seeds", "2", "--run", run)["cross_validated"]
    assert (told["folds"], told["seeds"], len(told["strengths"])) == (5, 2, 10)
    assert set(told["cold"]) == {"ndcg10", "spearman", "calibration_error", "brier_skill"}
    assert sorted(path.name for path in tmp_path.glob("*.tsv")) == [
        "judgements.tsv",
        "run-cv0.tsv",
        "run-cv1.tsv",
        "run.tsv",
    ]


def test_people_read_tables(tmp_path: Path) -> None:
    shown = CliRunner().invoke(app, ["evaluate", str(write(tmp_path)), "--cv", "--compare", "--seeds", "1"])
    assert shown.exit_code == 0
    assert "n0" in shown.stdout


def test_a_fitted_ranker_can_be_measured(tmp_path: Path) -> None:
    file = tmp_path / "ranker.json"
    told = answer("fit-ranker", write(tmp_path), "--out", file)
    assert told["ranker"] == Ranker.from_json(file.read_text(encoding="utf-8")).name
    assert answer("evaluate", tmp_path, "--ranker", file)["ranker"] == told["ranker"]


def failure(*arguments: str | Path) -> str:
    shown = CliRunner().invoke(app, [*map(str, arguments)])
    assert shown.exit_code == 1
    return " ".join(shown.output.split())


def test_a_damaged_or_unknown_ranker_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "ranker.json"
    file.write_text(COLD.to_json().replace('"dense"', '"words"'), encoding="utf-8")
    assert "missing or unknown: dense, words" in failure("evaluate", write(tmp_path), "--ranker", file)
    assert "warm" in failure("evaluate", tmp_path, "--ranker", "warm")


def test_too_few_judgements_are_told(tmp_path: Path) -> None:
    folder = write(tmp_path)
    (folder / "judgements.tsv").write_text("need\tcapability\tlevel\nn0\tc0\t4\n", encoding="utf-8")
    assert "too few for 4 folds" in failure("fit-ranker", folder, "--out", tmp_path / "x")
    assert "no need can be ranked" in failure("evaluate", folder, "--cv")


def test_a_result_that_cannot_be_kept_is_refused_before_the_work(tmp_path: Path) -> None:
    folder, gone = write(tmp_path), tmp_path / "gone" / "file"
    for command in (("fit-ranker", folder, "--out", gone), ("evaluate", folder, "--run", gone)):
        assert "cannot be read or written" in failure(*command) or "无法读写" in failure(*command)
