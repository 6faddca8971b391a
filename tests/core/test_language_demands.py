import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.language.clauses import RequirementKind, split_clauses
from core.language.demands import demanded_clauses

MUST, SHOULD = RequirementKind.MUST, RequirementKind.SHOULD


def _drafted(problem: str, indicators: str = "") -> list[str]:
    return [clause.text for clauses in demanded_clauses(problem, indicators) for clause in clauses]


@pytest.mark.parametrize(
    "text",
    [
        "我们 38 个人，做酱腌菜，毛利不到 12%",
        "公司成立于2009年，占地面积60亩",
        "本企业现有职工210人，其中工程师19名",
        "我公司技术力量雄厚，能独立完成模具设计，确保产品质量",
        "集团拥有博士后工作站，先后取得了46项专利",
        "该公司是一家专业从事密封件生产的企业，年产值3亿元以上",
        "我院已掌握低温固化核心技术，并开展了大量工作",
        "车间现有12台数控车床，已运行9年",
        "We are a family-owned dairy with 65 employees and a turnover above 12 million euro",
        "Our extrusion line runs at 80 kg/h with margins below 9 %",
    ],
)
def test_who_asks_is_no_requirement_however_many_bounds_it_tells(text: str) -> None:
    assert _drafted(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "随着光伏装机量的快速增长，组件清洗市场空间超过80亿元",
        "统计结果表明，超过45%的故障由轴承引起",
        "据统计，我国每年报废轮胎约3亿条",
        "涂布头是整条产线的核心部件之一",
        "微弧氧化又称等离子体电解氧化",
        "该技术应用前景广阔，具有较大的经济效益",
        "国内企业的装备水平与国外差距较大",
        "车速每增加10 km/h，阻力可增大8%～11%",
        "In general, more than 40 % of heat pumps lose refrigerant",
    ],
)
def test_how_the_world_is_is_no_requirement(text: str) -> None:
    assert _drafted(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "手工喷釉效率低，釉层厚薄不均导致色差",
        "由于地下水位高，基坑支护成本较高",
        "现场粉尘大，传感器难以保证精度",
        "换模时间过长，操作复杂",
        "测量波动较大，无法判断是否合格",
        "缺少专业人员，也没有专门设备",
        "业主怀疑是地基问题，施工方认为是材料",
        "The cutter wears too fast and nobody knows why",
        "Our present coolers are unable to cope in August",
    ],
)
def test_what_goes_wrong_is_no_requirement(text: str) -> None:
    assert _drafted(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "自己打样四次都没有成功",
        "前期已完成两轮中试，达到国内同类水平",
        "我们与两家研究所合作过，均未解决",
        "项目预算约260万元",
        "预算不超过45万元",
        "预计总投资1.8亿元以上",
        "一家最多能出 900 块",
        "项目实施周期18个月",
        "Our budget is at most 90,000 euro a year",
    ],
)
def test_what_was_done_what_may_be_spent_and_by_when_is_no_requirement(text: str) -> None:
    assert _drafted(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "主要技术要求如下",
        "研制的密封圈需满足以下要求",
        "拟解决下列问题",
        "The device shall meet the following requirements",
    ],
)
def test_what_only_announces_is_no_requirement(text: str) -> None:
    assert _drafted(text) == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("我公司要求涂层厚度不低于35 μm", MUST),
        ("我们要的是无铅釉料，铅溶出量0.2 mg/L以下", MUST),
        ("单件重量不能超过 1.8 kg", MUST),
        ("团队不少于4人，含电气工程师1名", MUST),
        ("已取得防爆认证", SHOULD),
        ("整体性能达到国内领先水平", SHOULD),
        ("能真实反映管网漏损", SHOULD),
        ("使用寿命提高60%以上", MUST),
        ("耐温900度以上", MUST),
        ("沉积速率达到3-5 μm/h", MUST),
        ("涂层厚度：12-18 μm", MUST),
        ("噪声低，能耗低，便于维护", SHOULD),
        ("不会对土壤造成污染", SHOULD),
        ("防止原料结块导致堵塞", SHOULD),
        ("在保证效率不低于92%的前提下降低噪声", MUST),
        ("取得发明专利3项", SHOULD),
        ("传统发酵工艺升级改造", SHOULD),
        ("密码无法被复制", SHOULD),
        ("两班倒太累，一班就行", SHOULD),
        ("只允许夜间施工", SHOULD),
        ("We run three kilns and need a burner with NOx below 30 mg/m³", MUST),
        ("Our line has no room for a second dryer, so it must fit in 4 m", MUST),
        ("We have to cut the noise of our fans", SHOULD),
        ("We are hoping to replace chromium plating", SHOULD),
        ("We are interested in a wireless torque sensor", SHOULD),
        ("We have been asked to reduce dust", SHOULD),
        ("Our objective is to recycle the brine", SHOULD),
        ("克服现有筛分设备效率低的问题", SHOULD),
        ("改变目前人工分拣的现状", SHOULD),
    ],
)
def test_what_is_demanded_stays_and_binds_as_it_says(text: str, kind: RequirementKind) -> None:
    assert [clause.kind for clause in demanded_clauses(text, "")[0]] == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "目前单耗偏高，需从炉衬、烧嘴几方面系统解决，日产量在200～260吨波动",
        "电机温升高达95 K，希望换一种冷却方式",
        "不清楚应该怎么选型，也不知道3～5万元够不够，想请人看看",
        "现有机型价格超过40万元，拟开发低成本机型",
    ],
)
def test_a_figure_of_today_makes_no_must_of_a_wish(text: str) -> None:
    assert {clause.kind for clause in demanded_clauses(text, "")[0]} == {SHOULD}


def test_what_stands_under_the_heading_of_what_there_is_asks_for_nothing_until_the_next_heading() -> None:
    text = "研究连续硫化工艺。现有工作基础：硫化罐六台，小试线一条。预期目标：硫化时间≤9 min。公司简介：橡胶制品厂"
    assert _drafted(text) == ["研究连续硫化工艺", "硫化时间≤9 min"]


def test_beside_indicators_a_sentence_of_the_problem_counts_only_if_something_is_wanted() -> None:
    problem = "日排废水 900 t，含镍 12–20 mg/L。线路离学校 6.5 m，噪声夜里 58 dB。希望改造后不增加药剂。必须利旧。"
    assert _drafted(problem, "出水含镍≤0.1 mg/L") == ["希望改造后不增加药剂", "必须利旧", "出水含镍≤0.1 mg/L"]


def test_beside_indicators_the_items_of_a_list_count_as_they_stand() -> None:
    assert _drafted("1、耐磨涂层\n2、激光熔覆工艺", "硬度≥60HRC") == ["耐磨涂层", "激光熔覆工艺", "硬度≥60HRC"]


def test_beside_indicators_a_bare_figure_in_the_problem_binds_nobody() -> None:
    (clause,), _ = demanded_clauses("希望处理含油 3–8 g/L 的废水。", "出水含油≤5 mg/L")
    assert clause.kind is SHOULD


def test_under_indicators_nothing_is_left_out_but_what_tells_of_today_is_no_must() -> None:
    _, (told, asked) = demanded_clauses("", "目前合格率在88%以上；改造后合格率≥97%")
    assert (told.kind, asked.kind) == (SHOULD, MUST)


@given(
    st.text(alphabet="公司现有拥我们希望需要求≥0123456789.%，。；：\n、万元已完成存在问题如下基础 abneed"),
    st.text(max_size=20),
)
def test_what_is_drafted_is_part_of_what_the_text_is_split_into(problem: str, indicators: str) -> None:
    asked, under_indicators = demanded_clauses(problem, indicators)
    places = {(clause.start, clause.end) for clause in split_clauses(problem)}
    assert {(clause.start, clause.end) for clause in asked} <= places
    assert [clause.text for clause in under_indicators] == [clause.text for clause in split_clauses(indicators)]
