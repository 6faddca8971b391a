import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from matching.lexical.statistics import TermStatistics
from matching.lexical.terms import word_key
from matching.lexical.training import build, document_frequencies, repaired

CHINESE = "本文研究了锻造的工艺，给出的结果是好的。"
ENGLISH = "The forging of the gear and the die of the press was tested, and the wear of the tool was measured. " * 4


@pytest.fixture
def reference(tmp_path: Path) -> Path:
    def write(name: str, rows: list[dict[str, str]]) -> None:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")

    write("csl/papers.jsonl", [{"title": f"锻造{i}", "abstract": CHINESE} for i in range(4)])
    write("csl/titles.jsonl", [{"title": "育种的研究"}, {"title": "焊接的研究"}])
    write("needs_achievements/unjudged_needs.jsonl", [{"title": "锻造", "text": "需要的设备"}])
    write("needs_achievements/capabilities.jsonl", [{"title": "锻造的装置"}, {"title": "废水处理装置"}])
    (tmp_path / "zh_papers").mkdir()
    with gzip.open(tmp_path / "zh_papers" / "papers.jsonl.gz", "wt", encoding="utf-8") as papers:
        for text in (CHINESE * 3, CHINESE + ENGLISH):
            papers.write(json.dumps({"field": "x", "text": text}) + "\n")
    return tmp_path


def key(characters: str) -> int:
    return ord(characters) if len(characters) == 1 else (ord(characters[0]) << 16) | ord(characters[1])


def test_the_table_weighs_common_terms_less(reference: Path, tmp_path: Path) -> None:
    name = build(reference, tmp_path / "out")
    statistics = TermStatistics.load(tmp_path / "out")
    weights = dict(zip("的锻", statistics.weights(np.array([key("的"), key("锻")], dtype=np.uint32)), strict=True))
    assert statistics.name == name
    assert weights["的"] < weights["锻"] < statistics.unseen[0]


def test_english_words_are_weighed_by_english_texts(reference: Path, tmp_path: Path) -> None:
    build(reference, tmp_path / "out")
    statistics = TermStatistics.load(tmp_path / "out")
    the, unknown = statistics.weights(np.array([word_key("the"), word_key("zygote")], dtype=np.uint32))
    assert the <= unknown == statistics.unseen[1]


def test_the_same_texts_give_the_same_table(reference: Path, tmp_path: Path) -> None:
    assert build(reference, tmp_path / "a") == build(reference, tmp_path / "b")


def test_a_key_counts_once_a_text() -> None:
    keys, counts, texts = document_frequencies(["锻锻", "锻", "焊"])
    assert texts == 3
    assert dict(zip(keys.tolist(), counts.tolist(), strict=True))[key("锻")] == 2


def test_text_read_in_the_wrong_encoding_is_turned_back() -> None:
    broken = (CHINESE * 5).encode("utf-8").decode("gb18030", "ignore")
    assert "锻造的" in repaired(broken)
    assert repaired(CHINESE) == CHINESE


def test_text_that_is_not_chinese_prose_is_left_out() -> None:
    assert repaired("锟斤拷烫烫烫" * 20) == ""
