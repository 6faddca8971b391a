"""Forecasts of deals, and the funnel as a page and as a file."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fastapi import Response

from api.audiences import SOCIETY
from api.dependencies import NowDep, ReadSessionDep, ViewerDep
from api.policy import PolicyRouter, RateClass
from api.web.lists import Wanted, WantedDep
from api.web.shell import Shell, ShellDep
from workflow.formula_guard import guard
from workflow.reports.forecasts import ForecastPublic, forecast_deal
from workflow.reports.funnel import Dimension, FunnelLine, FunnelPublic, funnel

router = PolicyRouter()

_CSV = "text/csv; charset=utf-8"
_NO_GROUP: Mapping[Dimension, str] = {Dimension.ALL: "funnel.everything", Dimension.KIND: "funnel.no_kind_yet"}
_BOM = "\ufeff"
"""Tells spreadsheets that the file is UTF-8."""


@dataclass(frozen=True, slots=True)
class ForecastPage:
    """The forecasts of one deal."""

    deal: str
    forecasts: Sequence[ForecastPublic]


@dataclass(frozen=True, slots=True)
class FunnelPage:
    """The funnel, told apart by what was chosen."""

    wanted: Wanted
    found: FunnelPublic
    names: Mapping[str, str]
    """What people call each group."""
    dimensions: type[Dimension] = Dimension

    @property
    def longest(self) -> float:
        """Days at the end of the scale on which the times of all stages are drawn."""
        known = (days for line in self.found.lines for days in (line.median_days, line.median_to) if days)
        return max(known, default=1.0)


@router.get("/deals/{deal_id}/forecast", roles=SOCIETY, rate=RateClass.SEARCH)
def forecast_page(shell: ShellDep, session: ReadSessionDep, viewer: ViewerDep, now: NowDep, deal_id: str) -> Response:
    """What the history says of the deal."""
    found = forecast_deal(session, viewer, deal_id, now=now)
    return shell.render("reports/forecast.html", ForecastPage(deal_id, found))


@router.get("/reports/funnel", roles=SOCIETY, rate=RateClass.SEARCH)
def funnel_page(
    shell: ShellDep, session: ReadSessionDep, viewer: ViewerDep, wanted: WantedDep, now: NowDep
) -> Response:
    """Conversion and time of each stage."""
    found = funnel(session, viewer, wanted.member(Dimension, "by") or Dimension.ALL, now=now)
    names = {line.group: group_name(shell, found.by, line.group) for line in found.lines}
    return shell.render("reports/funnel.html", FunnelPage(wanted, found, names))


@router.get("/reports/funnel.csv", roles=SOCIETY, rate=RateClass.EXPORT, audit="funnel.export")
def funnel_file(
    shell: ShellDep, session: ReadSessionDep, viewer: ViewerDep, wanted: WantedDep, now: NowDep
) -> Response:
    """The same as a file for spreadsheets."""
    found = funnel(session, viewer, wanted.member(Dimension, "by") or Dimension.ALL, now=now)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(shell.t(f"funnel.column.{name}") for name in FunnelLine.model_fields)
    writer.writerows(_cells(shell, found.by, line) for line in found.lines)
    headers = {"Content-Disposition": f'attachment; filename="funnel-{found.by.value}.csv"'}
    return Response(_BOM + out.getvalue(), media_type=_CSV, headers=headers)


def _cells(shell: Shell, by: Dimension, line: FunnelLine) -> list[str]:
    named = line.model_dump() | {
        "group": group_name(shell, by, line.group),
        "template": shell.t(f"template.{line.template}"),
        "stage": shell.t(f"stage.{line.stage}"),
    }
    return [guard(_cell(name, value)) for name, value in named.items()]


def _cell(name: str, value: object) -> str:
    """Shares to a tenth of a percent and days to a tenth: the history tells no more."""
    if isinstance(value, float):
        return str(round(value, 3 if name.startswith("share") else 1))
    return "" if value is None else str(value)


def group_name(shell: Shell, by: Dimension, group: str) -> str:
    """What people call a group."""
    if not group:
        return shell.t(_NO_GROUP.get(by, "funnel.unknown"))
    if by is Dimension.KIND:
        return shell.t(f"enum.ContractKind.{group}")
    return shell.show.code("technical_field", group) if by is Dimension.FIELD else group
