"""The built-in embedder: both languages in one space, fast, ready at once.

What a model says of texts it was trained on proves little, so the figures named `withheld` come from models that are
retrained without those texts (see `withheld.py`), written to a folder and read back like the shipped one. Ranking by
needs_achievements is by the cosine alone, of title and of full text, added; no judgement takes part in training.
"""

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import ndcg_score

from benchmarks.figure import Figure, measured
from benchmarks.reference import add_data_option, reference_data
from benchmarks.withheld import FOLDS, Withheld, add_training_options, retrained_parts, whole_corpus
from matching.embedding.protocol import Embedder
from matching.embedding.static import SHIPPED, StaticEmbedder
from matching.embedding.training.sources import Pairs

NAME = "embedding"
_BEST_OF = 3
_TEXTS = 50_000
_TOP = 10
_RECALL_BAR = 0.8
_LEAST_JUDGED = 5
_RELEVANT = 3

Scores = NDArray[np.float32]


def add_options(parser: ArgumentParser) -> None:
    """Where the data and the dictionary lie, and how many models to retrain."""
    add_data_option(parser)
    add_training_options(parser, folds=1)


def run(options: Namespace) -> Iterator[Figure]:
    """Size and speed first, then quality, then the retrained models (minutes each)."""
    data = reference_data(options)
    fields = whole_corpus(options, data).fields
    yield from _cost([chinese for chinese, _ in fields])
    embedder = StaticEmbedder.load(SHIPPED)
    yield measured(NAME, "needs_achievements nDCG@10, cosine alone", _judged_ndcg(embedder, data), "")
    yield measured(NAME, "field names zh→en recall@10, trained on", _recall(embedder, fields), "")
    recalls = []
    for fold, part, retrained in retrained_parts(options, data):
        recalls.append(_recall(retrained, fields, part.positions))
        yield from _unseen(retrained, part, recalls[-1], f"withheld part {fold + 1} of {FOLDS}")
    if len(recalls) > 1:
        label = f"field names zh→en recall@10, withheld, mean of {len(recalls)} parts"
        yield measured(NAME, label, float(np.mean(recalls)), "", at_least=_RECALL_BAR)


def _cost(names: list[str]) -> Iterator[Figure]:
    size = sum(path.stat().st_size for path in SHIPPED.rglob("*") if path.is_file())
    yield measured(NAME, "model on disk", size / 1e6, "MB", at_most=40)
    yield measured(NAME, "load", min(_load_seconds() for _ in range(_BEST_OF)), "s", at_most=0.3)
    embedder = StaticEmbedder.load(SHIPPED)
    texts = [names[i % len(names)] for i in range(_TEXTS)]
    seconds = min(_encode_seconds(embedder, texts) for _ in range(_BEST_OF))
    yield measured(NAME, "short texts", _TEXTS / seconds, "texts/s", at_least=40_000)


def _load_seconds() -> float:
    start = perf_counter()
    StaticEmbedder.load(SHIPPED)
    return perf_counter() - start


def _encode_seconds(embedder: Embedder, texts: list[str]) -> float:
    start = perf_counter()
    embedder.encode(texts)
    return perf_counter() - start


def _unseen(embedder: Embedder, part: Withheld, recall: float, label: str) -> Iterator[Figure]:
    yield measured(NAME, f"field names zh→en recall@10, {label}", recall, "", at_least=_RECALL_BAR)
    texts = [abstract.text for abstract in part.abstracts]
    titles = [abstract.title for abstract in part.abstracts]
    keywords = [abstract.keywords for abstract in part.abstracts]
    chinese, english = [zh for zh, _ in part.both_languages], [en for _, en in part.both_languages]
    for figure, queries, answers in (
        ("title → abstract", titles, texts),
        ("keywords → abstract", keywords, texts),
        ("Chinese → English abstract", chinese, english),
    ):
        value = _reciprocal_rank(embedder, queries, answers)
        yield measured(NAME, f"{figure} MRR in {len(answers)}, {label}", value, "")


def _ranks(scores: Scores, own: NDArray[np.intp]) -> NDArray[np.intp]:
    """For each row the place, from 1, of its own column; a tie counts against it."""
    mine = scores[np.arange(len(own)), own]
    return np.asarray((scores >= mine[:, None]).sum(axis=1))


def _recall(embedder: Embedder, fields: Pairs, queries: NDArray[np.intp] | None = None) -> float:
    """The share of Chinese names whose own English name is among the first ten of all English names.

    Two fields with the same English name are one answer.
    """
    english = list(dict.fromkeys(en.lower() for _, en in fields))
    column = {name: i for i, name in enumerate(english)}
    asked = range(len(fields)) if queries is None else queries.tolist()
    own = np.array([column[fields[i][1].lower()] for i in asked])
    scores = embedder.encode([fields[i][0] for i in asked]) @ embedder.encode(english).T
    return float((_ranks(scores, own) <= _TOP).mean())


def _reciprocal_rank(embedder: Embedder, queries: list[str], answers: list[str]) -> float:
    scores = embedder.encode(queries) @ embedder.encode(answers).T
    return float((1 / _ranks(scores, np.arange(len(queries)))).mean())


def _judged_ndcg(embedder: Embedder, data: Path) -> float:
    """Mean nDCG@10 over the needs with five judged pairs or more and a relevant one; gain 2^(level - 1) - 1."""
    folder = data / "needs_achievements"
    needs, capabilities = _json_lines(folder / "needs.jsonl"), _json_lines(folder / "capabilities.jsonl")
    found = embedder.encode([c["title"] for c in capabilities]).T
    titles, texts = embedder.encode([n["title"] for n in needs]), embedder.encode([n["text"] for n in needs])
    scores = titles @ found + texts @ found
    row, column = ({item["id"]: i for i, item in enumerate(items)} for items in (needs, capabilities))
    levels: dict[int, dict[int, float]] = {}
    for line in (folder / "judgements.tsv").read_text("utf-8").splitlines()[1:]:
        need, capability, level = line.split("\t")
        levels.setdefault(row[need], {})[column[capability]] = float(level)
    values = [_ndcg(scores[i], judged) for i, judged in levels.items() if _rankable(judged)]
    return float(np.mean(values))


def _rankable(judged: dict[int, float]) -> bool:
    levels = judged.values()
    return len(levels) >= _LEAST_JUDGED and max(levels) >= _RELEVANT and len(set(levels)) > 1


def _ndcg(scores: Scores, judged: dict[int, float]) -> float:
    gains = [2 ** (level - 1) - 1 for level in judged.values()]
    return float(ndcg_score([gains], [scores[list(judged)]], k=_TOP))


def _json_lines(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]
