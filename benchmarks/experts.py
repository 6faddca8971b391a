"""Experts with several papers each are ranked better than by TF-IDF, in Chinese and in English.

The sets are those of `expert_sets`. `withheld` figures come from an embedder that is retrained without the fifth of
the papers that the set is cut from (see `withheld.py`); without folds the shipped embedder is measured, which was
trained on these very papers. The term weights count them in either case: shares of texts with a word, of which a
fifth moves little. TF-IDF as one would write it first: characters 2-3 for Chinese, words and word pairs for English,
sublinear, fitted on the set itself; an expert scores the mean of the best five papers, as in the engine.
"""

import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from dataclasses import dataclass
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
from matching.ranker import SHIPPED as RANKER

NAME: Final = "experts"
_DRAWS: Final = 10_000
_WORDS: Final = {
    "Chinese": {"analyzer": "char", "ngram_range": (2, 3), "sublinear_tf": True},
    "English": {"stop_words": "english", "ngram_range": (1, 2), "sublinear_tf": True},
}


@dataclass(frozen=True, slots=True)
class Compared:
    """nDCG@10 of each need by the engine and by TF-IDF."""

    engine: list[float]
    tfidf: list[float]


def add_options(parser: ArgumentParser) -> None:
    """Where the data and the dictionary lie, and how many models to retrain."""
    add_data_option(parser)
    add_training_options(parser, folds=0)


def run(options: Namespace) -> Iterator[Figure]:
    """With the shipped embedder on all papers, then over the withheld parts together."""
    data = reference_data(options)
    chinese, english = chinese_papers(data), english_papers(data)
    everything = {"Chinese": chinese, "English": [paper for paper in english if paper]}
    shipped = StaticEmbedder.load(SHIPPED)
    for language, papers in everything.items():
        yield from _figures(language, "trained on", [_compared(language, papers, shipped, options.seed)])
    withheld: dict[str, list[Compared]] = {"Chinese": [], "English": []}
    for fold, _, embedder in retrained_parts(options, data):
        parts = {"Chinese": chinese[fold::FOLDS], "English": [paper for paper in english[fold::FOLDS] if paper]}
        for language, papers in parts.items():
            withheld[language].append(_compared(language, papers, embedder, options.seed))
    for language, compared in withheld.items():
        yield from _figures(language, "withheld", compared)


def _figures(language: str, label: str, parts: list[Compared]) -> Iterator[Figure]:
    if not parts:
        return
    engine, tfidf = ([value for part in parts for value in side(part)] for side in (_engine, _tfidf))
    about = f"{language} experts, {len(engine)} needs, {label}"
    gain = float(np.mean(engine) - np.mean(tfidf))
    yield measured(NAME, f"nDCG@10, engine, {about}", float(np.mean(engine)), "")
    yield measured(NAME, f"nDCG@10, TF-IDF, {about}", float(np.mean(tfidf)), "")
    yield measured(NAME, f"gain, {about}", gain, "", at_least=0.0)
    yield measured(NAME, f"paired p of the gain, {about}", _paired_p(engine, tfidf), "")


def _engine(part: Compared) -> list[float]:
    return part.engine


def _tfidf(part: Compared) -> list[float]:
    return part.tfidf


def _compared(language: str, papers: list[Paper], embedder: Embedder, seed: int) -> Compared:
    rng = np.random.default_rng(seed)
    experts = chinese_set(papers, rng) if language == "Chinese" else english_set(papers, rng)
    with tempfile.TemporaryDirectory() as folder:
        write_set(experts, Path(folder))
        by_need = evaluate_folder(Path(folder), RANKER, embedder=embedder).ndcg_by_need
    plain = _tfidf_scores(experts, TfidfVectorizer(**_WORDS[language]))
    kept = [int(name.removeprefix("n")) for name in by_need]
    return Compared(list(by_need.values()), [ndcg(plain[i], experts.levels[i]) for i in kept])


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
