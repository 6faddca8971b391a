"""Evidence is found in the right document, quoted exactly, and silence stays silence."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.language.clauses import RequirementKind
from matching.embedding.protocol import Embedder, Vectors
from matching.embedding.static import shipped_embedder
from matching.evidence.assess import assess
from matching.evidence.caps import SURE
from matching.evidence.features import NAMES
from matching.evidence.pieces import pieces_of
from matching.evidence.types import Finding, Requirement, Source, Verdict
from matching.evidence.weights import SHIPPED, read_weights
from matching.lexical.terms import count_terms

NEED = "拟开发一种桥梁用耐候螺栓。抗拉强度不低于1000 MPa；疲劳寿命不少于200万次；镀层不含铬。"
BOLTS = "课题组研制的桥梁耐候螺栓，抗拉强度达1080 MPa，盐雾试验720 h，镀层采用锌铝体系，完全不含铬。"


class Characters:
    """A small embedder of the tests' own: hashed characters and pairs, unit rows."""

    name, dim = "characters", 256

    def encode(self, texts: Sequence[str]) -> Vectors:
        """See `Embedder.encode`."""
        rows = np.zeros((len(texts), self.dim), dtype=np.float32)
        counted = count_terms(texts)
        np.add.at(rows, (counted.rows(), counted.keys % self.dim), 1.0)
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        return np.asarray(rows / np.maximum(lengths, 1e-9), dtype=np.float32)


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return Characters()


def must(text: str) -> Requirement:
    return Requirement(text, RequirementKind.MUST)


def quoted(finding: Finding, *sources: Source) -> str:
    assert finding.proof is not None
    text = next(source.text for source in sources if source.id == finding.proof.source)
    return text[finding.proof.start : finding.proof.end]


def test_a_figure_is_found_quoted_and_dated(embedder: Embedder) -> None:
    source = Source(7, date(2025, 3, 4), "桥梁耐候螺栓", BOLTS)
    strength, fatigue, chrome = assess(
        NEED, [must("抗拉强度不低于1000 MPa"), must("疲劳寿命不少于200万次"), must("镀层不含铬")], [source], embedder
    )
    assert (strength.verdict, quoted(strength, source)) == (Verdict.met, "抗拉强度达1080 MPa")
    assert strength.proof is not None
    assert strength.proof.date == date(2025, 3, 4)
    assert strength.reason.params["offered"] == "达1080 MPa"
    assert (fatigue.verdict, fatigue.proof) == (Verdict.no_evidence, None)
    assert chrome.verdict is Verdict.met
    assert "不含铬" in quoted(chrome, source)


def test_of_two_documents_on_one_thing_the_newer_holds(embedder: Embedder) -> None:
    old = Source(1, date(2019, 1, 2), "桥梁耐候螺栓", "桥梁耐候螺栓样件抗拉强度1150 MPa，已交付试用。")
    new = Source(2, date(2025, 1, 2), "桥梁耐候螺栓", "批量生产的桥梁耐候螺栓抗拉强度820 MPa，已交付试用。")
    finding = assess(NEED, [must("抗拉强度不低于1000 MPa")], [old, new], embedder)[0]
    assert (finding.verdict, finding.proof and finding.proof.source) == (Verdict.contradicted, 2)


def test_without_documents_there_is_no_evidence(embedder: Embedder) -> None:
    finding = assess(NEED, [must("镀层不含铬")], [], embedder)[0]
    assert (finding.verdict, finding.reason.code) == (Verdict.no_evidence, "evidence.silent")
    assert assess(NEED, [], [], embedder) == ()


def test_documents_must_differ_in_their_ids(embedder: Embedder) -> None:
    source = Source(1, date(2025, 1, 2), "a", "b")
    with pytest.raises(ValueError, match="share an id"):
        assess(NEED, [must("镀层不含铬")], [source, source], embedder)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_pieces_are_parts_of_their_text_in_order(text: str) -> None:
    pieces = pieces_of(text)
    assert all(piece.text == text[piece.start : piece.end] and piece.text.strip() for piece in pieces)
    assert all(a.end <= b.start for a, b in pairwise(pieces))


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=60), st.text(max_size=120), st.sampled_from(list(RequirementKind)))
def test_any_text_gets_a_finding_and_twice_the_same(asked: str, told: str, kind: RequirementKind) -> None:
    source = Source(1, date(2025, 1, 2), told[:10], told)
    once = assess(asked, [Requirement(asked, kind)], [source], Characters())
    assert once == assess(asked, [Requirement(asked, kind)], [source], Characters())
    assert (once[0].proof is None) is (once[0].verdict is Verdict.no_evidence)


def test_the_shipped_weights_name_known_features_only() -> None:
    weights = read_weights(SHIPPED)
    assert weights.figures.weights.shape == weights.words.weights.shape == (len(NAMES),)


@pytest.mark.parametrize(
    ("asked", "told", "sure"),
    [
        ("抗拉强度不低于1000 MPa", "螺栓抗拉强度为720 MPa", True),
        ("防护等级IP67", "整机防护等级IP54", True),
        ("电压380 V", "电机额定电压220 V", False),  # nobody said whether it is a least or a most
        ("镀层不含铬", "镀层含铬", False),  # told by words
    ],
)
def test_only_what_was_measured_against_what_was_asked_refuses_surely(asked: str, told: str, sure: bool) -> None:
    finding = assess(
        asked, [Requirement(asked, RequirementKind.MUST)], [Source(1, date(2024, 5, 1), "", told)], shipped_embedder()
    )[0]
    assert finding.verdict is Verdict.contradicted
    assert (finding.support >= SURE) is sure


@pytest.mark.parametrize(
    ("asked", "told", "verdict"),
    [
        ("薄板激光焊接后变形大，变形量不超过0.5mm", "铝合金薄板的激光焊接", Verdict.no_evidence),
        ("薄板激光焊接后变形大，变形量不超过0.5mm", "铝合金薄板的激光焊接，变形量0.3mm", Verdict.met),
        ("15 years of service life", "The service life of the bridge bearings is long.", Verdict.no_evidence),
        ("镀层不含铬", "镀层完全不含铬", Verdict.met),
        ("晶粒度不粗于6级", "适合机匣和整体叶盘粗铣", Verdict.no_evidence),
        ("晶粒度不粗于6级", "锻件晶粒度达到8级", Verdict.met),
        ("晶粒度不粗于6级", "锻件晶粒度5级", Verdict.contradicted),
    ],
)
def test_words_alone_do_not_meet_a_demanded_figure(asked: str, told: str, verdict: Verdict) -> None:
    source = Source(1, date(2024, 5, 1), "", told)
    assert assess(asked, [must(asked)], [source], shipped_embedder())[0].verdict is verdict
