"""The engine's documents by row: ids and columns as arrays, texts as compressed-free JSON lines read when needed."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matching.types import Document, Ids
from matching.vectors.positions import Mask, Positions, Rows

NO_FIELD = 0


def searched_text(document: Document) -> str:
    """What of a document is compared: title, text and keywords."""
    return " ".join(part for part in (document.title, document.text, *document.keywords) if part)


class DocumentStore:
    """Append-only rows of documents. A removed document's text is forgotten at once, its row with `drop`."""

    def __init__(self) -> None:
        self.positions = Positions()
        self._suppliers = _Column(np.int64)
        self._fields = _Column(np.int32)
        self._field_codes: dict[str, int] = {}
        self._industries: dict[int, tuple[str, ...]] = {}
        self._texts: list[bytes | None] = []
        self._stored: _StoredTexts | None = None

    def __len__(self) -> int:
        return len(self.positions)

    def add(self, documents: Sequence[Document]) -> Rows:
        """Appends `documents`, replacing those with the same ids; returns the rows that no longer count."""
        ids = np.fromiter((document.id for document in documents), dtype=np.int64, count=len(documents))
        dropped = self.remove(ids)
        first = self.positions.rows
        self.positions.append(ids)
        self._suppliers.extend([document.supplier for document in documents])
        self._fields.extend([self._field_code(document.field) for document in documents])
        self._texts.extend(_packed(document) for document in documents)
        self._industries |= {first + i: d.industries for i, d in enumerate(documents) if d.industries}
        return dropped

    def remove(self, ids: Ids) -> Rows:
        """Forgets the documents of `ids`; returns their rows."""
        rows = self.positions.remove(ids)
        for row in rows.tolist():
            self._forget(row)
        return rows

    def suppliers(self, rows: Rows) -> Ids:
        """The supplier of each row."""
        return self._suppliers.values[rows]

    def same_field(self, rows: Rows, field: str | None) -> NDArray[np.float32]:
        """1 where a row has the technical field `field`, else 0; 0 for all where `field` is None."""
        code = self._field_codes.get(field, -1) if field else -1
        return np.asarray(self._fields.values[rows] == code, dtype=np.float32)

    def shared_industry(self, rows: Rows, industries: Iterable[str]) -> NDArray[np.float32]:
        """1 where a row has one of `industries`, or one under or above it in the classification, else 0."""
        wanted = tuple(industries)
        out = np.zeros(len(rows), dtype=np.float32)
        if wanted and self._industries:
            for i, row in enumerate(rows.tolist()):
                out[i] = _related(wanted, self._industries.get(row, ()))
        return out

    def document(self, row: int) -> Document:
        """The document of a row that counts.

        Raises:
            ValueError: the row was removed.

        """
        packed = self._stored.line(row) if self._stored and row < len(self._stored) else self._texts[self._own(row)]
        if not packed or not self.positions.live[row]:
            raise ValueError(f"row {row} holds no document")
        return _unpacked(packed)

    def drop(self) -> Mask:
        """Frees the rows that no longer count and renumbers the others; returns which were dropped."""
        dropped = ~self.positions.live
        kept = np.flatnonzero(~dropped)
        self._texts = [_packed(self.document(row)) for row in kept.tolist()]
        self._stored = None
        self._suppliers, self._fields = self._suppliers.at(kept), self._fields.at(kept)
        renumbered = {old: new for new, old in enumerate(kept.tolist())}
        self._industries = {renumbered[row]: codes for row, codes in self._industries.items() if row in renumbered}
        self.positions = Positions(self.positions.ids[kept])
        return dropped

    def save(self, folder: Path) -> list[str]:
        """Writes the rows (none may be removed: see `drop`); returns the names of the files."""
        lines = [_packed(self.document(row)) for row in range(self.positions.rows)]
        ends = np.cumsum([0, *map(len, lines)], dtype=np.int64)
        (folder / "documents.jsonl").write_bytes(b"".join(lines))
        columns = np.stack([self.positions.ids, self._suppliers.values, self._fields.values.astype(np.int64)])
        np.save(folder / "documents-ends.npy", ends, allow_pickle=False)
        np.save(folder / "documents-columns.npy", columns, allow_pickle=False)
        extra = {"fields": self._field_codes, "industries": {str(k): v for k, v in self._industries.items()}}
        (folder / "documents-codes.json").write_text(json.dumps(extra, ensure_ascii=False), encoding="utf-8")
        return ["documents.jsonl", "documents-ends.npy", "documents-columns.npy", "documents-codes.json"]

    @classmethod
    def load(cls, folder: Path) -> "DocumentStore":
        """The saved rows; texts stay in their file until they are needed."""
        store = cls()
        ids, suppliers, fields = np.load(folder / "documents-columns.npy", allow_pickle=False)
        extra = json.loads((folder / "documents-codes.json").read_text(encoding="utf-8"))
        store.positions = Positions(ids)
        store._suppliers.extend(suppliers)
        store._fields.extend(fields)
        store._field_codes = extra["fields"]
        store._industries = {int(row): tuple(codes) for row, codes in extra["industries"].items()}
        store._stored = _StoredTexts(folder)
        return store

    def _own(self, row: int) -> int:
        return row - (len(self._stored) if self._stored else 0)

    def _forget(self, row: int) -> None:
        self._industries.pop(row, None)
        if self._own(row) >= 0:
            self._texts[self._own(row)] = None

    def _field_code(self, field: str | None) -> int:
        return self._field_codes.setdefault(field, len(self._field_codes) + 1) if field else NO_FIELD


class _StoredTexts:
    """The lines of a saved file, mapped."""

    def __init__(self, folder: Path) -> None:
        self._ends = np.load(folder / "documents-ends.npy", mmap_mode="r", allow_pickle=False)
        path = folder / "documents.jsonl"
        self._bytes = np.memmap(path, np.uint8, "r") if path.stat().st_size else np.zeros(0, np.uint8)

    def __len__(self) -> int:
        return len(self._ends) - 1

    def line(self, row: int) -> bytes:
        return bytes(self._bytes[self._ends[row] : self._ends[row + 1]])


class _Column:
    """Values that grow at the end; a growth copies only now and then."""

    def __init__(self, dtype: type[np.signedinteger]) -> None:
        self._values = np.zeros(0, dtype=dtype)
        self._count = 0

    @property
    def values(self) -> NDArray[np.signedinteger]:
        return self._values[: self._count]

    def extend(self, values: Sequence[int] | NDArray[np.signedinteger]) -> None:
        needed = self._count + len(values)
        if needed > len(self._values):
            grown = np.zeros(max(needed, len(self._values) * 3 // 2), dtype=self._values.dtype)
            grown[: self._count] = self.values
            self._values = grown
        self._values[self._count : needed] = values
        self._count = needed

    def at(self, rows: Rows) -> "_Column":
        column = _Column(self._values.dtype.type)
        column.extend(self.values[rows])
        return column


def _related(wanted: Iterable[str], offered: Iterable[str]) -> bool:
    return any(a.startswith(b) or b.startswith(a) for a in wanted for b in offered)


def _packed(document: Document) -> bytes:
    return (json.dumps(asdict(document), ensure_ascii=False) + "\n").encode("utf-8", "surrogatepass")


def _unpacked(line: bytes) -> Document:
    values = json.loads(line.decode("utf-8", "surrogatepass"))
    return Document(**values | {name: tuple(values[name]) for name in ("keywords", "industries")})
