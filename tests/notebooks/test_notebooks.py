"""Every notebook runs from top to bottom on the demo catalogue, and what it keeps as output is of that catalogue."""

import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from core.i18n import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
LONGEST = 600
"""Seconds that one cell may take before the run is given up as hung."""


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of jupyter's own start-up
def test_a_notebook_runs_on_the_demo_catalogue(path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("KEQIAO_REFERENCE_DATA", raising=False)
    monkeypatch.setenv("MPLBACKEND", "agg")
    monkeypatch.setenv("MPLCONFIGDIR", str(tmp_path))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    monkeypatch.setenv("JUPYTER_PLATFORM_DIRS", "1")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.chdir(ROOT)
    book = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]  # nbformat annotates half of itself
    NotebookClient(book, timeout=LONGEST, kernel_name="python3").execute()
    assert all(cell.execution_count for cell in book.cells if cell.cell_type == "code")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_keeps_the_output_of_a_whole_run_on_the_demo_catalogue(path: Path) -> None:
    book = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]  # nbformat annotates half of itself
    code = [cell for cell in book.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    outputs = [output for cell in code for output in cell.outputs]
    assert not [output for output in outputs if output.output_type in {"error"}]
    told = "".join(output.get("text", "") for output in outputs)
    assert "demo catalogue" in told
    assert not re.search(r"reference data|(?<![\w.])/(?:home|root|work|tmp)/", told)
