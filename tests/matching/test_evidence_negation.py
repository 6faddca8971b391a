"""Negation governs the words in its scope, in both languages, and no others."""

import pytest

from matching.evidence.negation import polar_words


def denied(text: str, *, excluding: bool = False) -> set[str]:
    return {word for word, negated in polar_words(text, excluding=excluding) if negated}


def said(text: str) -> set[str]:
    return {word for word, negated in polar_words(text) if not negated}


@pytest.mark.parametrize(
    ("text", "negated", "plain"),
    [
        ("镀液不含氰化物", "氰化物", "镀液"),
        ("the pump runs without oil", "oil", "pump"),
        ("instead of bolts we use clamps", "bolts", ""),
        ("以蒸汽清洗替代化学药剂", "药剂", "蒸汽"),
        ("除磁选以外的方法", "磁选", "方法"),
    ],
)
def test_a_negation_governs_what_follows_it(text: str, negated: str, plain: str) -> None:
    assert negated in denied(text)
    assert plain in said(text) or not plain


@pytest.mark.parametrize("text", ["粤语尚未覆盖", "粤语不支持", "Cantonese is not supported"])
def test_a_negated_verb_at_the_end_denies_its_subject(text: str) -> None:
    assert denied(text) & {"粤语", "cantonese"}


@pytest.mark.parametrize("text", ["不锈钢阀体", "无人机巡线", "误差不低于要求", "未来三年推广", "无线传感"])
def test_a_negating_sign_inside_another_word_denies_nothing(text: str) -> None:
    assert not denied(text)


def test_a_pause_ends_the_scope() -> None:
    assert "量产" in said("不需预热，可直接量产")


def test_what_is_negated_twice_is_not_negated() -> None:
    assert "licence" not in denied("pilots without a licence are refused")
    assert "pilots" in denied("pilots without a licence are refused")


def test_a_text_that_excludes_denies_all_it_names() -> None:
    assert "溶剂" in denied("含溶剂的方案一律除外", excluding=True)
    assert "溶剂" in denied("不接受含溶剂的方案", excluding=True)


@pytest.mark.parametrize("text", ["", "。。。", "\x00\u200b", "🙂" * 40, "不" * 50, "123.5"])
def test_any_text_is_read(text: str) -> None:
    assert all(isinstance(word, str) for word, _ in polar_words(text))
