"""What one clause of a document proves, clause by clause, with words and figures of its own."""

import pytest

from core.language.clauses import RequirementKind
from matching.evidence.bounds import judge
from matching.evidence.dates import date_in, deadline_in, kept, told_date
from matching.evidence.demands import demand_of
from matching.evidence.figures import figures_of
from matching.evidence.levels import levels_of, reaches
from matching.evidence.offers import comparable, offered_of
from matching.evidence.pairing import best_pair
from matching.evidence.pieces import pieces_of
from matching.evidence.places import regions_in, wanted_regions
from matching.evidence.polarity import polar_verdict, turned_round
from matching.evidence.related import contrasted, members_in, synonyms_in
from matching.evidence.sizes import judged_sizes
from matching.evidence.types import Verdict

MET, PARTLY, CONTRADICTED = Verdict.met, Verdict.partly, Verdict.contradicted


def figured(asked: str, told: str) -> Verdict | None:
    demand = demand_of(asked)
    piece = pieces_of(told)[0]
    pair = best_pair(demand, piece, [offered_of(figure, told) for figure in piece.figures])
    return judge(demand, pair.wanted, pair.given, piece.text).verdict if demand and pair else None


@pytest.mark.parametrize(
    ("asked", "told", "verdict"),
    [
        ("剪切强度≥20 MPa", "剪切强度为20 MPa", MET),
        ("剪切强度≥20 MPa", "剪切强度18.5 MPa", PARTLY),
        ("剪切强度≥20 MPa", "剪切强度17 MPa", CONTRADICTED),
        ("剪切强度≥20 MPa", "剪切强度21500 kPa", MET),
        ("衰减不超过0.4 dB", "衰减低于0.3 dB", MET),
        ("衰减不超过0.4 dB", "衰减0.43 dB", PARTLY),
        ("贴装节拍12 s/件", "贴装节拍13 s/件", PARTLY),
        ("贴装节拍12 s/件", "贴装节拍9 s/件", MET),
        ("载重6 t", "载重7 t", MET),
        ("payload up to 9 kg", "The payload is 7 kg", CONTRADICTED),
        ("weld depth of 4 mm or more", "Weld depth reaches 3.8 mm", PARTLY),
        ("定位误差±2 mm", "定位误差±3 mm", CONTRADICTED),
        ("定位误差±2 mm", "定位误差1.5 mm", MET),
        ("厚度200 ± 6 μm", "厚度200 ± 9 μm", CONTRADICTED),
        ("进水压力范围0.3～1.2 MPa", "适用压力0.2～1.5 MPa", MET),
        ("进水压力范围0.3～1.2 MPa", "适用压力0.5～1.5 MPa", PARTLY),
        ("硬度HRC 50～55", "硬度HRC 52", MET),
        ("量程±50 N", "量程±80 N", MET),
        ("每小时处理量不低于4吨", "处理能力3.8 t/h", PARTLY),
        ("可在-35℃启动", "-40℃下可启动", MET),
        ("可在-35℃启动", "-25℃下可启动", CONTRADICTED),
        ("探测距离3 km以内", "探测距离4 km", MET),
        ("浊度≤2 NTU", "浊度1.1 NTU", MET),
        ("适应含油率30%的污泥", "污泥含油率不超过20%", CONTRADICTED),
        ("无故障时，7天无人看守", "可无人看守10天", MET),
        ("比值≥0.9", "比值0.92，600℃时降为一半", MET),
        ("含量0.2 ng-XY/m³以下", "含量0.15 ng-XY/m³", MET),
        ("工作电压24 V", "供电18～32 V", MET),
        ("推力9 kN", "推力1～8.5 kN", PARTLY),
        ("涂布宽度60～900 mm", "涂布宽度75～900 mm", PARTLY),
        ("静电6 kV不死机", "空气放电±6 kV下工作正常", MET),
        ("行程±4 mm", "行程正负3.8毫米", PARTLY),
        ("壳体温升不超过20 K", "壳体比环境高18 ℃", MET),
        ("烘箱内温差±2 ℃", "最高使用温度260 ℃", None),
        ("腔径80 μm，误差±4 μm", "腔径82 μm", MET),
        ("腔径80 μm，误差±4 μm", "腔径误差±3 μm", MET),
        ("换模一次9分钟", "换模七分半钟", MET),
        ("换模一次9分钟", "换模十二分钟", CONTRADICTED),
        ("中性盐雾300小时不锈", "中性盐雾280小时见锈", PARTLY),
        ("洗一桶用水不过9升", "每桶用水七八升", MET),
        ("单价800元封顶", "单价860元", PARTLY),
        ("误报不多于一次", "误报三次", CONTRADICTED),
        ("冬季水温6℃出水达标", "水温4℃时出水达标", MET),
        ("每枝0.2元", "每枝0.3元", CONTRADICTED),
        ("精度±0.4%FS", "测量精度±0.9%F.S.", CONTRADICTED),
        ("one bracket in six minutes", "Five and a half minutes per bracket", MET),
        ("one bracket in six minutes", "Nine minutes per bracket", CONTRADICTED),
        ("no rust in 300 hours", "no rust in 400 hours", MET),
        ("report within half an hour", "the report takes two hours", CONTRADICTED),
        ("a line for €2M", "offered for €1.4M", MET),
        ("at least 180 trays per hour", "It fills four trays a minute", MET),
        ("at least 180 trays per hour", "It fills 2 trays per minute", CONTRADICTED),
        ("at least 180 trays per hour", "It fills 170 trays an hour", PARTLY),
        ("一次最多可处理80个样品", "一批可处理120个样品", MET),
        ("一次最多可处理80个样品", "一批可处理50个样品", CONTRADICTED),
    ],
)
def test_a_figure_is_judged_by_its_bound(asked: str, told: str, verdict: Verdict | None) -> None:
    assert figured(asked, told) is verdict


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("历时3小时25分", 12_300, "second"),
        ("八分十五秒", 495, "second"),
        ("两年零四个月", 28, "month"),
        ("eight minutes and ten seconds", 490, "second"),
        ("一个半小时", 1.5, "hour"),
        ("三分半钟", 3.5, "minute"),
        ("节拍六秒二", 6.2, "second"),
        ("渣土占七成三", 7.3, "tenth"),
        ("三四百吨", 350, "metric_ton"),
        ("MTBF of 45 000 hours", 45_000, "hour"),
        ("厚度0,8 mm", 0.8, "millimeter"),
        ("精度±0.4%F.S.", 0.4, "percent"),
        ("half an hour", 0.5, "hour"),
        ("Three and a half days", 3.5, "day"),
        ("stored at minus 30 °C", -30, "degree_Celsius"),
        ("4 wt.% of resin", 4, "percent"),
        ("offered for €2.3M", 2_300_000, "EUR"),
        ("about $45k", 45_000, "USD"),
    ],
)
def test_a_figure_in_several_words_is_one(text: str, value: float, unit: str) -> None:
    (figure,) = figures_of(text)
    assert figure.high == pytest.approx(value)
    assert figure.unit == unit


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("淀粉为12 g/100g", "12 g/100g"),
        ("精度±0.4%F.S.，稳定", "±0.4%F.S"),
        ("跳动≤Φ0.05", "≤Φ0.05"),
        ("within half an hour", "within half an hour"),
        ("共 45 000 h 以上", "45 000 h 以上"),
    ],
)
def test_a_figure_is_shown_as_it_is_written(text: str, shown: str) -> None:
    assert [figure.text for figure in figures_of(text)] == [shown]


def test_two_sizes_are_no_power_and_a_list_is_no_number() -> None:
    assert [figure.low for figure in figures_of("分辨率2560×1080像素")] == [2560, 1080]
    assert [figure.low for figure in figures_of("线长50 150 250 mm")][-1] == 250


@pytest.mark.parametrize(
    ("asked", "told"), [("功率≥3 kW", "电压380 V"), ("寿命8年", "重量8 kg"), ("外观平整", "厚度2 mm")]
)
def test_another_quantity_is_no_answer(asked: str, told: str) -> None:
    assert figured(asked, told) is None


@pytest.mark.parametrize(
    ("asked", "told", "verdict"),
    [
        ("外形不超过700×450×320 mm", "外形450×300×600 mm", MET),
        ("外形不超过700×450×320 mm", "外形90cm×45cm×30cm", CONTRADICTED),
        ("外形700×450×320 mm以内", "外形700×480×320 mm", PARTLY),
        ("at least 400 x 250 mm", "a bed of 300 mm x 250 mm", CONTRADICTED),
        ("像素不低于1600×1080", "像素2560×1440", MET),
        ("外形不超过700×450×320 mm", "底座700×450 mm", None),
        ("外形不超过700×450×320 mm", "面积2 m²", None),
        ("截面30×20 mm", "截面40×10 mm", None),
    ],
)
def test_a_size_in_several_directions_is_kept_in_each(asked: str, told: str, verdict: Verdict | None) -> None:
    demand = demand_of(asked)
    outcomes = judged_sizes(demand, told) if demand else []
    worst = max((one.verdict for one, _, _ in outcomes), key=[MET, PARTLY, CONTRADICTED].index, default=None)
    assert worst is verdict


def test_a_size_is_told_whole() -> None:
    demand = demand_of("幅面≤80×60cm")
    assert demand is not None
    [(_, asked, told), _] = judged_sizes(demand, "幅面约70×50 cm")
    assert (asked.text, told.text) == ("≤80×60cm", "70×50 cm")


def test_the_figure_arrived_at_counts_not_the_one_left() -> None:
    assert figured("换型时间不超过30 min", "换型时间由75 min缩短到24 min") is MET


def test_what_a_figure_is_per_may_stand_apart() -> None:
    demand = demand_of("亩用水量低于200 m³/亩")
    assert demand is not None
    offered = figures_of("每亩用水180 m³")[0]
    assert comparable(demand, offered_of(offered, "每亩用水180 m³")) is not None
    assert comparable(demand, offered_of(offered, "用水180 m³")) is None


def test_years_and_months_are_one_duration_and_english_words_are_numbers() -> None:
    assert [(figure.low, figure.unit) for figure in figures_of("质保3年6个月")] == [(42.0, "month")]
    assert [(figure.low, figure.text) for figure in figures_of("done in seven weeks")] == [(7.0, "seven weeks")]


@pytest.mark.parametrize(
    ("asked", "told", "good"),
    [("防护等级IP54", "整机IP67", True), ("防护等级IP67", "整机IP54", False), ("精度CT6级", "精度CT8级", False),
     ("阻燃V-0", "阻燃V-1", False), ("抗风8级", "可抗9级风", True), ("甲级资质", "乙级资质", False)],
)  # fmt: skip
def test_a_ladder_has_a_better_end(asked: str, told: str, good: bool) -> None:
    wanted, given = levels_of(asked), levels_of(told)
    common = wanted.keys() & given.keys()
    assert common
    assert all(reaches(wanted[name], given[name]) for name in common) is good


@pytest.mark.parametrize(
    ("asked", "told", "good"),
    [("2027年5月底前交付", "预计2027年4月交付", True), ("2027年5月底前交付", "2027年夏交付", False),
     ("须在十一月底前投运", "10月下旬投运", True), ("delivery by March 2027", "shipped in April 2027", False),
     ("2027-05-31前交付", "样机2027-04-20交付", True), ("2027/5/31前交付", "样机2027/8/1交付", False),
     ("2027.05前交付", "2027.09交付", False), ("2027年底前交付", "2028年交付", False),
     ("2027年5月前交付", "2027年交付", True), ("delivery by May 31, 2027", "shipped on April 3, 2028", False),
     ("delivery by 31 Oct. 2027", "shipped on 3 Dec 2027", False), ("by the end of 2027", "ready in 2028", False),
     ("tests done by August", "we may finish tests in July", True)],
)  # fmt: skip
def test_a_date_is_kept_or_missed(asked: str, told: str, good: bool) -> None:
    wanted, given = deadline_in(asked), told_date(told)
    assert wanted is not None
    assert given is not None
    assert kept(wanted, given) is good


@pytest.mark.parametrize(
    "text",
    [
        "服务团队须在长春市内",
        "须在宁夏境内",
        "冬枣损耗在5%以内",
        "it may not take longer than before",
        "GB/T 3098.1-2010",
    ],
)
def test_a_name_or_a_verb_is_no_date(text: str) -> None:
    assert date_in(text) is None


def test_a_city_lies_in_its_province_and_a_province_in_its_part() -> None:
    assert wanted_regions("企业注册地在福建") & regions_in("公司设在泉州")
    assert wanted_regions("优先长三角单位") & regions_in("实验室在合肥")
    assert not wanted_regions("企业注册地在福建") & regions_in("公司设在西安")
    assert not wanted_regions("采用福建石材")


@pytest.mark.parametrize(
    ("asked", "told", "apart"),
    [("屈服强度≥300 MPa", "抗拉强度420 MPa", True), ("抗拉强度≥300 MPa", "拉伸强度420 MPa", False),
     ("inlet pressure of 2 bar", "Outlet pressure is 3 bar", True), ("日产2吨", "年产600吨", True),
     ("cell voltage", "An excellent pack voltage", True), ("表面光洁", "体积电阻率", False)],
)  # fmt: skip
def test_a_qualifier_of_the_same_set_tells_like_quantities_apart(asked: str, told: str, apart: bool) -> None:
    assert contrasted(members_in(asked), members_in(told)) is apart


def test_one_thing_has_one_name_in_both_languages() -> None:
    assert synonyms_in("断后伸长率") & synonyms_in("elongation at break")
    assert synonyms_in("尼龙骨架") & synonyms_in("PA66 frame")
    assert not synonyms_in("PE管") & synonyms_in("speed")


@pytest.mark.parametrize(
    ("asked", "kind", "told", "verdict"),
    [
        ("镀液不含镉", RequirementKind.MUST, "镀液未使用镉盐", MET),
        ("不接受外包施工", RequirementKind.EXCLUDE, "全部施工外包", CONTRADICTED),
        ("不接受外包施工", RequirementKind.EXCLUDE, "由自有班组完成", MET),
        ("取得船检证书", RequirementKind.MUST, "船检证书正在办理", PARTLY),
        ("支持蓝牙", RequirementKind.MUST, "不支持蓝牙", CONTRADICTED),
        ("支持蓝牙", RequirementKind.MUST, "蓝牙与以太网双接口", MET),
        ("on-site training", RequirementKind.SHOULD, "Training is held only at our works", CONTRADICTED),
    ],
)
def test_words_hold_deny_or_qualify(asked: str, kind: RequirementKind, told: str, verdict: Verdict) -> None:
    shared = len(set(asked) & set(told)) / len(set(asked))
    assert polar_verdict(asked, kind, told, shared=shared)[0] is verdict


def test_what_is_said_without_its_negation_is_turned_round() -> None:
    assert turned_round("镀层不含铬", "镀层含铬")
    assert not turned_round("镀层不含铬", "镀层不含铬")
    assert not turned_round("不饱和聚酯树脂", "主营不饱和聚酯树脂")


@pytest.mark.parametrize("around", ["每n 3 kg", "per n 3 kg", "EVERY Min 3 kg", "an hour, 3 kg"])
def test_a_letter_that_is_a_unit_only_when_large_divides_nothing(around: str) -> None:
    assert [figure.text for figure in offered_of(figures_of(around)[0], around).readings][:1] == ["3 kg"]
