"""Judged needs of the reference data as a catalogue: texts only, so that rules know of no supplier what they ask."""

from pathlib import Path
from typing import Final

from core.language.clauses import split_clauses
from jobs.notebooks.catalogue import NOW, Catalogue
from matching.evaluation.folder import read_folder
from matching.evidence.types import Requirement
from matching.proposals.types import Wanted
from matching.rules import CapabilityFacts, NeedFacts, Party, SupplierFacts
from matching.types import Query

FOLDER: Final = "needs_achievements"
MOST_REQUIREMENTS: Final = 12
"""The example is a need with many requirements, but no more than fit into a picture."""
_ASKER: Final = Party(frozenset({-1}), ())


def reference_catalogue(data: Path) -> Catalogue:
    """The needs and achievements in the folder `data`, every document dated on the notebooks' day.

    Raises:
        ValueError: the benchmark in it is malformed; see `read_folder`.

    """
    benchmark = read_folder(data / FOLDER)
    needs = {key: _wanted(query) for key, query in zip(benchmark.need_ids, benchmark.needs, strict=True)}
    documents = {document.id: document for document in benchmark.documents}
    suppliers = sorted({document.supplier for document in benchmark.documents})
    return Catalogue(
        origin="reference",
        needs=needs,
        documents=documents,
        dates=dict.fromkeys(documents, NOW.date()),
        capabilities={key: CapabilityFacts(text=f"{one.title}\n{one.text}") for key, one in documents.items()},
        suppliers={key: SupplierFacts(id=key, party=Party(frozenset({key}), ())) for key in suppliers},
        names={key: f"supplier {key}" for key in suppliers},
        example=_example(needs),
        organisations={key: frozenset({key}) for key in suppliers},
    )


def _wanted(query: Query) -> Wanted:
    clauses = split_clauses(query.text)
    return Wanted(query, NeedFacts(asker=_ASKER), tuple(Requirement(clause.text, clause.kind) for clause in clauses))


def _example(needs: dict[str, Wanted]) -> str:
    counts = {key: len(wanted.requirements) for key, wanted in needs.items()}
    fitting = [key for key, count in counts.items() if count <= MOST_REQUIREMENTS]
    return max(fitting or list(counts), key=lambda key: counts[key])
