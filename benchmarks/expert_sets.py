"""Two sets of experts with several papers each, cut from the reference papers, in the shape of a benchmark folder.

Chinese: an expert writes on one discipline and a little on a second one; the need is a paper that no expert has.
Level 4: the paper's discipline is the expert's first, 3: the second, 1: neither.

English: papers with an abstract in both languages. Experts and needs have the English abstracts only; how near a need
is to an expert was read off the Chinese bodies of the same papers (cosine of character pairs, mean of the best three),
so that no English word had a say in it. By that likeness the first of thirty experts has level 4, the next two 3, the
next five 2, the others 1.
"""

import gzip
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer

from matching.embedding.training.papers import body, chinese_abstract, english_abstract, repaired

A_PAPERS: Final = 8
_FIRST_SUBJECT: Final = 5
"""Of an expert's papers so many are on the first subject."""
_NEEDS_SHARE: Final = 5
"""One paper in so many is a need."""
BODY_CHARACTERS: Final = 6_000
_BEST_OF: Final = 3
_LEVEL_SHARES: Final = ((4.0, 1 / 30), (3.0, 3 / 30), (2.0, 8 / 30))

Levels = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Paper:
    """What is compared of a paper, its subject (Chinese set) or its Chinese body (English set)."""

    title: str
    text: str
    subject: str = ""
    body: str = ""


@dataclass(frozen=True, slots=True)
class ExpertSet:
    """Needs, the papers of each expert, and levels of shape (needs, experts)."""

    needs: list[Paper]
    experts: list[list[Paper]]
    levels: Levels


def chinese_papers(data: Path) -> list[Paper]:
    """The Chinese abstracts of the reference data, in the order of their file."""
    lines = (data / "csl" / "papers.jsonl").read_text("utf-8").splitlines()
    return [Paper(row["title"], row["abstract"], subject=row["discipline"]) for row in map(json.loads, lines)]


def paper_texts(data: Path) -> list[str]:
    """The reference papers, each once, in the order of training."""
    with gzip.open(data / "zh_papers" / "papers.jsonl.gz", "rt", encoding="utf-8") as lines:
        return list(dict.fromkeys(repaired(json.loads(line)["text"]) for line in lines))


def english_papers(data: Path) -> list[Paper | None]:
    """The reference papers in the order of training: None for one without an abstract in both languages."""
    return [_english_paper(text) for text in paper_texts(data)]


def chinese_set(papers: list[Paper], rng: np.random.Generator) -> ExpertSet:
    """Experts by discipline: each discipline gives needs, papers to its own experts and some to those of another."""
    by_subject: dict[str, list[Paper]] = {}
    for paper in papers:
        by_subject.setdefault(paper.subject, []).append(paper)
    subjects = [subject for subject, own in by_subject.items() if len(own) > _FIRST_SUBJECT]
    second = _other_subjects(len(subjects), rng)
    needs: list[Paper] = []
    first_parts, second_parts = [], []
    for subject in subjects:
        own = [by_subject[subject][i] for i in rng.permutation(len(by_subject[subject]))]
        count = max(1, len(own) // _NEEDS_SHARE)
        needs += own[:count]
        experts = max(1, round((len(own) - count) / A_PAPERS))
        cut = count + (len(own) - count) * _FIRST_SUBJECT // A_PAPERS
        first_parts.append([own[count:cut][i::experts] for i in range(experts)])
        second_parts.append(own[cut:])
    made = [
        (subject, subjects[second[at]], part + second_parts[second[at]][i :: len(first_parts[at])])
        for at, subject in enumerate(subjects)
        for i, part in enumerate(first_parts[at])
    ]
    levels = [[4.0 if n.subject == a else 3.0 if n.subject == b else 1.0 for a, b, _ in made] for n in needs]
    return ExpertSet(needs, [papers for _, _, papers in made], np.array(levels))


def english_set(papers: list[Paper], rng: np.random.Generator) -> ExpertSet:
    """Experts around a paper and those likest to it by their Chinese bodies, with some papers on anything."""
    pairs = TfidfVectorizer(analyzer="char", ngram_range=(2, 2), min_df=2, sublinear_tf=True, dtype=np.float32)
    rows = pairs.fit_transform([paper.body for paper in papers])
    likeness = np.asarray((rows @ rows.T).toarray(), dtype=np.float64)
    order = rng.permutation(len(papers))
    count = len(papers) // _NEEDS_SHARE
    needs, left = order[:count], order[count:].tolist()
    experts = []
    while len(left) >= A_PAPERS:
        likest = sorted(left, key=lambda i: -likeness[left[0], i])[:_FIRST_SUBJECT]
        others = [i for i in left if i not in likest][: A_PAPERS - _FIRST_SUBJECT]
        experts.append([*likest, *others])
        left = [i for i in left if i not in experts[-1]]
    near = np.stack([np.sort(likeness[np.ix_(needs, own)], axis=1)[:, -_BEST_OF:].mean(axis=1) for own in experts], 1)
    return ExpertSet([papers[i] for i in needs], [[papers[i] for i in own] for own in experts], _levels(near))


def write_set(experts: ExpertSet, folder: Path) -> None:
    """The set as needs.jsonl, capabilities.jsonl and judgements.tsv in `folder`, every pair judged."""
    folder.mkdir(parents=True, exist_ok=True)
    needs = [{"id": f"n{i}", "title": need.title, "text": need.text} for i, need in enumerate(experts.needs)]
    capabilities = [
        {"id": f"c{expert}-{i}", "supplier": f"s{expert}", "title": paper.title, "text": paper.text}
        for expert, papers in enumerate(experts.experts)
        for i, paper in enumerate(papers)
    ]
    rows = [f"n{need}\ts{expert}\t{level:g}" for (need, expert), level in np.ndenumerate(experts.levels)]
    _write_lines(folder / "needs.jsonl", [json.dumps(need, ensure_ascii=False) for need in needs])
    _write_lines(folder / "capabilities.jsonl", [json.dumps(one, ensure_ascii=False) for one in capabilities])
    _write_lines(folder / "judgements.tsv", ["need\tsupplier\tlevel", *rows])


def _english_paper(text: str) -> Paper | None:
    english = english_abstract(text)
    if not english or not chinese_abstract(text):
        return None
    title, _, rest = english.partition(". ")
    return Paper(title, rest, body=body(text)[:BODY_CHARACTERS])


def _other_subjects(count: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """For each subject another one: a circle through all of them in a drawn order."""
    circle = rng.permutation(count)
    other = np.empty(count, dtype=np.intp)
    other[circle] = np.roll(circle, -1)
    return other


def _levels(near: Levels) -> Levels:
    """Levels by the place of each expert in each row's falling likeness."""
    places = np.argsort(np.argsort(-near, axis=1), axis=1) / near.shape[1]
    levels = np.ones_like(near)
    for level, share in reversed(_LEVEL_SHARES):
        levels[places < share] = level
    return levels


def _write_lines(path: Path, lines: list[str]) -> None:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
