"""The taxonomies in use. Each is read from core/taxonomy/data on first use and kept.

Sources: technical fields, the eleven of technology contract registration; industries, GB/T 4754; disciplines, the
application codes of the National Natural Science Foundation with English names (AMinerOpen/TaxoExt, MIT); regions,
GB/T 2260.
"""

import csv
from functools import cache
from pathlib import Path

from core.taxonomy.taxonomy import Code, Taxonomy

_DATA = Path(__file__).parent / "data"


@cache
def technical_fields() -> Taxonomy:
    """The 11 fields in which technology contracts are registered; a flat list."""
    return _read("technical_fields")


@cache
def industries() -> Taxonomy:
    """Sections A–T of GB/T 4754 with divisions (A01), groups (A011) and classes (A0111); 1,424 codes.

    The codes and Chinese names are those of the 2011 edition, whose divisions 01–78 the 2017 edition keeps (25 and 11
    renamed); 2017 inserts division 79, land management, so every later division is one number higher there.
    Sections and divisions have English names; a group or class shows its division's with its own code behind it. A
    class without a group of its own in the standard hangs on its division.
    """
    return _read("industries")


@cache
def disciplines() -> Taxonomy:
    """2,916 fields of research in three levels (A01, A0101, A010101)."""
    return _read("disciplines")


@cache
def regions() -> Taxonomy:
    """The 34 province-level divisions by their six-digit codes, and "overseas"; a flat list."""
    return _read("regions")


def _read(name: str) -> Taxonomy:
    with open(_DATA / f"{name}.tsv", encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))[1:]
    english = {code: en for code, _, en in rows}
    nested = name in ("industries", "disciplines")
    codes = []
    for code, zh, en in rows:
        parent = _parent(code, english) if nested else None
        codes.append(Code(code, zh, en or f"{english[code[:3]]} ({code})", parent))
    return Taxonomy(name, codes)


def _parent(code: str, known: dict[str, str]) -> str | None:
    """The longest proper prefix of `code` that is itself a code."""
    return next((code[:end] for end in range(len(code) - 1, 0, -1) if code[:end] in known), None)
