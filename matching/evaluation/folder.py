"""A benchmark folder: needs.jsonl, capabilities.jsonl, judgements.tsv. Every fault names file, line and reason."""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from matching.suppliers import Aggregation
from matching.types import Document, Query

NEEDS: Final = "needs.jsonl"
CAPABILITIES: Final = "capabilities.jsonl"
JUDGEMENTS: Final = "judgements.tsv"
_JUDGED_ITEM: Final = {"capability": Aggregation.exact, "supplier": Aggregation.breadth}


@dataclass(frozen=True, slots=True)
class BenchmarkFolder:
    """Needs by their ids, documents numbered in file order, and judged triples (need, item, level).

    `items` are the external ids of what is judged, in order of their number: capabilities, or suppliers where
    `aggregation` is `breadth`. A document's id is its number, its supplier the supplier's number.
    """

    need_ids: list[str]
    needs: list[Query]
    documents: list[Document]
    items: list[str]
    judged: list[tuple[int, int, float]]
    aggregation: Aggregation


def read_folder(folder: Path) -> BenchmarkFolder:
    """The benchmark in `folder`.

    Raises:
        ValueError: a file is missing, empty, not UTF-8 or malformed, an id is double or unknown; the message names
            file, line and reason.

    """
    needs = _unique(folder / NEEDS, _objects(folder / NEEDS))
    capabilities = _unique(folder / CAPABILITIES, _objects(folder / CAPABILITIES))
    suppliers: dict[str, int] = {}
    documents = [_document(number, one, suppliers) for number, one in enumerate(capabilities.values())]
    judgements = folder / JUDGEMENTS
    aggregation, rows = _table(judgements)
    items = list(capabilities) if aggregation is Aggregation.exact else list(suppliers)
    need_numbers, item_numbers = _numbered(needs), _numbered(items)
    seen: set[tuple[int, int]] = set()
    judged = [_judged(judgements, line, row, need_numbers, item_numbers, seen) for line, row in rows]
    queries = [Query(need["title"], need.get("text", "")) for need in needs.values()]
    return BenchmarkFolder(list(needs), queries, documents, items, judged, aggregation)


def _objects(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    supplier = path.name == CAPABILITIES
    for line, text in _lines(path):
        try:
            value = json.loads(text)
        except ValueError as error:
            raise _fault(path, line, f"not JSON ({error})") from error
        if not isinstance(value, dict):
            raise _fault(path, line, "not a JSON object")
        for name in ("id", "title", "supplier") if supplier else ("id", "title"):
            if not isinstance(value.get(name), str | int) or isinstance(value[name], bool) or value[name] == "":
                raise _fault(path, line, f"{name!r} is missing or not a text")
        if not isinstance(value.get("text", ""), str):
            raise _fault(path, line, "'text' is not a text")
        yield line, value | {name: str(value[name]) for name in ("id", "title")}


def _unique(path: Path, objects: Iterator[tuple[int, dict[str, Any]]]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for line, value in objects:
        if value["id"] in found:
            raise _fault(path, line, f"the id {value['id']!r} comes twice")
        found[value["id"]] = value
    if not found:
        raise ValueError(f"{path}: empty")
    return found


def _document(number: int, value: dict[str, Any], suppliers: dict[str, int]) -> Document:
    supplier = suppliers.setdefault(str(value["supplier"]), len(suppliers))
    return Document(number, supplier, value["title"], value.get("text", ""))


def _table(path: Path) -> tuple[Aggregation, list[tuple[int, list[str]]]]:
    rows = [(line, text.split("\t")) for line, text in _lines(path)]
    if not rows:
        raise ValueError(f"{path}: empty")
    line, header = rows[0]
    if len(header) != 3 or header[0] != "need" or header[1] not in _JUDGED_ITEM or header[2] != "level":
        raise _fault(path, line, "the header must be need, capability (or supplier), level, separated by tabs")
    return _JUDGED_ITEM[header[1]], rows[1:]


def _judged(
    path: Path,
    line: int,
    row: list[str],
    needs: dict[str, int],
    items: dict[str, int],
    seen: set[tuple[int, int]],
) -> tuple[int, int, float]:
    if len(row) != 3:
        raise _fault(path, line, f"{len(row)} columns, expected 3 separated by tabs")
    need, item, level = row
    if need not in needs:
        raise _fault(path, line, f"the need {need!r} is not in {NEEDS}")
    if item not in items:
        raise _fault(path, line, f"{item!r} is not in {CAPABILITIES}")
    pair = needs[need], items[item]
    if pair in seen:
        raise _fault(path, line, f"the pair {need!r}, {item!r} comes twice")
    seen.add(pair)
    return *pair, _level(path, line, level)


def _level(path: Path, line: int, text: str) -> float:
    try:
        level = float(text)
    except ValueError as error:
        raise _fault(path, line, f"the level {text!r} is not a number") from error
    if not math.isfinite(level):
        raise _fault(path, line, f"the level {text!r} is not finite")
    return level


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines that are not blank, numbered from 1; a byte order mark and CRLF are put up with."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ValueError(f"{path}: {error.strerror}") from error
    for line, raw in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        try:
            text = raw.removesuffix(b"\r").decode("utf-8")
        except UnicodeDecodeError as error:
            raise _fault(path, line, f"not UTF-8 ({error.reason} at byte {error.start})") from error
        if text.strip():
            yield line, text


def _numbered(names: list[str] | dict[str, Any]) -> dict[str, int]:
    return {name: number for number, name in enumerate(names)}


def _fault(path: Path, line: int, reason: str) -> ValueError:
    return ValueError(f"{path}, line {line}: {reason}")
