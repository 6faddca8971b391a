"""Reads the YAML files: quotes become offsets, and whatever breaks the format is refused by name."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import yaml

from benchmarks.evidence_cases.cases import Case, CaseError, CaseSet, Document, Kind, Language, Requirement, Verdict

FOLDER = Path(__file__).parent
_Member = TypeVar("_Member", Language, Kind, Verdict)
_CASE = {"id", "language", "tags", "need", "documents", "requirements"}
_DOCUMENT = {"id", "date", "title", "text"}
_REQUIREMENT = {"quote", "kind", "verdict"}
_EVIDENCE = {"document", "evidence"}


def read_cases(which: CaseSet = CaseSet.first, folder: Path = FOLDER) -> tuple[Case, ...]:
    """All cases of one set, by file name and then in the file's order; the field is the file's name.

    The first set lies in `folder` itself, each other one in the sub-folder of its name.

    Raises:
        CaseError: a case breaks the format, or an id occurs twice.

    """
    home = folder if which is CaseSet.first else folder / which
    cases = [
        read_case(raw, path.stem, which)
        for path in sorted(home.glob("*.yaml"))
        for raw in yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)  # a SafeLoader
    ]
    _no_doubles([case.id for case in cases], "cases")
    return tuple(cases)


def read_case(raw: Mapping[str, Any], field: str, which: CaseSet = CaseSet.first) -> Case:
    """The case that one YAML mapping describes.

    Raises:
        CaseError: a key is missing or unknown, a value is outside its set, or a quote is not in its text exactly once.

    """
    name = str(raw.get("id", f"a case of {field} without an id"))
    _keys(raw, _CASE, {"note"}, name)
    documents = tuple(_document(entry, name) for entry in raw["documents"])
    _no_doubles([document.id for document in documents], name)
    return Case(
        id=name,
        set=which,
        field=field,
        language=_member(Language, raw["language"], name),
        tags=tuple(raw["tags"]),
        note=raw.get("note"),
        need=raw["need"],
        documents=documents,
        requirements=tuple(_requirement(entry, raw["need"], documents, name) for entry in raw["requirements"]),
    )


def _document(raw: Mapping[str, Any], name: str) -> Document:
    _keys(raw, _DOCUMENT, set(), name)
    if not isinstance(raw["date"], date):
        raise CaseError(f"{name}: {raw['date']!r} is not a date")
    return Document(raw["id"], raw["date"], raw["title"], raw["text"])


def _requirement(raw: Mapping[str, Any], need: str, documents: Sequence[Document], name: str) -> Requirement:
    _keys(raw, _REQUIREMENT, _EVIDENCE, name)
    start, end = _place(raw["quote"], need, name)
    kind, verdict = _member(Kind, raw["kind"], name), _member(Verdict, raw["verdict"], name)
    if verdict is Verdict.no_evidence:
        if _EVIDENCE & raw.keys():
            raise CaseError(f"{name}: {raw['quote']!r} has no evidence, and names some")
        return Requirement(raw["quote"], start, end, kind, verdict)
    _keys(raw, _REQUIREMENT | _EVIDENCE, set(), name)
    texts = {document.id: document.text for document in documents}
    if raw["document"] not in texts:
        raise CaseError(f"{name}: there is no document {raw['document']!r}")
    place = _place(raw["evidence"], texts[raw["document"]], name)
    return Requirement(raw["quote"], start, end, kind, verdict, raw["document"], raw["evidence"], *place)


def _place(quote: str, text: str, name: str) -> tuple[int, int]:
    """Where `quote` starts and ends in `text`, in which it occurs exactly once."""
    start = text.find(quote) if quote else -1
    if start < 0:
        raise CaseError(f"{name}: {quote!r} is not in its text")
    if text.find(quote, start + 1) >= 0:
        raise CaseError(f"{name}: {quote!r} is in its text more than once")
    return start, start + len(quote)


def _member(kind: type[_Member], value: str, name: str) -> _Member:
    try:
        return kind(value)
    except ValueError as error:
        raise CaseError(f"{name}: {value!r} is no {kind.__name__.lower()}") from error


def _keys(raw: Mapping[str, Any], needed: set[str], optional: set[str], name: str) -> None:
    if missing := needed - raw.keys():
        raise CaseError(f"{name}: {', '.join(sorted(missing))} missing")
    if unknown := raw.keys() - needed - optional:
        raise CaseError(f"{name}: unknown {', '.join(sorted(unknown))}")


def _no_doubles(ids: Sequence[str], where: str) -> None:
    if double := next((one for one in ids if ids.count(one) > 1), None):
        raise CaseError(f"{where}: the id {double!r} occurs twice")
