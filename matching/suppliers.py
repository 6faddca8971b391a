"""From scored documents to ranked suppliers."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matching.types import Floats, Ids

BEST_OF: Final = 5


class Aggregation(StrEnum):
    """What makes a supplier good for a query.

    A need asks for one thing: `exact` takes the best capability, and breadth only settles near-ties, so that one exact
    capability never loses to a crowd of near ones. "Who knows this subject" asks for a body of work: `breadth` takes
    the mean of the best five. For experts with about eight papers each, Chinese and English, the mean of the best five
    reached nDCG@10 0.671 and 0.796, of all 0.660 and 0.792, the best alone 0.565 and 0.709, best and mean of five
    added 0.631 and 0.752. That `exact` is right for needs is judgement: in the judged needs every supplier has one
    capability.
    """

    exact = "exact"
    breadth = "breadth"


@dataclass(frozen=True, slots=True, eq=False)
class RankedSuppliers:
    """Suppliers best first: ids and raw scores, (n,), and each one's documents, best first, as places in the input."""

    suppliers: Ids
    raw: Floats
    documents: list[NDArray[np.int64]]


def rank_suppliers(suppliers: Ids, raw: Floats, *, aggregation: Aggregation, breadth: float, k: int) -> RankedSuppliers:
    """The k best suppliers of documents with `suppliers` (m,) and `raw` scores (m,).

    Documents with raw <= 0 speak for nobody. `exact`: best + breadth · (sum of the best five) / 5; `breadth`: mean of
    the best five, of fewer if there are fewer. Ties go to the smaller id.
    """
    kept = np.flatnonzero(raw > 0)
    order = kept[np.lexsort((-raw[kept], suppliers[kept]))]
    ordered = suppliers[order]
    first = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]])) if len(order) else order
    sizes = np.diff(np.append(first, len(order)))
    top = np.arange(len(order)) - np.repeat(first, sizes) < BEST_OF
    group = np.repeat(np.arange(len(first)), sizes)
    sums = np.bincount(group, np.where(top, raw[order], 0.0), len(first))
    if aggregation is Aggregation.breadth:
        totals = sums / np.minimum(sizes, BEST_OF)
    else:
        totals = raw[order[first]] + breadth * sums / BEST_OF
    best = np.lexsort((ordered[first], -totals))[:k]
    documents = [order[first[i] : first[i] + sizes[i]] for i in best.tolist()]
    return RankedSuppliers(ordered[first[best]], totals[best].astype(np.float32), documents)
