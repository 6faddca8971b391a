"""The demo catalogue as a benchmark: what its author meant each need to find, among the capabilities of its field.

An easy set (invented texts, clear intentions) for showing how things are measured, not for judging a ranker.
"""

from typing import Final

from jobs.demo.content import CapabilityEntry, FieldContent, NeedEntry, read_fields
from matching.evaluation.folder import BenchmarkFolder
from matching.suppliers import Aggregation
from matching.types import Document, Query

MEANT: Final = 4.0
NOT_MEANT: Final = 1.0


def demo_benchmark() -> BenchmarkFolder:
    """Needs with an intended capability; level 4 for those intended, 1 for every other one of the same field."""
    fields = read_fields()
    items = [entry.key for content in fields.values() for entry in content.capabilities]
    suppliers = {e.key: i for i, e in enumerate(one for content in fields.values() for one in content.suppliers)}
    entries = [(code, entry) for code, content in fields.items() for entry in content.capabilities]
    documents = [_document(number, code, entry, suppliers) for number, (code, entry) in enumerate(entries)]
    needs = [(code, need) for code, content in fields.items() for need in content.needs if need.expected_fits]
    places = {key: number for number, key in enumerate(items)}
    judged = [
        (number, places[key], level)
        for number, (code, need) in enumerate(needs)
        for key, level in _levels(fields[code], need)
    ]
    queries = [_query(code, need) for code, need in needs]
    return BenchmarkFolder([need.key for _, need in needs], queries, documents, items, judged, Aggregation.exact)


def _levels(content: FieldContent, need: NeedEntry) -> list[tuple[str, float]]:
    return [(one.key, MEANT if one.key in need.expected_fits else NOT_MEANT) for one in content.capabilities]


def _query(code: str, need: NeedEntry) -> Query:
    text = "\n".join(part for part in (need.problem, need.indicators, need.goal, " ".join(need.keywords)) if part)
    return Query(need.title, text, code, (need.industry,))


def _document(number: int, code: str, entry: CapabilityEntry, suppliers: dict[str, int]) -> Document:
    text = "\n".join(part for part in (entry.summary, entry.advantage) if part)
    supplier = suppliers[entry.supplier]
    return Document(number, supplier, entry.title, text, tuple(entry.keywords), code, tuple(entry.industries))
