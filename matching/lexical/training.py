"""Builds the shipped table of term weights from the reference texts.

    python -m matching.lexical.training REFERENCE_DATA [OUT]

Sources: abstracts and titles of CSL, paragraphs of the papers in zh_papers (Chinese and English), the needs that
nobody judged, and the titles of achievements. What is searched is of the last kind, so it counts as much as all the
others together. No judgement and no judged need takes part. Counting only achievements of other needs, fold by fold,
gave 0.705 where counting all gives 0.706 (0.701 without any), so figures measured on them are not flattered by it.
"""

import gzip
import hashlib
import json
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from safetensors.numpy import save as save_tensors

from matching.lexical.statistics import FORMAT, MANIFEST, SHIPPED, TABLE
from matching.lexical.terms import FIRST_WORD_KEY, SINGLE_KEYS, Keys, count_terms

PARAGRAPH = 400
PARAGRAPHS_A_PAPER = 10
SEEN_AT_LEAST = 2
"""Texts a key must be in to be stored; rarer keys weigh what an unseen key weighs, to within rounding."""
_COMMON = "的"
_LEAST_COMMON = 0.005
_LATIN_RUN = re.compile(r"[\x00-\x7f\s，。；：（）“”‘’—]{200,}")
_FUNCTION_WORD = re.compile(r"\b(?:the|of|and)\b")
_LATIN_LENGTH = 1500

KIND_WEIGHTS = (1, 1, 1, 1, 4)
"""Of abstracts, titles, paragraphs, needs and achievements, in the mean of the shares of texts that have a key."""

Frequencies = tuple[Keys, np.ndarray, int]


def build(reference: Path, out: Path = SHIPPED) -> str:
    """Writes table and manifest to `out` and returns the table's name. Same input, same bytes."""
    papers = list(_papers(reference))
    chinese = [document_frequencies(texts) for texts in _chinese(reference, papers)]
    english = document_frequencies(list(_english(papers)))
    keys, idf = _joined(chinese, english)
    unseen = np.array([_share(0, chinese, None), _share(0, chinese, english), _share(0, chinese, None)])
    tensors = {"keys": keys, "idf": idf.astype(np.float16), "unseen": (-np.log(unseen)).astype(np.float32)}
    data = save_tensors(tensors)
    digest = hashlib.sha256(data).hexdigest()
    name = f"terms-1-{digest[:8]}"
    out.mkdir(parents=True, exist_ok=True)
    (out / TABLE).write_bytes(data)
    manifest = {"format": FORMAT, "name": name, "sha256": digest, "terms": len(keys)}
    (out / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    return name


def document_frequencies(texts: Sequence[str]) -> Frequencies:
    """The distinct keys of `texts`, ascending, in how many texts each is, and how many texts there are."""
    keys = np.concatenate([count_terms(texts[at : at + 4096]).keys for at in range(0, len(texts), 4096)])
    distinct, counts = np.unique(keys, return_counts=True)
    return distinct, counts, len(texts)


def repaired(text: str) -> str:
    """`text`, with UTF-8 that was once read as GB 18030 turned back; empty where that fails.

    Some 200 of the papers are damaged so. Chinese prose without 的 is the sign of it.
    """
    if _share_of_common(text) >= _LEAST_COMMON:
        return text
    back = text.encode("gb18030", "ignore").decode("utf-8", "ignore")
    if _share_of_common(back) >= _LEAST_COMMON:
        return back
    return text if _COMMON in text else ""


def _share_of_common(text: str) -> float:
    return text.count(_COMMON) / max(1, len(text))


def _joined(chinese: Sequence[Frequencies], english: Frequencies) -> tuple[Keys, np.ndarray]:
    every = np.concatenate([keys for keys, _, _ in (*chinese, english)])
    weight = np.concatenate([counts for _, counts, _ in (*chinese, english)])
    keys, back = np.unique(every, return_inverse=True)
    keys = keys[np.bincount(back, weights=weight) >= SEEN_AT_LEAST]
    shares = _mean([_smoothed(_counts_of(keys, source), source[2]) for source in chinese])
    words = (keys >= FIRST_WORD_KEY) & (keys < SINGLE_KEYS)
    shares[words] = np.maximum(shares, _smoothed(_counts_of(keys, english), english[2]))[words]
    return keys, -np.log(np.minimum(shares, 1.0))


def _counts_of(keys: Keys, source: Frequencies) -> np.ndarray:
    distinct, counts, _ = source
    at = np.minimum(np.searchsorted(distinct, keys), len(distinct) - 1)
    return np.where(distinct[at] == keys, counts[at], 0)


def _smoothed(counts: np.ndarray | int, texts: int) -> np.ndarray:
    return np.asarray((np.asarray(counts) + 0.5) / (texts + 1))


def _mean(shares: Sequence[np.ndarray]) -> np.ndarray:
    return np.asarray(np.average(shares, axis=0, weights=KIND_WEIGHTS))


def _share(count: int, chinese: Sequence[Frequencies], english: Frequencies | None) -> float:
    share = float(_mean([_smoothed(count, texts) for _, _, texts in chinese]))
    return share if english is None else max(share, float(_smoothed(count, english[2])))


def _papers(reference: Path) -> Iterator[str]:
    with gzip.open(reference / "zh_papers" / "papers.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            if text := repaired(json.loads(line)["text"]):
                yield text


def _chinese(reference: Path, papers: Iterable[str]) -> Iterator[list[str]]:
    yield [f"{paper['title']} {paper['abstract']}" for paper in _jsonl(reference / "csl" / "papers.jsonl")]
    yield [paper["title"] for paper in _jsonl(reference / "csl" / "titles.jsonl")]
    most = PARAGRAPH * PARAGRAPHS_A_PAPER
    yield [text[at : at + PARAGRAPH] for text in papers for at in range(0, min(len(text), most), PARAGRAPH)]
    needs = reference / "needs_achievements"
    yield [f"{need['title']} {need.get('text', '')}" for need in _jsonl(needs / "unjudged_needs.jsonl")]
    yield [f"{one['title']} {one.get('text', '')}" for one in _jsonl(needs / "capabilities.jsonl")]


def _english(papers: Iterable[str]) -> Iterator[str]:
    for text in papers:
        for run in _LATIN_RUN.findall(text):
            letters = sum(character.isalpha() for character in run)
            if letters >= 0.6 * len(run) and len(_FUNCTION_WORD.findall(run)) >= 4:
                yield run[:_LATIN_LENGTH]


def _jsonl(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


if __name__ == "__main__":
    print(build(Path(sys.argv[1]), *map(Path, sys.argv[2:3])))
