"""The engine: documents in, ranked suppliers with reasons out.

A match goes: query → terms and vector → candidates → features of each → raw scores → suppliers → bands, reasons.
Up to `SCORE_ALL` allowed documents every one is scored in full; above, the best by vectors and the best by pairs are,
by ids where they tie, so that the pool depends on no order of adding.
Scores of a pair depend on the two texts, the shipped model and the shipped weights, on no other document.
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matching import cache
from matching.candidates import likest
from matching.documents import DocumentStore, searched_text
from matching.embedding.protocol import Embedder
from matching.lexical.index import LexicalIndex
from matching.lexical.query import TITLE_WEIGHT, QueryTerms, batch_query_terms
from matching.lexical.statistics import TermStatistics, shipped_statistics
from matching.lexical.terms import starts_of_runs
from matching.lock import ReadWriteLock
from matching.notes import notes_on
from matching.passages import passages_of
from matching.ranker import COLD, FEATURES, Ranker
from matching.reasons import Asked, Found, explanations
from matching.scripts import Script, script_of
from matching.suppliers import BEST_OF, Aggregation, RankedSuppliers, rank_suppliers
from matching.types import (
    ALL,
    Allowed,
    Band,
    CapabilityScore,
    Document,
    Floats,
    Ids,
    MatchResult,
    Query,
    Reason,
    SupplierMatch,
)
from matching.vectors.planner import PlannedIndex
from matching.vectors.positions import Rows
from matching.vectors.sketches import on_one_core
from matching.watch import Watch

ENGINE: Final = "keqiao-engine-1"
SCORE_ALL: Final = 1_000
CANDIDATES_EACH: Final = 400
"""From vectors and from pairs each, where not all are scored."""
_ENCODE_AT_ONCE: Final = 8192
_MATCH_AT_ONCE: Final = 64
_BEST_PASSAGES: Final = 3
"""The mean of so many best passages is the feature `sentences`."""


@dataclass(frozen=True, slots=True, eq=False)
class PreparedQuery:
    """A query with its terms and its vector: the mean of title and whole text, weighted as for terms.

    `passages` (p, dim) are the vectors of the title, first, and of the sentences.
    """

    query: Query
    terms: QueryTerms
    vector: Floats
    passages: Floats

    @property
    def script(self) -> Script:
        """The script of its title and text."""
        return script_of(f"{self.query.title} {self.query.text}")

    @property
    def is_empty(self) -> bool:
        """Whether nothing in the query can be compared."""
        return self.terms.is_empty and not self.vector.any()


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """Documents scored in full: rows (m,), features (len(FEATURES), m), raw scores (m,)."""

    rows: Rows
    features: Floats
    raw: Floats


class Engine:
    """Documents, their vectors and their terms, and matching over them. Many readers and one writer at a time."""

    def __init__(self, embedder: Embedder, ranker: Ranker = COLD, *, statistics: TermStatistics | None = None) -> None:
        self.embedder = embedder
        self.ranker = ranker
        self._lock = ReadWriteLock()
        self._beside = ThreadPoolExecutor(1, thread_name_prefix="vectors", initializer=on_one_core)
        self._documents = DocumentStore()
        self._lexical = LexicalIndex(statistics or shipped_statistics())
        self._vectors = PlannedIndex(embedder.dim)

    def __len__(self) -> int:
        return len(self._documents)

    def ids(self) -> Ids:
        """The ids of all documents, ascending."""
        with self._lock.reading():
            return self._documents.positions.sorted_ids().copy()

    def document(self, number: int) -> Document:
        """The document with the id `number`.

        Raises:
            ValueError: there is none.

        """
        with self._lock.reading():
            return self._document(number)

    def add(self, documents: Sequence[Document], vectors: Floats | None = None) -> None:
        """The next match sees `documents`; one with a known id replaces the older one.

        `vectors` (n, dim) are those of `embed(documents)`, where they are stored already.

        Raises:
            ValueError: an id comes twice, or the vectors do not fit.

        """
        if not documents:
            return
        values = self.embed(documents) if vectors is None else vectors
        ids = np.fromiter((document.id for document in documents), dtype=np.int64, count=len(documents))
        texts = [searched_text(document) for document in documents]
        with self._lock.writing():
            self._vectors.add(ids, values)
            self._documents.add(documents)
            self._lexical.add(texts)

    def embed(self, documents: Sequence[Document]) -> Floats:
        """The vectors (n, dim) under which `documents` are found."""
        texts = [searched_text(document) for document in documents]
        parts = [self.embedder.encode(texts[at : at + _ENCODE_AT_ONCE]) for at in range(0, len(texts), _ENCODE_AT_ONCE)]
        return np.concatenate(parts) if parts else np.zeros((0, self.embedder.dim), dtype=np.float32)

    def remove(self, ids: Sequence[int] | Ids) -> None:
        """The next match does not see `ids`; unknown ones are passed over. Their texts are forgotten at once."""
        numbers = np.asarray(ids, dtype=np.int64)
        with self._lock.writing():
            self._vectors.remove(numbers)
            self._documents.remove(numbers)

    def compact(self) -> None:
        """Frees what removed documents left behind; takes some seconds at a million."""
        with self._lock.writing():
            self._drop_removed()
            self._lexical.join_small()
            self._vectors.compact()

    def save(self, folder: Path) -> None:
        """Writes a cache to `folder`, replacing an older one at once or not at all; removed documents are not in it.

        From then on this engine reads from those files, like one that was loaded, and frees its own copies.
        """
        with self._lock.writing():
            self._drop_removed()
            self._lexical.join_small()
            with cache.writing(folder) as new:
                files = [*self._documents.save(new), *self._lexical.save(new), *self._vectors.save(new)]
                facts: dict[str, str | int] = {"index": self._vectors.name, "segments": self._lexical.segments}
                cache.seal(new, self._identity(), files, facts)
            self._open(folder, facts)

    @classmethod
    def load(
        cls, folder: Path, embedder: Embedder, ranker: Ranker = COLD, *, statistics: TermStatistics | None = None
    ) -> "Engine":
        """The saved engine; arrays and texts are mapped, so it is ready in a moment.

        Raises:
            CacheError: a file is missing or damaged, or the cache is of another version, model or table of weights.

        """
        engine = cls(embedder, ranker, statistics=statistics)
        facts = cache.verified(folder, expected=engine._identity())
        try:
            engine._open(folder, facts)
        except (ValueError, LookupError, OSError) as error:
            raise cache.CacheError(f"{folder}: {error}") from error
        return engine

    def match(
        self,
        query: Query,
        *,
        k: int = 10,
        allowed: Allowed = ALL,
        aggregation: Aggregation = Aggregation.exact,
    ) -> MatchResult:
        """The k best suppliers among the allowed documents, with reasons.

        Fewer come back where fewer have any likeness; why nothing does, and which list is a fallback, stands in its
        notes. Never raises for any text.

        Raises:
            ValueError: k is below 1.

        """
        watch = Watch()
        prepared = self.prepare([query])[0]
        watch.lap("prepare")
        with self._lock.reading():
            result = self._matched(prepared, k, allowed, aggregation, watch)
            documents = [self._document(found.best.document) for found in result.matches]
            matches = self.explain(prepared, result.matches, documents)
            watch.lap("explain")
        return replace(result, matches=matches, timings=watch.timings())

    def match_many(
        self,
        queries: Sequence[Query],
        *,
        k: int = 20,
        allowed: Allowed = ALL,
        aggregation: Aggregation = Aggregation.exact,
    ) -> list[MatchResult]:
        """What `match` gives for each of `queries`, without reasons and spans.

        Changes to the engine wait for a batch of some dozens, not for the whole. Threads would not help: most of the
        time is spent where the interpreter's lock is held. Several processes may share the stored files.

        Raises:
            ValueError: k is below 1.

        """
        results: list[MatchResult] = []
        for at in range(0, len(queries), _MATCH_AT_ONCE):
            batch = self.prepare(queries[at : at + _MATCH_AT_ONCE])
            with self._lock.reading():
                results += [self._matched(one, k, allowed, aggregation, Watch()) for one in batch]
        return results

    def rank(
        self,
        prepared: PreparedQuery,
        *,
        k: int = 20,
        allowed: Allowed = ALL,
        aggregation: Aggregation = Aggregation.exact,
    ) -> MatchResult:
        """What `match` gives for the query, without reasons and spans: those of few of many are told by `explain`.

        Raises:
            ValueError: k is below 1.

        """
        with self._lock.reading():
            return self._matched(prepared, k, allowed, aggregation, Watch())

    def explain(
        self, prepared: PreparedQuery, matches: Sequence[SupplierMatch], documents: Sequence[Document]
    ) -> tuple[SupplierMatch, ...]:
        """`matches` of the query with reasons and spans; `documents` are the best of each, as they were scored."""
        asked = Asked.of(prepared.query, prepared.terms)
        found = [
            Found(document, match.best.features, self._useful(match))
            for match, document in zip(matches, documents, strict=True)
        ]
        told = explanations(asked, found)
        return tuple(
            replace(match, reasons=reasons, spans=spans) for match, (reasons, spans) in zip(matches, told, strict=True)
        )

    def candidates(self, query: Query, *, allowed: Allowed = ALL) -> Ids:
        """The ids, ascending, of the documents that a match would score in full."""
        prepared = self.prepare([query])[0]
        with self._lock.reading():
            rows, _ = self._chosen(prepared, allowed, Watch())
            return np.sort(self._documents.positions.ids[rows])

    def prepare(self, queries: Sequence[Query]) -> list[PreparedQuery]:
        """The terms and vectors of `queries`, made together.

        Raises:
            ValueError: the embedder gave a value that is not finite.

        """
        terms = batch_query_terms([(query.title, query.text) for query in queries], self._lexical.statistics)
        passages = self._passages(queries)
        titles = np.stack([vectors[0] for vectors in passages]) if queries else self._no_vectors()
        whole = self.embedder.encode([f"{query.title} {query.text}".strip() for query in queries])
        vectors = ((TITLE_WEIGHT * titles + whole) / (TITLE_WEIGHT + 1.0)).astype(np.float32)
        if not (np.isfinite(vectors).all() and all(np.isfinite(parts).all() for parts in passages)):
            raise ValueError(f"the embedder {self.embedder.name!r} gave a value that is not finite")
        return [PreparedQuery(*parts) for parts in zip(queries, terms, vectors, passages, strict=True)]

    def score_all(self, queries: Sequence[Query]) -> Iterator[Floats]:
        """For each query the raw scores of all documents, in the order of `ids()`. For evaluation."""
        yield from map(self.ranker.raw, self.features_of_all(queries))

    def features_of_all(self, queries: Sequence[Query]) -> Iterator[Floats]:
        """For each query the features (len(FEATURES), n) of all documents, in the order of `ids()`. For fitting."""
        for prepared in self.prepare(queries):
            with self._lock.reading():
                rows = self._documents.positions.rows_of(self._documents.positions.sorted_ids())
                ordered = np.sort(rows)
                scored = self._in_full(prepared, ordered, self._lexical.pairs(prepared.terms)[ordered])
            yield scored.features[:, np.searchsorted(ordered, rows)]

    def _document(self, number: int) -> Document:
        rows = self._documents.positions.rows_of(np.array([number], dtype=np.int64))
        if not len(rows):
            raise ValueError(f"no document has the id {number}")
        return self._documents.document(int(rows[0]))

    def _open(self, folder: Path, facts: Mapping[str, str | int]) -> None:
        lexical = LexicalIndex.load(folder, self._lexical.statistics, int(facts["segments"]))
        vectors = PlannedIndex.load(folder, self.embedder.dim)
        self._documents, self._lexical, self._vectors = DocumentStore.load(folder), lexical, vectors

    def _drop_removed(self) -> None:
        if len(self._documents) < self._documents.positions.rows:
            self._lexical.drop_rows(self._documents.drop())

    def _identity(self) -> dict[str, str]:
        """What must be the same for a cache to be of use."""
        return {
            "engine": ENGINE,
            "model": self.embedder.name,
            "dim": str(self.embedder.dim),
            "statistics": self._lexical.statistics.name,
        }

    def _matched(
        self, prepared: PreparedQuery, k: int, allowed: Allowed, aggregation: Aggregation, watch: Watch
    ) -> MatchResult:
        """The result without reasons and spans."""
        if k < 1:
            raise ValueError(f"k is {k}, must be at least 1")
        if prepared.is_empty:
            return self._result((), 0, watch, tuple(notes_on(prepared.terms, prepared.vector, 0, 0)))
        rows, pairs = self._chosen(prepared, allowed, watch)
        scored = self._in_full(prepared, rows, pairs)
        watch.lap("rescore")
        suppliers = self._documents.suppliers(rows)
        ranked = rank_suppliers(suppliers, scored.raw, aggregation=aggregation, breadth=self.ranker.breadth, k=k)
        matches = self._listed(scored, ranked)
        watch.lap("suppliers")
        notes = notes_on(prepared.terms, prepared.vector, len(rows), len(matches))
        return self._result(matches, len(rows), watch, tuple(notes))

    def _chosen(self, prepared: PreparedQuery, allowed: Allowed, watch: Watch) -> tuple[Rows, Floats]:
        """The rows to score in full, ascending, and their likeness in pairs, each (m,).

        All rows, or those with the nearest vectors and those with the likest pairs. Both are looked for at a time: the
        vectors on a thread beside, as neither search holds the interpreter's lock for long.
        """
        rows = self._documents.positions.allowed_rows(allowed)
        few = len(rows) <= SCORE_ALL
        vectors = None if few else self._beside.submit(self._nearest, prepared, allowed)
        pairs = self._lexical.pairs(prepared.terms)
        watch.lap("lexical")
        if vectors is None:
            return rows, pairs[rows]
        near = vectors.result()
        watch.lap("dense")
        ids, every = self._documents.positions.ids, len(rows) == len(pairs)
        like = likest(pairs if every else pairs[rows], ids if every else ids[rows], CANDIDATES_EACH)
        watch.lap("choose")
        both = np.sort(np.concatenate([self._documents.positions.rows_of(near), rows[like]]))
        chosen = both[starts_of_runs(both)]
        return chosen, pairs[chosen]

    def _nearest(self, prepared: PreparedQuery, allowed: Allowed) -> Ids:
        """The ids with the nearest vectors, at most `CANDIDATES_EACH`."""
        _, near = self._vectors.search(prepared.vector[None], CANDIDATES_EACH, allowed)
        return near[near >= 0]

    def _in_full(self, prepared: PreparedQuery, rows: Rows, pairs: Floats) -> Scored:
        query = prepared.query
        dense, titles, sentences, best_sentence = self._semantic(prepared, rows)
        across = self._documents.across(rows, prepared.script)
        features = np.stack(
            [
                self._lexical.characters(prepared.terms, rows),
                pairs + self.ranker.instead_of_pairs(across, dense, sentences),
                dense,
                titles,
                sentences,
                best_sentence,
                self._documents.same_field(rows, query.field),
                self._documents.shared_industry(rows, query.industries),
            ]
        ).astype(np.float32)
        for name, values in zip(FEATURES, features, strict=True):
            if not np.isfinite(values).all():
                raise ValueError(f"the feature {name!r} has a value that is not finite")
        return Scored(rows, features, self.ranker.raw(features))

    def _semantic(self, prepared: PreparedQuery, rows: Rows) -> tuple[Floats, Floats, Floats, Floats]:
        """The features dense, titles, sentences and best_sentence of `rows`, each (len(rows),)."""
        wanted = np.concatenate([prepared.vector[None], prepared.passages])
        products = self._vectors.products(wanted, self._documents.positions.ids[rows])
        best = -np.sort(-products[1:], axis=0)[:_BEST_PASSAGES]
        return products[0], products[1], best.mean(axis=0), best[0]

    def _passages(self, queries: Sequence[Query]) -> list[Floats]:
        texts = [passages_of(query) for query in queries]
        vectors = self.embedder.encode([text for parts in texts for text in parts])
        return np.split(vectors, np.cumsum([len(parts) for parts in texts])[:-1]) if texts else []

    def _no_vectors(self) -> Floats:
        return np.zeros((0, self.embedder.dim), dtype=np.float32)

    def _listed(self, scored: Scored, ranked: RankedSuppliers) -> tuple[SupplierMatch, ...]:
        shown = [places[:BEST_OF] for places in ranked.documents]
        capabilities = self._capabilities(scored, np.concatenate(shown)) if shown else iter(())
        parts = zip(ranked.suppliers.tolist(), ranked.raw.tolist(), shown, strict=True)
        return tuple(
            self._match_of(rank, supplier, raw, list(islice(capabilities, len(places))))
            for rank, (supplier, raw, places) in enumerate(parts, start=1)
        )

    def _match_of(self, rank: int, supplier: int, raw: float, capabilities: list[CapabilityScore]) -> SupplierMatch:
        best, *others = capabilities
        score = self.ranker.score(raw)
        return SupplierMatch(supplier, rank, score, self.ranker.band(score), best, tuple(others), raw=raw)

    def _useful(self, match: SupplierMatch) -> int:
        """How many more of the supplier's documents are worth a look."""
        return sum(self.ranker.band(other.score) is not Band.weak for other in match.others)

    def _capabilities(self, scored: Scored, places: NDArray[np.int64]) -> Iterator[CapabilityScore]:
        """The documents at `places` of what was scored."""
        numbers = self._documents.positions.ids[scored.rows[places]].tolist()
        values = scored.features[:, places].T.tolist()
        for number, raw, features in zip(numbers, scored.raw[places].tolist(), values, strict=True):
            yield CapabilityScore(number, self.ranker.score(raw), dict(zip(FEATURES, features, strict=True)))

    def _result(
        self, matches: tuple[SupplierMatch, ...], candidates: int, watch: Watch, notes: tuple[Reason, ...] = ()
    ) -> MatchResult:
        return MatchResult(
            matches=matches,
            candidates=candidates,
            timings=watch.timings(),
            engine=ENGINE,
            model=self.embedder.name,
            ranker=self.ranker.name,
            index=f"{self._vectors.name}+{self._lexical.statistics.name}",
            notes=notes,
        )
