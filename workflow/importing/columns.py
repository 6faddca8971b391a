"""The columns each kind of file may have, with the headings accepted for them in Chinese and English.

A heading is compared without regard to case, width and blanks. A column that is not listed is refused by name, so that
nothing is lost silently. The tables are what docs/import.md shows.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from core.language.normalise import clean
from core.taxonomy import disciplines, industries, regions, technical_fields
from models.deal_enums import ContractKind, DealStatus, PartyRole
from models.enums import (
    AskerKind,
    CapabilityKind,
    CooperationMode,
    Currency,
    DisclosureLevel,
    IprStance,
    IprState,
    Maturity,
    NeedStatus,
    OrganisationKind,
    ReasonCode,
    SolutionMode,
    SupplierKind,
)
from workflow.importing.report import STATUSES_OF_NEW, ImportKind
from workflow.importing.values import (
    BETWEEN_NAMES,
    Convert,
    choice,
    code,
    day,
    identifier,
    integer,
    language,
    money,
    several,
    stage,
    text,
)

_NOT_COMPARED = re.compile(r"[\s_()\[\]【】:：*]+")
FEN_PER_YUAN, FEN_PER_WAN = 100, 1_000_000


@dataclass(frozen=True, slots=True)
class Column:
    """A column: the field it fills, how its cells are read, its headings; exports use the first of each language."""

    field: str
    convert: Convert
    zh: tuple[str, ...]
    en: tuple[str, ...]


def _column(field: str, convert: Convert, *zh: str, en: tuple[str, ...] = ()) -> Column:
    return Column(field, convert, zh, en or (field,))


def _money(field: str, zh: str) -> tuple[Column, Column]:
    """A sum, in 元 or in 万元: the heading says which."""
    return (
        Column(field, money(FEN_PER_YUAN), (f"{zh}(元)",), (f"{field}_yuan",)),
        Column(field, money(FEN_PER_WAN), (f"{zh}(万元)",), (f"{field}_wan",)),
    )


_ID = (
    _column("id", identifier, "编号", en=("id", "external_id")),
    _column("source", text, "来源"),
)
_ORGANISATION = ("organisation", "organization")
_DISCLOSURE = _column("disclosure", choice(DisclosureLevel), "公开级别")
_LANGUAGE = _column("language", language, "语言")
_FIELD = _column("technical_field", code(technical_fields), "技术领域", en=("technical_field", "field"))
_KEYWORDS = _column("keywords", several(text), "关键词", "关键字")
_MODES = _column("cooperation_modes", several(choice(CooperationMode)), "合作方式", "合作模式")
_CONFIRMED = _column("confirmed_on", day, "确认日期", "更新日期")
_STANCES = _column("ipr_stances", several(choice(IprStance)), "知识产权归属", "成果归属")

_NAMES = several(identifier, BETWEEN_NAMES)

COLUMNS: dict[ImportKind, tuple[Column, ...]] = {
    ImportKind.ORGANISATIONS: (
        *_ID,
        _column("name", text, "名称", "机构名称", "单位名称", "企业名称"),
        _column("name_en", text, "英文名称"),
        _column("kind", choice(OrganisationKind), "机构性质", "单位性质", "性质", "类型"),
        _column("region", code(regions), "地区", "省份", "所在地区", en=("region", "province")),
        _column("city", text, "城市", "所在城市"),
        _column("industry", code(industries), "行业", "所属行业"),
        _column("intro", text, "简介", "机构简介", "单位简介"),
    ),
    ImportKind.SUPPLIERS: (
        *_ID,
        _column("name", text, "名称", "供给方", "姓名", "团队名称"),
        _column("kind", choice(SupplierKind), "类型", "供给方类型"),
        _column("organisation", identifier, "机构", "所属机构", "所在单位", "单位", en=_ORGANISATION),
        _column("intro", text, "简介", "介绍"),
        _MODES,
        *_money("min_budget", "最低预算"),
        _column("regions", several(code(regions)), "服务地区", "地区"),
        _column("load_limit", integer, "同时对接上限", "对接上限"),
        _STANCES,
        _column("technical_fields", several(code(technical_fields)), "意向领域", "意向技术领域"),
        _CONFIRMED,
    ),
    ImportKind.CAPABILITIES: (
        *_ID,
        _column("supplier", identifier, "供给方", "供给方编号", "持有方", "专家", "团队"),
        _column("title", text, "名称", "标题", "成果名称", "能力名称", en=("title", "name")),
        _column("kind", choice(CapabilityKind), "类型", "成果类型", "能力类型"),
        _LANGUAGE,
        _column("summary", text, "简介", "内容", "成果简介", "技术简介", en=("summary", "text", "description")),
        _column("advantage", text, "优势", "技术优势", "创新点"),
        _column("economics", text, "经济性", "经济效益"),
        _column("maturity", choice(Maturity), "成熟度", "技术成熟度"),
        _column("trl", integer, "技术就绪度"),
        _column("ipr", choice(IprState), "知识产权", "知识产权状态"),
        _KEYWORDS,
        _FIELD,
        _column("industries", several(code(industries)), "应用行业", "行业"),
        _column("disciplines", several(code(disciplines)), "学科", "所属学科"),
        _MODES,
        _DISCLOSURE,
        _CONFIRMED,
    ),
    ImportKind.NEEDS: (
        *_ID,
        _column("organisation", identifier, "机构", "需求单位", "企业名称", "单位名称", en=_ORGANISATION),
        _column("title", text, "标题", "需求名称", "名称", en=("title", "name")),
        _column("public_title", text, "公开标题"),
        _LANGUAGE,
        _column("problem", text, "主要问题", "需求内容", "内容", "需求描述", en=("problem", "text", "description")),
        _column("indicators", text, "技术指标", "主要指标", "关键技术和主要指标"),
        _column("goal", text, "预期目标", "预期目标和效益"),
        _KEYWORDS,
        *_money("budget_from", "预算下限"),
        *_money("budget_to", "预算上限"),
        _column("currency", choice(Currency), "币种"),
        _column("period_months", integer, "周期(月)", "期限(月)"),
        _column("deadline", day, "截止日期"),
        _column("solution_mode", choice(SolutionMode), "解决方式", "合作方式"),
        _column("preferred_partner", text, "意向合作方", "意向合作单位"),
        _column("asker", choice(AskerKind), "需求来源", "需方类型"),
        _FIELD,
        _column("industry", code(industries), "行业", "所属行业"),
        _column("regions", several(code(regions)), "供给方地区", "要求地区"),
        _column("least_trl", integer, "最低技术就绪度"),
        _column("wanted_trl", integer, "期望技术就绪度"),
        _STANCES,
        _column("modes", several(choice(CooperationMode)), "接受的合作方式", "接受合作方式"),
        _column("excluded_names", several(text), "排除对象", "不考虑的单位或个人"),
        _column("excluded_terms", several(text), "排除内容", "不接受的工艺或材料"),
        _DISCLOSURE,
        _column("status", choice(NeedStatus, told=STATUSES_OF_NEW), "状态"),
    ),
    ImportKind.DEALS: (
        *_ID,
        _column("title", text, "名称", "标题", "项目名称", "对接项目", en=("title", "name", "deal")),
        _column("need", identifier, "需求", "技术需求", "需求编号", "需求名称"),
        _column(
            "organisations",
            _NAMES,
            "需求方",
            "需求单位",
            "企业名称",
            "甲方",
            en=("organisations", "demand", *_ORGANISATION),
        ),
        _column("suppliers", _NAMES, "供给方", "专家", "团队", "乙方", en=("suppliers", "supply", "supplier")),
        _column("stage", stage, "阶段", "当前阶段", "进展阶段", en=("stage", "stages")),
        _column("opened_on", day, "开始日期", "立项日期", "对接日期", en=("opened_on", "opened")),
        _column("entered_on", day, "进入阶段日期", "进入当前阶段日期", en=("entered_on", "entered")),
        _column("contract_kind", choice(ContractKind), "合同类型", "合同种类"),
        _column("signed_on", day, "签订日期", "签约日期", en=("signed_on", "signed")),
        *_money("amount", "合同金额"),
        _column("status", choice(DealStatus), "状态", "项目状态"),
        _column("status_on", day, "状态日期", "结束日期", "暂停日期", en=("status_on", "closed_on", "paused_on")),
        _column("reason", choice(ReasonCode), "原因", "终止原因", "暂停原因"),
        _column("owner", identifier, "负责人", "负责人账号", "经办人"),
        _column("next_step", text, "下一步", "下步工作"),
        _column("next_step_due", day, "下一步期限", "下一步日期", "期限"),
        _column("no_step_reason", text, "暂无下一步的原因"),
        _column("waiting_for", choice(PartyRole), "等待哪一方", "等待"),
        _column("waiting_since", day, "等待自", "等待起始日期"),
        _column("notes", text, "备注", "说明"),
    ),
}

REQUIRED: dict[ImportKind, tuple[str, ...]] = {
    ImportKind.ORGANISATIONS: ("name", "kind"),
    ImportKind.SUPPLIERS: ("name", "kind"),
    ImportKind.CAPABILITIES: ("supplier", "title"),
    ImportKind.NEEDS: ("title",),
    ImportKind.DEALS: ("title", "stage", "opened_on"),
}
"""The fields no row can do without."""


def column_of(kind: ImportKind, heading: str) -> Column | None:
    """The column a heading stands for, if any."""
    return _BY_HEADING[kind].get(_plain(heading))


def is_row_number(heading: str) -> bool:
    """Whether the heading stands above mere numbers of rows: every file counts its own from 1, so they are no ids."""
    return _plain(heading) in _ROW_NUMBER


def headings_of(kind: ImportKind, field: str) -> str:
    """What a person may write above a field's column, for a message: 标题 / title."""
    return next(f"{column.zh[0]} / {column.en[0]}" for column in COLUMNS[kind] if column.field == field)


def _plain(heading: str) -> str:
    return _NOT_COMPARED.sub("", clean(heading))


def _index(columns: Iterable[Column]) -> dict[str, Column]:
    found: dict[str, Column] = {}
    for column in columns:
        for heading in (*column.zh, *column.en):
            if found.setdefault(_plain(heading), column) is not column:
                raise ValueError(f"{heading!r} stands for two columns")
    return found


_ROW_NUMBER = frozenset({_plain("序号")})
_BY_HEADING = {kind: _index(columns) for kind, columns in COLUMNS.items()}
