"""What nobody should hand to the matcher, and what it says then: a clear error or a note on the list, never silence."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from safetensors.numpy import save

from matching.cache import CacheError
from matching.embedding.model_file import ModelFileError, write_manifest
from matching.embedding.static import SHIPPED, StaticEmbedder, shipped_embedder
from matching.engine import Engine
from matching.lexical import statistics
from matching.lexical.statistics import StatisticsFileError, TermStatistics
from matching.types import ALL, AllowedIds, Document, MatchResult, Query

WELDING = Document(1, 10, "薄板激光焊接工艺", "铝合金薄板的激光焊接，变形小。")
RICE = Document(2, 20, "水稻抗旱育种", "选育抗旱节水的水稻新品种。")
SHEETS = Document(3, 30, "Laser welding of thin sheets", "Low distortion welding of aluminium sheets.")


class FixedEmbedder:
    """An embedder whose every vector is `row`."""

    name = "fixed"

    def __init__(self, row: Sequence[float]) -> None:
        self._row = np.array(row, dtype=np.float32)
        self.dim = len(row)

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.tile(self._row, (len(texts), 1))


@pytest.fixture
def engine() -> Engine:
    engine = Engine(shipped_embedder())
    engine.add([WELDING, RICE, SHEETS])
    return engine


def notes(result: MatchResult) -> list[str]:
    return [note.code for note in result.notes]


@pytest.mark.parametrize(
    "text", ["", " \t\n", "，。！？……——", "!?;:()[]", "😀🔧🏭", "\u200b\u200d\ufeff", "\x00\x07\x1b", "\ud800"]
)
def test_a_text_with_nothing_to_compare_finds_nobody_and_says_why(engine: Engine, text: str) -> None:
    result = engine.match(Query(text))
    assert (result.matches, notes(result)) == ((), ["no_usable_text"])


@pytest.mark.parametrize("text", ["焊", "焊焊焊", "焊！", "焊\u200b"])
def test_a_single_character_is_searched_for_and_called_little(engine: Engine, text: str) -> None:
    result = engine.match(Query(text))
    assert result.matches[0].supplier == 10
    assert notes(result) == ["little_text"]


@pytest.mark.parametrize("text", ["激光焊接", "laser welding", "激光 welding"])
def test_an_ordinary_text_has_no_note(engine: Engine, text: str) -> None:
    assert notes(engine.match(Query(text))) == []


@pytest.mark.parametrize("text", ["การเชื่อมด้วยเลเซอร์", "लेज़र वेल्डिंग", "123 456"])
def test_words_that_the_model_does_not_know_are_said_to_be_compared_as_characters(engine: Engine, text: str) -> None:
    result = engine.match(Query(text))
    assert (result.matches, notes(result)) == ((), ["no_known_word", "nothing_alike"])


def test_a_script_that_only_the_characters_know_still_finds_its_like(engine: Engine) -> None:
    engine.add([Document(4, 40, "การเชื่อมด้วยเลเซอร์")])
    result = engine.match(Query("การเชื่อม"))
    assert ([match.supplier for match in result.matches], notes(result)) == ([40], ["no_known_word"])


@pytest.mark.parametrize(
    "text",
    [
        "激\u200b光焊\u200d接",
        "激\x00光\x07焊接",
        "\ufeff激光焊接",
        "\u202e激光焊接\u202c",
        "激\xad光焊接",
        "激光焊\u2060接",
    ],
)
def test_what_nobody_sees_changes_nothing(engine: Engine, text: str) -> None:
    assert engine.match(Query(text)).matches == engine.match(Query("激光焊接")).matches


@pytest.mark.parametrize("unit", ["激光焊接工艺", "laser welding ", "激光welding 焊接。\n", "😀", "a", "\u200b"])
def test_a_hundred_thousand_characters_are_matched_like_any_text(engine: Engine, unit: str) -> None:
    text = (unit * (100_000 // len(unit) + 1))[:100_000]
    result = engine.match(Query("激光焊接", text))
    assert {match.supplier for match in result.matches[:2]} <= {10, 30}
    engine.add([Document(9, 90, "长文", text)])
    assert engine.match(Query("激光焊接")).matches


def test_mixed_scripts_find_both_languages(engine: Engine) -> None:
    found = [match.supplier for match in engine.match(Query("ＬＡＳＥＲ焊接 thin薄板")).matches]
    assert set(found[:2]) == {10, 30}


def test_no_candidate_is_told_apart_from_nothing_alike(engine: Engine) -> None:
    assert notes(engine.match(Query("激光焊接"), allowed=AllowedIds([]))) == ["nothing_to_search"]
    assert notes(Engine(shipped_embedder()).match(Query("激光焊接"))) == ["nothing_to_search"]


def test_more_than_there_is_gives_what_there_is(engine: Engine) -> None:
    everything = engine.match(Query("激光焊接"), k=1_000_000, allowed=ALL).matches
    assert 0 < len(everything) <= 3
    assert [match.rank for match in everything] == list(range(1, len(everything) + 1))


@pytest.mark.parametrize("k", [0, -1])
def test_fewer_than_one_is_refused(engine: Engine, k: int) -> None:
    with pytest.raises(ValueError, match=f"k is {k}"):
        engine.match(Query("激光焊接"), k=k)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_query_vector_that_is_no_number_is_refused_by_name(value: float) -> None:
    engine = Engine(FixedEmbedder([value, 1.0]))
    with pytest.raises(ValueError, match="the embedder 'fixed' gave a value that is not finite"):
        engine.match(Query("激光焊接"))


def test_a_stored_vector_that_is_no_number_never_gets_in() -> None:
    engine = Engine(FixedEmbedder([1.0, 0.0]))
    with pytest.raises(ValueError, match="not finite"):
        engine.add([WELDING], np.array([[np.nan, 1.0]], dtype=np.float32))
    assert len(engine) == 0


def test_a_feature_that_is_no_number_is_refused_by_name(engine: Engine) -> None:
    weights = statistics.shipped_statistics()
    broken = TermStatistics("broken", weights.keys, np.full_like(weights.idf, np.nan), weights.unseen)
    engine = Engine(shipped_embedder(), statistics=broken)
    engine.add([WELDING])
    with pytest.raises(ValueError, match="the feature 'characters' has a value that is not finite"):
        engine.match(Query("激光焊接"))


def test_vectors_of_another_dimension_are_refused_and_leave_no_trace(engine: Engine) -> None:
    with pytest.raises(ValueError, match=r"shape \(1, 2\), expected \(1, 256\)"):
        engine.add([Document(7, 70, "新")], np.zeros((1, 2), dtype=np.float32))
    assert engine.ids().tolist() == [1, 2, 3]


def test_an_index_of_another_model_or_dimension_is_refused(engine: Engine, tmp_path: Path) -> None:
    engine.save(tmp_path / "index")
    with pytest.raises(CacheError, match="made with model"):
        Engine.load(tmp_path / "index", FixedEmbedder([1.0, 0.0]))


@pytest.mark.parametrize("damage", [b"", b"\0\0\0\0", None])
def test_a_damaged_index_file_is_named(engine: Engine, tmp_path: Path, damage: bytes | None) -> None:
    engine.save(tmp_path / "index")
    for victim in sorted(path for path in (tmp_path / "index").rglob("*") if path.is_file()):
        whole = victim.read_bytes()
        if damage is None:
            victim.unlink()
        else:
            victim.write_bytes(damage)
        if damage != whole:
            with pytest.raises(CacheError, match=victim.name):
                Engine.load(tmp_path / "index", shipped_embedder())
        victim.write_bytes(whole)
    assert Engine.load(tmp_path / "index", shipped_embedder()).match(Query("激光焊接")).matches


def test_a_damaged_table_of_term_weights_is_named(tmp_path: Path) -> None:
    for name in (statistics.MANIFEST, statistics.TABLE):
        (tmp_path / name).write_bytes((statistics.SHIPPED / name).read_bytes())
    (tmp_path / statistics.TABLE).write_bytes(b"damaged")
    with pytest.raises(StatisticsFileError, match=statistics.TABLE):
        TermStatistics.load(tmp_path)


def model_copy(folder: Path) -> Path:
    for path in SHIPPED.rglob("*"):
        if path.is_file():
            copy = folder / path.relative_to(SHIPPED)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
    return folder


@pytest.mark.parametrize("name", ["manifest.json", "tokenizer.json", "model.safetensors"])
@pytest.mark.parametrize("damage", [b"", b"{}", None])
def test_a_damaged_model_is_named(tmp_path: Path, name: str, damage: bytes | None) -> None:
    victim = model_copy(tmp_path) / name
    victim.unlink() if damage is None else victim.write_bytes(damage)
    with pytest.raises(ModelFileError, match=name):
        StaticEmbedder.load(tmp_path)


def test_a_model_whose_rows_are_no_numbers_is_refused(tmp_path: Path) -> None:
    folder = model_copy(tmp_path)
    tokens = json.loads((folder / "tokenizer.json").read_text("utf-8"))["model"]["vocab"]
    rows = np.zeros((len(tokens), 4), dtype=np.float16)
    rows[7, 2] = np.nan
    (folder / "model.safetensors").write_bytes(save({"embedding.weight": rows}))
    write_manifest(folder, "broken", 4)
    with pytest.raises(ModelFileError, match="not finite"):
        StaticEmbedder.load(folder)
