from matching.passages import MOST_PASSAGES, passages_of
from matching.types import Query


def test_the_title_comes_first_and_each_sentence_stands_alone() -> None:
    query = Query("锻造齿轮", "现有精度不足。需要提高到0.1毫米；\n并降低成本！")
    assert passages_of(query) == ["锻造齿轮", "现有精度不足", "需要提高到0.1毫米", "并降低成本"]


def test_a_full_stop_inside_a_number_ends_no_english_sentence() -> None:
    query = Query("Gears", "Tolerance of 3.5 um is needed. Sample No. 5 failed (badly). It cracked.")
    assert passages_of(query)[1:] == [
        "Tolerance of 3.5 um is needed",
        "Sample No. 5 failed (badly)",
        "It cracked.",
    ]


def test_scraps_are_left_out_and_the_number_of_passages_is_bounded() -> None:
    assert passages_of(Query("", "无。a;。！")) == [""]
    assert len(passages_of(Query("t", "一二三四。" * 1000))) == MOST_PASSAGES
