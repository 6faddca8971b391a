"""What makes a piece of a document likely to be about a requirement: named numbers for each pair of the two."""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matching.embedding.protocol import Embedder
from matching.evidence.bounds import Demand
from matching.evidence.dates import date_in, deadline_in
from matching.evidence.demands import demand_of, subject_of
from matching.evidence.levels import levels_of
from matching.evidence.pairing import Pair, best_pair, condition_share, conditions_of
from matching.evidence.pieces import Piece, pieces_of
from matching.evidence.places import regions_in, wanted_regions
from matching.evidence.polarity import asks_for_absence, denied, says_absent, under_way, untested
from matching.evidence.related import contrasted, groups_in, qualified, synonyms_in
from matching.evidence.types import Requirement, Source
from matching.evidence.wording import Terms, coverage, joined, terms_of
from matching.lexical.statistics import TermStatistics

NAMES: Final = (
    "words", "words_sentence", "words_title", "words_back", "meaning", "meaning_sentence", "related", "code",
    "code_missing", "level", "date", "place", "absence", "cue", "untested", "length", "topic", "off_topic", "older",
    "newer_topic", "superseded", "other_words", "other_meaning", "figure", "figure_bare", "figure_name", "figure_words",
    "figure_meaning", "figure_common", "figure_off_topic", "same_unit", "rare_unit", "far_value", "rivals",
    "other_pairs", "other_figure", "synonym", "contrast", "figure_extra", "title_meaning", "need_words", "source_fit",
    "condition", "qualified",
)  # fmt: skip
"""The numbers by name, in the order of a table's columns; `_of_words`, `_of_source` and `_of_figure` make them."""
_COMMON_DIMENSIONS = {"ratio", "length", "time", "temperature", "", "count", "mass", "pressure"}
_TOPIC_EDGE = 0.3
_OLDEST = 2
_SUFFIX = re.compile(r"\s?[A-Za-z°µμ\u4e00-\u9fff][A-Za-z°·/]{0,7}")
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9./]*(?:[- ]?[0-9]+[A-Za-z0-9]*)?")

Numbers = NDArray[np.float64]
Named = Iterator[tuple[str, float]]


@dataclass(frozen=True, slots=True)
class Table:
    """For one requirement: (pieces, features) float64, and the figure of each piece that answers the demanded one."""

    demand: Demand | None
    pieces: tuple[Piece, ...]
    pairs: tuple[Pair | None, ...]
    numbers: Numbers

    def shared_words(self, index: int) -> float:
        """How much of the asked words a piece has, or of the asked things under another name, in [0, 1]."""
        own = self.numbers[index]
        return float(max(own[NAMES.index("words")], own[NAMES.index("synonym")]))


def tables(
    need: str,
    requirements: Sequence[Requirement],
    sources: Sequence[Source],
    statistics: TermStatistics,
    embedder: Embedder,
) -> list[Table]:
    """One table a requirement, over the same pieces: those of `sources` in order."""
    if not requirements:
        return []
    reader = _Reader(need, requirements, sources, statistics, embedder)
    return [Table(demand, reader.pieces, reader.pairs[i], reader.numbers(i)) for i, demand in enumerate(reader.demands)]


def codes_of(text: str) -> frozenset[str]:
    """Names in Latin letters that are the same in both languages: CCAR-135, CNAS, PE, SDK; lower case."""
    found = (match[0] for match in _CODE.finditer(text))
    return frozenset(re.sub("[- ]", "", code).lower() for code in found if _is_code(code))


def _is_code(code: str) -> bool:
    return sum(character.isupper() for character in code) >= 2 or any(character.isdigit() for character in code)


class _Reader:
    """Terms, vectors and figures of everything that one call compares, computed once."""

    def __init__(
        self,
        need: str,
        requirements: Sequence[Requirement],
        sources: Sequence[Source],
        statistics: TermStatistics,
        embedder: Embedder,
    ) -> None:
        self.requirements, self.sources = tuple(requirements), tuple(sources)
        self.need_text = need
        self.pieces = tuple(piece for source in sources for piece in pieces_of(source))
        self.demands = [demand_of(requirement.text) for requirement in requirements]
        self.conditions = [conditions_of(r.text, d) for r, d in zip(requirements, self.demands, strict=True)]
        self.pairs = [tuple(best_pair(demand, piece) for piece in self.pieces) for demand in self.demands]
        self._read_words(statistics)
        self._read_meaning(embedder)
        self._read_sources(need, statistics, embedder)

    def _read_words(self, statistics: TermStatistics) -> None:
        subjects = [subject_of(r.text, demand) for r, demand in zip(self.requirements, self.demands, strict=True)]
        self.subject_texts = subjects
        self.subjects = terms_of(subjects, statistics)
        self.names = terms_of([demand.figure.name if demand else "" for demand in self.demands], statistics)
        self.told = terms_of([piece.text for piece in self.pieces], statistics)
        self.before = terms_of([piece.before for piece in self.pieces], statistics)
        self.words = _matrix([[coverage(subject, told) for told in self.told] for subject in self.subjects])
        self.groups = [groups_in(piece.text) for piece in self.pieces]

    def _read_meaning(self, embedder: Embedder) -> None:
        texts = [*self.subject_texts, *(p.text for p in self.pieces), *(p.sentence for p in self.pieces)]
        vectors = embedder.encode(texts).astype(np.float64)
        asked, told = len(self.subjects), len(self.subjects) + len(self.pieces)
        self.meaning = vectors[:asked] @ vectors[asked:told].T
        self.meaning_sentence = vectors[:asked] @ vectors[told:].T

    def _read_sources(self, need: str, statistics: TermStatistics, embedder: Embedder) -> None:
        """How near each source is to the need: the mean of meaning and of the title's words found in the need."""
        titles = terms_of([source.title for source in self.sources], statistics)
        asked, *told = embedder.encode([need, *(f"{s.title} {s.title} {s.text}" for s in self.sources)])
        headed = embedder.encode([source.title for source in self.sources])
        texts = terms_of([source.text for source in self.sources], statistics)
        wanted = terms_of([need], statistics)[0]
        self.need = wanted
        self.title_meaning = {s.id: float(asked @ vector) for s, vector in zip(self.sources, headed, strict=True)}
        self.need_words = {s.id: coverage(wanted, text) for s, text in zip(self.sources, texts, strict=True)}
        given_names = [[pair.given.name if pair else "" for pair in row] for row in self.pairs]
        self.given = [terms_of(row, statistics) if row else [] for row in given_names]
        self.columns = {s.id: [j for j, p in enumerate(self.pieces) if p.source.id == s.id] for s in self.sources}
        self.titles: dict[int, Terms] = {}
        self.topic: dict[int, float] = {}
        for source, title, vector in zip(self.sources, titles, told, strict=True):
            self.titles[source.id] = title
            self.topic[source.id] = 0.5 * float(asked @ vector) + 0.5 * coverage(title, wanted)
        days = sorted({source.date for source in self.sources}, reverse=True)
        self.age = {source.id: min(days.index(source.date), _OLDEST) for source in self.sources}

    def numbers(self, asked: int) -> Numbers:
        """The table of one requirement."""
        rows = [self._row(asked, j) for j in range(len(self.pieces))]
        return np.array([[row[name] for name in NAMES] for row in rows], dtype=np.float64).reshape(-1, len(NAMES))

    def _row(self, asked: int, j: int) -> dict[str, float]:
        return {**dict(self._of_words(asked, j)), **dict(self._of_source(asked, j)), **dict(self._of_figure(asked, j))}

    def _of_words(self, asked: int, j: int) -> Named:
        requirement, piece = self.requirements[asked], self.pieces[j]
        subject, codes, groups = self.subjects[asked], codes_of(requirement.text), groups_in(requirement.text)
        absent = asks_for_absence(requirement.text, requirement.kind)
        yield "words", self.words[asked, j]
        yield "words_sentence", coverage(subject, joined(self.told[j], self.before[j])) - self.words[asked, j]
        yield "words_title", coverage(subject, self.titles[piece.source.id])
        yield "words_back", coverage(self.told[j], subject)
        yield "meaning", self.meaning[asked, j]
        yield "meaning_sentence", self.meaning_sentence[asked, j]
        yield "related", len(groups & self.groups[j]) / len(groups) if groups else 0.0
        names = synonyms_in(requirement.text)
        yield "synonym", len(names & synonyms_in(piece.text)) / len(names) if names else 0.0
        yield "contrast", float(contrasted(requirement.text, piece.text))
        yield "qualified", float(qualified(f"{requirement.text}{self.need_text}", piece.text))
        yield "code", len(codes & codes_of(piece.text)) / len(codes) if codes else 0.0
        yield "code_missing", float(bool(codes) and not codes & codes_of(piece.text))
        yield "level", float(bool(levels_of(requirement.text).keys() & levels_of(piece.text).keys()))
        yield "date", float(bool(deadline_in(requirement.text) and date_in(piece.text)))
        yield "place", float(bool(wanted_regions(requirement.text) and regions_in(piece.text)))
        yield "absence", float(absent and says_absent(piece.text))
        yield "cue", float(not absent and (denied(piece.text) or under_way(piece.text)))
        yield "untested", float(untested(piece.text))
        yield "length", math.log1p(len(piece.text))
        yield "other_words", _excess(self.words[:, j], asked)
        yield "other_meaning", _excess(self.meaning[:, j], asked)

    def _of_source(self, asked: int, j: int) -> Named:
        source = self.pieces[j].source
        topic = self.topic[source.id]
        newer = [self.topic[other.id] for other in self.sources if other.date > source.date]
        better = [self._said(asked, k) for k, other in enumerate(self.pieces) if other.source.date > source.date]
        yield "topic", topic
        yield "title_meaning", self.title_meaning[source.id]
        yield "need_words", self.need_words[source.id]
        yield "source_fit", self._fit(asked, source.id)
        yield "off_topic", max(self.topic.values()) - topic
        yield "older", float(self.age[source.id])
        yield "newer_topic", _clipped(max(newer) - topic, _TOPIC_EDGE) if newer else -_TOPIC_EDGE
        yield "superseded", _clipped(max(better) - self._said(asked, j), 1.0) if better else -1.0

    def _of_figure(self, asked: int, j: int) -> Named:
        demand, pair, piece = self.demands[asked], self.pairs[asked][j], self.pieces[j]
        there = float(pair is not None)
        words, topic = self.words[asked, j], self.topic[piece.source.id]
        common = pair is not None and pair.wanted.dimension in _COMMON_DIMENSIONS
        others = [self.words[k, j] for k in range(len(self.subjects)) if k != asked and self.pairs[k][j] is not None]
        yield "figure", there
        yield "figure_bare", float(pair is not None and not pair.wanted.unit)
        yield "figure_name", coverage(self.names[asked], self.told[j])
        yield "figure_words", there * words
        yield "figure_meaning", there * self.meaning[asked, j]
        yield "figure_common", words if common else 0.0
        yield "figure_off_topic", there * (max(self.topic.values()) - topic)
        extra = self.given[asked][j]
        yield "figure_extra", 1.0 - coverage(extra, self.need) if extra else 0.0
        yield "condition", condition_share(self.conditions[asked], piece)
        yield "same_unit", float(bool(pair and demand and _in_same_unit(demand, pair, piece)))
        yield "rare_unit", float(pair is not None and not common)
        yield "far_value", pair.distance if pair else 0.0
        yield "rivals", there * math.log1p(sum(pair is not None for pair in self.pairs[asked]))
        yield "other_pairs", there * max(0.0, max(others, default=0.0) - words)
        yield "other_figure", float(bool(piece.figures) and pair is None)

    def _fit(self, asked: int, source: int) -> float:
        """How well a source answers the other requirements: the mean of their best piece's words."""
        best = self.words[:, self.columns[source]].max(axis=1)
        others = np.delete(best, asked)
        return float(others.mean()) if len(others) else float(best[asked])

    def _said(self, asked: int, j: int) -> float:
        """Roughly how much a piece says of a requirement: words, meaning and a figure of the kind, each up to 1."""
        return float(self.words[asked, j] + self.meaning[asked, j] + (self.pairs[asked][j] is not None))


def _matrix(rows: list[list[float]]) -> Numbers:
    return np.array(rows, dtype=np.float64).reshape(len(rows), -1)


def _excess(column: Numbers, own: int) -> float:
    """By how much another requirement has more than this one; 0 where none has."""
    others = np.delete(column, own)
    return max(0.0, float(others.max() - column[own])) if len(others) else 0.0


def _in_same_unit(demand: Demand, pair: Pair, piece: Piece) -> bool:
    """Whether both are written in one unit; for a unit that nobody knows, by the letters behind the figure."""
    if pair.given.unit or demand.figure.unit:
        return pair.given.unit == demand.figure.unit
    asked = _SUFFIX.match(demand.around, demand.figure.end)
    told = _SUFFIX.match(piece.source.text, pair.given.end)
    return bool(asked and told and asked[0].strip() == told[0].strip())


def _clipped(value: float, edge: float) -> float:
    return max(-edge, min(edge, value))
