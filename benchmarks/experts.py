"""Experts with several papers each are ranked for another paper, in Chinese and in English.

Made from the reference data, because no judged set of experts is there. Chinese: CSL abstracts, experts of eight papers
of one discipline, right is the discipline. English: English abstracts of the papers, experts by clustering the Chinese
bodies of the same papers, right is likeness of those bodies. The built-in vectors and term weights were made from these
very texts (in English from the very pairs), so the figures flatter the engine; they are for comparing two states of it.
"""

import gzip
import json
import re
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer

from benchmarks.figure import Figure, measured
from benchmarks.reference import add_data_option, reference_data
from matching.evaluation.baseline import evaluate_baseline
from matching.evaluation.comparison import compare
from matching.evaluation.evaluate import evaluate_benchmark
from matching.evaluation.folder import BenchmarkFolder
from matching.lexical.training import repaired
from matching.ranker import SHIPPED
from matching.suppliers import BEST_OF, Aggregation
from matching.types import Document, Query

NAME: Final = "experts"
PAPERS_EACH: Final = 8
ASKED_EACH: Final = 4
"""Papers of a discipline that are asked with, and belong to no expert."""
ASKED_IN_ENGLISH: Final = 200
TOP_SHARES: Final = (0.02, 0.07, 0.2)
"""Shares of experts, by likeness of bodies, that are of level 4, of 3 or more, of 2 or more."""
_AXES: Final = 60
_ENGLISH: Final = re.compile(r"[\x00-\x7f\s，。；：（）“”‘’—]{200,}")
_FUNCTION_WORD: Final = re.compile(r"\b(?:the|of|and)\b")
_HEADING: Final = re.compile(r"(?i)abstract[:：\s]*")
_FIRST_SENTENCE: Final = re.compile(r"(.{40,}?[.;])\s")
_LONGEST, _SHORTEST_BODY, _READ_OF_BODY = 1200, 1500, 6000

Texts = Sequence[tuple[str, str]]
"""Title and text."""
Values = NDArray[np.float64]


def add_options(parser: ArgumentParser) -> None:
    """`--data`, `--seed`."""
    add_data_option(parser)
    parser.add_argument("--seed", type=int, default=7, help="which papers ask and which experts they make up")


def run(options: Namespace) -> Iterator[Figure]:
    """nDCG@10 over all experts, a supplier scoring the mean of its best five papers."""
    data, rng = reference_data(options), np.random.default_rng(options.seed)
    for language, benchmark in (("Chinese", chinese_experts(data, rng)), ("English", english_experts(data, rng))):
        found = evaluate_benchmark(benchmark, SHIPPED)
        size = f"{found.rankable} papers × {found.pool} experts"
        yield measured(NAME, f"{language}: nDCG@10, {size}", found.ndcg10 or 0.0, "")
        paired = compare(found, evaluate_baseline(benchmark)).ndcg10
        if language == "English" and paired:
            yield measured(NAME, f"{language}: nDCG@10, word TF-IDF", paired.theirs, "")
            yield measured(NAME, f"{language}: gain over it", paired.gain, "", at_least=0.0)
            yield measured(NAME, f"{language}: paired p of the gain", paired.p, "")


def chinese_experts(data: Path, rng: np.random.Generator) -> BenchmarkFolder:
    """Papers of CSL; an expert is right for a paper of its discipline."""
    with (data / "csl" / "papers.jsonl").open(encoding="utf-8") as lines:
        papers = [json.loads(line) for line in lines]
    asked: list[int] = []
    experts: list[list[int]] = []
    for discipline in dict.fromkeys(paper["discipline"] for paper in papers):
        own = rng.permutation([i for i, paper in enumerate(papers) if paper["discipline"] == discipline])
        asked += own[:ASKED_EACH].tolist()
        experts += [part.tolist() for part in np.split(own, range(ASKED_EACH, len(own), PAPERS_EACH))[1:]]
    texts = [(paper["title"], paper["abstract"]) for paper in papers]
    of = [papers[expert[0]]["discipline"] for expert in experts]
    levels = [[4.0 if papers[i]["discipline"] == one else 1.0 for one in of] for i in asked]
    return _benchmark([texts[i] for i in asked], [[texts[i] for i in expert] for expert in experts], np.array(levels))


def english_experts(data: Path, rng: np.random.Generator) -> BenchmarkFolder:
    """Papers with an English abstract; an expert is right by the likeness of Chinese bodies."""
    abstracts, bodies = map(list, zip(*_bilingual(data), strict=True))
    vectors = TfidfVectorizer(analyzer="char", ngram_range=(2, 2), sublinear_tf=True, min_df=3, max_df=0.4)
    rows = vectors.fit_transform(bodies)
    order = rng.permutation(len(bodies))
    asked, others = order[:ASKED_IN_ENGLISH], order[ASKED_IN_ENGLISH:]
    axes = TruncatedSVD(_AXES, random_state=0).fit_transform(rows[others])
    groups = KMeans(len(others) // PAPERS_EACH, random_state=0, n_init=1).fit_predict(axes)
    experts = [others[groups == group] for group in range(groups.max() + 1)]
    alike = (rows[asked] @ rows.T).toarray()
    near = np.stack([np.sort(alike[:, expert], axis=1)[:, -BEST_OF:].mean(axis=1) for expert in experts], axis=1)
    texts = [_cut(abstract) for abstract in abstracts]
    return _benchmark([texts[i] for i in asked], [[texts[i] for i in expert] for expert in experts], _levels(near))


def _levels(near: Values) -> Values:
    edges = np.quantile(near, [1 - share for share in TOP_SHARES], axis=1)
    return np.asarray(1.0 + (near[None] >= edges[:, :, None]).sum(axis=0))


def _benchmark(asked: Texts, experts: Sequence[Texts], levels: Values) -> BenchmarkFolder:
    papers = [(number, *text) for number, texts in enumerate(experts) for text in texts]
    documents = [Document(i, number, title, text) for i, (number, title, text) in enumerate(papers)]
    judged = [(need, item, float(level)) for (need, item), level in np.ndenumerate(levels)]
    items = [f"expert {number}" for number in range(len(experts))]
    queries = [Query(title, text) for title, text in asked]
    return BenchmarkFolder([f"{i}" for i in range(len(asked))], queries, documents, items, judged, Aggregation.breadth)


def _bilingual(data: Path) -> Iterator[tuple[str, str]]:
    """English abstract and Chinese body of each paper that has both."""
    with gzip.open(data / "zh_papers" / "papers.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            text = repaired(json.loads(line)["text"])
            body = re.sub(r"[\x00-\x7f]", "", text)
            english = next(filter(_is_prose, _ENGLISH.findall(text)), None)
            if english and len(body) > _SHORTEST_BODY:
                heading = _HEADING.search(english)
                start = heading.end() if heading and heading.end() < len(english) - 150 else 0
                yield re.sub(r"\s+", " ", english[start:])[:_LONGEST], body[:_READ_OF_BODY]


def _is_prose(text: str) -> bool:
    letters = sum(character.isalpha() for character in text)
    return letters >= 0.6 * len(text) and len(_FUNCTION_WORD.findall(text)) >= 4


def _cut(abstract: str) -> tuple[str, str]:
    """The first sentence as the title, and the rest."""
    match = _FIRST_SENTENCE.match(abstract)
    return (match.group(1), abstract[match.end() :]) if match else (abstract[:100], abstract[100:])
