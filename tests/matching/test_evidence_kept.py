"""What is read of single texts is kept a while, and is the same whatever is read beside it."""

from collections.abc import Sequence

import numpy as np

from benchmarks.evidence_cases import CaseSet, read_cases
from benchmarks.evidence_examples import requirements_of, sources_of
from matching.embedding.static import shipped_embedder
from matching.evidence.kept import Kept
from matching.evidence.reading import Reader
from matching.evidence.segments import Terms
from matching.lexical.statistics import shipped_statistics


def _reader() -> Reader:
    return Reader(shipped_embedder(), shipped_statistics())


def _check_terms(one: Terms, other: Terms) -> None:
    for name in ("keys", "weights", "at", "rows", "totals"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


def test_only_what_is_new_is_made_each_once_and_what_was_not_asked_for_longest_goes() -> None:
    made: list[str] = []

    def lengths(keys: Sequence[str]) -> list[int]:
        made.extend(keys)
        return [len(key) for key in keys]

    kept = Kept(2, lengths)
    assert kept.of(["a", "bb", "a"]) == [1, 2, 1]
    assert kept.of(["a", "ccc"]) == [1, 3]
    assert kept.of(["bb"]) == [2]
    assert made == ["a", "bb", "ccc", "bb"]


def test_more_than_is_kept_is_still_answered() -> None:
    kept: Kept[int, int] = Kept(1, lambda keys: [key + 1 for key in keys])
    assert kept.of([1, 2, 3]) == [2, 3, 4]


def test_documents_and_requirements_are_read_alike_alone_and_together() -> None:
    cases = read_cases(CaseSet.second)[:12]
    documents = [(source.title, source.text) for case in cases for source in sources_of(case)]
    asked = [requirement for case in cases for requirement in requirements_of(case)]
    documents.append(("", ""))
    together, alone = _reader(), _reader()
    for key, read in zip(documents, together.read.of(documents), strict=True):
        own = alone.read.of([key])[0]
        np.testing.assert_array_equal(read.vectors, own.vectors)
        _check_terms(read.terms, own.terms)
        assert (read.pieces, read.marks, read.offered) == (own.pieces, own.marks, own.offered)
    for requirement, one in zip(asked, together.asked.of(asked), strict=True):
        own_one = alone.asked.of([requirement])[0]
        np.testing.assert_array_equal(one.vector, own_one.vector)
        _check_terms(one.terms, own_one.terms)
        assert (one.requirement, one.demand, one.subject) == (own_one.requirement, own_one.demand, own_one.subject)
