"""Experts are ranked better than by TF-IDF with an embedder that never saw their papers, in Chinese and in English.

The sets are those of `expert_sets`. `withheld` figures come from an embedder that is retrained without the fifth of
the papers that the set is cut from (see `withheld.py`); without folds the shipped embedder is measured, which was
trained on these very papers. The term weights count them in either case: shares of texts with a word, of which a
fifth moves little. TF-IDF as one would write it first: characters 2-3 for Chinese, words and word pairs for English,
sublinear, fitted on the set itself; an expert scores the mean of the best five papers, as in the engine.
"""

import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
from scipy.stats import permutation_test
from sklearn.feature_extraction.text import TfidfVectorizer

from benchmarks.expert_sets import ExpertSet, Paper, chinese_papers, chinese_set, english_papers, english_set, write_set
from benchmarks.figure import Figure, measured
from benchmarks.reference import add_data_option, reference_data
from benchmarks.withheld import FOLDS, add_training_options, retrained_parts
from matching.embedding.protocol import Embedder
from matching.embedding.static import SHIPPED, StaticEmbedder
from matching.evaluation.evaluate import best_five_means, evaluate_folder
from matching.evaluation.metrics import ndcg
from matching.ranker import FEATURES, TEXT_FEATURES, Ranker
from matching.ranker import SHIPPED as RANKER

NAME: Final = "withheld_experts"
_DRAWS: Final = 10_000
_WORDS: Final = {
    "Chinese": {"analyzer": "char", "ngram_range": (2, 3), "sublinear_tf": True},
    "English": {"stop_words": "english", "ngram_range": (1, 2), "sublinear_tf": True},
}


ENGINE: Final = "engine"
TFIDF: Final = "TF-IDF"
Compared = dict[str, list[float]]
"""nDCG@10 of each need by the engine, by TF-IDF, and by the engine without one of its features."""


def add_options(parser: ArgumentParser) -> None:
    """Where the data and the dictionary lie, how many models to retrain, and whether each feature is left out once."""
    add_data_option(parser)
    add_training_options(parser, folds=1)
    parser.add_argument("--each", action="store_true", help="measure what each feature of the ranker adds")


def run(options: Namespace) -> Iterator[Figure]:
    """With the shipped embedder on all papers, then over the withheld parts together."""
    data = reference_data(options)
    chinese, english = chinese_papers(data), english_papers(data)
    everything = {"Chinese": chinese, "English": [paper for paper in english if paper]}
    shipped = StaticEmbedder.load(SHIPPED)
    for language, papers in everything.items():
        yield from _figures(language, "trained on", [_compared(language, papers, shipped, options)])
    withheld: dict[str, list[Compared]] = {"Chinese": [], "English": []}
    for fold, _, embedder in retrained_parts(options, data):
        parts = {"Chinese": chinese[fold::FOLDS], "English": [paper for paper in english[fold::FOLDS] if paper]}
        for language, papers in parts.items():
            withheld[language].append(_compared(language, papers, embedder, options))
    for language, compared in withheld.items():
        if compared:
            yield from _figures(language, "withheld", compared)


def _figures(language: str, label: str, parts: list[Compared]) -> Iterator[Figure]:
    values = {name: [value for part in parts for value in part[name]] for name in parts[0]}
    engine = values.pop(ENGINE)
    about = f"{language} experts, {len(engine)} needs, {label}"
    yield measured(NAME, f"nDCG@10, {ENGINE}, {about}", float(np.mean(engine)), "")
    for name, others in values.items():
        bar = 0.0 if name == TFIDF else None
        yield measured(NAME, f"nDCG@10, {name}, {about}", float(np.mean(others)), "")
        yield measured(NAME, f"gain over {name}, {about}", float(np.mean(engine) - np.mean(others)), "", at_least=bar)
        yield measured(NAME, f"paired p of the gain over {name}, {about}", _paired_p(engine, others), "")


def _compared(language: str, papers: list[Paper], embedder: Embedder, options: Namespace) -> Compared:
    rng = np.random.default_rng(options.seed)
    experts = chinese_set(papers, rng) if language == "Chinese" else english_set(papers, rng)
    rankers = {ENGINE: RANKER} | (_without_each(RANKER) if options.each else {})
    with tempfile.TemporaryDirectory() as folder:
        write_set(experts, Path(folder))
        found = {name: evaluate_folder(Path(folder), r, embedder=embedder).ndcg_by_need for name, r in rankers.items()}
    plain = _tfidf_scores(experts, TfidfVectorizer(**_WORDS[language]))
    kept = [int(name.removeprefix("n")) for name in found[ENGINE]]
    compared = {name: list(by_need.values()) for name, by_need in found.items()}
    return compared | {TFIDF: [ndcg(plain[i], experts.levels[i]) for i in kept]}


def _without_each(ranker: Ranker) -> dict[str, Ranker]:
    """The ranker without each of the features of texts that it weighs."""
    used = [name for name in FEATURES[:TEXT_FEATURES] if getattr(ranker.weights, name)]
    return {f"without {name}": replace(ranker, weights=replace(ranker.weights, **{name: 0.0})) for name in used}


def _tfidf_scores(experts: ExpertSet, vectorizer: TfidfVectorizer) -> np.ndarray:
    """The mean cosine of the best five papers: (needs, experts)."""
    documents = [f"{paper.title} {paper.text}" for papers in experts.experts for paper in papers]
    owners = np.repeat(np.arange(len(experts.experts)), [len(papers) for papers in experts.experts])
    queries = [f"{need.title} {need.title} {need.text}" for need in experts.needs]
    vectorizer.fit(queries + documents)
    cosines = (vectorizer.transform(queries) @ vectorizer.transform(documents).T).toarray()
    return np.stack([best_five_means(owners, row.astype(np.float32), len(experts.experts)) for row in cosines])


def _paired_p(one: list[float], other: list[float]) -> float:
    """The chance of a difference of means this far from 0, either way, if which is which were drawn for each need."""
    found = permutation_test(
        (one, other),
        lambda a, b: float(np.mean(a) - np.mean(b)),
        permutation_type="samples",
        n_resamples=_DRAWS,
        rng=np.random.default_rng(0),
    )
    return float(found.pvalue)
