import pytest

from matching.lexical.query import query_terms
from matching.lexical.statistics import shipped_statistics
from matching.reasons import TERM_SEPARATOR, Asked, Found, explanations, quoted
from matching.types import Document, Query, Reason, Span

NOTHING = {"characters": 0.0, "pairs": 0.0, "dense": 0.0, "field": 0.0, "industry": 0.0}


def asked(title: str, text: str = "", field: str | None = None) -> Asked:
    return Asked.of(Query(title, text, field), query_terms(title, text, shipped_statistics()))


def codes(query: Asked, document: Document, others: int = 0, **features: float) -> list[str]:
    return [reason.code for reason in explained(query, document, others, **features)[0]]


def shared_terms(query: Asked, document: Document) -> list[str]:
    terms = [str(reason.params["terms"]) for reason in explained(query, document)[0] if reason.code == "shared_terms"]
    return [word for written in terms for word in written.split(TERM_SEPARATOR)]


def explained(
    query: Asked, document: Document, others: int = 0, **features: float
) -> tuple[tuple[Reason, ...], tuple[Span, ...]]:
    [found] = explanations(query, [Found(document, NOTHING | features, others)])
    return found


def test_shared_words_are_the_weightiest_ones() -> None:
    document = Document(1, 1, "锻造模具", "一种用于齿轮锻造的模具，采用的技术先进。")
    assert set(shared_terms(asked("齿轮锻造的模具技术"), document)) >= {"锻造", "齿轮", "模具"}
    assert "技术" not in shared_terms(asked("齿轮锻造的模具技术"), document)


def test_words_are_named_once_and_not_inside_each_other() -> None:
    terms = shared_terms(asked("工业互联网 互联网平台"), Document(1, 1, "工业互联网平台与互联网"))
    assert len(terms) == len(set(terms))
    assert not any(a != b and a in b for a in terms for b in terms)


def test_english_words_are_shared_whatever_their_case() -> None:
    terms = shared_terms(asked("AGV navigation"), Document(1, 1, "Navigation of agv fleets"))
    assert set(terms) == {"navigation", "agv"}


@pytest.mark.parametrize(
    "filler",
    [
        "哪些 希望 一座 是否 帮助 给出 以上 用于 低于 什么 没有 专家",
        "cannot below per which Using",
        "mm 000 12.5 1998 kW h",
    ],
)
def test_fillers_units_and_numbers_are_no_shared_words(filler: str) -> None:
    assert shared_terms(asked(filler), Document(1, 1, filler)) == []
    assert codes(asked(filler), Document(1, 1, filler), characters=0.4) == ["some_likeness"]
    assert shared_terms(asked(f"{filler} 锻造"), Document(1, 1, filler, "锻造")) == ["锻造"]


@pytest.mark.parametrize("word", ["纳米", "三维", "一体化", "uhpc", "5g", "bod5", "ph"])
def test_words_that_look_like_units_or_numbers_but_name_a_subject_are_shared(word: str) -> None:
    assert shared_terms(asked(word), Document(1, 1, word)) == [word]


def test_there_is_always_a_reason() -> None:
    assert codes(asked("锻造"), Document(1, 1, "育种"), characters=0.1) == ["some_likeness"]


def test_closeness_across_languages_is_said_so() -> None:
    assert codes(asked("锻造"), Document(1, 1, "forging"), dense=0.8) == ["close_across_languages"]
    assert codes(asked("锻造"), Document(1, 1, "热成形"), dense=0.8) == ["close_meaning"]


def test_field_industry_and_breadth_are_named() -> None:
    found = codes(asked("锻造", field="manufacturing"), Document(1, 1, "锻造"), 3, field=1.0, industry=1.0)
    assert found == ["shared_terms", "same_field", "same_industry", "breadth"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("团队成立于1998年。  专攻齿轮锻造！欢迎联系。", "专攻齿轮锻造！"),
        ("First line.\n  We forge 齿轮 锻造 here\nLast line", "We forge 齿轮 锻造 here"),
        ("。。；锻造", "锻造"),
    ],
)
def test_the_passage_is_the_sentence_that_says_most(text: str, said: str) -> None:
    document = Document(7, 1, "关于我们", text)
    (span,) = explained(asked("齿轮锻造"), document)[1]
    assert (span.document, quoted(document, span).strip()) == (7, said)


def test_a_title_that_says_as_much_is_quoted_itself() -> None:
    document = Document(7, 1, "齿轮锻造", "齿轮锻造。")
    assert explained(asked("齿轮锻造"), document)[1][0].field == "title"


@pytest.mark.parametrize("document", [Document(7, 1, "", ""), Document(7, 1, "育种", "水稻。")])
def test_nothing_is_quoted_where_nothing_is_shared(document: Document) -> None:
    assert explained(asked("齿轮锻造"), document)[1] == ()
