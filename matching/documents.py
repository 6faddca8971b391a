"""The engine's documents by row: ids and columns as arrays, texts as plain JSON lines, read when needed."""

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from weakref import finalize

import numpy as np
from numpy.typing import NDArray

from matching.columns import CodeLists, Column
from matching.scripts import Script, across_from, script_of
from matching.types import Document, Ids
from matching.vectors.positions import Mask, Positions, Rows

NO_FIELD = 0
TEXTS, ENDS = "documents.jsonl", "documents-ends.npy"
COLUMNS, CODES = "documents-columns.npy", "documents-codes.json"


def searched_text(document: Document) -> str:
    """What of a document is compared: title, text and keywords."""
    return " ".join(part for part in (document.title, document.text, *document.keywords) if part)


class DocumentStore:
    """Append-only rows of documents. A removed document's text is forgotten at once, its row with `drop`."""

    def __init__(self) -> None:
        self.positions = Positions()
        self._suppliers = Column(np.int64)
        self._fields = Column(np.int32)
        self._scripts = Column(np.int8)
        self._industries = CodeLists()
        self._field_codes: dict[str, int] = {}
        self._lines = Column(np.int64)
        """Where each row's text is: line i of the stored file as i, text i of those in memory as -1 - i."""
        self._texts: list[bytes | None] = []
        self._stored: _StoredTexts | None = None

    def __len__(self) -> int:
        return len(self.positions)

    def add(self, documents: Sequence[Document]) -> Rows:
        """Appends `documents`, replacing those with the same ids; returns the rows that no longer count."""
        ids = np.fromiter((document.id for document in documents), dtype=np.int64, count=len(documents))
        dropped = self.remove(ids)
        self.positions.append(ids)
        self._suppliers.extend([document.supplier for document in documents])
        self._fields.extend([self._field_code(document.field) for document in documents])
        self._scripts.extend([script_of(searched_text(document)) for document in documents])
        self._industries.extend([document.industries for document in documents])
        self._lines.extend(-1 - np.arange(len(self._texts), len(self._texts) + len(documents)))
        self._texts.extend(packed(document) for document in documents)
        return dropped

    def remove(self, ids: Ids) -> Rows:
        """Forgets the documents of `ids`; returns their rows."""
        rows = self.positions.remove(ids)
        for line in self._lines.values[rows].tolist():
            if line < 0:
                self._texts[-1 - line] = None
        return rows

    def suppliers(self, rows: Rows) -> Ids:
        """The supplier of each row."""
        return self._suppliers.values[rows]

    def same_field(self, rows: Rows, field: str | None) -> NDArray[np.float32]:
        """1 where a row has the technical field `field`, else 0; 0 for all where `field` is None."""
        code = self._field_codes.get(field, -1) if field else -1
        return np.asarray(self._fields.values[rows] == code, dtype=np.float32)

    def across(self, rows: Rows, script: Script) -> Mask:
        """Whether each row is written in the script across from `script`."""
        sought = across_from(script)
        return np.zeros(len(rows), dtype=np.bool_) if sought is None else self._scripts.values[rows] == sought

    def shared_industry(self, rows: Rows, industries: Iterable[str]) -> NDArray[np.float32]:
        """1 where a row has one of `industries`, or one under or above it in the classification, else 0."""
        wanted = tuple(industries)
        return self._industries.any_of(rows, lambda code: any(map(code.startswith, wanted)) or _under(code, wanted))

    def document(self, row: int) -> Document:
        """The document of a row that counts.

        Raises:
            ValueError: the row was removed.

        """
        line = self._line(row) if self.positions.live[row] else None
        if not line:
            raise ValueError(f"row {row} holds no document")
        return unpacked(line)

    def drop(self) -> Mask:
        """Frees the rows that no longer count and renumbers the others; returns which were dropped."""
        dropped = ~self.positions.live
        kept = np.flatnonzero(~dropped)
        self._suppliers, self._fields = self._suppliers.at(kept), self._fields.at(kept)
        self._industries, self._lines = self._industries.at(kept), self._lines.at(kept)
        self._scripts = self._scripts.at(kept)
        lines = self._lines.values
        in_memory = np.flatnonzero(lines < 0)
        self._texts = [self._texts[-1 - line] for line in lines[in_memory].tolist()]
        lines[in_memory] = -1 - np.arange(len(in_memory))
        self.positions = Positions(self.positions.ids[kept])
        return dropped

    def save(self, folder: Path) -> list[str]:
        """Writes the rows (none may be removed: see `drop`); returns the names of the files."""
        ends = np.zeros(self.positions.rows + 1, dtype=np.int64)
        with (folder / TEXTS).open("wb") as file:
            for row in range(self.positions.rows):
                ends[row + 1] = ends[row] + file.write(self._line(row) or b"")
        kept = (self._suppliers, self._fields, self._scripts)
        columns = np.stack([self.positions.ids, *(column.values.astype(np.int64) for column in kept)])
        np.save(folder / ENDS, ends, allow_pickle=False)
        np.save(folder / COLUMNS, columns, allow_pickle=False)
        extra = {"fields": self._field_codes, "industries": self._industries.names}
        (folder / CODES).write_text(json.dumps(extra, ensure_ascii=False), encoding="utf-8")
        return [TEXTS, ENDS, COLUMNS, CODES, *self._industries.save(folder)]

    @classmethod
    def load(cls, folder: Path) -> "DocumentStore":
        """The saved rows; texts stay in their file until they are needed."""
        store = cls()
        ids, suppliers, fields, scripts = np.load(folder / COLUMNS, allow_pickle=False)
        extra = json.loads((folder / CODES).read_text(encoding="utf-8"))
        store.positions = Positions(ids)
        store._suppliers.extend(suppliers)
        store._fields.extend(fields)
        store._scripts.extend(scripts)
        store._field_codes = extra["fields"]
        store._industries = CodeLists.load(folder, extra["industries"])
        store._lines.extend(np.arange(len(ids)))
        store._stored = _StoredTexts(folder)
        return store

    def _line(self, row: int) -> bytes | None:
        line = int(self._lines.values[row])
        return self._texts[-1 - line] if line < 0 or self._stored is None else self._stored.line(line)

    def _field_code(self, field: str | None) -> int:
        return self._field_codes.setdefault(field, len(self._field_codes) + 1) if field else NO_FIELD


class _StoredTexts:
    """The lines of a saved file, read one by one: mapped, they would count as this process's memory."""

    def __init__(self, folder: Path) -> None:
        self._ends = np.load(folder / ENDS, mmap_mode="r", allow_pickle=False)
        self._file = os.open(folder / TEXTS, os.O_RDONLY)
        finalize(self, os.close, self._file)

    def __len__(self) -> int:
        return len(self._ends) - 1

    def line(self, row: int) -> bytes:
        start, end = int(self._ends[row]), int(self._ends[row + 1])
        return os.pread(self._file, end - start, start)


def _under(code: str, wanted: Iterable[str]) -> bool:
    return any(one.startswith(code) for one in wanted)


def packed(document: Document) -> bytes:
    """A document as one line of JSON, with its end of line."""
    return (json.dumps(asdict(document), ensure_ascii=False) + "\n").encode("utf-8", "surrogatepass")


def unpacked(line: bytes) -> Document:
    """The document that was `packed`."""
    values = json.loads(line.decode("utf-8", "surrogatepass"))
    return Document(**values | {name: tuple(values[name]) for name in ("keywords", "industries")})
