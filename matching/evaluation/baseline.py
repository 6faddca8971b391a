"""What a user would pick instead: TF-IDF over the pool itself, by scikit-learn.

Where capabilities are judged, single characters, the cosine with the title and the cosine with title, title and text
added (nDCG@10 0.685 and recall@50 0.455 on the needs of the reference data: hard to beat without labels). Where
suppliers are, words and pairs of words, the mean of a supplier's best five.
"""

from collections.abc import Iterator

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from matching.evaluation.evaluate import Evaluation, Tally, best_five_means
from matching.evaluation.folder import BenchmarkFolder
from matching.evaluation.metrics import Values
from matching.suppliers import Aggregation

NAME = "tf-idf"


def evaluate_baseline(benchmark: BenchmarkFolder) -> Evaluation:
    """The figures of TF-IDF on `benchmark`."""
    tally = Tally(benchmark)
    for need, scores in enumerate(baseline_scores(benchmark)):
        tally.take(need, scores)
    return tally.result(NAME, NAME)


def baseline_scores(benchmark: BenchmarkFolder) -> Iterator[Values]:
    """For each need the score of every item of the pool, (items,)."""
    whole = [f"{need.title} {need.title} {need.text}" for need in benchmark.needs]
    documents = [f"{document.title} {document.text}" for document in benchmark.documents]
    if benchmark.aggregation is Aggregation.exact:
        return _characters([need.title for need in benchmark.needs], whole, documents)
    owners = np.array([document.supplier for document in benchmark.documents], dtype=np.int64)
    return (
        best_five_means(owners, row.astype(np.float32), len(benchmark.items)).astype(np.float64)
        for row in _words(whole, documents)
    )


def _characters(titles: list[str], whole: list[str], documents: list[str]) -> Iterator[Values]:
    fitted = TfidfVectorizer(analyzer="char", sublinear_tf=True).fit(documents)
    pool = fitted.transform(documents).T
    yield from (fitted.transform(titles) @ pool + fitted.transform(whole) @ pool).toarray()


def _words(whole: list[str], documents: list[str]) -> Iterator[Values]:
    fitted = TfidfVectorizer(sublinear_tf=True, stop_words="english", ngram_range=(1, 2)).fit(whole + documents)
    yield from (fitted.transform(whole) @ fitted.transform(documents).T).toarray()
