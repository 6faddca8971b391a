"""The parts of the `match` and `round` benchmarks that need a process of their own; each prints one JSON object.

`python -m benchmarks.match_steps draw|build|serve|yardstick|recall|round FOLDER SIZE NEEDS`
"""

import json
import sys
from collections.abc import Callable, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from time import perf_counter, process_time
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from matching.engine import Engine
    from matching.types import Allowed, Query

ROUNDS: Final = 3
YARDSTICK_K: Final = 100
YARDSTICK_THREADS: Final = 2
POOL: Final = 100
"""So many suppliers the engine hands to rules and evidence, as the use case does."""
LISTED: Final = 10
ROUND_K: Final = 20
FILTER_SHARE: Final = 100
"""The filter keeps one document in so many."""
TEXTS, VECTORS, QUERIES, INDEX = "texts.jsonl", "vectors.npy", "queries.npy", "index"
_AT_ONCE: Final = 20_000
_WARM_UP: Final = 5

Answer = dict[str, float]


def draw(folder: Path, size: int, needs: int) -> Answer:
    """The generated catalogue and its vectors lie in `folder`; short texts embedded a second (titles)."""
    from benchmarks.generated import capabilities
    from matching.documents import packed, searched_text
    from matching.embedding.static import shipped_embedder

    embedder = shipped_embedder()
    documents = capabilities(size)
    vectors = np.lib.format.open_memmap(folder / f"new-{VECTORS}", "w+", np.float32, (size, embedder.dim))
    titles: list[str] = []
    at, embedding = 0, 0.0
    with (folder / TEXTS).open("wb") as file:
        while portion := list(islice(documents, _AT_ONCE)):
            file.writelines(packed(document) for document in portion)
            titles += [document.title for document in portion] if len(titles) < _AT_ONCE else []
            texts = [searched_text(document) for document in portion]
            start = perf_counter()
            vectors[at : at + len(portion)] = embedder.encode(texts)
            embedding += perf_counter() - start
            at += len(portion)
    vectors.flush()
    (folder / f"new-{VECTORS}").replace(folder / VECTORS)
    short = min(_timed(lambda: embedder.encode(titles)) for _ in range(ROUNDS))
    return {"embed": embedding, "short": len(titles) / short}


def build(folder: Path, size: int, needs: int) -> Answer:
    """The catalogue is indexed and stored; seconds of each."""
    from matching.documents import unpacked
    from matching.embedding.static import shipped_embedder
    from matching.engine import Engine

    engine = Engine(shipped_embedder())
    vectors = np.load(folder / VECTORS, mmap_mode="r")
    indexing = 0.0
    with (folder / TEXTS).open("rb") as file:
        while portion := [unpacked(line) for line in islice(file, _AT_ONCE)]:
            values = np.array(vectors[len(engine) : len(engine) + len(portion)])
            start = perf_counter()
            engine.add(portion, values)
            indexing += perf_counter() - start
    saving = _timed(lambda: engine.save(folder / INDEX))
    size_on_disk = sum(path.stat().st_size for path in (folder / INDEX).iterdir())
    return {"index": indexing, "save": saving, "disk": float(size_on_disk)}


def serve(folder: Path, size: int, needs: int) -> Answer:
    """Full matches from the stored files: time to the first, the best round's p50 and p99, stages, changes, memory."""
    started = perf_counter()
    from benchmarks.generated import needs as generated_needs
    from matching.embedding.static import shipped_embedder
    from matching.engine import Engine

    engine = Engine.load(folder / INDEX, shipped_embedder())
    queries = generated_needs(needs)
    engine.match(queries[0])
    first = perf_counter() - started
    rounds = [[_full_match(engine, query) for query in queries] for _ in range(ROUNDS)]
    best = min(rounds, key=lambda one: np.median([stages["total"] for stages in one]))
    totals = [stages["total"] for stages in best]
    stages = [name for name in best[0] if name not in {"total", "cpu"}]
    answer = {f"stage {name}": float(np.median([one[name] for one in best])) for name in stages}
    answer |= {"cpu": min(float(np.median([one["cpu"] for one in each])) for each in rounds)}
    answer |= {"p50": float(np.median(totals)), "p99": float(np.quantile(totals, 0.99)), "first": first}
    cold = [stages["total"] for stages in rounds[0]]
    answer |= {"first p50": float(np.median(cold)), "peak": _peak_memory()}
    return answer | _changes(engine, size)


def recall(folder: Path, size: int, needs: int) -> Answer:
    """The share of the exact dense best 100 among the candidates, without a filter and with one that keeps 1 %."""
    from benchmarks.generated import needs as generated_needs
    from matching.embedding.static import shipped_embedder
    from matching.engine import Engine
    from matching.types import ALL, AllowedIds

    engine = Engine.load(folder / INDEX, shipped_embedder())
    vectors = np.load(folder / VECTORS, mmap_mode="r")
    queries = generated_needs(needs)
    few = AllowedIds(np.sort(np.random.default_rng(3).choice(size, size // FILTER_SHARE, replace=False)))
    answer: Answer = {}
    for name, allowed in (("all", ALL), ("filtered", few)):
        found = [_recall(engine, query, vectors, allowed) for query in queries]
        answer |= {f"{name} recall": float(np.mean([share for share, _ in found]))}
        answer |= {f"{name} candidates": float(max(count for _, count in found))}
        times = [[_timed(partial(engine.match, query, allowed=allowed)) for query in queries] for _ in range(ROUNDS)]
        answer |= {f"{name} p50": float(min(np.median(one) for one in times))}
    return answer


def round_(folder: Path, size: int, needs: int) -> Answer:
    """Every need against the whole catalogue: seconds from the first to the last list, by batches.

    A few are matched one by one, too: the share of them with the same list either way.
    """
    from benchmarks.generated import needs as generated_needs
    from matching.embedding.static import shipped_embedder
    from matching.engine import Engine

    engine = Engine.load(folder / INDEX, shipped_embedder())
    queries = generated_needs(needs)
    engine.match_many(queries[:_WARM_UP], k=ROUND_K)
    clock = _Clock()
    together = engine.match_many(queries, k=ROUND_K)
    clock.stop()
    some = range(0, len(queries), max(1, len(queries) // 100))
    alone = [[(m.supplier, m.raw) for m in engine.match(queries[i], k=ROUND_K).matches] for i in some]
    same = [[(m.supplier, m.raw) for m in together[i].matches] == one for i, one in zip(some, alone, strict=True)]
    return {"seconds": clock.wall, "cpu": clock.cpu, "same": float(np.mean(same)), "peak": _peak_memory()}


def yardstick(folder: Path, size: int, needs: int) -> Answer:
    """One IndexFlatIP search, k = 100, two threads, over the same vectors: p50 of the best round."""
    import faiss as _faiss

    from benchmarks.generated import needs as generated_needs
    from matching.embedding.static import shipped_embedder
    from matching.engine import Engine

    faiss: Any = _faiss
    queries = [one.vector for one in Engine(shipped_embedder()).prepare(generated_needs(needs))]
    faiss.omp_set_num_threads(YARDSTICK_THREADS)
    vectors = np.load(folder / VECTORS, mmap_mode="r")
    index = faiss.IndexFlatIP(vectors.shape[1])
    for at in range(0, len(vectors), _AT_ONCE):
        index.add(np.ascontiguousarray(vectors[at : at + _AT_ONCE]))
    for query in queries[:_WARM_UP]:
        index.search(query[None], YARDSTICK_K)
    started = process_time()
    rounds = [[_timed(partial(index.search, query[None], YARDSTICK_K)) for query in queries] for _ in range(ROUNDS)]
    spent = (process_time() - started) / (ROUNDS * len(queries))
    return {"p50": float(min(np.median(one) for one in rounds)), "cpu": spent}


def _full_match(engine: "Engine", query: "Query") -> Answer:
    """Seconds by stage of one match: the pool, rules and evidence until the list of ten stands, reasons of the ten."""
    from benchmarks.generated_offers import NOW, offer, wanted
    from matching.proposals.propose import propose
    from matching.proposals.types import Policy
    from matching.rules import shipped_rules

    rules, policy = shipped_rules(), Policy(k=LISTED)
    ranking = _Clock()
    prepared = engine.prepare([query])[0]
    pool = engine.rank(prepared, k=POOL)
    ranking.stop()
    need, offers = wanted(query), [offer(engine, match) for match in pool.matches]  # read from records, not timed
    proposing = _Clock()
    made = propose(need, offers, policy=policy, ranker=engine.ranker, rules=rules, embedder=engine.embedder, now=NOW)
    proposing.stop()
    matches = {match.supplier: match for match in pool.matches}
    listed = [matches[proposed.supplier] for proposed in made.proposed]
    explaining = _Clock()
    engine.explain(prepared, listed, [engine.document(match.best.document) for match in listed])
    explaining.stop()
    stages = {**pool.timings, "prepare": ranking.wall - pool.timings["total"]}
    stages |= {"rules and evidence": proposing.wall, "reasons": explaining.wall}
    clocks = (ranking, proposing, explaining)
    return {**stages, "total": sum(one.wall for one in clocks), "cpu": sum(one.cpu for one in clocks)}


class _Clock:
    """Seconds from its making until `stop`, on the wall and of this process's threads together."""

    def __init__(self) -> None:
        self.wall, self.cpu = -perf_counter(), -process_time()

    def stop(self) -> None:
        self.wall, self.cpu = self.wall + perf_counter(), self.cpu + process_time()


def _recall(engine: "Engine", query: "Query", vectors: Any, allowed: "Allowed") -> tuple[float, int]:
    from matching.types import AllowedIds

    asked = engine.prepare([query])[0].vector
    ids = allowed.ids if isinstance(allowed, AllowedIds) else np.arange(len(vectors))
    parts = [vectors[ids[at : at + _AT_ONCE]] @ asked for at in range(0, len(ids), _AT_ONCE)]
    nearest = ids[np.argsort(-np.concatenate(parts), kind="stable")[:YARDSTICK_K]]
    chosen = engine.candidates(query, allowed=allowed)
    return float(np.isin(nearest, chosen).mean()), len(chosen)


def _changes(engine: "Engine", size: int) -> Answer:
    from matching.types import Document, Query

    new = Document(size + 1, size + 1, "等离子体辅助锻造除鳞", "等离子体辅助锻造除鳞装备。")
    query = Query("等离子体辅助锻造除鳞")
    adding = _timed(lambda: engine.add([new]))
    if engine.match(query).matches[0].best.document != new.id:
        raise RuntimeError("an added capability was not seen by the next match")
    removing = _timed(lambda: engine.remove([new.id]))
    if engine.match(query).matches[0].best.document == new.id:
        raise RuntimeError("a removed capability was seen by the next match")
    return {"add": adding, "remove": removing}


def _timed(action: Callable[[], object]) -> float:
    start = perf_counter()
    action()
    return perf_counter() - start


def _peak_memory() -> float:
    """Bytes of this process's highest resident set; pages of mapped files that were read count, too."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return float(line.split()[1]) * 1024
    raise RuntimeError("no VmHWM in /proc/self/status")


STEPS: Final = {
    "draw": draw, "build": build, "serve": serve, "yardstick": yardstick, "recall": recall, "round": round_,
}  # fmt: skip


def main(arguments: Sequence[str]) -> None:
    """Runs one step and prints what it measured."""
    step, place, *counts = arguments
    print(json.dumps(STEPS[step](Path(place), *map(int, counts))))


if __name__ == "__main__":
    main(sys.argv[1:])
