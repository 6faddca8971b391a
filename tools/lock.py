"""Resolves every dependency anew into constraints.txt, for all supported Pythons, without torch's GPU packages."""

import re
import subprocess
import sys
from pathlib import Path

HEAD = """\
# Every version the documented install uses, for Python 3.11 and 3.12. Made by `make lock`; do not edit.
# torch's GPU packages are left out on purpose: the CPU build needs none of them.
"""
GPU = re.compile(r"^(nvidia-|cuda-|triton)")
BUILD = ["hatchling", "editables"]


def resolve() -> list[str]:
    """The pinned lines that uv resolves for the project with everything its tests and its build need."""
    command = [sys.executable, "-m", "uv", "pip", "compile", "--universal", "--python-version", "3.11", "--quiet"]
    command += ["--extra", "dev", "--no-annotate", "--no-header", "pyproject.toml", "-"]
    done = subprocess.run(command, input="\n".join(BUILD), text=True, capture_output=True, check=True)
    return [line for line in done.stdout.splitlines() if "==" in line and not GPU.match(line)]


if __name__ == "__main__":
    Path("constraints.txt").write_text(HEAD + "\n".join(resolve()) + "\n", encoding="utf-8")
