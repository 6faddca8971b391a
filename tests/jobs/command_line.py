"""`keqiao` as a command: in the process of the test for what it does and prints, as a process for how it starts.

Starting costs seconds: use `start` only for what a process reads once, such as the language of its texts.
"""

import os
import subprocess
import sys
from subprocess import CompletedProcess

import structlog
from typer.testing import CliRunner

from core.i18n import ROOT
from core.settings import get_settings
from jobs.cli.main import app
from jobs.cli.terminal import err, out, texts

_OF_WHO_RUNS_THE_TESTS = ("KEQIAO_", "LC_", "LANG", "COLUMNS")
_READ_AT_START = (get_settings, texts, out, err)
"""What a process makes once of its environment."""


def start(*arguments: str, **environment: str) -> CompletedProcess[str]:
    """What came of a command in a process of its own, in this environment."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(_OF_WHO_RUNS_THE_TESTS)}
    command = [sys.executable, "-m", "jobs.cli.main", *arguments]
    return subprocess.run(command, env=env | environment, cwd=ROOT, text=True, capture_output=True, check=False)


def run(*arguments: str, **environment: str) -> CompletedProcess[str]:
    """What came of a command in this environment, in English; what would end in a traceback is raised."""
    assert environment.get("KEQIAO_LANGUAGE", "en") == "en", "a command speaks the language that it was imported in"
    env: dict[str, str | None] = {name: None for name in os.environ if name.startswith(_OF_WHO_RUNS_THE_TESTS)}
    logs = structlog.get_config()
    _start_anew()
    try:
        done = CliRunner().invoke(app, arguments, env=env | environment, prog_name="keqiao")
    finally:
        _start_anew()
        structlog.configure(**logs)  # a command logs to its own standard error, which ends with it
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return CompletedProcess(list(arguments), done.exit_code, done.stdout, done.stderr)


def _start_anew() -> None:
    for read in _READ_AT_START:
        read.cache_clear()
