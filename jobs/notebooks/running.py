"""Runs a notebook from top to bottom in a fresh kernel, in the project's folder, and compares what two runs say."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import nbformat
from nbclient import NotebookClient
from traitlets.config import Config

from core.i18n import ROOT

FOLDER: Final = ROOT / "notebooks"
LONGEST: Final = 600
"""Seconds that one cell may take before the run is given up as hung."""
NEAR: Final = 0.02
"""Figures of two runs may differ by so much: another processor adds floats in another order."""
REFERENCE: Final = "KEQIAO_REFERENCE_DATA"
_PRIVATE: Final = Config({"KernelManager": {"transport": "ipc"}})
"""Files of this user, no network port."""
_NUMBER: Final = re.compile(r"[-+]?\d+(?:\.\d+)?")


def paths() -> list[Path]:
    """Every notebook, in order."""
    return sorted(FOLDER.glob("*.ipynb"))


def read(path: Path) -> Any:
    """The notebook as it is stored."""
    return nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]  # nbformat annotates half of itself


def executed(path: Path, reference: Path | None = None) -> Any:
    """The notebook with the outputs of a whole run, on the reference data in a folder or else on the demo catalogue.

    Raises:
        nbclient.exceptions.CellExecutionError: a cell failed.

    """
    book = read(path)
    with TemporaryDirectory() as scratch:
        client = NotebookClient(
            book, timeout=LONGEST, kernel_name="python3", config=_PRIVATE, coalesce_streams=True
        )  # one print may arrive in two pieces
        client.execute(cwd=str(ROOT), env=_environment(scratch, reference))
    for cell in book.cells:
        cell.metadata.pop("execution", None)  # the time of day
    return book


def write(path: Path) -> None:
    """The notebook is stored with the outputs of a run on the demo catalogue."""
    nbformat.write(executed(path), path)  # type: ignore[no-untyped-call]  # nbformat annotates half of itself


def told(book: Any) -> list[str]:
    """What each code cell says in text: pictures and what the kernel calls them are left out."""
    return ["\n".join(_texts(cell.outputs)) for cell in book.cells if cell.cell_type == "code"]


def is_alike(first: str, second: str) -> bool:
    """Whether two outputs have the same words, and figures that are nearly the same."""
    ours, theirs = ([float(number) for number in _NUMBER.findall(text)] for text in (first, second))
    if _NUMBER.sub("#", first) != _NUMBER.sub("#", second) or len(ours) != len(theirs):
        return False
    return all(abs(a - b) <= NEAR * max(1.0, abs(a), abs(b)) for a, b in zip(ours, theirs, strict=True))


def _texts(outputs: list[Any]) -> Iterator[str]:
    for output in outputs:
        data = output.get("data", {})
        yield output.get("text", "") if "image/png" in data or not data else data.get("text/plain", "")


def _environment(scratch: str, reference: Path | None) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KEQIAO_")}
    own = {"IPYTHONDIR": scratch, "MPLCONFIGDIR": scratch, "JUPYTER_PLATFORM_DIRS": "1", "PYTHONPATH": str(ROOT)}
    return kept | own | ({REFERENCE: str(reference.resolve())} if reference else {})
