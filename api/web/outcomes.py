"""What came of deals, and of what was done to get there, as pages and as files."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Any, Final

from fastapi import Response

from api.audiences import SOCIETY
from api.dependencies import NowDep, ReadSessionDep, ViewerDep
from api.policy import PolicyRouter, RateClass
from api.web.lists import Wanted, WantedDep
from api.web.shell import Shell, ShellDep
from workflow.formula_guard import guard
from workflow.reports.actions import FollowedAction, followed_actions
from workflow.reports.outcomes import OutcomeLine, OutcomesPublic, SupplierRecord, read_outcomes, supplier_records

router = PolicyRouter(prefix="/reports")

_CSV: Final = "text/csv; charset=utf-8"
_BOM: Final = "\ufeff"
"""Tells spreadsheets that the file is UTF-8."""
_SUMS: Final = frozenset({"contract_sum", "technical_sum", "revenue", "visit_revenue"})
"""Columns that are kept in 分 and leave in yuan."""


@dataclass(frozen=True, slots=True)
class OutcomesPage:
    """What came of the deals closed in the year that was chosen, and of each supplier's."""

    wanted: Wanted
    found: OutcomesPublic
    records: Sequence[SupplierRecord]


@dataclass(frozen=True, slots=True)
class ActionsPage:
    """What followed the actions that were taken."""

    found: Sequence[FollowedAction]


@router.get("/outcomes", roles=SOCIETY, rate=RateClass.SEARCH)
def outcomes_page(shell: ShellDep, session: ReadSessionDep, viewer: ViewerDep, wanted: WantedDep) -> Response:
    """What came of deals, in a year or ever."""
    found = read_outcomes(session, viewer, _year(wanted))
    return shell.render("reports/outcomes.html", OutcomesPage(wanted, found, supplier_records(session, viewer)))


@router.get("/outcomes.csv", roles=SOCIETY, rate=RateClass.EXPORT, audit="outcomes.export")
def outcomes_file(shell: ShellDep, session: ReadSessionDep, viewer: ViewerDep, wanted: WantedDep) -> Response:
    """The same as a file for spreadsheets, for the yearly report."""
    found = read_outcomes(session, viewer, _year(wanted))
    name = f"outcomes-{found.year or 'all'}"
    return _file(shell, name, list(OutcomeLine.model_fields), (line.model_dump() for line in found.lines))


@router.get("/supplier-records.csv", roles=SOCIETY, rate=RateClass.EXPORT, audit="suppliers.record_export")
def records_file(shell: ShellDep, session: ReadSessionDep, viewer: ViewerDep) -> Response:
    """What came of each supplier's deals, by technical field, as a file."""
    rows = (record.model_dump() for record in supplier_records(session, viewer))
    return _file(shell, "supplier-records", list(SupplierRecord.model_fields), rows)


@router.get("/actions", roles=SOCIETY, rate=RateClass.SEARCH)
def actions_page(shell: ShellDep, session: ReadSessionDep, viewer: ViewerDep, now: NowDep) -> Response:
    """What followed the proposed actions that were taken."""
    return shell.render("reports/actions.html", ActionsPage(followed_actions(session, viewer, now=now)))


def _year(wanted: Wanted) -> int | None:
    text = wanted.text("year")
    return int(text) if len(text) == 4 and text.isascii() and text.isdecimal() else None


def _file(shell: Shell, name: str, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> Response:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(shell.t(f"outcomes.column.{column}") for column in columns)
    writer.writerows([guard(_cell(shell, column, row[column])) for column in columns] for row in rows)
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response(_BOM + out.getvalue(), media_type=_CSV, headers=headers)


def _cell(shell: Shell, column: str, value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, float):
        return str(round(value, 2))
    if column in _SUMS:
        return str(Decimal(value) / 100)
    if column == "stage":
        return shell.show.stage(value)
    if column == "phase":
        return shell.t(f"outcome.phase.{value.value}")
    if column == "technical_field":
        return shell.show.code("technical_field", value)
    return shell.show.enum(value) if isinstance(value, Enum) and column != "currency" else str(value)
