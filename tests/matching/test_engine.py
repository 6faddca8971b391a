import hashlib
import json
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import matching.engine as engine_module
from benchmarks.generated import capabilities, needs
from matching.cache import CacheError
from matching.embedding.static import shipped_embedder
from matching.engine import Engine
from matching.suppliers import Aggregation
from matching.types import ALL, AllowedIds, Band, Document, Floats, MatchResult, Query

FORGING = Document(
    1, 10, "精密锻造工艺", "面向汽车齿轮的精密锻造，尺寸精度达到0.1毫米。可承接中试。", field="manufacturing"
)
WATER = Document(2, 20, "污水处理膜材料", "用于印染废水回用的纳滤膜。", industries=("C26",))
BATTERY = Document(3, 30, "锂电池正极材料", "高镍三元正极材料的掺杂与包覆。", keywords=("动力电池",))
GEARS = Document(4, 40, "Precision forging of gears", "Near-net-shape forging of automotive gears.")
MOULDS = Document(5, 10, "锻造模具寿命提升", "模具表面强化与润滑。")
EVERYTHING = [FORGING, WATER, BATTERY, GEARS, MOULDS]
NEED = Query("汽车齿轮精密锻造", "我公司需要提高锻造齿轮的尺寸精度。", field="manufacturing")


class AnotherModel:
    """Four numbers a text: enough to be another model."""

    name = "another-1"
    dim = 4

    def encode(self, texts: Sequence[str]) -> Floats:
        values = np.array([[len(text) + 1, text.count("锻"), text.count("a"), 1] for text in texts], dtype=np.float32)
        return np.asarray(values / np.linalg.norm(values, axis=1, keepdims=True), dtype=np.float32)


class BrokenModel(AnotherModel):
    """A model whose file was damaged: it gives no numbers."""

    name = "broken-1"

    def encode(self, texts: Sequence[str]) -> Floats:
        return np.full((len(texts), self.dim), np.nan, dtype=np.float32)


def engine_of(*documents: Document) -> Engine:
    engine = Engine(shipped_embedder())
    engine.add(documents or EVERYTHING)
    return engine


def suppliers(result: MatchResult) -> list[int]:
    return [match.supplier for match in result.matches]


def test_the_supplier_of_the_fitting_capability_comes_first() -> None:
    result = engine_of().match(NEED)
    first = result.matches[0]
    assert (first.supplier, first.rank, first.best.document, first.band) == (10, 1, 1, Band.strong)
    assert [other.document for other in first.others] == [5]


def test_scores_fall_with_rank_and_bands_follow_scores() -> None:
    matches = engine_of().match(NEED).matches
    scores = [match.score for match in matches]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    order = [list(Band).index(match.band) for match in matches]
    assert order == sorted(order)


def test_reasons_name_the_words_both_sides_use() -> None:
    first = engine_of().match(NEED).matches[0]
    shared = next(reason for reason in first.reasons if reason.code == "shared_terms")
    assert {"锻造", "齿轮"} <= set(str(shared.params["terms"]).split(" · "))
    assert "same_field" in {reason.code for reason in first.reasons}


def test_a_span_quotes_the_document_as_written() -> None:
    span = engine_of().match(NEED).matches[0].spans[0]
    assert (span.document, span.field) == (1, "text")
    assert FORGING.text[span.start : span.end] == "面向汽车齿轮的精密锻造，尺寸精度达到0.1毫米。"


def test_an_english_query_finds_the_chinese_capability() -> None:
    result = engine_of(FORGING, WATER, BATTERY).match(Query("precision forging of automotive gears"))
    assert result.matches[0].supplier == 10
    assert "close_across_languages" in {reason.code for reason in result.matches[0].reasons}


def test_a_chinese_query_finds_the_english_capability() -> None:
    assert engine_of(GEARS, WATER, BATTERY).match(Query("齿轮锻造")).matches[0].supplier == 40


def test_industries_count_along_the_classification() -> None:
    result = engine_of().match(Query("膜材料", industries=("C2651",)))
    assert result.matches[0].best.features["industry"] == 1.0
    assert "same_industry" in {reason.code for reason in result.matches[0].reasons}


@pytest.mark.parametrize("text", ["", " \n", "。！？", "😀😀", "\u200b\ufeff", "\ud800", "\x00\x01"])
def test_a_query_without_content_says_so(text: str) -> None:
    result = engine_of().match(Query(text, text))
    assert (result.matches, [note.code for note in result.notes]) == ((), ["no_usable_text"])


@pytest.mark.parametrize("text", ["锻", "a", "锻造" * 50_000, "x" * 100_000, "ﷺ" * 100, "锻\u200b造\x00forging"])
def test_any_query_can_be_matched(text: str) -> None:
    assert engine_of().match(Query(text, text)).engine


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=60), st.text(max_size=60))
def test_no_text_raises_on_either_side(title: str, text: str) -> None:
    engine = engine_of(Document(9, 9, title, text, (text,)), FORGING)
    for match in engine.match(Query(title, text)).matches:
        assert np.isfinite(match.score)
        for span in match.spans:
            document = engine.document(span.document)
            assert 0 <= span.start < span.end <= len(document.title if span.field == "title" else document.text)


def test_an_empty_engine_matches_nothing() -> None:
    result = Engine(shipped_embedder()).match(NEED)
    assert (result.matches, result.candidates) == ((), 0)


def test_more_asked_for_than_there_is_gives_what_there_is() -> None:
    assert len(engine_of().match(NEED, k=1000).matches) <= 4


def test_fewer_than_one_is_refused() -> None:
    with pytest.raises(ValueError, match="k is 0"):
        engine_of().match(NEED, k=0)


def test_only_allowed_documents_are_seen_or_counted() -> None:
    engine = engine_of()
    allowed = AllowedIds([2, 5, 999])
    result = engine.match(NEED, allowed=allowed)
    assert result.candidates == 2
    assert {match.best.document for match in result.matches} <= {2, 5}
    assert not engine.match(NEED, allowed=AllowedIds([])).matches


def test_what_is_not_allowed_shifts_no_score() -> None:
    alone = engine_of(FORGING).match(NEED).matches[0]
    among = engine_of(FORGING, WATER, BATTERY, GEARS).match(NEED, allowed=AllowedIds([1])).matches[0]
    assert (alone.score, alone.best) == (among.score, among.best)


def test_the_order_of_adding_changes_nothing() -> None:
    a, b = (engine_of(*order).match(NEED) for order in (EVERYTHING, EVERYTHING[::-1]))
    assert suppliers(a) == suppliers(b)
    assert [match.score for match in a.matches] == pytest.approx([match.score for match in b.matches])


def test_a_removed_capability_is_gone_at_once() -> None:
    engine = engine_of()
    engine.remove([1, 777])
    assert 1 not in {match.best.document for match in engine.match(NEED).matches}
    assert engine.ids().tolist() == [2, 3, 4, 5]
    with pytest.raises(ValueError, match="no document has the id 1"):
        engine.document(1)


def test_a_changed_capability_replaces_the_old_one() -> None:
    engine = engine_of()
    engine.add([Document(1, 10, "玉米育种")])
    assert (len(engine), engine.document(1).title) == (5, "玉米育种")
    assert engine.match(Query("玉米育种")).matches[0].best.document == 1


def test_stored_vectors_give_what_embedding_anew_gives() -> None:
    engine = Engine(shipped_embedder())
    engine.add(EVERYTHING, engine.embed(EVERYTHING))
    assert engine.match(NEED).matches == engine_of().match(NEED).matches


def test_vectors_of_another_model_are_refused_and_nothing_is_added() -> None:
    engine = engine_of()
    with pytest.raises(ValueError, match="shape"):
        engine.add([Document(9, 9, "新")], np.zeros((1, 7), np.float32))
    with pytest.raises(ValueError, match="twice"):
        engine.add([WATER, WATER])
    assert len(engine) == 5


def test_one_exact_capability_does_not_lose_to_a_crowd_of_near_ones() -> None:
    crowd = [Document(100 + i, 50, "锻造齿轮设备", "齿轮锻造的设备。") for i in range(8)]
    exact = Document(1, 10, "汽车齿轮精密锻造", "提高锻造齿轮的尺寸精度。")
    assert engine_of(exact, *crowd).match(NEED).matches[0].supplier == 10


def test_a_body_of_work_wins_where_breadth_is_asked_for() -> None:
    crowd = [Document(100 + i, 50, "锻造齿轮技术", "齿轮锻造的技术与装备。") for i in range(5)]
    mixed = [Document(1, 10, "汽车齿轮精密锻造"), *(Document(2 + i, 10, "玉米育种") for i in range(4))]
    engine = engine_of(*mixed, *crowd)
    assert engine.match(NEED, aggregation=Aggregation.exact).matches[0].supplier == 10
    assert engine.match(NEED, aggregation=Aggregation.breadth).matches[0].supplier == 50


def test_choosing_candidates_keeps_the_best(monkeypatch: pytest.MonkeyPatch) -> None:
    titles = ["锻造", "焊接", "育种", "电池", "膜材料", "机器人"]
    many = [Document(1000 + i, 1000 + i, f"{titles[i % 6]}{i % 97}号研究") for i in range(2000)]
    engine = engine_of(*EVERYTHING, *many)
    monkeypatch.setattr(engine_module, "SCORE_ALL", 10_000)
    in_full = engine.match(NEED)
    monkeypatch.undo()
    chosen = engine.match(NEED)
    assert chosen.candidates < 900 < in_full.candidates
    assert suppliers(chosen)[:5] == suppliers(in_full)[:5]
    allowed = AllowedIds(range(1900))
    assert all(match.best.document < 1900 for match in engine.match(NEED, allowed=allowed).matches)


def test_many_needs_at_once_find_what_each_finds_alone() -> None:
    drawn = [Document(1000 + i, 1000 + i // 3, one.title, one.text) for i, one in enumerate(capabilities(1500))]
    engine = engine_of(*EVERYTHING, *drawn)
    asked = [NEED, Query(""), *needs(80)]
    for allowed in (ALL, AllowedIds(range(1000, 2400))):
        alone = [engine.match(query, k=20, allowed=allowed) for query in asked]
        together = engine.match_many(asked, k=20, allowed=allowed)
        bare = [
            replace(a, timings={}, matches=tuple(replace(m, reasons=(), spans=()) for m in a.matches)) for a in alone
        ]
        assert [replace(result, timings={}) for result in together] == bare


def test_reasons_told_afterwards_are_those_of_a_match() -> None:
    engine = engine_of(*EVERYTHING)
    prepared = engine.prepare([NEED])[0]
    ranked = engine.rank(prepared, k=3)
    assert ranked.matches == engine.match_many([NEED], k=3)[0].matches
    last, documents = ranked.matches[1:], [engine.document(one.best.document) for one in ranked.matches[1:]]
    assert engine.explain(prepared, last, documents) == engine.match(NEED, k=3).matches[1:]


def test_many_needs_are_refused_like_one() -> None:
    assert engine_of().match_many([]) == []
    with pytest.raises(ValueError, match="k is 0"):
        engine_of().match_many([NEED], k=0)


def test_which_of_many_equal_documents_are_candidates_depends_on_their_ids_only() -> None:
    same = [Document(100 + i, 100 + i, "汽车齿轮精密锻造", "提高锻造齿轮的尺寸精度。") for i in range(1200)]
    forward, backward = engine_of(*same, WATER), engine_of(WATER, *same[::-1])
    chosen = forward.candidates(NEED)
    assert chosen.tolist() == backward.candidates(NEED).tolist() == list(range(100, 100 + len(chosen)))
    assert suppliers(forward.match(NEED)) == suppliers(backward.match(NEED)) == list(range(100, 110))


def test_the_pool_depends_on_no_order_of_adding() -> None:
    drawn = list(capabilities(1500))
    shuffled = [drawn[i] for i in np.random.default_rng(0).permutation(len(drawn))]
    forward, mixed = Engine(shipped_embedder()), Engine(shipped_embedder())
    forward.add(drawn)
    for at in range(0, len(shuffled), 400):
        mixed.add(shuffled[at : at + 400])
    mixed.add(drawn[:5])  # again: their rows move to the end
    for query in needs(10):
        assert forward.candidates(query).tolist() == mixed.candidates(query).tolist()
        assert forward.match(query).matches == mixed.match(query).matches


def test_a_saved_engine_answers_the_same_and_goes_on_growing(tmp_path: Path) -> None:
    engine = engine_of()
    engine.remove([3])
    engine.save(tmp_path / "index")
    loaded = Engine.load(tmp_path / "index", shipped_embedder())
    assert loaded.match(NEED).matches == engine.match(NEED).matches
    assert loaded.ids().tolist() == [1, 2, 4, 5]
    loaded.add([BATTERY])
    loaded.remove([1])
    loaded.save(tmp_path / "index")
    assert Engine.load(tmp_path / "index", shipped_embedder()).ids().tolist() == [2, 3, 4, 5]


def test_a_removed_text_is_not_in_the_saved_files(tmp_path: Path) -> None:
    engine = engine_of()
    engine.remove([2])
    engine.save(tmp_path / "index")
    written = b"".join(path.read_bytes() for path in (tmp_path / "index").iterdir())
    assert "印染".encode() not in written
    assert "锻造".encode() in written


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda path: path.unlink(), "missing"),
        (lambda path: path.write_bytes(path.read_bytes()[:-1] + b"?"), "damaged"),
        (lambda path: path.write_bytes(b""), "damaged"),
    ],
)
@pytest.mark.parametrize("name", ["vectors.npy", "documents.jsonl", "terms0-singles.npy"])
def test_a_damaged_cache_is_refused_by_name(
    tmp_path: Path, name: str, damage: Callable[[Path], object], said: str
) -> None:
    engine_of().save(tmp_path / "index")
    damage(tmp_path / "index" / name)
    with pytest.raises(CacheError, match=f"{name}: {said}"):
        Engine.load(tmp_path / "index", shipped_embedder())


def test_a_cache_of_another_model_is_refused(tmp_path: Path) -> None:
    engine_of().save(tmp_path / "index")
    manifest = tmp_path / "index" / "manifest.json"
    manifest.write_text(manifest.read_text().replace(shipped_embedder().name, "other-model"))
    with pytest.raises(CacheError, match="other-model"):
        Engine.load(tmp_path / "index", shipped_embedder())


def test_a_cache_whose_parts_do_not_fit_together_is_refused(tmp_path: Path) -> None:
    engine_of().save(tmp_path / "index")
    part = tmp_path / "index" / "vectors.npy"
    np.save(part, np.zeros((5, 7), dtype=np.int16))
    manifest = tmp_path / "index" / "manifest.json"
    stored = json.loads(manifest.read_text())
    stored["files"]["vectors.npy"] = hashlib.sha256(part.read_bytes()).hexdigest()
    manifest.write_text(json.dumps(stored))
    with pytest.raises(CacheError, match=r"stored vectors have shape \(5, 7\)"):
        Engine.load(tmp_path / "index", shipped_embedder())


def test_caches_of_two_models_stand_side_by_side(tmp_path: Path) -> None:
    small = AnotherModel()
    engine_of().save(tmp_path / "one")
    other = Engine(small)
    other.add(EVERYTHING)
    other.save(tmp_path / "two")
    assert Engine.load(tmp_path / "one", shipped_embedder()).match(NEED).model == shipped_embedder().name
    assert Engine.load(tmp_path / "two", small).match(NEED).model == small.name
    with pytest.raises(CacheError, match="made with model"):
        Engine.load(tmp_path / "one", small)


def test_a_model_that_gives_no_numbers_is_refused_and_changes_nothing() -> None:
    broken = Engine(BrokenModel())
    with pytest.raises(ValueError, match="not finite"):
        broken.add(EVERYTHING)
    assert len(broken) == 0
    many = [Document(i, i, "锻造") for i in range(3)]
    broken.add(many, np.ones((3, BrokenModel.dim), dtype=np.float32))
    with pytest.raises(ValueError, match="not finite"):
        broken.match(NEED)


def test_no_cache_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(CacheError, match="No such file"):
        Engine.load(tmp_path, shipped_embedder())


def test_readers_go_on_while_one_writes() -> None:
    engine = engine_of()
    failures: list[BaseException] = []

    def read() -> None:
        try:
            for _ in range(30):
                assert engine.match(NEED).matches[0].supplier == 10
        except BaseException as error:
            failures.append(error)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for i in range(60):
        engine.add([Document(500 + i % 20, 500, f"水稻栽培{i}")])
        engine.remove([500 + (i * 7) % 20])
    for reader in readers:
        reader.join()
    assert not failures
