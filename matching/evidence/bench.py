"""All requirements of a need beside all pieces of the suppliers' documents."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, chain, pairwise, repeat

import numpy as np

from matching.evidence.asking import Asking
from matching.evidence.exact import Numbers
from matching.evidence.likeness import Alike, alike_of
from matching.evidence.marks import Marks
from matching.evidence.offers import Offered
from matching.evidence.pieces import Piece
from matching.evidence.reading import FLAGS, Reader
from matching.evidence.segments import Places
from matching.evidence.types import LONGEST_SOURCE, Source


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """Neighbouring columns of a matrix that belong together: group g is `columns[starts[g]]` and those up to the next.

    None is empty; `names[g]` says whose a group is, `of[c]` in which group column c is.
    """

    names: Places
    starts: Places
    of: Places

    def largest(self, numbers: Numbers) -> Numbers:
        """The largest of each group's columns, (…, groups)."""
        return np.asarray(np.maximum.reduceat(numbers, self.starts, axis=-1))

    def sums(self, numbers: Numbers) -> Numbers:
        """The sum of each group's columns, (…, groups)."""
        return np.asarray(np.add.reduceat(numbers, self.starts, axis=-1))


def groups_of(sizes: Sequence[int]) -> Groups:
    """Groups named by their places among `sizes`, those of size 0 left out."""
    every = np.array(sizes, dtype=np.intp)
    names = np.flatnonzero(every)
    filled = every[names]
    return Groups(names, np.cumsum(filled) - filled, np.repeat(np.arange(len(names)), filled))


@dataclass(frozen=True, slots=True, eq=False)
class Bench:
    """Pieces of all documents of all suppliers in a row; `slices` are the suppliers', one after the other.

    `owners[i]` is the document of piece i, `document_of[i]` its place among all, `supplier_of[d]` the supplier of
    document d, `figure_at[i]` where the figures of piece i begin among all figures; `flags` has the numbers of
    `reading.FLAGS` by name. `figured` are the pieces with figures.
    """

    asking: Asking
    documents: tuple[Source, ...]
    pieces: tuple[Piece, ...]
    marks: tuple[Marks, ...]
    offered: tuple[tuple[Offered, ...], ...]
    owners: tuple[Source, ...]
    slices: tuple[slice, ...]
    by_supplier: Groups
    by_document: Groups
    document_of: Places
    supplier_of: Places
    figure_at: tuple[int, ...]
    figured: tuple[int, ...]
    properties: tuple[int | None, ...]
    kinds: tuple[frozenset[tuple[str, bool]], ...]
    flags: dict[str, Numbers]
    alike: Alike


def bench_of(asking: Asking, suppliers: Sequence[Sequence[Source]], reader: Reader) -> Bench | None:
    """The bench of `asking` and the documents of `suppliers`; None where these have no pieces at all."""
    documents = tuple(chain.from_iterable(suppliers))
    readings = reader.read.of([(source.title, source.text[:LONGEST_SOURCE]) for source in documents])
    sizes = [len(reading.pieces) for reading in readings]
    if not any(sizes):
        return None
    of_suppliers = [sum(sizes[first:end]) for first, end in pairwise(accumulate(map(len, suppliers), initial=0))]
    offered = tuple(chain.from_iterable(reading.offered for reading in readings))
    return Bench(
        asking,
        documents,
        tuple(chain.from_iterable(reading.pieces for reading in readings)),
        tuple(chain.from_iterable(reading.marks for reading in readings)),
        offered,
        tuple(chain.from_iterable(repeat(one, size) for one, size in zip(documents, sizes, strict=True))),
        tuple(slice(*ends) for ends in pairwise(accumulate(of_suppliers, initial=0))),
        groups_of(of_suppliers),
        groups_of(sizes),
        np.repeat(np.arange(len(readings)), sizes),
        np.repeat(np.arange(len(suppliers)), [len(own) for own in suppliers]),
        tuple(accumulate(map(len, offered[:-1]), initial=0)),
        tuple(place for place, figures in enumerate(offered) if figures),
        tuple(chain.from_iterable(reading.properties for reading in readings)),
        tuple(chain.from_iterable(reading.kinds for reading in readings)),
        dict(zip(FLAGS, np.concatenate([reading.flags for reading in readings], axis=1), strict=True)),
        alike_of(asking, readings, reader.words),
    )
