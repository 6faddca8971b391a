"""The frame of the command line: what is imported, in which language it speaks, how it fails."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from core.i18n import ROOT, Language, translator

HEAVY = {"numpy", "sqlalchemy", "sqlmodel", "pydantic", "fastapi", "torch", "sklearn", "faiss", "scipy", "babel"}
COMMANDS = (
    "init", "user", "migrate", "demo", "serve", "worker", "up", "import", "export", "match", "evaluate", "doctor",
    "reindex", "train-embedder",
)  # fmt: skip


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    env = {key: value for key, value in os.environ.items() if not key.startswith(("KEQIAO_", "LC_", "LANG"))}
    command = [sys.executable, "-m", "jobs.cli.main", *arguments]
    return subprocess.run(command, env=env | environment, cwd=ROOT, text=True, capture_output=True, check=False)


def test_asking_for_help_imports_nothing_heavy() -> None:
    code = "import jobs.cli.main, sys; print(*sys.modules)"
    loaded = set(subprocess.run([sys.executable, "-c", code], cwd=ROOT, text=True, capture_output=True).stdout.split())
    assert "jobs.cli.main" in loaded
    assert loaded & HEAVY == set()


@pytest.mark.parametrize("language", list(Language))
def test_help_names_every_command_in_the_readers_language(language: Language) -> None:
    shown = run("--help", KEQIAO_LANGUAGE=language.value, COLUMNS="200").stdout
    assert translator(language)("cli.help") in shown
    for command in COMMANDS:
        assert re.search(rf"^\W*{command}\b", shown, re.MULTILINE), command


def test_the_locale_chooses_the_language() -> None:
    assert translator(Language.ZH)("cli.help") in run("--help", LANG="zh_CN.UTF-8", COLUMNS="200").stdout
    assert translator(Language.EN)("cli.help") in run("--help", LANG="de_DE.UTF-8", COLUMNS="200").stdout


def test_a_database_that_was_never_set_up_gets_a_sentence_and_no_traceback(tmp_path: Path) -> None:
    done = run("demo", KEQIAO_DATA_DIR=str(tmp_path), KEQIAO_LANGUAGE="en")
    assert done.returncode == 1
    assert "keqiao migrate" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_database_that_cannot_be_reached_gets_a_sentence(tmp_path: Path) -> None:
    url = "postgresql+psycopg://nobody@127.0.0.1:1/none"
    done = run("migrate", KEQIAO_DATABASE_URL=url, KEQIAO_LANGUAGE="zh_Hans")
    assert done.returncode == 1
    assert "KEQIAO_DATABASE_URL" in done.stderr
    assert "Traceback" not in done.stderr


def test_migrating_twice_reports_the_same_schema(tmp_path: Path) -> None:
    first = run("migrate", "--json", KEQIAO_DATA_DIR=str(tmp_path))
    second = run("migrate", "--json", KEQIAO_DATA_DIR=str(tmp_path))
    assert (first.returncode, second.returncode) == (0, 0)
    assert '"before": null' in first.stdout
    assert '"before": "0' in second.stdout
