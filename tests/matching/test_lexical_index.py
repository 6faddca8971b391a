from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

from matching.lexical.index import MERGED, TAIL_ROWS, LexicalIndex
from matching.lexical.query import QueryTerms, query_terms
from matching.lexical.statistics import (
    MANIFEST,
    SHIPPED,
    TABLE,
    StatisticsFileError,
    TermStatistics,
    shipped_statistics,
)
from matching.lexical.stem import stem
from matching.lexical.terms import FIRST_WORD_KEY, SINGLE_KEYS, count_terms, word_key

TEXTS = ["精密锻造工艺", "锻造模具与热处理", "", "污水处理", "hot forging of gears", "AGV小车导航"]


def index_of(texts: list[str]) -> LexicalIndex:
    index = LexicalIndex(shipped_statistics())
    index.add(texts)
    return index


def asked(title: str, text: str = "") -> QueryTerms:
    return query_terms(title, text, shipped_statistics())


def test_a_text_is_its_characters_its_pairs_and_its_words() -> None:
    counted = count_terms(["锻造锻造 AGV"])
    single = counted.keys[counted.keys < FIRST_WORD_KEY]
    words = counted.keys[(counted.keys >= FIRST_WORD_KEY) & (counted.keys < SINGLE_KEYS)]
    pairs = counted.keys[counted.keys >= SINGLE_KEYS]
    assert sorted(map(chr, single)) == ["造", "锻"]
    assert words.tolist() == [word_key("agv")]
    assert sorted(chr(key >> 16) + chr(key & 0xFFFF) for key in pairs) == ["造锻", "锻造"]
    assert counted.counts.tolist() == [2, 2, 1, 1, 2]


def test_no_pair_crosses_from_one_text_to_the_next() -> None:
    together, alone = count_terms(["锻", "造"]), count_terms(["锻"])
    assert together.starts.tolist() == [0, 1, 2]
    assert together.keys[:1].tolist() == alone.keys.tolist()


@pytest.mark.parametrize("text", ["", "。！", "😀", "\ud800", "\u200b\ufeff", "\x00"])
def test_texts_without_content_have_no_terms(text: str) -> None:
    assert len(count_terms([text]).keys) == 0


@pytest.mark.parametrize("text", ["字" * 100_000, "a" * 100_000, "𠀀𠀁", "ｆｏｒｇｉｎｇ", "форма 鍛造 かな"])
def test_any_text_can_be_counted(text: str) -> None:
    assert len(count_terms([text]).keys) >= 1


def test_full_width_and_upper_case_are_the_same_word() -> None:
    assert count_terms(["ＡＧＶ"]).keys.tolist() == count_terms(["agv"]).keys.tolist()


@pytest.mark.parametrize(
    ("a", "b"),
    [("monitoring", "monitored"), ("alloys", "alloy"), ("batteries", "battery"), ("welding", "welded")],
)
def test_forms_of_one_word_have_one_stem(a: str, b: str) -> None:
    assert stem(a) == stem(b)


@pytest.mark.parametrize("word", ["gas", "agv", "x1y2", "6061", "naïve", "bus"])
def test_short_words_names_and_figures_are_left_alone(word: str) -> None:
    assert stem(word) == word


def test_characters_are_the_cosine_of_tf_idf() -> None:
    statistics = shipped_statistics()
    characters = sorted({c for text in TEXTS[:4] for c in text})
    reference = TfidfVectorizer(analyzer="char", sublinear_tf=True, vocabulary=characters, norm="l2")
    reference.fit(TEXTS[:4])
    reference.idf_ = statistics.weights(np.array([ord(c) for c in characters], dtype=np.uint32))
    expected = (reference.transform(["精密模具精密模具"]) @ reference.transform(TEXTS[:4]).T).toarray()[0]
    found = index_of(TEXTS[:4]).characters(asked("精密模具精密模具"))
    whole = (reference.transform(["精密模具" * 4]) @ reference.transform(TEXTS[:4]).T).toarray()[0]
    np.testing.assert_allclose(found, (0.5 * expected + whole) / 1.5, rtol=1e-5, atol=1e-7)


def test_a_text_is_completely_like_itself() -> None:
    index = index_of(TEXTS)
    for row in (0, 1, 3, 4, 5):
        query = asked(TEXTS[row])
        assert index.characters(query)[row] == pytest.approx(1.0, abs=0.01)
        assert index.pairs(query)[row] > 0.95


def test_an_empty_text_is_like_nothing() -> None:
    query = asked("锻造 forging")
    assert index_of(TEXTS).characters(query)[2] == 0
    assert not index_of(TEXTS).characters(asked("")).any()
    assert asked("！？").is_empty


def test_english_is_found_through_other_forms() -> None:
    assert index_of(TEXTS).pairs(asked("forged gear")).argmax() == 4


def test_chosen_rows_have_the_scores_they_have_among_all() -> None:
    index, query = index_of(TEXTS), asked("锻造工艺")
    rows = np.array([1, 2, 4])
    np.testing.assert_array_equal(index.characters(query, rows), index.characters(query)[rows])


def test_the_order_of_adding_and_its_portions_change_nothing() -> None:
    texts = [f"{text}{i % 7}号" for i, text in enumerate(TEXTS * (TAIL_ROWS // 4))]
    at_once, by_portion, query = index_of(texts), LexicalIndex(shipped_statistics()), asked("精密锻造3号")
    for at in range(0, len(texts), 100):
        by_portion.add(texts[at : at + 100])
    assert by_portion.segments > 1
    np.testing.assert_array_equal(by_portion.pairs(query), at_once.pairs(query))
    np.testing.assert_array_equal(by_portion.characters(query), at_once.characters(query))


def test_thousands_of_single_additions_stay_few_segments_and_score_the_same() -> None:
    texts = [f"{text}{i % 11}号" for i, text in enumerate(TEXTS * 3000)]
    index, query = LexicalIndex(shipped_statistics()), asked("精密锻造3号 gears")
    for at in range(0, len(texts), TAIL_ROWS):  # as many tails as single additions make
        index.add(texts[at : at + TAIL_ROWS])
    at_once = index_of(texts)
    assert index.segments <= MERGED + len(texts) // (MERGED * TAIL_ROWS)
    np.testing.assert_array_equal(index.pairs(query), at_once.pairs(query))
    np.testing.assert_array_equal(index.characters(query), at_once.characters(query))
    index.join_small()
    assert index.segments == 1
    np.testing.assert_array_equal(index.pairs(query), at_once.pairs(query))


def test_a_word_that_stands_often_counts_with_its_logarithm() -> None:
    once, thrice = index_of(["锻造"]), index_of(["锻造，锻造，锻造"])
    query = asked("锻造")
    assert once.pairs(query)[0] == pytest.approx(1.0, abs=1e-6)
    assert thrice.pairs(query)[0] == pytest.approx(1.0, abs=1e-6)
    mixed = index_of(["锻造，锻造，锻造，焊接"]).pairs(query)[0]
    forging, welding = shipped_statistics().weights(count_terms(["锻造 焊接"]).keys[-2:])
    if count_terms(["锻造"]).keys[-1] != count_terms(["锻造 焊接"]).keys[-2]:
        forging, welding = welding, forging
    often = (1 + np.log(3)) * forging
    assert mixed == pytest.approx(often / np.hypot(often, welding), rel=1e-5)


def test_dropped_rows_are_gone_and_the_others_score_as_before() -> None:
    index, query = index_of(TEXTS), asked("锻造 gears")
    before = index.pairs(query), index.characters(query)
    dropped = np.array([True, False, False, True, False, False])
    index.drop_rows(dropped)
    np.testing.assert_array_equal(index.pairs(query), before[0][~dropped])
    np.testing.assert_array_equal(index.characters(query), before[1][~dropped])


def test_scores_do_not_depend_on_other_documents() -> None:
    query = asked("精密锻造")
    alone, among = index_of(TEXTS[:1]), index_of(TEXTS)
    assert alone.pairs(query)[0] == among.pairs(query)[0]
    assert alone.characters(query)[0] == among.characters(query)[0]


def test_a_saved_index_answers_the_same(tmp_path: Path) -> None:
    index, query = index_of(TEXTS), asked("锻造")
    index.save(tmp_path)
    loaded = LexicalIndex.load(tmp_path, shipped_statistics(), index.segments)
    loaded.add(["锻造一件"])
    np.testing.assert_array_equal(loaded.pairs(query)[:6], index.pairs(query))
    assert len(loaded) == 7


def test_common_characters_weigh_less_than_rare_ones() -> None:
    common, rare = shipped_statistics().weights(np.array([ord("的"), ord("锻")], dtype=np.uint32))
    assert common < 2 < rare


def test_an_unknown_term_weighs_at_least_as_much_as_any_known_one_of_its_kind() -> None:
    statistics = shipped_statistics()
    for low, high, unseen in zip((0, 1 << 16, 1 << 20), (1 << 16, 1 << 20, 1 << 32), statistics.unseen, strict=True):
        of_kind = (statistics.keys >= low) & (statistics.keys < high)
        assert statistics.idf[of_kind].max() <= unseen + 0.01


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda folder: (folder / TABLE).unlink(), "No such file"),
        (lambda folder: (folder / TABLE).write_bytes(b"broken"), "checksum"),
        (lambda folder: (folder / MANIFEST).write_text("{}"), "not a manifest"),
        (lambda folder: (folder / MANIFEST).write_text('{"format": 99}'), "format 99"),
    ],
)
def test_a_damaged_table_is_refused(tmp_path: Path, change: Callable[[Path], object], said: str) -> None:
    for name in (TABLE, MANIFEST):
        (tmp_path / name).write_bytes((SHIPPED / name).read_bytes())
    assert TermStatistics.load(tmp_path).name == shipped_statistics().name
    change(tmp_path)
    with pytest.raises(StatisticsFileError, match=said):
        TermStatistics.load(tmp_path)
