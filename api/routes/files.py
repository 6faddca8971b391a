"""Files in and out: imports of CSV and JSONL, and lists as files."""

from dataclasses import replace
from typing import Annotated

from fastapi import Form as FormField
from fastapi import Response, UploadFile
from pydantic import BaseModel

from api.audiences import SOCIETY
from api.dependencies import (
    AuditDep,
    EmbedderDep,
    NowDep,
    ReadSessionDep,
    SettingsDep,
    TranslatorDep,
    ViewerDep,
    WriteSessionDep,
    describe_for_audit,
)
from api.policy import PolicyRouter, RateClass
from models.enums import NeedStatus
from workflow.days import day_of
from workflow.exporting import ExportKind, FileFormat, export_list
from workflow.importing import ImportKind, import_file

router = PolicyRouter(prefix="/api/v1", tags=["files"])

_MEDIA_TYPES = {FileFormat.CSV: "text/csv; charset=utf-8", FileFormat.JSONL: "application/x-ndjson"}


class Imported(BaseModel):
    """What an import has done, in figures and in sentences of the caller's language."""

    kind: ImportKind
    file: str
    encoding: str
    created: int
    updated: int
    unchanged: int
    archived: int
    suppliers_created: int
    moved_on: int
    dry_run: bool
    sentences: list[str]


@router.post("/imports/{kind}", roles=SOCIETY, rate=RateClass.EXPORT, audit="import", takes_files=True)
def bring_in(
    embedder: EmbedderDep,
    session: WriteSessionDep,
    viewer: ViewerDep,
    kind: ImportKind,
    file: UploadFile,
    now: NowDep,
    settings: SettingsDep,
    t: TranslatorDep,
    organisation: Annotated[str, FormField()] = "",
    source: Annotated[str, FormField()] = "",
    status: Annotated[NeedStatus, FormField()] = NeedStatus.SUBMITTED,
    dry_run: Annotated[bool, FormField()] = False,
) -> Imported:
    """Every row of the file is in, or none is and the answer lists what is wrong where; a dry run writes nothing."""
    name = file.filename or ""
    describe_for_audit(session, subject=f"{kind} {name}")
    report = import_file(
        session,
        viewer,
        kind,
        file.file.read(),
        name=name,
        now=now,
        max_mib=settings.import_max_mib,
        embedder=embedder,
        organisation=organisation or None,
        source=source,
        status=status,
    )
    if dry_run:
        session.rollback()
        report = replace(report, dry_run=True)
    sentences = [t(key, **params) for key, params in report.sentences()]
    return Imported.model_validate({**{f: getattr(report, f) for f in report.__slots__}, "sentences": sentences})


@router.get("/exports/{kind}.{file_format}", roles=SOCIETY, rate=RateClass.EXPORT, audit="export")
def take_out(
    session: ReadSessionDep,
    viewer: ViewerDep,
    audit: AuditDep,
    kind: ExportKind,
    file_format: FileFormat,
    now: NowDep,
    t: TranslatorDep,
) -> Response:
    """The list as a file: what the caller curates or sees in full."""
    content, _ = export_list(session, viewer, kind, file_format, now=now, language=t.language)
    audit.full_read()
    name = f"keqiao-{kind}-{day_of(now):%Y%m%d}.{file_format}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=_MEDIA_TYPES[file_format], headers=headers)
