"""Text as rows of named cells: CSV and JSONL.

The number of a row is what a person sees: the row of a spreadsheet (the heading is row 1) for CSV, the line for JSONL.
Reading goes on after a fault where that is possible, so that all faults can be told at once.
"""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from core.errors import Invalid, Problem
from workflow.formula_guard import unguard

_CSV, _JSONL = frozenset({".csv", ".tsv", ".txt"}), frozenset({".jsonl", ".ndjson", ".json"})
_DELIMITERS = ",;\t"


@dataclass(frozen=True, slots=True)
class RawRow:
    """The cells of a row as the file has them, by the file's own headings, which stand in `heading_row` of a CSV."""

    number: int
    cells: dict[str, Any]
    heading_row: int | None = None


def read_rows(text: str, name: str) -> Iterator[RawRow | Problem]:
    """The rows of a file whose format its name tells. Raises Invalid for another one, and for a faulty heading row."""
    suffix = name[name.rfind(".") :].lower() if "." in name else ""
    if suffix in _CSV:
        return _csv_rows(text, name)
    if suffix in _JSONL:
        return _json_rows(text)
    raise Invalid("import.unknown_format", file=name)


def _csv_rows(text: str, name: str) -> Iterator[RawRow | Problem]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    number = 0
    headings: list[str] = []
    heading_row = 0
    while True:
        number += 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            yield Problem(_csv_code(str(error)), row=number)
            return
        if cells is None:
            return
        if not any(cell.strip() for cell in cells):
            continue
        if not headings:
            headings, heading_row = _headings(cells, name, number), number
        elif len(cells) != len(headings):
            yield Problem("import.cells", (("found", len(cells)), ("wanted", len(headings))), row=number)
        else:
            yield RawRow(number, dict(zip(headings, map(unguard, cells), strict=True)), heading_row)


def _csv_code(reason: str) -> str:
    if "unexpected end" in reason:
        return "import.quote_open"
    return "import.cell_too_large" if "field larger" in reason else "import.quote_inside"


def _headings(cells: Sequence[str], name: str, number: int) -> list[str]:
    headings = [cell.strip() for cell in cells]
    twice = next((heading for heading in headings if headings.count(heading) > 1), None)
    if twice is not None:
        raise Invalid(
            "import.file", (Problem("import.column_twice", (("column", twice),), row=number),), file=name, n=1
        )
    return headings


def _delimiter(text: str) -> str:
    """The sign that stands most often in the first line, outside quotes."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    outside = "".join(first.split('"')[::2])
    return max(_DELIMITERS, key=outside.count)


def _json_rows(text: str) -> Iterator[RawRow | Problem]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            cells = json.loads(line, object_pairs_hook=_object, parse_constant=_refuse_constant)
        except json.JSONDecodeError as error:
            yield Problem("import.json", (("column", error.colno),), row=number)
        except _KeyTwice as error:
            yield Problem("import.column_twice", (("column", str(error)),), row=number)
        except (RecursionError, ValueError):  # nested without end; NaN; numbers of thousands of digits
            yield Problem("import.json_value", row=number)
        else:
            yield RawRow(number, cells) if isinstance(cells, dict) else Problem("import.not_an_object", row=number)


class _KeyTwice(ValueError):
    """An object with two values for one key."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _KeyTwice(key)
        found[key] = value
    return found


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a number")
