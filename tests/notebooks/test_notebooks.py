"""Every notebook runs from top to bottom, says what it is stored to say, in both languages, and holds no logic."""

import ast
import re
from pathlib import Path

import nbformat
import pytest

from core.settings import Settings
from jobs.notebooks.demo import demo_catalogue
from jobs.notebooks.running import executed, is_alike, paths, read, told

LARGEST = 500_000
"""Bytes that a stored notebook may have."""
LOGIC = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.While, ast.Try, ast.With)
HAN, WORD = re.compile("[\u4e00-\u9fff]"), re.compile("[A-Za-z]{3}")

WITHOUT_REFERENCE = frozenset({"03_deals"})
"""What has no reference data to run on: nobody may see the deals of others."""

every_notebook = pytest.mark.parametrize("path", paths(), ids=lambda path: path.stem)


def code_of(path: Path) -> list[nbformat.NotebookNode]:
    return [cell for cell in read(path).cells if cell.cell_type == "code"]


def test_there_are_notebooks() -> None:
    assert [path.stem for path in paths()] == ["01_match_quality", "02_explanations", "03_deals"]


@every_notebook
def test_a_notebook_says_on_the_demo_catalogue_what_it_is_stored_to_say(path: Path) -> None:
    stored, now = told(read(path)), told(executed(path))
    differing = [number for number, pair in enumerate(zip(stored, now, strict=True), 1) if not is_alike(*pair)]
    assert not differing, f"code cells {differing} of {path.name} say something else now: run `make notebooks`"
    assert "demo catalogue" in now[0]


@pytest.mark.slow  # cross-validation on real needs takes minutes
@pytest.mark.parametrize(
    "path", [path for path in paths() if path.stem not in WITHOUT_REFERENCE], ids=lambda path: path.stem
)
def test_a_notebook_runs_on_the_reference_data(path: Path) -> None:
    data = Settings().reference_data
    if data is None or not data.is_dir():
        pytest.skip("the reference data is not here (KEQIAO_REFERENCE_DATA)")
    assert "reference data" in told(executed(path, data))[0]


@every_notebook
def test_a_notebook_is_stored_after_a_whole_run_without_a_fault(path: Path) -> None:
    cells = code_of(path)
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    assert not [output for cell in cells for output in cell.outputs if output.output_type == "error"]
    assert path.stat().st_size < LARGEST


@every_notebook
def test_a_notebook_keeps_nothing_of_the_reference_data_and_no_place_on_a_machine(path: Path) -> None:
    kept = "\n".join(told(read(path)))
    assert "demo catalogue" in kept
    assert not re.search(r"reference data|(?<![\w.])/(?:home|root|work|tmp)/", kept)


@every_notebook
def test_the_cells_of_a_notebook_define_nothing(path: Path) -> None:
    nodes = [node for cell in code_of(path) for node in ast.walk(ast.parse(cell.source))]
    assert not [type(node).__name__ for node in nodes if isinstance(node, LOGIC)]


@every_notebook
def test_every_text_of_a_notebook_stands_there_in_both_languages(path: Path) -> None:
    texts = [cell.source for cell in read(path).cells if cell.cell_type == "markdown"]
    assert not [text for text in texts if not (HAN.search(text) and WORD.search(text))]
    headings = [line for text in texts for line in text.splitlines() if line.startswith("#")]
    assert headings
    assert not [line for line in headings if not (HAN.search(line) and WORD.search(line))]


def test_outputs_are_alike_that_differ_in_the_last_digits_only() -> None:
    assert is_alike("mean 0.694, 12 needs", "mean 0.695, 12 needs")
    assert not is_alike("mean 0.694, 12 needs", "mean 0.794, 12 needs")
    assert not is_alike("mean 0.694, 12 needs", "mean 0.694, 12 suppliers")
    assert not is_alike("1 2", "1 2 3")


def test_the_demo_catalogue_in_memory_is_whole() -> None:
    catalogue = demo_catalogue()
    assert catalogue.example in catalogue.needs
    assert {document.supplier for document in catalogue.documents.values()} <= catalogue.suppliers.keys()
    assert catalogue.documents.keys() == catalogue.dates.keys() == catalogue.capabilities.keys()
    assert catalogue.suppliers.keys() == catalogue.names.keys() == catalogue.organisations.keys()
    assert all(facts.party.is_known for facts in catalogue.suppliers.values())
