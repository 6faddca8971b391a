import json
import os
import tomllib
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.demand.clarity import WEIGHTS, Demand, NeedClarity, NeedParts, Question, assess_clarity, is_general

CLEAR = NeedParts(
    title="铝合金轮毂低压铸造缩松缺陷控制",
    problem="轮毂辐条与轮缘交接处易产生缩松，探伤合格率只有82%，返工成本高。曾调整冷却水路与浇注温度，改善有限，需找到稳定的凝固控制办法。",
    indicators="探伤合格率≥97%，抗拉强度不低于230MPa，延伸率不小于7%，单件节拍不超过4分钟",
    goal="预期每年减少返工损失。",
    keywords=("低压铸造", "缩松"),
    has_budget=True,
    has_deadline=True,
    has_decider=True,
    attachments=2,
)


def _questions(need: NeedParts) -> list[Question]:
    return [missing.question for missing in assess_clarity(need).missing]


def test_a_complete_need_is_clear_and_leaves_no_gap_but_the_present_value() -> None:
    clarity = assess_clarity(CLEAR)
    assert clarity.type is NeedClarity.CLEAR
    assert clarity.score == 1
    assert [(m.question, dict(m.params)) for m in clarity.missing] == [
        (Question.NO_BOUND, {"name": "探伤合格率", "figure": "82%"})
    ]


def test_a_problem_without_figures_is_vague_and_asks_for_them() -> None:
    need = NeedParts(
        "轮毂缩松缺陷控制",
        "轮毂辐条与轮缘交接处易产生缩松，返工成本高，调整冷却水路与浇注温度后改善有限，"
        "希望找到稳定的凝固控制办法，避免批量报废。",
    )
    assert assess_clarity(need).type is NeedClarity.VAGUE
    assert _questions(need)[0] is Question.NO_INDICATORS


def test_a_direction_without_a_problem_is_a_concept() -> None:
    need = NeedParts("石墨烯导热膜", "")
    assert assess_clarity(need).type is NeedClarity.CONCEPT
    assert _questions(need)[:2] == [Question.NO_PROBLEM, Question.NO_INDICATORS]


def test_a_need_that_could_be_anybodys_has_no_direction() -> None:
    clarity = assess_clarity(NeedParts("新技术研发合作需求", "寻求合作"))
    assert clarity.type is NeedClarity.DIRECTIONLESS
    assert Question.TITLE_TOO_GENERAL in {missing.question for missing in clarity.missing}


def test_an_english_need_is_judged_alike() -> None:
    need = NeedParts(
        "Shrinkage porosity in low-pressure cast wheels",
        "Porosity at the spoke junction leads to a high scrap rate, and adjusting the cooling channels did not solve"
        " the problem; tensile strength must be at least 230 MPa and elongation at least 7 %.",
    )
    assert assess_clarity(need).type is NeedClarity.CLEAR


def test_budget_and_deadline_are_also_found_in_the_text() -> None:
    asked = _questions(NeedParts("轮毂缩松", "项目预算80万元，实施周期18个月内完成。"))
    assert Question.NO_BUDGET not in asked
    assert Question.NO_DEADLINE not in asked


@pytest.mark.parametrize("title", ["", "新技术开发", "智能化升级改造", "Research cooperation", "技术研究与应用"])
def test_titles_that_fit_anything_are_general(title: str) -> None:
    assert is_general(title)


@pytest.mark.parametrize("title", ["轴承", "硅麦封装", "V2G关键技术研究", "Laser cladding"])
def test_titles_that_name_a_thing_are_not_general(title: str) -> None:
    assert not is_general(title)


def test_weights_sum_to_one() -> None:
    assert sum(WEIGHTS.values()) == pytest.approx(1)


@given(st.text(), st.text(), st.booleans(), st.integers(0, 3))
def test_any_text_has_a_score_between_nothing_and_everything(title: str, problem: str, flag: bool, files: int) -> None:
    clarity = assess_clarity(NeedParts(title, problem, has_budget=flag, attachments=files))
    assert 0 <= clarity.score <= 1


@given(st.text(), st.text())
def test_giving_more_never_lowers_the_score(title: str, problem: str) -> None:
    bare = assess_clarity(NeedParts(title, problem))
    more = assess_clarity(NeedParts(title, problem, indicators="硬度≥58HRC", keywords=("齿轮",), has_decider=True))
    assert more.score >= bare.score


def test_every_question_and_type_has_a_text_in_both_languages_with_the_same_places() -> None:
    source = Path(__file__).parents[2] / "locale" / "src" / "clarity.toml"
    texts = tomllib.loads(source.read_text(encoding="utf-8"))
    expected = {f"clarity.{q}" for q in Question} | {f"clarity.type.{t}" for t in NeedClarity}
    assert expected <= set(texts)
    params = {"title": "t", "wanted": 60, "name": "n", "figure": "f", "score": 1}
    for text in texts.values():
        assert text["zh"].format(**params)
        assert text["en"].format(**params)


def test_real_needs_spread_over_the_types() -> None:
    folder = os.environ.get("KEQIAO_REFERENCE_DATA")
    path = Path(folder or "") / "needs_achievements" / "needs.jsonl"
    if not folder or not path.exists():
        pytest.skip("the reference data is not here (KEQIAO_REFERENCE_DATA)")
    needs = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    types = Counter(assess_clarity(NeedParts(need["title"], need["text"])).type for need in needs)
    for kind in (NeedClarity.CLEAR, NeedClarity.VAGUE, NeedClarity.CONCEPT):
        assert 0.1 <= types[kind] / len(needs) <= 0.7


@pytest.mark.parametrize(
    ("title", "problem"),
    [
        ("小型电镀厂求转型方向", "厂里有三条旧线和十来个老师傅，订单逐年减少，希望专家来看看。"),
        ("五金企业想上新项目", "手头有一笔资金和闲置厂房，但不清楚从自动化还是新材料入手，想先请老师来聊聊。"),
        ("Small foundry looks for a new line", "We have furnaces and skilled people but do not know where to begin."),
    ],
)
def test_who_asks_where_to_go_is_without_direction_unless_a_bounded_figure_is_given(title: str, problem: str) -> None:
    assert assess_clarity(NeedParts(title=title, problem=problem)).type is NeedClarity.DIRECTIONLESS
    bounded = NeedParts(title=title, problem=problem + " 表面硬度≥900HV, wear rate ≤ 0.02 mm/h，目前达不到，产品开裂。")
    assert assess_clarity(bounded).type is not NeedClarity.DIRECTIONLESS


def test_a_goal_that_was_filled_in_is_not_asked_for_again() -> None:
    with_goal = NeedParts(title="轧辊", problem="表面裂纹多，难以修复", goal="三年内推广到两条线")
    assert "clarity.no_goal" not in {missing.key for missing in assess_clarity(with_goal).missing}


def test_a_long_text_that_names_no_problem_is_not_called_short() -> None:
    text = (
        "公司位于开发区，占地一百亩，现有职工三百人，拥有多条生产线和完善的检测手段，产品销往全国各地，年产值两亿元，"
        "客户遍布华东和华南，口碑良好，是当地的骨干企业，连续多年纳税前十名。"
    )
    keys = {missing.key for missing in assess_clarity(NeedParts(title="轧辊", problem=text)).missing}
    assert "clarity.problem_too_short" not in keys
    assert "clarity.problem_not_told" in keys


def test_once_people_decided_only_unconfirmed_requirements_are_asked_about() -> None:
    text = NeedParts("轮毂缩松", "探伤合格率82%，延伸率7%")
    assert len([one for one in assess_clarity(text).missing if one.question is Question.NO_BOUND]) == 2
    decided = replace(
        text, decided=(Demand("探伤合格率82%", confirmed=True), Demand("屈服强度230 MPa", confirmed=False))
    )
    asked = [dict(one.params) for one in assess_clarity(decided).missing if one.question is Question.NO_BOUND]
    assert asked == [{"name": "屈服强度", "figure": "230 MPa"}]
    assert Question.NO_BOUND not in _questions(replace(text, decided=()))


def test_indicators_that_people_added_are_not_asked_for() -> None:
    text = NeedParts("轮毂缩松", "辐条处易产生缩松，返工成本高")
    assert Question.NO_INDICATORS in _questions(replace(text, decided=()))
    assert Question.NO_INDICATORS not in _questions(replace(text, decided=(Demand("合格率不低于97%", confirmed=True),)))
