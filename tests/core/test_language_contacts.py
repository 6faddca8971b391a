from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.language.contacts import ContactKind, contacts, without_contacts

PHONE, MAIL, ACCOUNT, PERSON = ContactKind.PHONE, ContactKind.MAIL, ContactKind.ACCOUNT, ContactKind.PERSON


@pytest.mark.parametrize(
    ("text", "shown", "kinds"),
    [
        (
            "联系人任工，手机13800001234，邮箱ren@example.org，微信rgk123",
            "联系人**，手机***********，邮箱***************，微信******",
            [PERSON, PHONE, MAIL, ACCOUNT],
        ),
        ("电话13800001234", "电话***********", [PHONE]),
        ("手机：138 0000 1234", "手机：*************", [PHONE]),
        ("手机 138-0000-1234。", "手机 *************。", [PHONE]),
        ("请致电+86 13800001234。", "请致电***************。", [PHONE]),
        ("0086 138 0000 1234", "******************", [PHONE]),
        ("Tel13800001234", "Tel***********", [PHONE]),
        ("１３８００００１２３４", "***********", [PHONE]),
        ("手机号13800001234任工", "手机号*************", [PHONE, PERSON]),
        ("由任工13800001234确认", "由*************确认", [PERSON, PHONE]),
        ("样件寄给张主任，电话：13800001234。", "样件寄给***，电话：***********。", [PERSON, PHONE]),
        ("13800001234（王经理）或13900001234", "***********（***）或***********", [PHONE, PERSON, PHONE]),
        ("0571-88221234/13800001234", "*************/***********", [PHONE, PHONE]),
        ("电话0571-8822 1234转8012", "电话*******************", [PHONE]),
        ("（0571）88221234", "**************", [PHONE]),
        ("02188221234", "***********", [PHONE]),
        ("座机88221234", "座机********", [PHONE]),
        ("传真 8822123", "传真 *******", [PHONE]),
        ("热线400-800-1234", "热线************", [PHONE]),
        ("+86 571 8822 1234", "*****************", [PHONE]),
        ("Phone: +1 415 555 2671", "Phone: ***************", [PHONE]),
        ("邮箱：ren.gong@163.com", "邮箱：****************", [MAIL]),
        ("write to ren@mail.example.org.", "write to ********************.", [MAIL]),
        ("12345678＠qq.com", "***************", [MAIL]),
        ("微信：rengong", "微信：*******", [ACCOUNT]),
        ("微信号 rengong_88", "微信号 **********", [ACCOUNT]),
        ("QQ12345678", "QQ********", [ACCOUNT]),
        ("QQ群号123456789", "QQ群号*********", [ACCOUNT]),
        ("VX：ren88gong", "VX：*********", [ACCOUNT]),
        ("wx: rgk123", "wx: ******", [ACCOUNT]),
        ("WeChat ID: rengong88", "WeChat ID: *********", [ACCOUNT]),
        ("联系人：任工", "联系人：**", [PERSON]),
        ("联系人张伟，13800001234", "联系人**，***********", [PERSON, PHONE]),
        ("联系人：欧阳建国", "联系人：****", [PERSON]),
        ("联系：李经理", "联系：***", [PERSON]),
        ("请联系张工", "请联系**", [PERSON]),
        ("可与王经理联系", "可与***联系", [PERSON]),
        ("技术对接人：陈志强", "技术对接人：***", [PERSON]),
        ("联系人为周敏", "联系人为**", [PERSON]),
        ("Contact: Mr Ren, 13800001234", "Contact: ******, ***********", [PERSON, PHONE]),
        ("Contact person: Wei Zhang", "Contact person: *********", [PERSON]),
        ("contact Dr. Li for details", "contact ****** for details", [PERSON]),
    ],
)
def test_whom_to_call_is_found_and_masked_character_for_character(
    text: str, shown: str, kinds: list[ContactKind]
) -> None:
    assert without_contacts(text) == shown
    assert [one.kind for one in contacts(text)] == kinds


@pytest.mark.parametrize(
    "text",
    [
        "废品率不超过1.5%，寿命不少于5000件",
        "材料35CrMo，调质硬度28-32HRC",
        "GB/T 13808-2011",
        "GB/T 44731-2024、ISO 15614-1:2017",
        "专利号ZL201310123456.7",
        "专利号13800001234",
        "申请号202310571882.2",
        "CN113456789A",
        "2025-11-01至2026-12-31",
        "2019-2023年销量5000000台",
        "疲劳寿命≥15000000000次",
        "疲劳寿命13800000000次",
        "循环13800001234次后无裂纹",
        "转速15000 rpm",
        "合同编号：13800001234",
        "订单编号13800001234",
        "联系人工智能专家",
        "联系人员培训",
        "联系人管理系统",
        "联系人信息导入功能",
        "联系人：待定",
        "联系人：无",
        "联系方式见附件",
        "联系方国标准",
        "微信小程序开发",
        "企业微信API对接",
        "微信支付接口",
        "支持微信登录",
        "QQ音乐",
        "VX3000控制器",
        "vx: 3.2 m/s",
        "wx 方向位移0.05 mm",
        "mAP@0.5不低于90%",
        "Recall@10 不低于0.9",
        "4K@60fps",
        "16位ADC@100kHz",
        "手机 5000000 部",
        "手机屏幕 1080 2400",
        "手机1200-1500元",
        "手机电池3000-5000 mAh",
        "电话机外壳ABS",
        "电话线2000000米",
        "电话会议系统支持8000000用户",
        "400-800-1200℃",
        "400-800-1200 mm",
        "温度0.01012345678",
        "厚度0.0571-0.8822 mm",
        "坐标 120.15507, 30.27408",
        "身份证号码位数18位",
        "邮政编码310000",
        "型号CX13800001234",
        "13800001234.56元",
        "1380000123456",
        "ISBN 9787111000000",
        "6061-T6、TC4、GH4169",
        "样机要与张江园区对接",
        "与高温合金厂对接",
        "希望与李教授团队合作开发",
        "请联系实际给出方案",
        "对接人才引进政策",
        "项目联系人制度",
        "联系紧密的产业链",
        "Contact material: AgSnO2",
        "contact angle: 110 degrees",
        "contact resistance below 5 mΩ",
        "Contact: Steel on glass",
        "The contact pressure is 13 MPa",
        "non-contact measurement",
        "Phone housing, 1200 parts a day",
        "phone 1000000 units",
        "fax modem 9600 bps",
        "cell 3000 mAh",
        "Mobile robots, 1.5 m/s",
        "压力0.3-0.6 MPa，流量0571",
        "产能 01012345678 件",
        "温度范围-40~+85℃，湿度95%RH",
        "+25 -40 1000 2000",
        "电压 220 V 50 Hz，功率 13 kW",
        "100 000 000 cycles",
        "序列号：A1380000",
        "模型在ImageNet@224上精度90%",
        "微信公众号运营",
        "为安全起见联系：安全",
        "直接联系客户",
        "与客户联系",
        "和供应商对接",
    ],
)
def test_figures_standards_patents_dates_and_models_are_no_contact_data(text: str) -> None:
    assert without_contacts(text) == text


def test_what_announces_contact_data_stands_before_it() -> None:
    text = "噪声要低，联系电话：0571-88221234"
    (phone,) = contacts(text)
    assert (text[phone.announced : phone.start], text[phone.start : phone.end]) == ("联系电话：", "0571-88221234")


@given(st.text(alphabet="联系人任工电话微信QQ手机：:，, 0123456789@.-+abc例如１＠\n转", max_size=60))
def test_masking_never_moves_a_character(text: str) -> None:
    shown = without_contacts(text)
    assert len(shown) == len(text)
    found = contacts(text)
    assert all(one.announced <= one.start < one.end for one in found)
    assert all(before.end <= after.start for before, after in pairwise(found))
