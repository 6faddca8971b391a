"""The training texts without a part of them, so that a retrained model can be asked about what it never saw.

Withheld are whole subtrees of the fields of research (all codes with the same first three characters), every keyword
pair and dictionary entry that is the name of a withheld field in either language, a share of the Chinese abstracts with
their titles, and the same share of the papers.
"""

import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from matching.embedding.model_file import MANIFEST
from matching.embedding.static import StaticEmbedder
from matching.embedding.training.papers import chinese_abstract, english_abstract
from matching.embedding.training.sources import (
    Abstract,
    Corpus,
    Pairs,
    installed_dictionary,
    installed_teacher,
    read_corpus,
    reference_sources,
)
from matching.embedding.training.train import train_on

FOLDS: Final = 5
_SUBTREE = 3  # characters of a code
_T = TypeVar("_T")


@dataclass(frozen=True)
class Withheld:
    """`rest` to train on, and what was taken out; `positions` are those of the withheld fields in the whole list."""

    rest: Corpus
    positions: NDArray[np.intp]
    abstracts: list[Abstract]
    both_languages: Pairs
    """Chinese and English abstract of the withheld papers that have both."""


def add_training_options(parser: ArgumentParser, *, folds: int) -> None:
    """How many models to retrain (minutes each), from what, and where to keep them."""
    dictionary = installed_dictionary()
    parser.add_argument("--dictionary", type=Path, default=dictionary, help="CC-CEDICT file to train with")
    parser.add_argument("--folds", type=int, default=folds, choices=range(FOLDS + 1), help="models to retrain, 0 to 5")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--models", type=Path, help="folder that keeps the retrained models; those in it are reused")


def whole_corpus(options: Namespace, data: Path) -> Corpus:
    """Everything the shipped model was trained on."""
    return read_corpus(reference_sources(data, installed_teacher(), options.dictionary))


def retrained_parts(options: Namespace, data: Path) -> Iterator[tuple[int, Withheld, StaticEmbedder]]:
    """The first `--folds` parts: number, what was withheld, and the model trained without it, read from its files."""
    if not options.folds:
        return
    corpus = whole_corpus(options, data)
    codes = [line.split("\t")[0] for line in (data / "nsfc_fields.tsv").read_text("utf-8").splitlines()[1:]]
    with tempfile.TemporaryDirectory() as temporary:
        for fold in range(options.folds):
            part = withhold(corpus, codes, fold, FOLDS)
            folder = (options.models or Path(temporary)) / f"without-part-{fold + 1}-seed-{options.seed}"
            if not (folder / MANIFEST).exists():  # written last
                train_on(part.rest, installed_teacher(), folder, seed=options.seed)
            yield fold, part, StaticEmbedder.load(folder)


def withhold(corpus: Corpus, codes: list[str], fold: int, folds: int) -> Withheld:
    """Part `fold` of `folds` taken out of `corpus`; `codes` are those of `corpus.fields`, in order."""
    away = _parts(codes, folds) == fold
    names = {name.strip().lower() for pair, out in zip(corpus.fields, away, strict=True) if out for name in pair}
    abstracts, abstracts_away = _split(corpus.abstracts, fold, folds)
    papers, papers_away = _split(corpus.papers, fold, folds)
    titles = {abstract.title for abstract in abstracts_away}
    rest = replace(
        corpus,
        fields=[pair for pair, out in zip(corpus.fields, away, strict=True) if not out],
        keywords=[pair for pair in corpus.keywords if not _names_one_of(pair, names)],
        papers=papers,
        abstracts=abstracts,
        titles=[title for title in corpus.titles if title not in titles],
        dictionary=[pair for pair in corpus.dictionary if not _names_one_of(pair, names)],
    )
    both = [(chinese_abstract(paper), english_abstract(paper)) for paper in papers_away]
    return Withheld(rest, np.flatnonzero(away), abstracts_away, [(zh, en) for zh, en in both if zh and en])


def _parts(codes: list[str], folds: int) -> NDArray[np.intp]:
    """The part, 0 to folds - 1, of each code: that of its subtree."""
    subtrees = sorted({code[:_SUBTREE] for code in codes})
    order = np.random.default_rng(0).permutation(len(subtrees))
    part = dict(zip(subtrees, order % folds, strict=True))
    return np.array([part[code[:_SUBTREE]] for code in codes])


def _names_one_of(pair: tuple[str, str], names: set[str]) -> bool:
    chinese, english = pair
    return chinese.lower() in names or not names.isdisjoint(e.strip().lower() for e in english.split(","))


def _split(items: list[_T], fold: int, folds: int) -> tuple[list[_T], list[_T]]:
    """What stays and what is withheld."""
    kept = [item for i, item in enumerate(items) if i % folds != fold]
    return kept, [item for i, item in enumerate(items) if i % folds == fold]
