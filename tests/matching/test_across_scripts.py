from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from matching.documents import DocumentStore
from matching.embedding.static import shipped_embedder
from matching.engine import Engine
from matching.evaluation.findings import worst_misses
from matching.evaluation.folder import BenchmarkFolder
from matching.ranker import COLD, FEATURES, Ranker
from matching.ranking.examples import judged_examples
from matching.scripts import Script, across_from, script_of
from matching.suppliers import Aggregation
from matching.types import Document, Query, SupplierMatch

WITHOUT = replace(COLD, across=0.0)
NEED = Query("焊缝缺陷在线检测", "我公司焊接生产线需要在线检测焊缝的气孔和裂纹，提高产品质量。")
IN_ENGLISH = Query(
    "Detecting weld defects", "Our welding line needs to find pores and cracks in the seams while it runs."
)
WELDS = Document(
    1, 10, "Weld seam inspection by machine vision", "Cameras and deep learning find pores and cracks in weld seams."
)
VEGETABLES = Document(2, 20, "蔬菜保鲜检测技术", "我们开发的蔬菜冷链保鲜技术，可在线检测质量。")
SEAMS = Document(3, 30, "焊缝缺陷机器视觉检测", "用相机和深度学习在线检测焊缝的气孔、裂纹和咬边。")
PESTS = Document(4, 40, "Rice pests", "Sensors find pests in the paddy while it is growing.")
BOTH = Document(5, 50, "焊缝 weld 检测 inspection", "相机 camera, 深度学习 deep learning")
EVERYTHING = (WELDS, VEGETABLES, SEAMS, PESTS, BOTH)


def engine_of(ranker: Ranker, documents: Sequence[Document] = EVERYTHING) -> Engine:
    engine = Engine(shipped_embedder(), ranker)
    engine.add(documents)
    return engine


def found(ranker: Ranker, query: Query, documents: Sequence[Document] = EVERYTHING) -> dict[int, SupplierMatch]:
    return {match.supplier: match for match in engine_of(ranker, documents).match(query).matches}


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("焊缝缺陷检测", Script.han),
        ("采用 PLC 与 EtherCAT 总线的焊缝缺陷在线检测系统", Script.han),
        ("Weld seam inspection", Script.other),
        ("Сварка швов", Script.other),
        ("焊缝 weld seam", Script.unclear),
        ("±0.01 / 20", Script.unclear),
        ("", Script.unclear),
    ],
)
def test_the_script_is_that_of_nearly_all_letters(text: str, script: Script) -> None:
    assert script_of(text) is script


def test_an_unclear_script_is_across_from_none() -> None:
    assert [across_from(script) for script in Script] == [None, Script.other, Script.han]
    assert found(COLD, NEED)[50] == found(WITHOUT, NEED)[50]
    unclear = Query("焊缝 weld", "检测 inspection of 气孔 pores")
    assert found(COLD, unclear) == found(WITHOUT, unclear)


def test_a_fit_in_the_other_language_stands_before_what_only_shares_common_words() -> None:
    clear = (WELDS, VEGETABLES, SEAMS, PESTS)
    assert list(found(WITHOUT, NEED, clear)) == [30, 20, 10]
    assert list(found(COLD, NEED, clear)) == [30, 10, 20]
    assert list(found(COLD, IN_ENGLISH, clear))[:2] == [10, 30]


def test_within_a_script_nothing_changes_to_the_last_bit() -> None:
    for query, same in ((NEED, (VEGETABLES, SEAMS)), (IN_ENGLISH, (WELDS, PESTS))):
        assert found(COLD, query, same) == found(WITHOUT, query, same)
        mixed, without = found(COLD, query), found(WITHOUT, query)
        suppliers = [one.supplier for one in same]
        assert [mixed[one].raw for one in suppliers] == [without[one].raw for one in suppliers]


def test_what_stands_in_is_the_share_of_the_likeness_and_no_shared_word() -> None:
    across, without = found(COLD, NEED)[10], found(WITHOUT, NEED)[10]
    features = across.best.features
    likeness = (features["dense"] + features["sentences"]) / 2
    assert features["pairs"] - without.best.features["pairs"] == pytest.approx(COLD.across * likeness)
    assert "shared_terms" not in {reason.code for reason in across.reasons}
    assert (across.reasons, across.spans) == (without.reasons, without.spans)


def test_unlikeness_is_not_held_against_an_offer() -> None:
    unlike = np.array([-0.4], dtype=np.float32)
    assert COLD.instead_of_pairs(np.array([True]), unlike, unlike).tolist() == [0.0]


def test_a_ranker_kept_before_keeps_its_name_and_its_numbers() -> None:
    kept = WITHOUT.to_json()
    assert "across" not in kept
    assert Ranker.from_json(kept) == WITHOUT
    assert WITHOUT.name == "cold-1-050e3908"
    assert Ranker.from_json(COLD.to_json()) == COLD
    assert COLD.name != WITHOUT.name


def test_what_stands_in_is_never_less_than_nothing() -> None:
    with pytest.raises(ValueError, match="across scripts"):
        replace(COLD, across=-0.1)


def test_scripts_outlive_saving_and_what_is_removed(tmp_path: Path) -> None:
    engine = engine_of(COLD)
    engine.remove([VEGETABLES.id])
    before = engine.match(NEED).matches
    engine.save(tmp_path)
    loaded = Engine.load(tmp_path, shipped_embedder())
    assert engine.match(NEED).matches == loaded.match(NEED).matches == before
    loaded.add([VEGETABLES])
    assert {match.supplier: match.raw for match in loaded.match(NEED).matches} == {
        supplier: match.raw for supplier, match in found(COLD, NEED).items()
    }


def test_the_script_of_a_replaced_document_is_that_of_its_new_text() -> None:
    store = DocumentStore()
    store.add([WELDS, SEAMS])
    store.add([replace(WELDS, title=SEAMS.title, text=SEAMS.text)])
    assert store.across(np.arange(3), Script.han).tolist() == [True, False, False]
    store.drop()
    assert store.across(np.arange(2), Script.han).tolist() == [False, False]


def test_a_missed_fit_in_the_other_language_is_said_to_share_no_words() -> None:
    judged = [(0, place, 4.0 if one is WELDS else 1.0) for place, one in enumerate(EVERYTHING)]
    documents = [replace(one, id=place) for place, one in enumerate(EVERYTHING)]
    titles = [one.title for one in EVERYTHING]
    folder = BenchmarkFolder(["n0"], [NEED], documents, titles, judged, Aggregation.exact)
    examples = judged_examples(engine_of(COLD, documents), folder)
    assert examples.features[FEATURES.index("pairs"), 0] > 0.1
    [miss] = worst_misses(folder, examples, COLD)
    assert (miss.item, miss.shares_words) == (WELDS.title, False)
