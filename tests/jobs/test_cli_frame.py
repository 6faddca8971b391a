"""The frame of the command line: what is imported, in which language it speaks, how it fails."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from core.database import WriteSession
from core.errors import Refused
from core.i18n import ROOT, Language, translator
from jobs.server import check_demo
from tests.conftest import NOW
from tests.jobs.command_line import run, start
from workflow.installation import found_society

HEAVY = {"numpy", "sqlalchemy", "sqlmodel", "pydantic", "fastapi", "torch", "sklearn", "faiss", "scipy", "babel"}
COMMANDS = (
    "init", "user", "migrate", "demo", "serve", "worker", "up", "import", "export", "match", "evaluate", "doctor",
    "reindex", "train-embedder", "fit-ranker",
)  # fmt: skip


def test_asking_for_help_imports_nothing_heavy() -> None:
    code = "import jobs.cli.main, sys; print(*sys.modules)"
    loaded = set(subprocess.run([sys.executable, "-c", code], cwd=ROOT, text=True, capture_output=True).stdout.split())
    assert "jobs.cli.main" in loaded
    assert loaded & HEAVY == set()


@pytest.mark.parametrize("language", list(Language))
def test_help_names_every_command_in_the_readers_language(language: Language) -> None:
    shown = start("--help", KEQIAO_LANGUAGE=language.value, COLUMNS="200").stdout
    assert translator(language)("cli.help") in shown
    for command in COMMANDS:
        assert re.search(rf"^\W*{command}\b", shown, re.MULTILINE), command


def test_the_locale_chooses_the_language() -> None:
    assert translator(Language.ZH)("cli.help") in start("--help", LANG="zh_CN.UTF-8", COLUMNS="200").stdout
    assert translator(Language.EN)("cli.help") in start("--help", LANG="de_DE.UTF-8", COLUMNS="200").stdout


def test_a_database_that_was_never_set_up_gets_a_sentence_and_no_traceback(tmp_path: Path) -> None:
    done = start("demo", KEQIAO_DATA_DIR=str(tmp_path), KEQIAO_LANGUAGE="en")
    assert done.returncode == 1
    assert "keqiao migrate" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_database_that_cannot_be_reached_gets_a_sentence(tmp_path: Path) -> None:
    url = "postgresql+psycopg://nobody@127.0.0.1:1/none"
    done = start("migrate", KEQIAO_DATABASE_URL=url, KEQIAO_LANGUAGE="zh_Hans")
    assert done.returncode == 1
    assert "KEQIAO_DATABASE_URL" in done.stderr
    assert "Traceback" not in done.stderr


def test_migrating_twice_reports_the_same_schema(tmp_path: Path) -> None:
    first = start("migrate", "--json", KEQIAO_DATA_DIR=str(tmp_path))
    second = run("migrate", "--json", KEQIAO_DATA_DIR=str(tmp_path))
    assert (first.returncode, second.returncode) == (0, 0)
    assert '"before": null' in first.stdout
    assert '"before": "0' in second.stdout


@pytest.mark.parametrize(
    ("setting", "value", "told"),
    [
        ("KEQIAO_TIME_ZONE", "Foo/Bar", "Asia/Shanghai"),
        ("KEQIAO_LOG_LEVEL", "LOUD", "KEQIAO_LOG_LEVEL"),
        ("KEQIAO_CONTACT_MAIL", "nobody", "no mail address"),
    ],
)
def test_a_setting_that_cannot_be_is_named_in_one_sentence(setting: str, value: str, told: str) -> None:
    done = run("doctor", KEQIAO_LANGUAGE="en", **{setting: value})
    assert done.returncode == 1
    assert setting in done.stderr
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_doctor_names_a_data_folder_that_is_not_there_and_makes_none(tmp_path: Path) -> None:
    folder = tmp_path / "mistyped"
    done = run("doctor", "--json", KEQIAO_DATA_DIR=str(folder))
    assert done.returncode == 1
    assert [finding["message"] for finding in json.loads(done.stdout)] == ["doctor.no_folder"]
    assert not folder.exists()


def test_init_makes_an_installation_that_doctor_finds_sound(tmp_path: Path) -> None:
    env = {"KEQIAO_DATA_DIR": str(tmp_path / "data"), "KEQIAO_ADMIN_PASSWORD": "long-enough-1", "KEQIAO_LANGUAGE": "en"}
    assert run("init", "--society", "学会", "--name", "甲", **env).returncode == 0
    again = run("init", "--society", "学会", "--name", "甲", **env)
    assert again.returncode == 1
    assert "already" in again.stderr
    findings = json.loads(run("doctor", "--json", **env).stdout)
    assert {finding["check"]: finding["state"] for finding in findings} == {
        "data_folder": "ok",
        "disk": "ok",
        "files": "ok",
        "ranker": "ok",
        "schema": "ok",
        "society": "ok",
        "model": "ok",
        "rules": "ok",
        "index": "ok",
        "vectors": "ok",
        "worker": "remark",
    }
    added = run("user", "add", "wang", "--role", "staff", "--name", "王", KEQIAO_USER_PASSWORD="long-enough-2", **env)
    assert (added.returncode, added.stderr.strip()) == (0, 'User "wang" added.')
    wrong = run("user", "add", "li", "--role", "king", "--name", "李", KEQIAO_USER_PASSWORD="long-enough-2", **env)
    assert wrong.returncode == 1
    assert "system_admin" in wrong.stderr, "the roles there are"
    assert run("user", "disable", "wang", **env).returncode == 0
    assert run("user", "reset", "nobody", KEQIAO_USER_PASSWORD="long-enough-2", **env).returncode == 1


def test_the_demo_is_not_served_outside_demo_mode_or_to_other_machines(session: WriteSession) -> None:
    found_society(session, "演示", now=NOW).demo_loaded_at = NOW
    check_demo(session, "127.0.0.1", demo_mode=True)
    for host, demo_mode in (("127.0.0.1", False), ("0.0.0.0", True)):
        with pytest.raises(Refused, match="demo_stays_here"):
            check_demo(session, host, demo_mode=demo_mode)
