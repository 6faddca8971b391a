"""The page on which staff bring in files, and take lists out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from fastapi import Response

from api.audiences import SOCIETY
from api.dependencies import (
    EmbedderDep,
    NowDep,
    ReadSessionDep,
    ViewerDep,
    WriteSessionDep,
    describe_for_audit,
    undo,
)
from api.downloads import content_disposition
from api.policy import PolicyRouter, RateClass
from api.web.forms import Attempt, FormDep, Typed, attempt_of
from api.web.shell import Shell, ShellDep
from core.database import ReadSession
from core.errors import AppError, Invalid, Problem
from models.access import Viewer
from models.enums import NeedStatus
from workflow.exporting import ExportKind, FileFormat
from workflow.importing import STATUSES_OF_NEW, ImportKind, ImportReport, import_file
from workflow.importing.guide import ColumnShown, columns_shown, sample_file
from workflow.organisations import list_organisations
from workflow.paging import PAGE_SIZE_MAX

router = PolicyRouter(prefix="/import")

_BOM = "\ufeff"
"""Tells spreadsheets that the file is UTF-8."""


@dataclass(frozen=True, slots=True)
class ImportPage:
    """The form, and after an import its report."""

    attempt: Attempt
    known: Sequence[str]
    """Names of organisations to choose from while typing."""
    max_mib: int
    columns: Mapping[ImportKind, Sequence[ColumnShown]]
    """What a file of each kind may hold."""
    report: ImportReport | None = None
    kinds: type[ImportKind] = ImportKind
    exports: type[ExportKind] = ExportKind
    formats: type[FileFormat] = FileFormat
    statuses: tuple[NeedStatus, ...] = STATUSES_OF_NEW

    @property
    def problems(self) -> Sequence[Problem]:
        """What is wrong with the file's rows."""
        error = self.attempt.error
        return [p for p in error.problems if p.row is not None] if isinstance(error, Invalid) else ()

    @property
    def sentences(self) -> list[tuple[str, dict[str, Any]]]:
        """The report as messages."""
        return list(self.report.sentences()) if self.report else []


@router.get("", roles=SOCIETY, rate=RateClass.READ)
def import_page(shell: ShellDep, session: ReadSessionDep, viewer: ViewerDep) -> Response:
    """The form."""
    start = Attempt("import", {"kind": [ImportKind.NEEDS], "status": [NeedStatus.SUBMITTED]})
    return shell.render("imports/import.html", _page(shell, session, viewer, start))


@router.get("/samples/{kind}.csv", roles=SOCIETY, rate=RateClass.READ)
def sample(shell: ShellDep, kind: ImportKind) -> Response:
    """A file to start from, in the reader's language."""
    headers = {"Content-Disposition": content_disposition(f"{kind}-{shell.t('import.sample_name')}.csv")}
    return Response(_BOM + sample_file(kind, shell.language), media_type="text/csv; charset=utf-8", headers=headers)


@router.post("", roles=SOCIETY, rate=RateClass.EXPORT, audit="import", takes_files=True)
def submit_import(
    shell: ShellDep,
    embedder: EmbedderDep,
    session: WriteSessionDep,
    viewer: ViewerDep,
    form: FormDep,
    now: NowDep,
) -> Response:
    """Every row of the file is in, or none is and the page says what is wrong where."""
    try:
        kind, name, content = _file(form)
        report = import_file(
            session,
            viewer,
            kind,
            content,
            name=name,
            now=now,
            max_mib=shell.settings.import_max_mib,
            embedder=embedder,
            organisation=form.text("organisation_name") or None,
            source=form.text("source"),
            status=NeedStatus(form.text("status") or NeedStatus.SUBMITTED),
        )
    except AppError as error:
        undo(session, error)
        page = _page(shell, session, viewer, attempt_of("import", form, error))
        return shell.refuse("imports/import.html", page, error)
    if form.text("dry_run"):
        session.rollback()
        report = replace(report, dry_run=True)
    describe_for_audit(session, subject=f"{kind} {name}")
    return shell.render("imports/import.html", _page(shell, session, viewer, Attempt("import", form.fields), report))


def _file(form: Typed) -> tuple[ImportKind, str, bytes]:
    """What was chosen. Raises Invalid."""
    upload, kind = form.files.get("file"), form.text("kind")
    problems = [
        Problem("field.required", field=name)
        for name, given in (("file", upload is not None), ("kind", kind in set(ImportKind)))
        if not given
    ]
    if form.text("status") not in {"", *NeedStatus}:
        problems.append(Problem("field.not_a_choice", field="status"))
    if problems or upload is None:
        raise Invalid("invalid", tuple(problems))
    return ImportKind(kind), upload.filename or "", upload.file.read()


def _page(
    shell: Shell, session: ReadSession, viewer: Viewer, attempt: Attempt, report: ImportReport | None = None
) -> ImportPage:
    found = list_organisations(session, viewer, size=PAGE_SIZE_MAX).items
    columns = {kind: columns_shown(kind, shell.language) for kind in ImportKind}
    names = [organisation.name for organisation in found]
    return ImportPage(attempt, names, shell.settings.import_max_mib, columns, report)
