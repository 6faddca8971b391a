"""The parts of the `match` benchmark that need a process of their own; each prints one JSON object.

`python -m benchmarks.match_steps build|serve|yardstick FOLDER SIZE NEEDS`
"""

import json
import sys
from collections.abc import Callable
from functools import partial
from itertools import islice
from pathlib import Path
from time import perf_counter
from typing import Any, Final

import numpy as np

ROUNDS: Final = 3
YARDSTICK_K: Final = 100
YARDSTICK_THREADS: Final = 2
_AT_ONCE: Final = 50_000
_WARM_UP: Final = 5

Answer = dict[str, float]


def build(folder: Path, size: int, needs: int) -> Answer:
    """The generated catalogue is embedded, indexed and stored in `folder`; seconds of each."""
    from benchmarks.generated import capabilities
    from benchmarks.generated import needs as generated_needs
    from matching.embedding.static import shipped_embedder
    from matching.engine import Engine

    engine = Engine(shipped_embedder())
    documents = capabilities(size)
    embedding = indexing = 0.0
    parts = []
    while portion := list(islice(documents, _AT_ONCE)):
        start = perf_counter()
        parts.append(engine.embed(portion))
        middle = perf_counter()
        engine.add(portion, parts[-1])
        embedding, indexing = embedding + middle - start, indexing + perf_counter() - middle
    indexing += _timed(engine.compact)
    saving = _timed(lambda: engine.save(folder / "index"))
    np.save(folder / "yardstick.npy", np.concatenate(parts))
    np.save(folder / "queries.npy", np.stack([one.vector for one in engine.prepare(generated_needs(needs))]))
    return {"embed": embedding, "index": indexing, "save": saving}


def serve(folder: Path, size: int, needs: int) -> Answer:
    """Full matches from the stored files: time to the first, the best round's p50 and p99, stages, changes, memory."""
    started = perf_counter()
    from benchmarks.generated import needs as generated_needs
    from matching.embedding.static import shipped_embedder
    from matching.engine import Engine

    engine = Engine.load(folder / "index", shipped_embedder())
    queries = generated_needs(needs)
    engine.match(queries[0])
    first = perf_counter() - started
    results = [[engine.match(query) for query in queries] for _ in range(ROUNDS)]
    rounds = [np.array([result.timings["total"] for result in one]) for one in results]
    best = int(np.argmin([np.median(one) for one in rounds]))
    stages = {name: [result.timings.get(name, 0.0) for result in results[best]] for name in results[best][0].timings}
    answer = {f"stage {name}": float(np.median(values)) for name, values in stages.items() if name != "total"}
    answer |= {"p50": float(np.median(rounds[best])), "p99": float(np.quantile(rounds[best], 0.99)), "first": first}
    answer["matches"] = float(np.mean([len(result.matches) for result in results[best]]))
    answer["peak"] = _peak_memory()
    return answer | _changes(engine, size)


def yardstick(folder: Path, size: int, needs: int) -> Answer:
    """One IndexFlatIP search, k = 100, two threads, over the same vectors: p50 of the best round."""
    import faiss as _faiss

    faiss: Any = _faiss
    vectors, queries = np.load(folder / "yardstick.npy"), np.load(folder / "queries.npy")
    faiss.omp_set_num_threads(YARDSTICK_THREADS)
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    for query in queries[:_WARM_UP]:
        index.search(query[None], YARDSTICK_K)
    rounds = [[_timed(partial(index.search, query[None], YARDSTICK_K)) for query in queries] for _ in range(ROUNDS)]
    return {"p50": float(min(np.median(one) for one in rounds))}


def _changes(engine: Any, size: int) -> Answer:
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
    """Bytes of this process's highest resident set, mapped files included."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return float(line.split()[1]) * 1024
    raise RuntimeError("no VmHWM in /proc/self/status")


STEPS: Final = {"build": build, "serve": serve, "yardstick": yardstick}

if __name__ == "__main__":
    step, place, *counts = sys.argv[1:]
    print(json.dumps(STEPS[step](Path(place), *map(int, counts))))
