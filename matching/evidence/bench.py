"""All requirements of a need beside all pieces of the suppliers' documents."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

import numpy as np

from matching.evidence.asking import Asking
from matching.evidence.likeness import likeness
from matching.evidence.marks import Marks
from matching.evidence.offers import Offered
from matching.evidence.pieces import Piece
from matching.evidence.reading import Reader, Reading
from matching.evidence.segments import Numbers, Places, joined
from matching.evidence.types import LONGEST_SOURCE, Source


@dataclass(frozen=True, slots=True, eq=False)
class Alike:
    """Likenesses of r requirements to p pieces, d documents and f figures; see `Likeness` for what the words mean.

    Of pieces, titles and openings the whole requirement is compared; `named` and `name_*` are about the demanded
    figure's name, beside the piece and beside the names of the offered figures.
    """

    words: Numbers
    words_back: Numbers
    aligned: Numbers
    aligned_back: Numbers
    explained: Numbers
    named: Numbers
    opening: Numbers
    title: Numbers
    title_aligned: Numbers
    title_in_need: Numbers
    need_in_text: Numbers
    name_words: Numbers
    name_aligned: Numbers
    name_back: Numbers
    name_explained: Numbers
    name_in_need: Numbers
    name_head: Numbers
    meaning: Numbers
    meaning_sentence: Numbers
    head: Numbers


@dataclass(frozen=True, slots=True, eq=False)
class Bench:
    """Pieces of all documents of all suppliers in a row; `slices` are the suppliers', one after the other.

    `document_of[i]` is the document of piece i, `supplier_of[d]` the supplier of document d, `figure_at[i]` where the
    figures of piece i begin among all figures.
    """

    asking: Asking
    documents: tuple[Source, ...]
    pieces: tuple[Piece, ...]
    marks: tuple[Marks, ...]
    offered: tuple[tuple[Offered, ...], ...]
    owners: tuple[Source, ...]
    slices: tuple[slice, ...]
    document_of: Places
    supplier_of: Places
    figure_at: Places
    properties: tuple[int | None, ...]
    kinds: tuple[frozenset[tuple[str, bool]], ...]
    alike: Alike


def bench_of(asking: Asking, suppliers: Sequence[Sequence[Source]], reader: Reader) -> Bench:
    """The bench of `asking` and the documents of `suppliers`."""
    read = [[reader.read(source.title, source.text[:LONGEST_SOURCE]) for source in sources] for sources in suppliers]
    readings = [*chain.from_iterable(read)]
    documents = tuple(chain.from_iterable(suppliers))
    sizes = [len(reading.pieces) for reading in readings]
    document_of = np.repeat(np.arange(len(readings)), sizes)
    ends = np.cumsum([0, *(sum(len(reading.pieces) for reading in own) for own in read)]).tolist()
    offered = tuple(chain.from_iterable(reading.offered for reading in readings))
    compared = [_compared(asking, own, reader) for own in read if own]
    return Bench(
        asking,
        documents,
        tuple(chain.from_iterable(reading.pieces for reading in readings)),
        tuple(chain.from_iterable(reading.marks for reading in readings)),
        offered,
        tuple(documents[number] for number in document_of.tolist()),
        tuple(slice(start, end) for start, end in pairwise(ends)),
        document_of,
        np.repeat(np.arange(len(suppliers)), [len(own) for own in suppliers]),
        np.cumsum([0, *map(len, offered)])[:-1],
        tuple(chain.from_iterable(reading.properties for reading in readings)),
        tuple(chain.from_iterable(reading.kinds for reading in readings)),
        Alike(*(np.concatenate(parts, axis=-1) for parts in zip(*compared, strict=True))),
    )


def _compared(asking: Asking, readings: Sequence[Reading], reader: Reader) -> tuple[Numbers, ...]:
    """The fields of `Alike` for one supplier's documents."""
    size = len(asking.asked)
    like = likeness(asking.wanted, joined([reading.segments for reading in readings]), reader.words)
    pieces, openings, names, titles = _places(readings)
    own, named = slice(0, size), slice(size, 2 * size)
    vectors = asking.vectors
    told = np.concatenate([reading.vectors for reading in readings])
    sentences = np.concatenate([reading.sentences for reading in readings])
    heads = np.concatenate([reading.head for reading in readings])
    return (
        like.literal[own, pieces], like.literal_back[own, pieces], like.aligned[own, pieces],
        like.aligned_back[own, pieces], like.explained[own, pieces], like.literal[named, pieces],
        like.literal[own, openings], like.literal[own, titles], like.aligned[own, titles],
        like.literal_back[-1, titles], like.literal[-1, titles + 1], like.literal[named, names],
        like.aligned[named, names], like.aligned_back[own, names], like.explained[own, names],
        like.literal_back[-1, names], like.head[named, names], (vectors[:-1] @ told.T).astype(np.float64),
        (vectors[:-1] @ sentences.T).astype(np.float64), (vectors[-1] @ heads.T).astype(np.float64).reshape(-1, 2).T,
    )  # fmt: skip


def _places(readings: Sequence[Reading]) -> tuple[Places, Places, Places, Places]:
    """Which segments are the pieces, their openings, the names of their figures, and the titles."""
    shift = 0
    found: tuple[list[Places], ...] = ([], [], [], [])
    for reading in readings:
        size, all_of = len(reading.pieces), len(reading.segments)
        edges = (0, size, 2 * size, all_of - 2, all_of - 1)
        for places, start, end in zip(found, edges, edges[1:], strict=False):
            places.append(np.arange(shift + start, shift + end))
        shift += all_of
    pieces, openings, names, titles = (np.concatenate(places) for places in found)
    return pieces, openings, names, titles
