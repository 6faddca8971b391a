"""Lists as files: CSV for people and spreadsheets, JSONL for programs and for import into another installation.

Exported is what the viewer curates or sees in full, current rows only. JSONL comes back by import unchanged; CSV too,
unless an entry of a list holds a comma or semicolon.
"""

import csv
import io
import json
import tempfile
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from enum import Enum, StrEnum
from pathlib import Path
from typing import Any

from catalog.demand.needs import NeedFilter, NeedOrder, NeedRow, select_needs
from catalog.supply.capabilities import CapabilityFilter, CapabilityRow, select_capabilities
from catalog.supply.organisations import OrganisationFilter, select_organisations
from catalog.supply.suppliers import SupplierFilter, select_suppliers
from core.database import ReadSession
from core.errors import Invalid, Refused
from core.i18n import Language, translator
from models.access import FULL, Viewer, may_edit_supplier, visible_capabilities, visible_needs
from models.enums import DisclosureLevel, NeedStatus
from workflow.deal_export import deal_facts
from workflow.formula_guard import guard
from workflow.importing.columns import COLUMNS, FEN_PER_YUAN, Column
from workflow.importing.identities import EXCHANGE_SOURCE
from workflow.importing.report import STATUSES_OF_NEW, ImportKind
from workflow.importing.values import StageCode, label

Record = dict[str, Any]
_YUAN = "_yuan"
"""English headings of sums end so; sums leave in 元, not in 分."""


class ExportKind(StrEnum):
    """What can be exported, and imported again."""

    ORGANISATIONS = "organisations"
    SUPPLIERS = "suppliers"
    CAPABILITIES = "capabilities"
    NEEDS = "needs"
    DEALS = "deals"


class FileFormat(StrEnum):
    """How a list is written."""

    CSV = "csv"
    JSONL = "jsonl"


def export_file(
    session: ReadSession,
    viewer: Viewer,
    kind: ExportKind,
    file: Path,
    *,
    now: datetime,
    language: Language = Language.ZH,
) -> int:
    """The file holds the list, in the format its name tells; how many rows it has.

    It is written beside and then put in place: a full disk leaves no half file. Raises Refused, Invalid.
    """
    suffix = file.suffix.lower().removeprefix(".")
    if suffix not in set(FileFormat):
        raise Invalid("import.unknown_format", file=file.name)
    content, count = export_list(session, viewer, kind, FileFormat(suffix), now=now, language=language)
    with tempfile.NamedTemporaryFile(dir=file.parent, prefix=f".{file.name}.", delete=False) as written:
        written.write(content)
    Path(written.name).replace(file)
    return count


def export_list(
    session: ReadSession,
    viewer: Viewer,
    kind: ExportKind,
    file_format: FileFormat,
    *,
    now: datetime,
    language: Language = Language.ZH,
) -> tuple[bytes, int]:
    """The list as the content of a file, and how many rows it has; headings and names of a CSV are in `language`.

    Raises Refused for who is not of the society.
    """
    if not viewer.is_society:
        raise Refused("export.refused")
    records = list(_RECORDS[kind](session, viewer))
    if file_format is FileFormat.JSONL:
        return _jsonl(map(_for_exchange, records) if kind is ExportKind.NEEDS else records).encode(), len(records)
    return _csv(records, _headings(kind, language), language).encode("utf-8-sig"), len(records)


def _headings(kind: ExportKind, language: Language) -> dict[str, str]:
    """The key of a record → its heading."""
    zh = language is Language.ZH
    return {column.en[0]: column.zh[0] if zh else column.en[0] for column in _columns(ImportKind(kind.value))}


def _columns(kind: ImportKind) -> Iterable[Column]:
    """The columns an export has: the first of each field, so sums in 元."""
    first: dict[str, Column] = {}
    for column in COLUMNS[kind]:
        first.setdefault(column.field, column)
    return first.values()


def _records(kind: ImportKind, values: dict[str, Any]) -> Record:
    return {column.en[0]: _in_yuan(column, values[column.field]) for column in _columns(kind)}


def _in_yuan(column: Column, value: Any) -> Any:
    if value is None or not column.en[0].endswith(_YUAN):
        return value
    return value // FEN_PER_YUAN if value % FEN_PER_YUAN == 0 else value / FEN_PER_YUAN


def _identity(row: Any) -> Record:
    if row.external_id is None:
        return {"id": row.public_id, "source": EXCHANGE_SOURCE}
    return {"id": row.external_id, "source": row.source}


def _organisations(session: ReadSession, viewer: Viewer) -> Iterator[Record]:
    for organisation in session.scalars(select_organisations(viewer, OrganisationFilter())):
        yield _records(ImportKind.ORGANISATIONS, organisation.model_dump() | _identity(organisation))


def _suppliers(session: ReadSession, viewer: Viewer) -> Iterator[Record]:
    statement = select_suppliers(viewer, SupplierFilter()).where(may_edit_supplier(viewer))
    for supplier, organisation in session.execute(statement):
        named = {"organisation": _identity(organisation)["id"] if organisation else None}
        yield _records(ImportKind.SUPPLIERS, supplier.model_dump() | _identity(supplier) | named)


def _capabilities(session: ReadSession, viewer: Viewer) -> Iterator[Record]:
    statement = select_capabilities(viewer, CapabilityFilter()).where(visible_capabilities(viewer, FULL))
    for row in map(CapabilityRow.of, session.execute(statement)):
        facts = {
            "supplier": _identity(row.supplier)["id"],
            "disclosure": DisclosureLevel(row.capability.disclosure),
            "confirmed_on": row.capability.confirmed_on,
        }
        yield _records(ImportKind.CAPABILITIES, row.revision.model_dump() | _identity(row.capability) | facts)


def _needs(session: ReadSession, viewer: Viewer) -> Iterator[Record]:
    statement = select_needs(viewer, NeedFilter(order=NeedOrder.OLDEST)).where(visible_needs(viewer, FULL))
    for row in map(NeedRow.of, session.execute(statement)):
        facts = {
            "organisation": _identity(row.organisation)["id"],
            "disclosure": DisclosureLevel(row.need.disclosure),
            "status": row.need.status,
        }
        yield _records(ImportKind.NEEDS, row.revision.model_dump() | _identity(row.need) | facts)


def _for_exchange(need: Record) -> Record:
    """A need as another installation takes it in: what came after focusing stays where the matches and deals are."""
    return need if need["status"] in STATUSES_OF_NEW else need | {"status": NeedStatus.FOCUSED}


def _deals(session: ReadSession, viewer: Viewer) -> Iterator[Record]:
    for facts in deal_facts(session, viewer):
        yield _records(ImportKind.DEALS, {**facts.values, **_identity(facts.deal)})


_RECORDS: dict[ExportKind, Callable[[ReadSession, Viewer], Iterator[Record]]] = {
    ExportKind.ORGANISATIONS: _organisations,
    ExportKind.SUPPLIERS: _suppliers,
    ExportKind.CAPABILITIES: _capabilities,
    ExportKind.NEEDS: _needs,
    ExportKind.DEALS: _deals,
}


def _jsonl(records: Iterable[Record]) -> str:
    return "".join(json.dumps(record, ensure_ascii=False, default=str) + "\n" for record in records)


def _csv(records: Iterable[Record], headings: dict[str, str], language: Language) -> str:
    """What a spreadsheet opens by double click: a heading row, line ends as in Windows, nothing it would run."""
    content = io.StringIO(newline="")
    writer = csv.writer(content)
    writer.writerow(headings.values())
    writer.writerows([guard(_cell(record[key], language)) for key in headings] for record in records)
    return content.getvalue()


def _cell(value: Any, language: Language) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return "; ".join(_cell(entry, language) for entry in value)
    if isinstance(value, StageCode):
        return translator(language)(f"stage.{value}")
    if isinstance(value, Enum) and not isinstance(value, Language):
        return label(value, language)
    return str(value)
