"""An import from the file to the report: everything is checked before anything is written."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from core.database import WriteSession
from core.errors import Invalid, Refused
from matching.embedding.protocol import Embedder
from models.access import Viewer
from models.enums import NeedStatus
from workflow.importing.capabilities import import_capabilities
from workflow.importing.context import Counts, Importing, Progress
from workflow.importing.deals import import_deals
from workflow.importing.needs import import_needs
from workflow.importing.organisations import import_organisations
from workflow.importing.parsing import Faults, ParsedRow, parse_rows
from workflow.importing.report import STATUSES_OF_NEW, ImportKind, ImportReport
from workflow.importing.rows import read_rows
from workflow.importing.suppliers import import_suppliers
from workflow.importing.text import decode, read_bytes

SOURCE = "import"
"""The source of rows whose file names none."""
_IMPORT: dict[ImportKind, Callable[[Importing, list[ParsedRow]], Counts]] = {
    ImportKind.ORGANISATIONS: import_organisations,
    ImportKind.SUPPLIERS: import_suppliers,
    ImportKind.CAPABILITIES: import_capabilities,
    ImportKind.NEEDS: import_needs,
    ImportKind.DEALS: import_deals,
}


def import_file(
    session: WriteSession,
    viewer: Viewer,
    kind: ImportKind,
    file: Path | bytes,
    *,
    now: datetime,
    max_mib: int,
    name: str = "",
    embedder: Embedder | None = None,
    organisation: str | None = None,
    source: str = "",
    status: NeedStatus = NeedStatus.SUBMITTED,
    progress: Progress | None = None,
) -> ImportReport:
    """Every row of the file is in the catalogue, in the viewer's branch; the same file again changes nothing.

    `file` is a path, or the content of a file called `name` (its ending tells CSV from JSONL). `source` is for rows
    that name none: within it an id is one object. `organisation` (id or name; the society itself if None) and `status`
    (submitted or focused) are for needs whose rows name none; `embedder` is needed for capabilities. A row whose text
    differs from what is known becomes a new revision.

    Raises Refused, NotFound for the file or the organisation, and Invalid with every fault (the first 100) by row and
    column; then nothing was written, but the session is to be rolled back all the same.
    """
    if not viewer.is_society:
        raise Refused("import.refused")
    if status not in STATUSES_OF_NEW:
        raise Invalid("import.status")
    name = name or (file.name if isinstance(file, Path) else "")
    text, encoding = decode(read_bytes(file, name, max_mib=max_mib), name)
    faults = Faults(kind, name)
    rows = parse_rows(read_rows(text, name), faults)
    if not rows:
        faults.refuse_if_any()
        raise Invalid("import.no_rows", file=name)
    work = Importing(
        session=session,
        viewer=viewer,
        now=now,
        source=source.strip() or SOURCE,
        faults=faults,
        progress=progress or _silent,
        embedder=embedder,
        organisation=organisation,
        status=status,
    )
    counts = _IMPORT[kind](work, rows)
    session.flush()
    work.progress(len(rows), len(rows))
    return ImportReport(kind=kind, file=name, encoding=encoding, **asdict(counts))


def _silent(_done: int, _total: int) -> None:
    """Nobody is watching."""
