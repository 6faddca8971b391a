import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.language.clauses import RequirementKind, split_clauses

MUST, SHOULD, EXCLUDE = RequirementKind.MUST, RequirementKind.SHOULD, RequirementKind.EXCLUDE


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("厚度2.5mm。长度3.0m。", ["厚度2.5mm", "长度3.0m"]),
        ("能耗要低；便于维护", ["能耗要低", "便于维护"]),
        ("1) 耐温性好；2) 重量轻；3) 可回收", ["耐温性好", "重量轻", "可回收"]),
        ("（1）耐磨涂层（2）减摩涂层", ["耐磨涂层", "减摩涂层"]),
        ("①轧制工艺；②样机1台③检测报告", ["轧制工艺", "样机1台", "检测报告"]),
        ("一、热处理工艺改进。二、淬火介质替代", ["热处理工艺改进", "淬火介质替代"]),
        ("1.1 炉温≤950℃ 1.2 炉压≥2MPa", ["炉温≤950℃", "炉压≥2MPa"]),
        ("- low weight\n- easy to clean\n• recyclable", ["low weight", "easy to clean", "recyclable"]),
        ("主要内容1、深孔取样技术;2、原位测定技术", ["深孔取样技术", "原位测定技术"]),
        ("1 车联网平台；2 自动驾驶算法", ["车联网平台", "自动驾驶算法"]),
        ("抗拉强度≥500MPa，延伸率≥12%", ["抗拉强度≥500MPa", "延伸率≥12%"]),
        ("强度至少600MPa，密度不超过1.6g/cm3，表面光洁", ["强度至少600MPa", "密度不超过1.6g/cm3，表面光洁"]),
        ("strength at least 5 MPa, and weight below 2 kg", ["strength at least 5 MPa", "weight below 2 kg"]),
        ("在25℃时，强度≥5MPa，重量≤3kg", ["在25℃时，强度≥5MPa", "重量≤3kg"]),
        ("It weighs 2.5 kg, e.g. in size No. 3. It floats", ["It weighs 2.5 kg, e.g. in size No. 3", "It floats"]),
        ("产能≥1,200 t/d（含水率；灰分见表2）", ["产能≥1,200 t/d（含水率；灰分见表2）"]),
        ("1、2、3号炉改造", ["1、2、3号炉改造"]),
        ("采用PA66与v2.0.1版软件", ["采用PA66与v2.0.1版软件"]),
        ("需求内容：无。预期目标：降低噪声", ["降低噪声"]),
        ("技术需求：焊接方法", ["焊接方法"]),
        ("Technical requirements: low noise. N/A", ["low noise"]),
        ("主要技术指标", []),
        ("详见附件", []),
        ("……。；", []),
        ("", []),
    ],
)
def test_a_text_falls_into_its_clauses(text: str, parts: list[str]) -> None:
    assert [clause.text for clause in split_clauses(text)] == parts


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("废品率不超过1.5%，联系人任工，手机13800001234，邮箱ren@example.org，微信rgk123。", ["废品率不超过1.5%"]),
        ("联系人任工，手机13800001234，邮箱ren@example.org，微信rgk123", []),
        ("噪声要低。电话13800001234", ["噪声要低"]),
        ("有意者请联系任工（13800001234，微信同号）；噪声≤60dB", ["噪声≤60dB"]),
        ("联系人：任工，要求硬度≥55HRC", ["要求硬度≥55HRC"]),
        ("硬度≥55HRC，请致电0571-88221234咨询", ["硬度≥55HRC"]),
        ("寿命≥5000件，电话13800001234，噪声≤60dB", ["寿命≥5000件", "噪声≤60dB"]),
        ("Low noise. Contact: Mr Ren, 13800001234", ["Low noise"]),
        ("耐温性好\n联系人：任工\n电话：13800001234", ["耐温性好"]),
    ],
)
def test_whom_to_call_is_no_clause_and_no_end_of_one(text: str, parts: list[str]) -> None:
    assert [clause.text for clause in split_clauses(text)] == parts


@pytest.mark.parametrize(
    ("clause", "kind"),
    [
        ("必须采用国产芯片", MUST),
        ("噪声不得超过60dB", MUST),
        ("不低于三级标准，硬度≥55HRC", MUST),
        ("确保连续运行", MUST),
        ("The device shall be waterproof", MUST),
        ("The coating must not exceed 20 μm", MUST),
        ("weight ≤ 5 kg", MUST),
        ("希望成本降低20%以上", SHOULD),
        ("最好在本省内", SHOULD),
        ("优先考虑有中试基地的团队", SHOULD),
        ("preferably made of aluminium", SHOULD),
        ("suppliers should have pilot lines", SHOULD),
        ("研究一种新的脱硝工艺", SHOULD),
        ("目前产品合格率在90%以上", SHOULD),
        ("不接受进口设备", EXCLUDE),
        ("不得使用含铅焊料", EXCLUDE),
        ("除焊接外的工艺均可", EXCLUDE),
        ("严禁使用氟化物", EXCLUDE),
        ("must not contain lead", EXCLUDE),
        ("all metals excluding titanium", EXCLUDE),
        ("parts shall not be welded", EXCLUDE),
        ("solvents cannot be used", EXCLUDE),
        ("we can not accept imported parts", EXCLUDE),
        ("for the seals no imported parts are accepted", EXCLUDE),
        ("不能用含铅焊料", EXCLUDE),
        ("the biological stage cannot cope", SHOULD),
        ("the sensor can not be used at such temperatures", SHOULD),
        ("our line is unable to separate the films", SHOULD),
        ("生化段不能承受冲击负荷", SHOULD),
        ("胶黏剂不能用于高温环境", SHOULD),
        ("人工巡检无法发现裂纹", SHOULD),
        ("除此之外，还需培训操作人员", SHOULD),
        ("除尘设备外壳防腐", SHOULD),
        ("去除率稳定", SHOULD),
        ("提高优先级算法的效率", SHOULD),
        ("应用于轨道交通", SHOULD),
        ("我公司年产铸件可达3万吨以上", SHOULD),
        ("本单位利用回转窑进行了超过200次试验", SHOULD),
        ("近郊市场规模超过20亿元", SHOULD),
        ("2016年建成投产，产能超过5万吨", SHOULD),
        ("但也存在功率较低（90 kW以下）等缺点", SHOULD),
        ("We operate more than 40 kilns", SHOULD),
        ("我公司要求温度波动不超过2 ℃", MUST),
        ("实现我司新车型风阻降低至少10%", MUST),
        ("我厂希望能耗降低20%以上", SHOULD),
    ],
)
def test_the_words_of_a_clause_say_how_it_binds(clause: str, kind: RequirementKind) -> None:
    (found,) = split_clauses(clause)
    assert found.kind is kind


@given(
    st.one_of(st.text(), st.text(alphabet="1234567890.、)（）①②一二：:；;，, \n-•≥%℃mMPakg不得必须最好技术指标除外"))
)
def test_clauses_are_exact_parts_of_any_text_in_order(text: str) -> None:
    position = 0
    for clause in split_clauses(text):
        assert position <= clause.start < clause.end
        assert clause.text == text[clause.start : clause.end] == clause.text.strip()
        position = clause.end


def test_a_long_text_of_one_repeated_piece_is_split_into_exact_parts() -> None:
    for piece in ("1) ", "(", "强度≥5MPa，", "除", "、", "一、", "“", "1.1 ", "络合镍35～60 mg/L，", "出水仍有"):
        text = piece * 5_000
        assert all(clause.text == text[clause.start : clause.end] for clause in split_clauses(text))


@pytest.mark.parametrize(
    "text",
    [
        "每天废水约120吨，络合镍 35～60 mg/L，出水仍有 0.8 mg/L，时常超标",
        "试过加重捕剂，污泥多了一倍。环保局罚过两次",
        "We tried nitriding; the layer flakes off",
        "Lactate rises above 4 g/L from day six",
        "Our trial recipes reach V-0 only above 0.8 mm",
        "公司辊棒用于锂电窑，1300 ℃以上使用六七个月就出现下垂和断棒，进口产品能用一年多，价格是我们的两倍",
        "140 个合作社、叶菜日运 480 t，到批发市场平均损耗 12%–16%，司机、预冷站和市场互相指责",
        "目前产品合格率在90%以上，单件节拍不到4分钟",
        "法兰环锻件晶粒粗大，废品率约 6%",
        "返修率14%左右",
        "当前单件能耗偏高。现有线体节拍95 s，设备投入大。冷却水现在靠两个人轮流加药",
        "听说可以装振动传感器监测，但各家方案差别很大，也怕装了没人看",
        "客户担心耐药和释放量",
        "有人说换电箱可以，我们怕改了提高不了",
        "We worry that nobody will look at it",
        "We have heard that sensors can find this",
        "Viscosity fell below 7 cSt and roller bearings failed after 900 hours",
    ],
)
def test_the_present_the_past_and_failed_trials_ask_for_nothing(text: str) -> None:
    assert [clause.is_state for clause in split_clauses(text)] == [True] * len(split_clauses(text))


@pytest.mark.parametrize(
    "text",
    [
        "目前合格率82%，要求不低于97%",
        "废品率不超过 1.5%",
        "废品率约 6%，要降到1.5%",
        "听说有在线监测，希望装上后停机减少三成",
        "担心误报，误报率须低于1%",
        "密封不怕水汽和盐雾",
        "只更换采集板与软件，原有探测器继续使用",
        "现有设备不变",
        "难点表现在被控对象的模型未知",
        "We are afraid of downtime: it must stay below 2 h",
        "试过加重捕剂无效，希望出水稳定低于0.1 mg/L",
        "目前公司需求为针对己二酸装置的废气治理技术",
        "现用两级混凝，明年起要执行1.0 mg/L",
        "断电后仍能保持4 h",
        "1000 h老化后仍有90%以上的强度",
        "出水不超标",
        "仪器端只能小改",
        "靠人工的工序应取消",
        "合作方做过同类项目",
        "经常启停工况下寿命大于10万次",
        "体积缩到原来的五分之一",
        "现行标准下合格率100%",
        "回收用过的溶剂",
        "不会导致停机",
        "The existing line stays as it is",
        "The value falls within 5 % of the mean",
        "目前不掌握该工艺",
        "不接受目前的进口设备",
        "整星可分配推进体积2U、功率不大于70 W",
        "Reduce the energy use of our present line by 20 %",
        "We tried nitriding and need a layer that holds 500 h",
        "Noise no louder than at present",
        "The layer must not flake: it holds 500 h and still works",
        "zero drift after 500 h at 280 °C below 0.4%",
    ],
)
def test_whatever_is_wanted_in_a_clause_wins_over_what_is_told_in_it(text: str) -> None:
    assert not any(clause.is_state for clause in split_clauses(text))


def test_what_is_told_in_front_of_a_demand_asks_for_nothing_and_the_demand_stays() -> None:
    told, asked = split_clauses("目前能耗在5 kWh/t以上，要求改造后能耗不高于3 kWh/t")
    assert (told.is_state, asked.is_state) == (True, False)
