"""The search index's side of the database: vectors of what is offered, and a process's index that follows them.

Importing this package loads no numerical library: those come with the first embedder or index that is made.
"""

from workflow.indexing.comparison import IndexComparison, compare_index
from workflow.indexing.embedder import embedder_of
from workflow.indexing.rules import rules_of_society
from workflow.indexing.search_index import SearchIndex
from workflow.indexing.vectors import write_vectors

__all__ = [
    "IndexComparison",
    "SearchIndex",
    "compare_index",
    "embedder_of",
    "rules_of_society",
    "write_vectors",
]
