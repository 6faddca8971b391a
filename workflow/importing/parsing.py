"""Raw rows as fields with values; every fault is noted where it stands."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from core.errors import Invalid, Param, Problem
from core.validation import problems_of
from workflow.importing.columns import REQUIRED, Column, column_of, headings_of, is_row_number
from workflow.importing.report import ImportKind
from workflow.importing.rows import RawRow
from workflow.importing.values import CellError

_FIELD_OF = {"field.budget_order": "budget_from", "field.trl_order": "least_trl"}
"""The field to point at when a fault lies between several."""
PROBLEMS_MAX = 100
"""At most this many are told; the rest is counted."""


@dataclass(frozen=True, slots=True)
class ParsedRow:
    """A row's fields: None where a cell is empty; a field without a column is not there."""

    number: int
    given: dict[str, Any]
    headings: dict[str, str]

    def problem(self, code: str, field: str = "", **params: Param) -> Problem:
        """A fault of this row, in the column of `field`."""
        return Problem(code, tuple(params.items()), field=self.headings.get(field, field), row=self.number)


@dataclass(slots=True)
class Faults:
    """The faults of a file."""

    kind: ImportKind
    file: str
    found: list[Problem] = field(default_factory=list)
    count: int = 0

    def add(self, problem: Problem) -> None:
        """One more, remembered if it is among the first."""
        self.count += 1
        if len(self.found) < PROBLEMS_MAX:
            self.found.append(problem)

    def add_form_error(self, row: ParsedRow, error: ValidationError) -> None:
        """What a form finds wrong with a row, by the columns of the file."""
        for problem in problems_of(error.errors()):
            name = problem.field.split(".")[0] or _FIELD_OF.get(problem.code, "")
            column = row.headings.get(name) or (headings_of(self.kind, name) if name else "")
            self.add(Problem(problem.code, problem.params, field=column, row=row.number))

    def refuse_if_any(self) -> None:
        """Nothing, when the file is good. Raises Invalid with all faults, in order of rows."""
        if self.count:
            ordered = sorted(self.found, key=lambda problem: problem.row or 0)
            raise Invalid("import.file", tuple(ordered), file=self.file, n=self.count)


def parse_rows(rows: Iterable[RawRow | Problem], faults: Faults) -> list[ParsedRow]:
    """The rows without a fault; what is wrong with the others is in `faults`.

    What is wrong with the heading row of a CSV is told once, not for every row below it.
    """
    parsed = []
    told: set[Problem] = set()
    for row in rows:
        found, problems = (None, [row]) if isinstance(row, Problem) else _parse(row, faults.kind)
        for problem in problems:
            if problem not in told:
                told.add(problem)
                faults.add(problem)
        if found is not None and not problems:
            parsed.append(found)
    return parsed


def _parse(row: RawRow, kind: ImportKind) -> tuple[ParsedRow, list[Problem]]:
    parsed = ParsedRow(row.number, {}, {})
    problems = []
    heading_row = row.heading_row or row.number
    for heading, cell in row.cells.items():
        if is_row_number(heading):
            continue
        column = column_of(kind, heading)
        if column is None:
            problems.append(Problem("import.unknown_column", field=heading, row=heading_row))
        elif column.field in parsed.headings:
            other = parsed.headings[column.field]
            problems.append(Problem("import.column_twice", (("column", other),), field=heading, row=heading_row))
        else:
            parsed.headings[column.field] = heading
            problems += _read_cell(parsed, column, cell)
    problems += [
        Problem("field.required", field=headings_of(kind, name), row=heading_row)
        for name in REQUIRED[kind]
        if name not in parsed.headings
    ]
    return parsed, problems


def _read_cell(row: ParsedRow, column: Column, cell: Any) -> list[Problem]:
    try:
        row.given[column.field] = None if _is_empty(cell) else column.convert(cell)
    except CellError as error:
        return [row.problem(error.code, column.field, **error.params)]
    return []


def _is_empty(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip()) or cell == []
