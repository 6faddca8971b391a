"""Which row of the database a row of a file is.

A row is known by its source and its id there. Its id may also be the public id of a row of this installation, which is
how what was exported here comes back. A row without an id is known by what it says it is and whose it is: see `natural`
of each kind. Whose it is enters as the object found, not as it is written, and an id that turns out to be somebody
else's is a fault: no file may write over what another organisation or supplier has brought.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256
from itertools import islice
from typing import Any, NamedTuple, TypeVar

from sqlmodel import col, select

from catalog.search import CHUNK
from core.database import ReadSession
from core.errors import Problem
from models.columns import Published
from workflow.importing.parsing import Faults, ParsedRow

EXCHANGE_SOURCE = "keqiao"
"""The source of what an installation of this software exports under its own public ids."""
_SOURCE_MAX, _ID_MAX = 60, 120

Table = TypeVar("Table", bound=Published)


class Identity(NamedTuple):
    """Where a row comes from, and what it is called there."""

    source: str
    external_id: str


def identify(
    rows: Sequence[ParsedRow], faults: Faults, *, source: str, natural: Callable[[ParsedRow], tuple[str, ...]]
) -> list[Identity]:
    """The identity of each row; two rows of one identity are a fault."""
    first: dict[Identity, int] = {}
    found = []
    for row in rows:
        written = row.given.get("id")
        identity = Identity(source_of(row, source), written or _digest(natural(row)))
        for name, value, longest in (("source", identity.source, _SOURCE_MAX), ("id", identity.external_id, _ID_MAX)):
            if len(value) > longest:
                faults.add(row.problem("field.too_long", name, max=longest))
        if identity in first:
            faults.add(row.problem("import.duplicate", "id" if written else "", first=first[identity]))
        first.setdefault(identity, row.number)
        found.append(identity)
    return found


def source_of(row: ParsedRow, source: str) -> str:
    """Where the row comes from: what it says, or else what the import says."""
    return row.given.get("source") or source


def known_rows(session: ReadSession, table: type[Table], identities: Iterable[Identity]) -> dict[Identity, Table]:
    """The rows of the database that these identities name."""
    wanted = set(identities)
    ids = [identity.external_id for identity in wanted]
    known = {
        Identity(row.source, row.external_id): row
        for row in rows_with(session, table, "external_id", ids)
        if Identity(row.source, row.external_id) in wanted
    }
    by_public_id = {row.public_id: row for row in rows_with(session, table, "public_id", ids)}
    for identity in wanted - set(known):
        row = by_public_id.get(identity.external_id)
        if row is not None:
            known[identity] = row
    return known


def rows_with(session: ReadSession, table: type[Table], column: str, values: Iterable[str]) -> Iterator[Any]:
    """The rows of a table whose column holds one of the values."""
    remaining = iter(dict.fromkeys(values))
    while chunk := list(islice(remaining, CHUNK)):
        yield from session.exec(select(table).where(col(getattr(table, column)).in_(chunk)))


class Reference(NamedTuple):
    """How a row names another object: by id in the same source, by public id, or by name."""

    source: str
    written: str


class Ambiguous(NamedTuple):
    """A name that several objects have."""

    objects: int


def resolve(
    session: ReadSession, table: type[Table], references: Iterable[Reference]
) -> dict[Reference, Table | Ambiguous]:
    """What the references name; one that names nothing is not in the answer.

    An id of the same source comes first, then a public id, then an id of any other source, then a name. What two
    current objects are called names neither.
    """
    wanted = set(references)
    texts = [reference.written for reference in wanted]
    by_id = _grouped(rows_with(session, table, "external_id", texts), "external_id")
    by_public_id = _grouped(rows_with(session, table, "public_id", texts), "public_id")
    by_name = _grouped((row for row in rows_with(session, table, "name", texts) if row.archived_at is None), "name")
    found: dict[Reference, Table | Ambiguous] = {}
    for reference in wanted:
        ids = by_id.get(reference.written, [])
        same_source = [row for row in ids if row.source == reference.source]
        public = by_public_id.get(reference.written, [])
        rows = same_source or public or ids or by_name.get(reference.written, [])
        if rows:
            found[reference] = rows[0] if len(rows) == 1 else Ambiguous(len(rows))
    return found


def _grouped(rows: Iterable[Any], name: str) -> dict[str, list[Any]]:
    groups: dict[str, list[Any]] = {}
    for row in rows:
        groups.setdefault(getattr(row, name), []).append(row)
    return groups


def _digest(parts: tuple[str, ...]) -> str:
    return "row-" + sha256("\0".join(parts).encode()).hexdigest()[:32]


def reference_problem(row: ParsedRow, field: str, written: str, found: object) -> Problem | None:
    """What is wrong with a reference, if anything."""
    if found is None:
        return row.problem("import.unknown_reference", field, value=written)
    if isinstance(found, Ambiguous):
        return row.problem("import.ambiguous_reference", field, value=written, n=found.objects)
    return None
