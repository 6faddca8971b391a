"""The training command's work: sources in, a model folder out.

Vocabulary, starting rows (`bridge`), then a few thousand batches of lessons (`lessons`) move the rows themselves,
through the tokenizer that ships. The same sources, seed, machine and number of numeric threads give the same file.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from matching.embedding.training.bags import Bagger
from matching.embedding.training.bridge import Kinds, latin_texts, leading_axes, starting_rows
from matching.embedding.training.contrast import RowOptimiser
from matching.embedding.training.cooccurrence import company_vectors
from matching.embedding.training.curriculum import lessons
from matching.embedding.training.folder import write_folder
from matching.embedding.training.lessons import Lesson
from matching.embedding.training.sources import Corpus, TrainingSources, read_corpus
from matching.embedding.training.teacher import Teacher
from matching.embedding.training.vocabulary import Vocabulary, VocabularySize, build_vocabulary

MODEL_NAME = "keqiao-static-zh-en-1"
Progress = Callable[[str, float], None]
"""Called with the name of the stage and how much of all the work is done, 0 to 1."""

_REPORTED = 50  # batches over which the reported losses are averaged
_COMPANY_DIM = 256


@dataclass(frozen=True)
class TrainingSettings:
    """How much and how fast. The defaults made the shipped model."""

    dim: int = 256
    vocabulary: VocabularySize = field(default_factory=VocabularySize)
    batches: int = 3_200
    batch: int = 512
    rate: float = 0.3
    """First step, relative to the root mean square of the starting rows; falls to 0 in a straight line."""
    pull: float = 1e-4


DEFAULTS = TrainingSettings()


@dataclass(frozen=True)
class TrainingReport:
    """What was made from what. `losses` are those of the last batches of each lesson, in nats."""

    name: str
    sources: list[str]
    dim: int
    tokens: int
    bytes: int
    losses: dict[str, float]


def train(
    sources: TrainingSources,
    out_folder: Path,
    *,
    seed: int,
    progress: Progress = lambda stage, done: None,
    settings: TrainingSettings = DEFAULTS,
) -> TrainingReport:
    """A model folder at `out_folder` that `StaticEmbedder.load` and sentence-transformers read.

    Raises:
        ValueError: every source is left out, or a file has another shape. OSError: a file is missing.

    """
    progress("reading", 0.0)
    corpus = read_corpus(sources)
    return train_on(corpus, sources.teacher, out_folder, seed=seed, progress=progress, settings=settings)


def train_on(
    corpus: Corpus,
    teacher_folder: Path,
    out_folder: Path,
    *,
    seed: int,
    progress: Progress = lambda stage, done: None,
    settings: TrainingSettings = DEFAULTS,
) -> TrainingReport:
    """The same from texts already read.

    Raises:
        ValueError: the corpus is empty.

    """
    if not corpus.used():
        raise ValueError("every source is left out: nothing to train on")
    progress("vocabulary", 0.05)
    teacher = Teacher(teacher_folder)
    vocabulary = build_vocabulary(corpus, teacher.words(), settings.vocabulary)
    bagger = Bagger.over(vocabulary)
    rows, plan = _prepare(corpus, teacher, vocabulary, bagger, settings, seed, progress)
    losses = _practise(rows, plan, settings, np.random.default_rng(seed), progress)
    manifest = write_folder(out_folder, MODEL_NAME, bagger.tokenizer, rows)
    progress("written", 1.0)
    size = sum((out_folder / path).stat().st_size for path in manifest.files)
    return TrainingReport(manifest.full_name, corpus.used(), manifest.dim, len(vocabulary.tokens), size, losses)


def _prepare(
    corpus: Corpus,
    teacher: Teacher,
    vocabulary: Vocabulary,
    bagger: Bagger,
    settings: TrainingSettings,
    seed: int,
    progress: Progress,
) -> tuple[NDArray[np.float32], list[Lesson]]:
    """The starting rows, (tokens, dim), and the lessons."""
    progress("company of words", 0.1)
    company = company_vectors(bagger.sequences(corpus.chinese()), len(vocabulary.tokens), _COMPANY_DIM, seed)
    progress("teacher", 0.2)
    names = corpus.names()
    name_vectors = teacher.encode([english for _, english in names])
    latin_vectors = teacher.encode(latin_texts(vocabulary, Kinds.of(vocabulary)))
    wide = starting_rows(vocabulary, bagger, names, name_vectors, latin_vectors, company)
    progress("lessons", 0.3)
    plan = lessons(corpus, bagger, teacher, name_vectors[: len(corpus.fields)])
    rows = leading_axes(wide, _samples(corpus, bagger), settings.dim)
    return np.ascontiguousarray(rows, dtype=np.float32), plan


def _samples(corpus: Corpus, bagger: Bagger) -> list[csr_array]:
    """Texts of every kind, by whose spread the axes are chosen."""
    pairs = corpus.names() or corpus.dictionary
    long = [abstract.text for abstract in corpus.abstracts] or [paper[:2000] for paper in corpus.papers]
    return [bagger.bags(texts) for texts in ([zh for zh, _ in pairs], [en for _, en in pairs], long)]


def _practise(
    rows: NDArray[np.float32],
    plan: list[Lesson],
    settings: TrainingSettings,
    rng: np.random.Generator,
    progress: Progress,
) -> dict[str, float]:
    """Moves `rows` in place, lesson by lesson; the last losses of each."""
    if not plan:
        return {}
    shares = np.array([lesson.share for lesson in plan])
    rate = settings.rate * float(np.sqrt((rows**2).mean()))
    optimiser = RowOptimiser(rows, settings.pull)
    losses: dict[str, list[float]] = defaultdict(list)
    for batch in range(settings.batches):
        left = 1 - batch / settings.batches
        lesson = plan[rng.choice(len(plan), p=shares / shares.sum())]
        losses[lesson.name].append(lesson.learn(optimiser, rng, settings.batch, rate * left))
        progress("practice", 0.6 + 0.4 * (1 - left))
    return {name: float(np.mean(values[-_REPORTED:])) for name, values in sorted(losses.items())}
