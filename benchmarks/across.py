"""A fit in the other language is found among offers in both, and its score promises no more than that of another.

Measured on the demo catalogue, whose author says what each need should find, and, with reference data, on papers with
an abstract in both languages, by embedders that are retrained without them (see `withheld.py`). Each paper is asked for
in both languages or offered in one that is drawn by lot; what fits is read off the Chinese bodies, so that no word of
an abstract has a say in it. Before is the ranker without what stands in for shared words, after the one that ships.
"""

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import logit
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from benchmarks.demo_set import demo_benchmark
from benchmarks.expert_sets import BODY_CHARACTERS, paper_texts
from benchmarks.figure import Figure, measured
from benchmarks.reference import ReferenceMissing, add_data_option, reference_data
from benchmarks.withheld import FOLDS, add_training_options, retrained_parts
from matching.documents import searched_text
from matching.embedding.protocol import Embedder
from matching.embedding.static import shipped_embedder
from matching.embedding.training.papers import body, chinese_abstract, english_abstract
from matching.engine import Engine
from matching.evaluation.comparison import compare
from matching.evaluation.evaluate import Tally
from matching.evaluation.folder import BenchmarkFolder
from matching.evaluation.metrics import RELEVANT
from matching.ranker import SHIPPED, Ranker
from matching.ranking.calibrating import shares_of
from matching.scripts import across_from, script_of
from matching.suppliers import Aggregation
from matching.types import Document, Query

NAME: Final = "across"
WITHOUT: Final = replace(SHIPPED, across=0.0)
_TOP: Final = 10
_FITS: Final = 4
"""So many papers fit each that is asked for: those of the likest bodies."""
_ASKED_SHARE: Final = 3
"""One paper in so many is asked for."""
_TITLE_LEAST: Final = 16
"""Characters of a first sentence that may be a title."""

Flags = NDArray[np.bool_]
Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Abstracts:
    """A paper's abstract in Chinese and in English, and its body."""

    languages: tuple[str, str]
    body: str


def add_options(parser: ArgumentParser) -> None:
    """Where the data and the dictionary lie, and how many models to retrain."""
    add_data_option(parser)
    add_training_options(parser, folds=1)


def run(options: Namespace) -> Iterator[Figure]:
    """The demo catalogue; with reference data the papers withheld from each retrained model."""
    yield from _figures("demo", demo_benchmark(), shipped_embedder())
    try:
        data = reference_data(options)
    except ReferenceMissing:
        return
    texts = paper_texts(data)
    for fold, _, embedder in retrained_parts(options, data):
        papers = [paper for text in texts[fold::FOLDS] if all((paper := _abstracts(text)).languages)]
        benchmark = mixed_set(papers, np.random.default_rng(options.seed))
        yield from _figures(f"papers withheld {fold + 1}", benchmark, embedder)


def mixed_set(papers: list[Abstracts], rng: np.random.Generator) -> BenchmarkFolder:
    """A third of `papers` asked for in either language, the others offered in one; level 4 for the likest bodies."""
    pairs = TfidfVectorizer(analyzer="char", ngram_range=(2, 2), min_df=2, sublinear_tf=True, dtype=np.float32)
    rows = pairs.fit_transform([paper.body for paper in papers])
    likeness = (rows @ rows.T).toarray()
    order = rng.permutation(len(papers))
    asked, offered = np.split(order, [len(papers) // _ASKED_SHARE])
    drawn = rng.integers(0, 2, len(offered))
    documents = [
        Document(number, number, *_divided(papers[paper].languages[language]))
        for number, (paper, language) in enumerate(zip(offered, drawn, strict=True))
    ]
    queries = [Query(*_divided(papers[paper].languages[language])) for language in (0, 1) for paper in asked]
    fits = [set(np.argsort(-likeness[paper, offered], kind="stable")[:_FITS].tolist()) for paper in asked] * 2
    judged = [(n, i, 4.0 if i in own else 1.0) for n, own in enumerate(fits) for i in range(len(offered))]
    names = [f"paper {paper}" for paper in offered]
    ids = [f"{language} {paper}" for language in ("zh", "en") for paper in asked]
    return BenchmarkFolder(ids, queries, documents, names, judged, Aggregation.exact)


def _figures(about: str, benchmark: BenchmarkFolder, embedder: Embedder) -> Iterator[Figure]:
    across, judged, fits = _across(benchmark), *_judged(benchmark)
    engine = Engine(embedder, WITHOUT)
    engine.add(benchmark.documents)
    raw = {}
    for name, ranker in (("before", WITHOUT), ("after", SHIPPED)):
        engine.ranker = ranker
        raw[name] = np.stack(list(engine.score_all(benchmark.needs))).astype(np.float64)
    yield from _gain(about, benchmark, raw["before"], raw["after"])
    for kind, pairs in (("the same script", ~across), ("the other script", across)):
        count = int((fits & pairs).sum())
        for name, values in raw.items():
            share = float(_among_first(values)[fits & pairs].mean())
            yield measured(NAME, f"{about}: of {count} fits in {kind} in the first ten, {name}", share, "")
    for name, ranker in (("before", WITHOUT), ("after", SHIPPED)):
        odds = _log_odds(ranker, raw[name][judged], across[judged], fits[judged])
        bar = 0.0 if name == "after" else None
        yield measured(NAME, f"{about}: log-odds of the other script at one score, {name}", odds, "", at_least=bar)


def _gain(about: str, benchmark: BenchmarkFolder, before: Values, after: Values) -> Iterator[Figure]:
    evaluated = []
    for ranker, raw in ((SHIPPED, after), (WITHOUT, before)):
        tally = Tally(benchmark)
        for need, scores in enumerate(raw):
            tally.take(need, scores)
        evaluated.append(tally.result(ranker.name, ""))
    paired = compare(*evaluated).ndcg10
    if paired:
        size = f"{len(paired.by_need)} needs × {len(benchmark.documents)} offers"
        yield measured(NAME, f"{about}: nDCG@10, {size}, before", paired.theirs, "")
        yield measured(NAME, f"{about}: nDCG@10, gain", paired.gain, "", at_least=0.0)
        yield measured(NAME, f"{about}: paired p of the gain", paired.p, "")


def _log_odds(ranker: Ranker, raw: Values, across: Flags, fits: Flags) -> float:
    """How much likelier a pair across scripts is a fit than one of the same score within; below 0: less likely."""
    columns = np.stack([logit(shares_of(ranker, raw)), across.astype(np.float64)], axis=1)
    return float(LogisticRegression(C=np.inf).fit(columns, fits).coef_[0][1])


def _among_first(raw: Values) -> Flags:
    """Which offers are among the first ten of each need, (needs, offers)."""
    places = np.argsort(np.argsort(-raw, axis=1, kind="stable"), axis=1)
    return np.asarray(places < _TOP)


def _across(benchmark: BenchmarkFolder) -> Flags:
    """Whether need and offer are in different scripts, (needs, offers)."""
    offers = np.array([script_of(searched_text(document)) for document in benchmark.documents])
    sought = [across_from(script_of(f"{need.title} {need.text}")) for need in benchmark.needs]
    return np.array([np.zeros(len(offers), bool) if one is None else offers == one for one in sought])


def _judged(benchmark: BenchmarkFolder) -> tuple[Flags, Flags]:
    """Which pairs are judged, and which of these fit, each (needs, offers)."""
    levels = np.zeros((len(benchmark.needs), len(benchmark.documents)))
    for need, item, level in benchmark.judged:
        levels[need, item] = level
    return levels > 0, levels >= RELEVANT


def _abstracts(text: str) -> Abstracts:
    return Abstracts((chinese_abstract(text), english_abstract(text)), body(text)[:BODY_CHARACTERS])


def _divided(abstract: str) -> tuple[str, str]:
    """The first sentence as the title, and the rest."""
    ends = [at + 1 for at, character in enumerate(abstract) if character in "。." and at >= _TITLE_LEAST]
    end = ends[0] if ends else len(abstract)
    return abstract[:end], abstract[end:]
