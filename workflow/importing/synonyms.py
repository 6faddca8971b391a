"""Words that societies write in their own tables for what is called otherwise here.

Only words that mean one thing are here: 中止 is said of a pause and of an end, 关闭 and `closed` of a good and a bad
one, so they are refused with what they may stand for (`TOO_LITTLE`). A name that the pages show needs no line here.
"""

from collections.abc import Mapping
from enum import Enum
from typing import Final

from models.deal_enums import DealStatus, PartyRole
from models.enums import ReasonCode

Words = Mapping[Enum, tuple[str, ...]]

STAGES: Final[Mapping[str, tuple[str, ...]]] = {
    "contact": ("接触", "初步接触", "首次接触", "接洽", "初步接洽", "first meeting", "initial contact", "introduced"),
    "exchange": ("交流", "技术交流", "考察", "实地考察", "走访", "调研", "visit", "visits", "site visit"),
    "feasibility": (
        "可行性",
        "可行性论证",
        "意向",
        "合作意向",
        "达成意向",
        "意向协议",
        "letter of intent",
        "loi",
        "intent",
    ),
    "negotiation": ("洽谈", "洽谈中", "谈判", "商务谈判", "合同谈判", "协商", "在谈", "negotiating", "in negotiation"),
    "signed": ("签约", "已签", "签订合同", "合同签订", "已签合同", "contract signed", "signing"),
    "registration": ("登记", "技术合同登记", "合同认定登记", "认定登记", "registered", "contract filing"),
    "rights_transfer": ("专利转让", "专利权转移", "权属变更", "产权变更", "assignment of rights", "patent assignment"),
    "licence_filing": ("备案", "专利许可备案", "许可合同备案", "license filing"),
    "handover": ("交接", "技术移交", "资料移交", "技术交底", "technology handover"),
    "carrying_out": ("履约", "履行", "执行", "执行中", "实施中", "研发中", "在研", "in execution", "r&d"),
    "pilot": ("中间试验", "中试放大", "pilot test", "scale-up"),
    "acceptance": ("验收", "项目验收", "结题验收", "投产", "production"),
    "return_visit": ("回访", "跟踪回访", "效益跟踪", "follow-up", "follow up", "return visit"),
}
STATUSES: Final[Words] = {
    DealStatus.OPEN: (
        "推进中",
        "对接中",
        "跟进中",
        "跟踪中",
        "正常",
        "在谈",
        "ongoing",
        "active",
        "in progress",
        "running",
    ),
    DealStatus.PAUSED: ("暂停", "暂缓", "搁置", "挂起", "on hold", "suspended"),
    DealStatus.WON: (
        *("成功", "已成", "达成合作", "完成", "已完成", "办结", "结项", "已结项", "成功结项", "结题", "已结题"),
        *("closed as won", "closed won", "success", "successful", "completed", "done"),
    ),
    DealStatus.LOST: (
        *(
            "终止",
            "已终止",
            "未成功",
            "未达成",
            "失败",
            "放弃",
            "已放弃",
            "取消",
            "已取消",
            "撤销",
            "不了了之",
            "告吹",
            "流产",
        ),
        *(
            "closed lost",
            "ended without result",
            "abandoned",
            "failed",
            "cancelled",
            "canceled",
            "terminated",
            "dropped",
        ),
    ),
}
REASONS: Final[Words] = {
    ReasonCode.PRICE: ("价格", "价格原因", "价格分歧", "价格太高", "报价过高", "too expensive"),
    ReasonCode.BUDGET: (
        "预算",
        "预算不足",
        "资金",
        "资金不足",
        "资金问题",
        "经费不足",
        "no budget",
        "funding",
        "no funds",
    ),
    ReasonCode.NO_ANSWER: ("无回应", "无答复", "没有答复", "对方无回复", "联系不上", "失联", "no reply", "no response"),
    ReasonCode.IP_PROBLEM: ("知识产权", "知识产权问题", "专利问题", "权属纠纷", "权属不清", "ip", "patents"),
    ReasonCode.TOO_EARLY: ("技术不成熟", "成熟度不够", "成熟度不足", "immature", "not mature"),
    ReasonCode.TECHNOLOGY_FAILED: (
        "技术不达标",
        "指标不达标",
        "未达到指标",
        "试验失败",
        "technology failed",
        "test failed",
    ),
    ReasonCode.SAFETY: ("安全", "安全问题", "环保", "环保问题", "环保不达标", "environmental"),
    ReasonCode.CAPACITY: ("人手不足", "产能不足", "人员不足", "understaffed"),
    ReasonCode.CONGESTION: ("排期", "排不上", "排不上期", "too busy"),
    ReasonCode.NO_COUNTERPART: ("没有合适对象", "无合适对象", "未找到合作方", "no partner", "no partner found"),
    ReasonCode.NOT_OUR_STRATEGY: ("战略调整", "企业战略调整", "与战略不符", "strategy", "change of strategy"),
    ReasonCode.OWN_SOLUTION_EXISTS: ("自行解决", "已自行解决", "企业自行解决", "solved in-house", "own solution"),
    ReasonCode.OFF_TOPIC: ("不对口", "方向不符", "wrong topic"),
    ReasonCode.CONFLICT_OF_INTEREST: ("利益冲突", "conflict"),
    ReasonCode.CIRCUMSTANCES_CHANGED: (
        "情况变化",
        "市场变化",
        "政策变化",
        "人员变动",
        "market changed",
        "policy changed",
    ),
    ReasonCode.OTHER: ("其他", "其它", "其它原因", "other reason"),
}
SIDES: Final[Words] = {
    PartyRole.DEMAND: ("需方", "企业", "企业方", "甲方", "需求单位", "client", "asker", "enterprise"),
    PartyRole.SUPPLY: ("供方", "专家", "团队", "专家团队", "乙方", "高校", "院所", "supplier", "expert", "team"),
}
BY_KIND: Final[Mapping[type[Enum], Words]] = {DealStatus: STATUSES, ReasonCode: REASONS, PartyRole: SIDES}
"""The words for the members of a closed set, wherever a table of deals has a column of it."""
TOO_LITTLE: Final[Mapping[type[Enum], Mapping[str, tuple[Enum, ...]]]] = {
    DealStatus: {
        **dict.fromkeys(("中止", "已中止"), (DealStatus.PAUSED, DealStatus.LOST)),
        **dict.fromkeys(("关闭", "已关闭", "结束", "已结束", "closed", "ended"), (DealStatus.WON, DealStatus.LOST)),
    }
}
"""Words that are refused, with what each may stand for."""
