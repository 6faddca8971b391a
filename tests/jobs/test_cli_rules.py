"""A society's own file of rules: what it says holds, and what is wrong with it is told by line."""

import re
from pathlib import Path
from typing import Any

import pytest

from core.i18n import Language
from matching.rules import shipped_rules
from tests.jobs.command_line import run, start
from tests.jobs.test_cli_catalogue import Place, place
from tests.jobs.test_cli_match_runs import need

__all__ = ["need", "place"]  # the fixtures

OWN = "format: 1\nname: riverside\nversion: 2\n"


def asked_for_grade(listed: dict[str, Any]) -> bool:
    return any(rule["rule"] == "grade" for match in listed["matches"] for rule in match["rules"])


def test_what_a_society_writes_holds_and_is_told_apart_from_what_was_before(
    place: Place, need: str, tmp_path: Path
) -> None:
    before = place.report("match", need)
    file = tmp_path / "rules.yaml"
    file.write_text(f"{OWN}soft:\n  grade: {{enabled: true}}\n", encoding="utf-8")
    place.environment["KEQIAO_RULES"] = str(file)
    changed = place.report("match", "--compare", before["run"])
    assert changed["now"]["rules"].startswith("riverside-2-")
    assert "version.rules" in {cause["code"] for cause in changed["causes"]}
    now = place.report("match", need)
    assert now["versions"]["rules"] == changed["now"]["rules"]
    assert [asked_for_grade(listed) for listed in (before, now)] == [False, True]
    assert place.report("match", "--replay", before["run"])["same"]
    assert "riverside-2-" in run("doctor", **place.environment, COLUMNS="300").stdout


@pytest.mark.parametrize(
    ("language", "told", "line"),
    [
        (Language.EN, "The society's file of rules (rules.yaml) cannot be used", "line6"),
        (Language.ZH, "学会的规则文件（rules.yaml）无法使用", "第6行"),
    ],
)
def test_nothing_is_matched_under_a_faulty_file_and_the_doctor_names_the_line(
    place: Place, need: str, tmp_path: Path, language: Language, told: str, line: str
) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(f"{OWN}hard:\n  capacity:\n    persons: 3\n", encoding="utf-8")
    environment = place.environment | {
        "KEQIAO_RULES": str(file),
        "KEQIAO_LANGUAGE": language.value,
        "COLUMNS": "300",
    }
    refused = start("match", need, **environment)
    assert (refused.returncode, refused.stdout, told in refused.stderr) == (1, "", True)
    examined = start("doctor", **environment)
    assert examined.returncode == 1, examined.stderr
    words = re.sub(r"[\s│]", "", examined.stdout)  # a long path breaks the line
    assert line in words
    assert "persons" in words


def test_an_empty_setting_is_no_file(place: Place, need: str) -> None:
    place.environment["KEQIAO_RULES"] = ""
    assert place.report("match", need)["versions"]["rules"] == shipped_rules().id


def test_a_file_that_is_not_there_is_no_reason_to_use_others(place: Place, need: str, tmp_path: Path) -> None:
    environment = place.environment | {"KEQIAO_RULES": str(tmp_path / "gone.yaml"), "COLUMNS": "300"}
    assert run("match", need, **environment).returncode == 1
    assert "gone.yamlcannotberead" in re.sub(r"[\s│]", "", run("doctor", **environment).stdout)
