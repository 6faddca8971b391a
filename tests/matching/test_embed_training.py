import gzip
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer, models, pre_tokenizers

from matching.embedding.static import StaticEmbedder
from matching.embedding.training.folder import write_folder
from matching.embedding.training.sources import TrainingSources
from matching.embedding.training.train import TrainingSettings, train
from matching.embedding.training.vocabulary import VocabularySize

TINY = TrainingSettings(dim=16, vocabulary=VocabularySize(300, 300, 1), batches=40, batch=16)
TERMS = [
    ("滚动轴承", "rolling bearing"),
    ("土壤肥力", "soil fertility"),
    ("锂离子电池", "lithium ion battery"),
    ("神经网络", "neural network"),
    ("污水处理", "sewage treatment"),
    ("数控机床", "machine tool"),
    ("水稻育种", "rice breeding"),
    ("激光焊接", "laser welding"),
    ("桥梁监测", "bridge monitoring"),
    ("卫星遥感", "satellite remote sensing"),
]
ENGLISH = (
    "Abstract: This paper studies the {0} and gives a model of it. The results of tests show that the {0} is stable. "
    "A method of {0} control is proposed and the cost of the {0} is low in most of the cases that were seen here."
)


@pytest.fixture(scope="module")
def teacher(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sentence-transformers model that knows the English words of the terms, each by a random vector."""
    folder = tmp_path_factory.mktemp("teacher")
    words = sorted({word for _, en in TERMS for word in en.split()})
    tokenizer = Tokenizer(models.WordLevel({word: i for i, word in enumerate(["[UNK]", *words])}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    rows = np.random.default_rng(0).standard_normal((len(words) + 1, 24)).astype(np.float32)
    write_folder(folder, "teacher-1", tokenizer, rows)
    _write(folder / "vocab.txt", "[PAD]", [f"[unused{i}]" for i in range(1995)] + words)
    return folder


@pytest.fixture(scope="module")
def sources(teacher: Path, tmp_path_factory: pytest.TempPathFactory) -> TrainingSources:
    """A small invented source of every kind."""
    folder = tmp_path_factory.mktemp("sources")
    _write(folder / "fields.tsv", "code\tzh\ten", [f"X{i:02}\t{zh}\t{en}" for i, (zh, en) in enumerate(TERMS)])
    _write(folder / "keywords.tsv", "zh\ten", [f"{zh}试验\t{en} test" for zh, en in TERMS])
    with gzip.open(folder / "papers.jsonl.gz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps({"text": _paper(zh, en)}) + "\n" for zh, en in TERMS)
    abstracts = [{"title": f"{zh}的研究", "abstract": _sentences(zh, 2), "keywords": [zh, "方法"]} for zh, _ in TERMS]
    _write_json_lines(folder / "abstracts.jsonl", abstracts)
    _write_json_lines(folder / "titles.jsonl", [{"title": f"{zh}及其应用"} for zh, _ in TERMS])
    entries = [f"{zh} {zh} [pin1 yin1] /{en}/(old) {en}s/" for zh, en in TERMS]
    _write(folder / "dictionary.txt", "# a dictionary", entries)
    return TrainingSources(
        teacher=teacher,
        fields=folder / "fields.tsv",
        keywords=folder / "keywords.tsv",
        papers=folder / "papers.jsonl.gz",
        abstracts=folder / "abstracts.jsonl",
        titles=folder / "titles.jsonl",
        dictionary=folder / "dictionary.txt",
    )


def test_a_trained_model_ties_the_two_languages(sources: TrainingSources, tmp_path: Path) -> None:
    report = train(sources, tmp_path, seed=0, settings=TINY)
    embedder = StaticEmbedder.load(tmp_path)
    scores = embedder.encode([zh for zh, _ in TERMS]) @ embedder.encode([en for _, en in TERMS]).T
    assert (scores.argmax(axis=1) == np.arange(len(TERMS))).mean() >= 0.8
    assert (report.name, report.dim, embedder.dim) == (embedder.name, 16, 16)
    assert report.sources == ["fields", "keywords", "papers", "abstracts", "titles", "dictionary"]
    assert report.bytes > 0
    assert {"fields", "passages", "abstracts in both languages", "teacher: sentences"} <= report.losses.keys()


def test_the_same_sources_and_seed_give_the_same_file(sources: TrainingSources, tmp_path: Path) -> None:
    names = [train(sources, tmp_path / str(i), seed=seed, settings=TINY).name for i, seed in enumerate((1, 1, 2))]
    assert names[0] == names[1] != names[2]


@pytest.mark.parametrize("left_out", ["fields", "keywords", "papers", "abstracts", "titles", "dictionary"])
def test_each_source_can_be_left_out(sources: TrainingSources, tmp_path: Path, left_out: str) -> None:
    rest = {name: path for name, path in vars(sources).items() if name != left_out}
    report = train(TrainingSources(**rest), tmp_path, seed=0, settings=TINY)
    assert left_out not in report.sources
    assert np.isfinite(StaticEmbedder.load(tmp_path).encode(["滚动轴承", "rolling bearing"])).all()


@pytest.mark.parametrize("kept", ["fields", "papers", "titles", "dictionary"])
def test_one_source_alone_is_enough(sources: TrainingSources, tmp_path: Path, kept: str) -> None:
    alone = TrainingSources(**{name: vars(sources)[name] for name in ("teacher", kept)})
    assert train(alone, tmp_path, seed=0, settings=TINY).sources == [kept]
    assert np.isfinite(StaticEmbedder.load(tmp_path).encode(["滚动轴承", "rolling bearing"])).all()


def test_nothing_to_train_on_is_an_error(sources: TrainingSources, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="nothing to train on"):
        train(TrainingSources(teacher=sources.teacher), tmp_path, seed=0, settings=TINY)
    assert not list(tmp_path.iterdir())


def test_progress_rises_from_nothing_to_all(sources: TrainingSources, tmp_path: Path) -> None:
    seen: list[tuple[str, float]] = []
    train(sources, tmp_path, seed=0, settings=TINY, progress=lambda stage, done: seen.append((stage, done)))
    shares = [done for _, done in seen]
    assert shares == sorted(shares)
    assert (seen[0], seen[-1]) == (("reading", 0.0), ("written", 1.0))


def _paper(zh: str, en: str) -> str:
    head = f"{zh}学报\n摘要：{_sentences(zh, 2)}关键词：{zh}\n{ENGLISH.format(en)}Key words: {en}\n"
    return f"{head}{_sentences(zh, 12)}参考文献\n[1] {zh}"


def _sentences(zh: str, count: int) -> str:
    sentence = f"讨论{zh}的模型、试验方法和主要结果，并说明{zh}在工程中的应用条件和限制。"
    return "".join(f"本文第{i}节{sentence}" for i in range(count))


def _write(path: Path, header: str, lines: list[str]) -> None:
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")


def _write_json_lines(path: Path, rows: Sequence[Mapping[str, object]]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
