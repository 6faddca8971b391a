"""What a clause says to a requirement in words is told by numbers that weights may be put on."""

import numpy as np
import pytest

from core.language.clauses import RequirementKind
from matching.embedding.static import shipped_embedder
from matching.evidence.reading import reader_of
from matching.evidence.related import alternatives_in, contrasted, property_in
from matching.evidence.segments import WordTable
from matching.evidence.stance import NAMES, VERDICTS, stance_numbers, stance_of
from matching.evidence.types import Requirement, Verdict
from matching.lexical.statistics import shipped_statistics


@pytest.fixture(scope="module")
def words() -> WordTable:
    return reader_of(shipped_embedder(), shipped_statistics()).words


def number(name: str, asked: str, told: str, words: WordTable, kind: RequirementKind = RequirementKind.MUST) -> float:
    return float(stance_numbers(Requirement(asked, kind), told, 0.5, words)[NAMES.index(name)])


def test_agreement_and_opposition_follow_the_negations(words: WordTable) -> None:
    assert number("agreed", "支持蓝牙通信", "具备蓝牙通信", words) > number(
        "opposed", "支持蓝牙通信", "具备蓝牙通信", words
    )
    assert number("opposed", "支持蓝牙通信", "不支持蓝牙通信", words) > number(
        "agreed", "支持蓝牙通信", "不支持蓝牙通信", words
    )


def test_meaning_reaches_across_languages(words: WordTable) -> None:
    there = number("named", "具有耐腐蚀涂层", "a corrosion resistant coating", words)
    elsewhere = number("named", "具有耐腐蚀涂层", "a payroll office", words)
    assert there > elsewhere
    assert number("other_language", "具有耐腐蚀涂层", "a corrosion resistant coating", words) == 1.0


def test_another_alternative_of_the_same_set_is_marked(words: WordTable) -> None:
    assert number("alternative", "水性体系", "体系为溶剂型", words) == 1.0
    assert number("alternative", "水性体系", "体系为水性", words) == 0.0
    assert not contrasted(alternatives_in("以手持方式使用"), alternatives_in("手持与台式两用"))


@pytest.mark.parametrize(
    ("name", "told", "said"),
    [
        ("planned", "The plant was certified", False), ("planned", "certification is planned", True),
        ("planned", "模拟结果良好", False), ("planned", "拟于明年认证", True), ("unfinished", "待机功耗低", False),
        ("unfinished", "待认证", True),
        ("under_way", "由有限公司生产，经有限元分析", False), ("under_way", "样本有限", True),
        ("says_absent", "无纺布滤芯", False), ("says_absent", "无溶剂", True),
    ],
)  # fmt: skip
def test_a_word_inside_another_says_nothing(name: str, told: str, said: bool, words: WordTable) -> None:
    assert number(name, "通过认证", told, words) == float(said)


@pytest.mark.parametrize("told", ["", "\x00", "🙂🙂", "，。；", "123"])
def test_any_text_has_numbers(told: str, words: WordTable) -> None:
    numbers = stance_numbers(Requirement("支持蓝牙", RequirementKind.EXCLUDE), told, 0.0, words)
    assert numbers.shape == (len(NAMES),)
    assert np.isfinite(numbers).all()


def test_the_greatest_score_is_the_verdict() -> None:
    content = {verdict.value: {"bias": float(verdict is Verdict.partly)} for verdict in VERDICTS}
    stance = stance_of(content, source="test")
    assert stance.verdicts(np.zeros((2, len(NAMES)))) == [Verdict.partly] * 2
    assert stance_of(stance.content(), source="test").content() == stance.content()


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ({}, "here has no weights"),
        ({"met": {"bias": 0.0}}, "here has no weights"),
        ({verdict.value: {"bias": 0.0, "odd": 1.0} for verdict in VERDICTS}, "here: unknown numbers odd"),
    ],
)
def test_a_stance_without_its_parts_is_refused(content: dict[str, dict[str, float]], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        stance_of(content, source="here")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("焊缝抗拉强度", "tensile strength of the weld", True),
        ("涂层粘结强度", "抗渗压力", False),
        ("整机重量", "net weight", True),
        ("电光转换效率", "综合效率", False),
    ],
)
def test_a_property_has_names_in_both_languages(one: str, other: str, same: bool) -> None:
    assert (property_in(one) == property_in(other)) is same


def test_what_is_no_property_is_none() -> None:
    assert property_in("") is None
    assert property_in("项目名称") is None
