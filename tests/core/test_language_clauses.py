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
    for piece in ("1) ", "(", "强度≥5MPa，", "除", "、", "一、", "“", "1.1 "):
        text = piece * 5_000
        assert all(clause.text == text[clause.start : clause.end] for clause in split_clauses(text))
